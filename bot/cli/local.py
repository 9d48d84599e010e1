"""`python -m bot local`: everything in one process against a Slack workspace on this machine; needs no token."""

import argparse
import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from pydantic import SecretStr

from bot.app import build, secret, slack_client
from bot.cli.output import DONE, complain, set_up_logging
from bot.cli.worker import stop_on_signals
from bot.errors import StorageError
from bot.listeners import REVIEW_SHORTCUT
from bot.local.clock import MovableClock
from bot.local.errors import LocalPortTaken
from bot.local.server import LocalSlack
from bot.socket import Socket
from config.settings import ConfigError, Settings, load_settings
from responses.faults import ContentError

HINTS = (
    ("/candor", "QUESTION"),
    ("/candor-review", "DRAFT"),
    ("/candor-updates", "start TITLE [on WEEKDAY] [at HH:MM] [in ZONE] [for N weeks] · list · show ID · end ID · help"),
)
SHORTCUTS = ((REVIEW_SHORTCUT, "Review this draft"),)
CONNECT_SECONDS = 10

log = logging.getLogger(__name__)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `local` to the command line."""
    parser = subparsers.add_parser("local", help="run Candor with a Slack workspace on this machine; needs no token")
    parser.add_argument("--port", type=int, help="where the page is (default: CANDOR_LOCAL_PORT, 8765)")


def run(args: argparse.Namespace) -> int:
    """Run until a signal; return the exit code."""
    try:
        settings = load_settings()
        set_up_logging(settings.log_level)
        port = settings.local_port if args.port is None else args.port
        with TemporaryDirectory(prefix="candor-") as folder:
            return serve(settings, port=port, folder=Path(folder), stop=stop_on_signals())
    except (ConfigError, ContentError, StorageError, LocalPortTaken) as error:
        return complain(str(error).splitlines())


def serve(settings: Settings, *, port: int, folder: Path, stop: Event) -> int:
    """Run workspace and bot until `stop` is set. The workspace forgets all at its end, and so does the database."""
    clock = MovableClock()
    with LocalSlack(clock=clock, port=port, commands=HINTS, shortcuts=SHORTCUTS) as slack:
        here = connected_to(slack, settings, f"sqlite:///{folder / 'local.db'}")
        candor = build(here, clock=clock, progress=_progress)
        slack.run_due = candor.runner.run_due
        candor.start()
        token = secret(here.slack_app_token) or ""
        socket = Socket(candor.app, token, slack_client(here)) if candor.app else None
        if socket:
            socket.start()
            socket.wait_connected(CONNECT_SECONDS)
        print(f"Candor is ready: open {slack.url} (stop with Ctrl+C)", flush=True)
        stop.wait()
        if socket:
            socket.stop()
        candor.stop()
    return DONE


def connected_to(slack: LocalSlack, settings: Settings, database_url: str) -> Settings:
    """Return settings that lead to the local workspace, whatever tokens the environment holds."""
    return settings.model_copy(
        update={
            "slack_bot_token": SecretStr(slack.bot_token),
            "slack_app_token": SecretStr(slack.app_token),
            "slack_signing_secret": SecretStr(slack.signing_secret),
            "slack_api_url": slack.api_url,
            "database_url": database_url,
        }
    )


def _progress(done: int, total: int) -> None:
    end = "\n" if done == total else "\r"
    print(f"Reading sample questions: {done} of {total}", end=end, file=sys.stderr, flush=True)
