"""Slack's Web API hangs while people use commands: they are answered in time all the same, and nothing is doubled."""

import time

import pytest

from bot.people import REMEMBER
from bot.storage.tables import series
from tests.scenarios.workspace import words


@pytest.fixture(scope="module")
def workspace(shared):
    """The app with its own clients and their timeouts, as `build` makes them."""
    return shared(over="http", patience=None)


def timed(workspace, text):
    began = time.monotonic()
    answer = workspace.say("chiara", "general", text)
    assert time.monotonic() - began < 3
    return answer


def test_help_comes_in_english_where_the_profile_does_not_come(workspace):
    workspace.fault("users.info", "timeout")
    assert words(timed(workspace, "/candor")).startswith("Candor answers questions")
    assert words(timed(workspace, "/candor")).startswith("Candor risponde"), "the next time it is asked for again"


def test_a_series_is_started_once_with_the_defaults(workspace):
    workspace.fault("users.info", "timeout")
    workspace.fault("conversations.info", "timeout")
    workspace.clock.advance(REMEMBER)
    answer = timed(workspace, "/candor-updates start Slow Slack")
    assert "*Slow Slack*" in words(answer)
    [row] = workspace.rows(series)
    assert row.private, "a channel that cannot be seen is taken for private"
