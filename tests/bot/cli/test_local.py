"""`python -m bot local`: workspace and bot in one process, without any token."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from bot.__main__ import main
from bot.cli.local import connected_to
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


@pytest.fixture
def _handlers_afterwards():
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


pytestmark = pytest.mark.usefixtures("_handlers_afterwards")
