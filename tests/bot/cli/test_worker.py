"""`python -m bot worker`: a real process against the local workspace."""

import os
import signal
import subprocess
import sys
import time
from threading import Event, Thread

import pytest

from bot.__main__ import main
from bot.app import build
from bot.cli import worker
from bot.storage import outbox
from config.settings import HERE, load_settings
from tests.scenarios.workspace import Workspace, wait_for, words

STOP_SECONDS = 5


@pytest.fixture
def workspace(tmp_path):
    opened = Workspace(None, f"sqlite:///{tmp_path / 'candor.db'}")
    yield opened
    opened.close()


def environment(workspace, **more):
    """Return the environment of a process beside the workspace, without the encoder that takes a second to load."""
    return {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(HERE.parent), "PYTHONWARNINGS": "error",
        "SLACK_BOT_TOKEN": workspace.slack.bot_token, "SLACK_APP_TOKEN": workspace.slack.app_token,
        "SLACK_API_URL": workspace.slack.api_url, "DATABASE_URL": workspace.settings.database_url,
        "CANDOR_ENCODER": "0", **more,
    }  # fmt: skip


class Process:
    """A running `python -m bot …` whose log is read as it comes."""

    def __init__(self, *argv, env, cwd):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", *argv], cwd=cwd, env=env, text=True, stderr=subprocess.PIPE
        )
        self.log = ""
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.log += line

    def wait_for_log(self, text):
        wait_for(lambda: text in self.log or self.process.poll() is not None, f"{text!r} in the log", 60)
        assert text in self.log, self.log

    def stop(self, number=signal.SIGTERM):
        """Ask it to stop; return exit code and seconds."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(30)
        return self.process.returncode, time.monotonic() - began

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join()
        self.process.stderr.close()


@pytest.fixture
def start(tmp_path):
    processes = []

    def start(*argv, env):
        process = Process(*argv, env=env, cwd=tmp_path)
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_it_answers_until_it_is_told_to_stop_and_then_stops_at_once(workspace, start, number):
    process = start("worker", env=environment(workspace))
    process.wait_for_log("connected to Slack")
    assert "the worker is running (Socket Mode)" in process.log
    ts = workspace.ask("ben", "general", "<@candor> How often should we publish updates?")
    wait_for(lambda: workspace.from_candor("general", ts), "the answer")
    assert words(workspace.say("ben", "general", "/candor")).startswith("Candor answers")
    code, seconds = process.stop(number)
    assert code == 0, process.log
    assert seconds < STOP_SECONDS
    assert "Traceback" not in process.log
    workspace.the_only_reply("general", ts)


def test_without_a_socket_it_ticks_and_sends_and_needs_no_app_token(workspace, start, tmp_path):
    candor = build(workspace.settings, answers=False)
    with candor.database.write() as connection:
        outbox.add(connection, key="k", channel="C0GENERAL", text="from the web process", blocks=[],
                   now=workspace.clock.now())  # fmt: skip
    candor.stop()
    environ = environment(workspace)
    del environ["SLACK_APP_TOKEN"]
    process = start("worker", "--no-socket", env=environ)
    wait_for(lambda: workspace.from_candor("general"), "the message")
    assert "tick and sender only" in process.log
    assert workspace.slack.sockets.count == 0
    code, seconds = process.stop()
    assert code == 0, process.log
    assert seconds < STOP_SECONDS


def test_it_starts_while_slack_is_away_and_stops_all_the_same(workspace, start):
    process = start("worker", env=environment(workspace, SLACK_API_URL="http://127.0.0.1:9/api/"))
    process.wait_for_log("Slack cannot be reached (ConnectionRefusedError)")
    code, seconds = process.stop()
    assert code == 0, process.log
    assert seconds < STOP_SECONDS


@pytest.mark.parametrize(
    ("argv", "changes", "named"),
    [
        (["worker"], {}, ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]),
        (["worker"], {"SLACK_APP_TOKEN": "xapp-1", "CANDOR_ZONE": "Mars"}, ["SLACK_BOT_TOKEN", "CANDOR_ZONE"]),
        (["worker", "--no-socket"], {}, ["SLACK_BOT_TOKEN"]),
        (["web"], {"PORT": "x"}, ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "PORT"]),
    ],
)
def test_missing_settings_are_readable_lines_all_at_once(argv, changes, named, monkeypatch, capsys):
    for name, value in changes.items():
        monkeypatch.setenv(name, value)
    assert main(argv) == 2
    lines = capsys.readouterr().err.splitlines()
    assert sorted(line.split(":")[0] for line in lines) == sorted(named)
    assert all("Traceback" not in line for line in lines)


@pytest.mark.parametrize("command", ["worker", "web"])
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("CANDOR_LESSONS", "lessons: [", ":2: file: is not valid YAML"),
        ("CANDOR_PHRASINGS", "batches: 3", "batches"),
        ("CANDOR_PROGRAMME", "weekday: someday", "weekday"),
    ],
)
def test_a_faulty_file_is_a_readable_line(workspace, monkeypatch, tmp_path, capsys, command, name, content, said):
    broken = tmp_path / "broken.yaml"
    broken.write_text(content, encoding="utf-8")
    settings = {"SLACK_SIGNING_SECRET": "s", **environment(workspace), name: str(broken)}
    for key in settings.keys() - {"PATH", "PYTHONPATH", "PYTHONWARNINGS"}:
        monkeypatch.setenv(key, settings[key])
    assert main([command]) == 2
    shown = capsys.readouterr().err
    assert str(broken) in shown
    assert said in shown
    assert "Traceback" not in shown


def test_work_ends_when_it_is_told_to_before_it_began(workspace, monkeypatch):
    stop = Event()
    stop.set()
    monkeypatch.setenv("CANDOR_ENCODER", "0")
    settings = load_settings().model_copy(
        update={name: getattr(workspace.settings, name) for name in
                ("slack_bot_token", "slack_app_token", "slack_api_url", "database_url")}
    )  # fmt: skip
    assert worker.work(settings, socket=False, stop=stop) == 0


def test_both_signals_set_the_event():
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        for number in before:
            stop = worker.stop_on_signals()
            assert not stop.is_set()
            signal.raise_signal(number)
            assert stop.wait(1)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
