"""`python -m bot review`: will check a draft; it is not there yet, and says so."""

import argparse

from bot.cli.output import complain


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `review` to the command line, as it will be."""
    parser = subparsers.add_parser("review", help="review a draft (not yet)")
    parser.add_argument("draft", nargs="?", help="the draft to review")
    parser.add_argument("--jsonl", action="store_true", help='read {"draft": …} a line, write findings a line')


def run(_args: argparse.Namespace) -> int:
    """Say that it is not there yet; wrong use, so that no pipeline takes it for a clean bill."""
    return complain(["review: not yet. This version cannot review drafts; `ask` answers questions about wording."])
