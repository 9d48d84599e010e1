"""What an operator reads, and what a log never holds."""

import logging

import pytest

from bot.cli.output import WRONG_USE, complain, set_up_logging

LOUD = ("bot", "responses", "config")
QUIET = ("slack_bolt", "slack_sdk")


def test_complaints_are_lines_on_stderr_and_wrong_use(capsys):
    assert complain(["one thing", "another"]) == WRONG_USE == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "one thing\nanother\n")


@pytest.fixture
def _levels_afterwards():
    before = {name: logging.getLogger(name).level for name in (*LOUD, *QUIET, "apscheduler")}
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.usefixtures("_levels_afterwards")
@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING"])
def test_the_libraries_stay_quiet_whatever_the_level_since_they_log_whole_messages(level):
    set_up_logging(level)
    for name in LOUD:
        assert logging.getLogger(f"{name}.somewhere").getEffectiveLevel() == getattr(logging, level)
    for name in QUIET:
        assert logging.getLogger(f"{name}.App").getEffectiveLevel() == logging.WARNING
    assert logging.getLogger("apscheduler.scheduler").getEffectiveLevel() == logging.ERROR
