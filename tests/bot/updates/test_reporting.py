"""The facts of the closing report: which weeks are on the record, which an early end left out, the rate."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.updates.reporting import ENDED, held, report
from tests.bot.updates.made import DUE, series, session

NO_QUESTIONS = ((), 0)


def week(number, status, cause=None):
    return session(id=number, week=number, status=status, cause=cause, due_at=DUE + timedelta(weeks=number - 1))


def made(sessions, **values):
    return report(series(weeks=len(sessions) or None, **values), sessions, [], NO_QUESTIONS, "", DUE)


def test_the_record_is_told_week_by_week():
    posted = replace(week(1, "posted"), posted_at=DUE)
    found = made([week(3, "missed", "not_written"), posted, week(2, "skipped", "ill")], ended_at=DUE)
    assert [(each.number, each.outcome, each.cause) for each in found.held] == [
        (1, "posted", None),
        (2, "skipped", "ill"),
        (3, "missed", "not_written"),
    ]
    assert found.on_time == (1, 2)
    assert found.held[0].posted_at == DUE


def test_what_an_early_end_left_out_is_counted_not_told():
    found = made([week(1, "posted"), week(2, "skipped", ENDED), week(3, "skipped", ENDED)], ended_by="U1", ended_at=DUE)
    assert [each.number for each in found.held] == [1]
    assert (found.dropped, found.ended_by) == (2, "U1")


def test_without_a_planned_end_nothing_was_left_out():
    sessions = [week(1, "posted"), week(2, "skipped", ENDED)]
    assert report(series(weeks=None), sessions, [], NO_QUESTIONS, "", DUE).dropped == 0


@pytest.mark.parametrize("status", ["planned", "awaiting", "queued"])
def test_a_week_that_is_not_over_is_no_part_of_it(status):
    assert held([week(1, status)]) == []


@given(st.lists(st.sampled_from(["posted", "late", "skipped", "missed", "ended"]), max_size=30))
def test_every_week_is_told_or_counted_once_and_the_rate_is_of_those_due(outcomes):
    sessions = [
        week(number, *(("skipped", ENDED) if outcome == "ended" else (outcome, None)))
        for number, outcome in enumerate(outcomes, start=1)
    ]
    found = made(sessions, ended_at=DUE)
    assert len(found.held) + found.dropped == len(outcomes)
    assert found.on_time == (outcomes.count("posted"), len([o for o in outcomes if o in {"posted", "late", "missed"}]))
