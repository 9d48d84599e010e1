"""What people find in the channel after Candor was away for a while."""

from datetime import UTC, datetime

import pytest

from responses.phrases import say
from tests.scenarios.workspace import DAY, HOUR, MONDAY, WEEK, the_only, words

LATE = "This reminder comes"


@pytest.fixture
def down(open_workspace):
    """A workspace whose app stops before the first session, Wednesday 10:00 UTC."""
    workspace = open_workspace(starts_at=MONDAY)
    workspace.start_series("Data leak on Wednesday at 10:00 in UTC for 5 weeks")
    workspace.stop_app()
    workspace.advance_to(datetime(2026, 9, 16, 10, 0, tzinfo=UTC))
    return workspace


def after(workspace, seconds):
    """Stay down for that long after the hour; return all reminders and notices of missed weeks a while after."""
    workspace.advance(seconds)
    workspace.start_app()
    workspace.settle()
    return [*workspace.steps("reminder"), *workspace.steps("missed")]


def test_ten_minutes_are_nothing_to_talk_about(down):
    post = the_only(after(down, 600))
    assert LATE not in words(post)
    assert words(post).startswith(say("en", "sessions.week_of", week=1, weeks=5) + ": Data leak")


@pytest.mark.parametrize("hours", [2, 13, 47])
def test_hours_are_admitted(down, hours):
    post = the_only(after(down, hours * HOUR))
    assert f"{hours} hours" in words(post)
    assert LATE in words(post)


def test_after_two_days_it_is_missed_and_that_is_told_once(down):
    told = the_only(after(down, 2 * DAY + HOUR))
    assert words(told).startswith("*Data leak*: the update of week 1 was missed")
    down.stop_app()
    assert len(after(down, DAY)) == 1
    assert say("en", "updates.status_missed") in words(down.say("ben", "general", "/candor-updates show 1"))
    down.advance(4 * DAY)
    assert len(down.reminders("Data leak")) == 1, "the next week is posted as ever"


def test_three_weeks_are_told_in_one_message(down):
    told = the_only(after(down, 2 * WEEK + 2 * DAY + HOUR))
    assert "weeks 1, 2, 3 was" not in words(told)
    assert "weeks 1, 2, 3 were missed" in words(told)
    down.advance(4 * WEEK)
    assert len(down.reminders("Data leak")) == 2


def test_an_app_that_came_back_in_time_lost_nothing(down):
    after(down, 0)
    down.advance(5 * WEEK)
    assert len(down.reminders("Data leak")) == 5
