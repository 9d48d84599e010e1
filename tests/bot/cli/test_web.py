"""`python -m bot web`: the WSGI application, and gunicorn really started once."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import replace
from wsgiref.util import setup_testing_defaults

import pytest

from bot.app import build
from bot.cli.web import site
from bot.storage.database import Database
from config.settings import HERE, load_settings
from tests.scenarios.workspace import Workspace, wait_for, words


def health(application):
    """Call /healthz; return status and body."""
    environ, seen = {"PATH_INFO": "/healthz"}, []
    setup_testing_defaults(environ)
    body = b"".join(application(environ, lambda status, headers: seen.append((status, dict(headers)))))
    [(status, headers)] = seen
    assert headers["Content-Type"] == "application/json"
    return status, json.loads(body)


class NoKnowledge:
    """What an application needs that is asked nothing."""

    def with_rulings(self, _rulings):
        return self


@pytest.fixture
def candor(database_url):
    settings = load_settings(slack_bot_token="xoxb-1", slack_signing_secret="s", database_url=database_url)
    built = build(settings, load=NoKnowledge, periodic=False)
    yield built
    built.stop()


def test_health_is_the_databases(candor, monkeypatch):
    application = site(candor)
    assert health(application) == ("200 OK", {"status": "ok"})


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all/candor.db", "postgresql+psycopg://candor:hunter2@127.0.0.1:9/candor"]
)
def test_a_dead_database_is_503_and_the_log_says_so_without_its_address(candor, caplog, url):
    dead = Database(url)
    application = site(replace(candor, database=dead))
    assert health(application) == ("503 Service Unavailable", {"status": "the database does not answer"})
    assert "the database does not answer: OperationalError" in caplog.text
    assert "hunter2" not in caplog.text
    dead.close()


def test_a_process_without_listeners_serves_nothing(candor):
    bare = build(load_settings(slack_bot_token="xoxb-1"), answers=False, database=candor.database)
    with pytest.raises(ValueError, match="listeners"):
        site(bare)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return None


def test_gunicorn_serves_commands_and_events_until_sigterm(tmp_path):
    workspace = Workspace(None, f"sqlite:///{tmp_path / 'candor.db'}", over="http")
    port = int(workspace.request_url.split(":")[2].split("/")[0])
    env = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(HERE.parent), "PORT": str(port), "CANDOR_ENCODER": "0",
        "SLACK_BOT_TOKEN": workspace.slack.bot_token, "SLACK_SIGNING_SECRET": workspace.slack.signing_secret,
        "SLACK_API_URL": workspace.slack.api_url, "DATABASE_URL": workspace.settings.database_url,
    }  # fmt: skip
    log = tmp_path / "log"
    with log.open("w") as stream:
        process = subprocess.Popen([sys.executable, "-m", "bot", "web"], cwd=tmp_path, env=env, stderr=stream)
    try:
        wait_for(lambda: fetch(f"http://127.0.0.1:{port}/healthz") == 200, "health", 60)
        assert fetch(f"http://127.0.0.1:{port}/slack/events") in {401, 404}
        assert fetch(f"http://127.0.0.1:{port}/") == 404
        assert words(workspace.say("ben", "general", "/candor")).startswith("Candor answers")
        ts = workspace.ask("ben", "general", "<@candor> How often should we publish updates?")
        wait_for(lambda: workspace.from_candor("general", ts), "the answer")
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        assert time.monotonic() - began < 5
        assert process.returncode == 0, log.read_text()
        assert "Traceback" not in log.read_text()
        workspace.the_only_reply("general", ts)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        workspace.close()
        shutil.rmtree(tmp_path / ".candor", ignore_errors=True)
