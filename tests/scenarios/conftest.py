"""One workspace a test file, or one a test where faults and clocks must not meet."""

import hashlib
import hmac
import os
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Barrier

import pytest

from bot.storage import schema
from bot.storage.database import Database
from config.settings import HERE
from responses.knowledge import load_knowledge
from tests.scenarios.workspace import Workspace

_numbers = count(1)


@pytest.fixture(scope="session")
def knowledge():
    """The real lessons and phrasings, compared by characters: loaded in a second."""
    return load_knowledge([HERE / "lessons.yaml"], [HERE / "phrasings.yaml"], encoder=None)


@pytest.fixture(scope="session")
def session_environment():
    """What tests/conftest.py cleans for each test, clean for workspaces that outlive one."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [*os.environ]:
            if name.startswith(("CANDOR_", "SLACK_")) or name in {"DATABASE_URL", "PORT", "WEB_CONCURRENCY"}:
                patch.delenv(name)
        yield


@pytest.fixture(scope="module")
def fresh_database(tmp_path_factory):
    """Return the addresses of new SQLite databases."""

    def fresh() -> str:
        folder: Path = tmp_path_factory.mktemp(f"candor{next(_numbers)}")
        url = f"sqlite:///{folder / 'candor.db'}"
        database = Database(url)
        schema.migrate(database)
        database.close()
        return url

    return fresh


@pytest.fixture(scope="module")
def shared(knowledge, fresh_database, session_environment):
    """Make the workspaces that the tests of a file share; each with a running app."""
    made = []

    def make(**more):
        workspace = Workspace(knowledge, fresh_database(), **more)
        made.append(workspace)
        return workspace.start_app()

    yield make
    for workspace in made:
        workspace.close()


@pytest.fixture(scope="module", params=["socket", "http"])
def workspace(request, shared):
    """A workspace of the file, once with Socket Mode and once with signed HTTP."""
    return shared(over=request.param)


@pytest.fixture
def open_workspace(knowledge, fresh_database):
    """Make a workspace for this test alone; over HTTP unless it says so, since that ends more quickly."""
    made = []

    def make(database_url=None, **more):
        more.setdefault("over", "http")
        workspace = Workspace(knowledge, database_url or fresh_database(), **more)
        made.append(workspace)
        return workspace.start_app()

    yield make
    for workspace in made:
        workspace.close()


@pytest.fixture
def sign():
    """Post a signed form to the app as Slack would, at `at` (Unix seconds); return status and body."""

    def post(workspace, body, *, at=None, secret=None, content_type="application/x-www-form-urlencoded"):
        stamp = str(int(time.time() if at is None else at))
        key = (secret or workspace.slack.signing_secret).encode()
        digest = hmac.new(key, f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": content_type, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}",
        }  # fmt: skip
        request = urllib.request.Request(workspace.request_url, body.encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    return post


@pytest.fixture
def at_once():
    """Call a function in two threads that begin together; return what both returned."""

    def run(call):
        start = Barrier(2)

        def begin():
            start.wait(timeout=10)
            return call()

        with ThreadPoolExecutor(2) as pool:
            return [running.result(timeout=30) for running in [pool.submit(begin), pool.submit(begin)]]

    return run
