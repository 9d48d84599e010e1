"""How a process tells an operator what is wrong, and how it logs."""

import logging
import sys
from collections.abc import Iterable

DONE, FOUND_FAULTS, WRONG_USE = 0, 1, 2


def complain(lines: Iterable[str]) -> int:
    """Print readable lines to stderr and return the exit code for wrong use or configuration."""
    for line in lines:
        print(line, file=sys.stderr)
    return WRONG_USE


def set_up_logging(level: str) -> None:
    """Log Candor's own lines at `level`; of the libraries only warnings, since at INFO they log whole messages."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    for name in ("bot", "responses", "config"):
        logging.getLogger(name).setLevel(level)
    # Bolt's request verification and slack_sdk's socket client log bodies and signatures at INFO and DEBUG.
    for name in ("slack_bolt", "slack_sdk"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # A tick that is already running is nothing to report: it runs once more by itself.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
