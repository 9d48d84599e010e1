"""`python -m bot worker`: Socket Mode, tick and sender in one process; with --no-socket only tick and sender."""

import argparse
import logging
import signal
from threading import Event

from bot.app import Candor, build, secret, slack_client
from bot.cli.output import DONE, complain, set_up_logging
from bot.clock import Clock
from bot.errors import StorageError
from bot.socket import Socket
from config.settings import ConfigError, Settings, load_settings
from responses.faults import ContentError

log = logging.getLogger(__name__)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `worker` to the command line."""
    parser = subparsers.add_parser("worker", help="Socket Mode, tick and sender in one process")
    parser.add_argument("--no-socket", action="store_true", help="only tick and send, beside `web` processes")


def run(args: argparse.Namespace) -> int:
    """Run until a signal; return the exit code."""
    needs = ["slack_bot_token"] if args.no_socket else ["slack_bot_token", "slack_app_token"]
    try:
        settings = load_settings(needs)
        set_up_logging(settings.log_level)
        return work(settings, socket=not args.no_socket, stop=stop_on_signals())
    except (ConfigError, ContentError, StorageError) as error:
        return complain(str(error).splitlines())


def work(settings: Settings, *, socket: bool, stop: Event, clock: Clock | None = None) -> int:
    """Build, start and run a worker until `stop` is set."""
    candor = build(settings, answers=socket, clock=clock)
    connection = _connection(candor, settings) if socket else None
    candor.start()
    if connection:
        connection.start()
    log.info("the worker is running (%s)", "Socket Mode" if socket else "tick and sender only")
    stop.wait()
    if connection:
        connection.stop()
    candor.stop()
    return DONE


def _connection(candor: Candor, settings: Settings) -> Socket | None:
    token = secret(settings.slack_app_token)
    return Socket(candor.app, token, slack_client(settings)) if candor.app and token else None


def stop_on_signals() -> Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
