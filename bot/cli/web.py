"""`python -m bot web`: Slack's HTTP requests under gunicorn, with the signature check, and /healthz."""

import argparse
import json
import logging
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.app.base import BaseApplication
from slack_bolt.adapter.wsgi import SlackRequestHandler
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.app import Candor, build
from bot.cli.output import DONE, complain, set_up_logging
from bot.errors import StorageError
from bot.storage import schema
from bot.storage.database import Database
from bot.updates.programme import load_programme
from config.settings import ConfigError, Settings, load_settings
from responses.faults import ContentError
from responses.lessons import load_lessons
from responses.phrasings import load_phrasings

THREADS = 8
# A worker whose samples have changed may read for minutes before it can answer; gunicorn would end it after 30 s.
SILENCE_SECONDS = 300
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

log = logging.getLogger(__name__)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `web` to the command line; PORT and CANDOR_WEB_PROCESSES say the rest."""
    subparsers.add_parser("web", help="serve Slack's HTTP requests")


def run(_args: argparse.Namespace) -> int:
    """Serve until a signal; return the exit code."""
    try:
        settings = load_settings(["slack_bot_token", "slack_signing_secret"])
        set_up_logging(settings.log_level)
        # Once, and before the workers are forked: a fault is a readable line here and a crash loop there.
        load_phrasings(settings.phrasings, load_lessons(settings.lessons))
        load_programme(settings.programme)
        database = Database(settings.database_url)
        schema.migrate(database)
        database.close()
    except (ConfigError, ContentError, StorageError) as error:
        return complain(str(error).splitlines())
    Server(settings).run()
    return DONE


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with Candor in each worker."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._candor: Candor | None = None
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn where and how to serve."""
        self.cfg.set("bind", f"0.0.0.0:{self._settings.port}")
        self.cfg.set("workers", self._settings.web_processes)
        self.cfg.set("worker_class", "gthread")
        self.cfg.set("threads", THREADS)
        self.cfg.set("timeout", SILENCE_SECONDS)
        self.cfg.set("accesslog", None)
        self.cfg.set("worker_exit", self._stop)

    def load(self) -> Wsgi:
        """Build Candor in a worker, after the fork: threads and database connections do not survive one."""
        # Answers to mentions go out from here at once; what is due later is left to the `worker` process.
        self._candor = build(self._settings, periodic=False)
        self._candor.start()
        return site(self._candor)

    def _stop(self, _arbiter: object, _worker: object) -> None:
        if self._candor:
            self._candor.stop()


def site(candor: Candor) -> Wsgi:
    """Return the WSGI application: Slack's requests on /slack/events, health on /healthz."""
    if candor.app is None:
        raise ValueError("a web process needs the listeners")
    slack = SlackRequestHandler(candor.app, path="/slack/events")

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == "/healthz":
            return _health(candor.database, start_response)
        return slack(environ, start_response)

    return serve


def _health(database: Database, start_response: Callable[..., Any]) -> Iterable[bytes]:
    try:
        with database.read() as connection:
            connection.execute(text("SELECT 1"))
        status, body = "200 OK", {"status": "ok"}
    except SQLAlchemyError as error:
        log.warning("the database does not answer: %s", type(error).__name__)
        status, body = "503 Service Unavailable", {"status": "the database does not answer"}
    start_response(status, [("Content-Type", "application/json"), ("Cache-Control", "no-store")])
    return [json.dumps(body).encode()]
