"""The command line: the table of what `python -m bot` can do."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS = {
    "local": "run Candor with a Slack workspace on this machine; needs no token",
    "worker": "Socket Mode, tick and sender in one process",
    "web": "serve Slack's HTTP requests",
    "migrate": "bring the database up to date",
    "doctor": "check tokens, scopes, database, lessons, encoder and time zones",
    "ask": "answer a question",
    "review": "review a draft (not yet)",
    "lessons": "check the lessons and phrasings files",
    "updates": "list the weekly updates, export the record of one",
}


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code: 0 done, 1 found faults, 2 wrong use or configuration."""
    if not argv or argv[0] not in COMMANDS:
        return _overview(argv)
    # Imported one at a time: `ask` needs neither SQLAlchemy nor Bolt, which take most of a second to import.
    module = import_module(f"bot.cli.{argv[0]}")
    parser = argparse.ArgumentParser(prog="python -m bot")
    module.add_parser(parser.add_subparsers(dest="command"))
    code: int = module.run(parser.parse_args(argv))
    return code


def _overview(argv: Sequence[str]) -> int:
    """Show what there is to run; wrong use, unless that was what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="Candor, a Slack bot for after an incident.")
    subparsers = parser.add_subparsers(metavar="COMMAND")
    for name, purpose in COMMANDS.items():
        subparsers.add_parser(name, help=purpose)
    if argv and argv[0] in {"-h", "--help"}:
        parser.print_help()
        return 0
    parser.print_help(sys.stderr)
    if argv:
        sys.stderr.write(f"\nThere is no command {argv[0]!r}.\n")
    return 2


def _as_process() -> int:
    """Run what the command line asks for; a reader who has seen enough (`| head -1`) is no fault."""
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more at its exit and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


if __name__ == "__main__":
    sys.exit(_as_process())
