"""`python -m bot local`: everything in one process against a Slack workspace on this machine; needs no token."""

import argparse
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from pydantic import SecretStr

from bot.app import build, secret, slack_client
from bot.cli.output import DONE, FOUND_FAULTS, complain, set_up_logging
from bot.cli.worker import stop_on_signals
from bot.clock import SystemClock
from bot.drill import script as drills
from bot.drill.hands import DrillError
from bot.drill.player import Player
from bot.drill.script import Script
from bot.errors import StorageError
from bot.listeners import REVIEW_SHORTCUT
from bot.local.clock import MovableClock
from bot.local.errors import LocalError, LocalPortTaken
from bot.local.server import LocalSlack
from bot.socket import Socket
from config.settings import ConfigError, Settings, load_settings
from responses.faults import ContentError

HINTS = (
    ("/candor", "QUESTION"),
    ("/candor-review", "DRAFT"),
    ("/candor-updates", "start · list · show ID · change ID · now ID · pause ID until DATE · help"),
)
SHORTCUTS = ((REVIEW_SHORTCUT, "Review this draft"),)
CONNECT_SECONDS = 10

log = logging.getLogger(__name__)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `local` to the command line."""
    parser = subparsers.add_parser("local", help="run Candor with a Slack workspace on this machine; needs no token")
    parser.add_argument("--port", type=int, help="where the page is (default: CANDOR_LOCAL_PORT, 8765)")
    parser.add_argument(
        "--drill", choices=drills.names(), metavar="NAME",
        help=f"first replay a programme on record, with a moved clock: {', '.join(drills.names())}",
    )  # fmt: skip
    parser.add_argument("--exit", action="store_true", help="end with the drill; 1 if it did not go as on record")


def run(args: argparse.Namespace) -> int:
    """Run until a signal, or with --exit until the drill is over; return the exit code."""
    if args.exit and not args.drill:
        return complain(["--exit goes with --drill NAME."])
    try:
        settings = load_settings()
        set_up_logging("WARNING" if args.drill else settings.log_level)
        port = settings.local_port if args.port is None else args.port
        drill = drills.load(args.drill) if args.drill else None
        stop = stop_on_signals()
        with TemporaryDirectory(prefix="candor-") as folder:
            return serve(settings, port=port, folder=Path(folder), stop=stop, drill=drill, stay=not args.exit)
    except (ConfigError, ContentError, StorageError, LocalPortTaken) as error:
        return complain(str(error).splitlines())


def serve(
    settings: Settings, *, port: int, folder: Path, stop: Event, drill: Script | None = None, stay: bool = True
) -> int:
    """Run workspace and bot until `stop` is set. The workspace forgets all at its end, and so does the database.

    A drill is played first; without `stay` that is all.
    """
    clock = MovableClock(drill.begins - SystemClock().now()) if drill else MovableClock()
    code = DONE
    slack = LocalSlack(clock=clock, port=port, commands=HINTS, shortcuts=SHORTCUTS)
    with slack, running(settings, slack, folder):
        if drill:
            code = play(drill, slack.url, stop)
        if stay:
            print(f"Candor is ready: open {slack.url} (stop with Ctrl+C)", flush=True)
            stop.wait()
    return code


@contextmanager
def running(settings: Settings, slack: LocalSlack, folder: Path) -> Iterator[None]:
    """Run the bot in a workspace."""
    here = connected_to(slack, settings, f"sqlite:///{folder / 'local.db'}")
    candor = build(here, clock=slack.clock, progress=_progress)
    slack.run_due = candor.runner.run_due
    candor.start()
    socket = Socket(candor.app, secret(here.slack_app_token) or "", slack_client(here)) if candor.app else None
    if socket:
        socket.start()
        socket.wait_connected(CONNECT_SECONDS)
    try:
        yield
    finally:
        if socket:
            socket.stop()
        candor.stop()


def play(drill: Script, url: str, stop: Event) -> int:
    """Play a drill and print what is seen of it; return 1 if it did not go as it is on record, or `stop` ended it."""

    def tell(line: str) -> None:
        if stop.is_set():
            raise DrillError("it was stopped")
        print(line, flush=True)

    try:
        verdict = Player(url, drill, tell).play()
    except (DrillError, LocalError) as error:
        print(f"The drill broke off: {error}", flush=True)
        return FOUND_FAULTS
    print("", *verdict.summary, sep="\n")
    for fault in verdict.faults:
        print(f"FAULT: {fault}")
    print("As on record." if not verdict.faults else "Not as on record.", flush=True)
    return FOUND_FAULTS if verdict.faults else DONE


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
