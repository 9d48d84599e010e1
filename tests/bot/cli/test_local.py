"""`python -m bot local`: workspace and bot in one process, without any token."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace
from threading import Event

import pytest

from bot.__main__ import main
from bot.cli import local
from bot.cli.local import connected_to
from bot.drill.script import Act, load
from bot.local.clock import MovableClock
from bot.local.server import LocalSlack
from config.settings import HERE, load_settings


def test_it_runs_without_tokens_until_it_is_told_to_stop(tmp_path):
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(HERE.parent), "CANDOR_ENCODER": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "local", "--port", "0"],
        cwd=tmp_path, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        line = process.stdout.readline()
        url = re.search(r"http://127\.0\.0\.1:\d+", line).group()
        body = json.dumps({"user": "ben", "channel": "general", "text": "/candor"}).encode()
        request = urllib.request.Request(f"{url}/_local/say", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert json.load(answer)["text"].startswith("Candor answers")
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert time.monotonic() - began < 6
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".db"] == [], "it forgets all at its end"


def test_a_port_that_is_taken_is_a_readable_line(capsys):
    with LocalSlack(clock=MovableClock()) as slack:
        port = slack.url.rsplit(":")[-1]
        assert main(["local", "--port", port]) == 2
    said = capsys.readouterr().err
    assert port in said
    assert "Traceback" not in said


def test_faulty_settings_are_readable_lines(monkeypatch, capsys):
    monkeypatch.setenv("CANDOR_LOCAL_PORT", "many")
    assert main(["local"]) == 2
    assert "CANDOR_LOCAL_PORT" in capsys.readouterr().err


def test_real_tokens_of_the_environment_never_reach_the_local_workspace(monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-real")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-real")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "real")
    slack = LocalSlack(clock=MovableClock())
    here = connected_to(slack, load_settings(), "sqlite:///x.db")
    slack.stop()
    values = [getattr(here, name).get_secret_value() for name in
              ("slack_bot_token", "slack_app_token", "slack_signing_secret")]  # fmt: skip
    assert not any("real" in value for value in values)
    assert here.slack_api_url.startswith("http://127.0.0.1:")
    assert here.database_url == "sqlite:///x.db"


class TestTheDrill:
    """What is played is tested in tests/scenarios/test_drill.py; here, how it ends."""

    @pytest.fixture(autouse=True)
    def _quick(self, monkeypatch):
        monkeypatch.setenv("CANDOR_ENCODER", "0")

    def drill(self, monkeypatch, **changes):
        script = load("zoom-2020")
        monkeypatch.setattr("bot.drill.script.load", lambda _name: replace(script, **changes))
        return main(["local", "--drill", "zoom-2020", "--exit", "--port", "0"])

    def test_as_on_record_it_ends_with_its_summary(self, monkeypatch, capsys):
        assert self.drill(monkeypatch) == 0
        said = capsys.readouterr().out
        assert said.endswith("As on record.\n")
        assert "13 of 13 posted, 13 on time (100%)" in said

    def test_what_is_not_as_on_record_is_a_fault(self, monkeypatch, capsys):
        script = load("zoom-2020")
        other = replace(script.record, commitments={3: "done"})
        assert self.drill(monkeypatch, record=other) == 1
        said = capsys.readouterr().out
        assert "FAULT: commitment 3 is overdue instead of done" in said
        assert said.endswith("Not as on record.\n")

    def test_one_that_breaks_off_says_where(self, monkeypatch, capsys):
        acts = (Act(load("zoom-2020").begins, "ada", "nothing_new", {}),)
        assert self.drill(monkeypatch, acts=acts) == 1
        assert "The drill broke off: 2020-04-01 08:00, ada, nothing_new" in capsys.readouterr().out

    def test_a_signal_ends_it_half_way(self, monkeypatch, capsys):
        stop = Event()
        stop.set()
        monkeypatch.setattr(local, "stop_on_signals", lambda: stop)
        assert self.drill(monkeypatch) == 1
        assert "it was stopped" in capsys.readouterr().out

    def test_exit_goes_with_a_drill_only(self, capsys):
        assert main(["local", "--exit"]) == 2
        assert "--drill" in capsys.readouterr().err


@pytest.fixture
def _handlers_afterwards():
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


pytestmark = pytest.mark.usefixtures("_handlers_afterwards")
