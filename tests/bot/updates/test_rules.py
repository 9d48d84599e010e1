"""What a session needs at a moment: tables around every turning point, and what holds at every moment."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.updates.model import Step
from bot.updates.rules import (
    Decision,
    decide,
    host_of,
    is_paused,
    may_change,
    next_check,
    next_look,
    on_time_rate,
    reached,
    record,
)
from tests.bot.updates.made import DUE, series, session

HOUR, MINUTE, INSTANT = timedelta(hours=1), timedelta(minutes=1), timedelta(microseconds=1)
WAIT, MISS, SKIP = Decision("wait"), Decision("miss"), Decision("skip")


def take(step, *, late=False):
    return Decision("take", step, late)


# What has happened, how long after the due time it is, what is to be done.
UNWRITTEN = [
    ("planned", Step.NONE, -25 * HOUR, WAIT),
    ("planned", Step.NONE, -24 * HOUR - INSTANT, WAIT),
    ("planned", Step.NONE, -24 * HOUR, take(Step.PREPARE)),
    ("planned", Step.NONE, -MINUTE, take(Step.PREPARE)),
    ("planned", Step.PREPARE, -MINUTE, WAIT),
    ("planned", Step.PREPARE, -INSTANT, WAIT),
    ("planned", Step.PREPARE, 0 * HOUR, take(Step.REMIND)),
    ("planned", Step.NONE, 0 * HOUR, take(Step.REMIND)),  # nobody looked the day before: no preparation at the hour
    ("planned", Step.PREPARE, 15 * MINUTE, take(Step.REMIND)),
    ("planned", Step.PREPARE, 15 * MINUTE + INSTANT, take(Step.REMIND, late=True)),
    ("planned", Step.NONE, 47 * HOUR, take(Step.REMIND, late=True)),
    ("planned", Step.NONE, 48 * HOUR, take(Step.REMIND, late=True)),
    ("planned", Step.NONE, 48 * HOUR + INSTANT, MISS),
    ("awaiting", Step.REMIND, 59 * MINUTE, WAIT),
    ("awaiting", Step.REMIND, HOUR, take(Step.NUDGE)),
    ("awaiting", Step.NUDGE, 3 * HOUR, WAIT),
    ("awaiting", Step.NUDGE, 4 * HOUR, take(Step.NUDGE_AGAIN)),
    ("awaiting", Step.REMIND, 5 * HOUR, take(Step.NUDGE_AGAIN)),  # of several the last
    ("awaiting", Step.NUDGE_AGAIN, 23 * HOUR, WAIT),
    ("awaiting", Step.NUDGE_AGAIN, 24 * HOUR, take(Step.ESCALATE)),
    ("awaiting", Step.REMIND, 30 * HOUR, take(Step.ESCALATE)),
    ("awaiting", Step.ESCALATE, 47 * HOUR, WAIT),
    ("awaiting", Step.ESCALATE, 48 * HOUR, WAIT),
    ("awaiting", Step.ESCALATE, 48 * HOUR + INSTANT, MISS),
    ("awaiting", Step.REMIND, 100 * HOUR, MISS),
]
WRITTEN = [
    ("planned", Step.PREPARE, -INSTANT, WAIT),
    ("planned", Step.NONE, -HOUR, take(Step.PREPARE)),  # the host may still want to know of a new question
    ("planned", Step.PREPARE, 0 * HOUR, Decision("post")),
    ("planned", Step.PREPARE, 15 * MINUTE, Decision("post")),
    ("planned", Step.PREPARE, 16 * MINUTE, Decision("post", late=True)),
    ("awaiting", Step.REMIND, 5 * MINUTE, Decision("post")),
    ("awaiting", Step.NUDGE_AGAIN, 30 * HOUR, Decision("post", late=True)),
    ("awaiting", Step.ESCALATE, 48 * HOUR, Decision("post", late=True)),
    ("awaiting", Step.ESCALATE, 49 * HOUR, MISS),
]


@pytest.mark.parametrize(("status", "step", "after", "expected"), UNWRITTEN)
def test_what_an_unwritten_session_needs(programme, status, step, after, expected):
    now = DUE + after
    assert decide(session(status=status, step=step), series(), programme, now, written=False) == expected


@pytest.mark.parametrize(("status", "step", "after", "expected"), WRITTEN)
def test_what_a_written_session_needs(programme, status, step, after, expected):
    now = DUE + after
    assert decide(session(status=status, step=step), series(), programme, now, written=True) == expected


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize(
    ("after", "expected"), [(-24 * HOUR, WAIT), (-INSTANT, WAIT), (0 * HOUR, SKIP), (90 * HOUR, SKIP)]
)
def test_a_week_in_a_pause_is_skipped_at_its_hour_without_a_word(programme, after, expected, written):
    paused = series(paused_until=DUE + INSTANT)
    assert decide(session(), paused, programme, DUE + after, written=written) == expected


def test_a_pause_ends_at_its_moment(programme):
    assert is_paused(series(paused_until=DUE + INSTANT), DUE)
    assert not is_paused(series(paused_until=DUE), DUE)
    assert decide(session(), series(paused_until=DUE), programme, DUE, written=False) == take(Step.REMIND)


steps = some.sampled_from(Step)
lengths = some.timedeltas(timedelta(days=-30), timedelta(days=30))
sessions = some.builds(
    session,
    step=steps,
    status=some.sampled_from(["planned", "awaiting"]),
).filter(lambda each: (each.status == "awaiting") == (each.step.rank >= Step.REMIND.rank))


@given(each=sessions, after=lengths, written=some.booleans(), pause=some.none() | lengths)
def test_no_step_is_taken_twice_and_none_backwards(programme, each, after, written, pause):
    owner = series(paused_until=DUE + pause if pause is not None else None)
    decision = decide(each, owner, programme, DUE + after, written=written)
    if decision.action == "take":
        assert decision.step.rank > each.step.rank
    if written and after >= timedelta():
        assert decision.action in {"post", "miss", "skip"}, "no nudge after an update"
    if is_paused(owner, DUE) and each.status == "planned":
        assert decision.action in {"wait", "skip"}, "no post in a pause"


@given(each=sessions, after=lengths)
def test_between_one_look_and_the_next_nothing_is_to_be_done(programme, each, after):
    """The planner sleeps until `next_look`: a step whose hour comes before would be late."""
    now = DUE + after
    if decide(each, series(), programme, now, written=False) != WAIT:
        return
    look = next_look(each, programme, now)
    assert look > now
    assert decide(each, series(), programme, look - INSTANT, written=False) == WAIT
    assert decide(each, series(), programme, look, written=False) != WAIT


@given(after=lengths)
def test_a_reminder_hours_late_is_a_nudge_and_never_an_escalation(programme, after):
    step = reached(programme, session(), DUE + after)
    expected = Step.NUDGE_AGAIN if after >= 4 * HOUR else Step.NUDGE if after >= HOUR else Step.REMIND
    assert step is expected


@pytest.mark.parametrize(
    ("after", "status"), [(0 * HOUR, "posted"), (15 * MINUTE, "posted"), (16 * MINUTE, "late"), (47 * HOUR, "late")]
)
def test_the_record(programme, after, status):
    assert record(session(), programme, DUE + after) == status


def test_a_waiting_post_is_checked_when_it_becomes_late_and_when_it_is_too_late(programme):
    assert next_check(session(), programme, DUE) == DUE + 15 * MINUTE + INSTANT
    assert next_check(session(), programme, DUE + HOUR) == DUE + 48 * HOUR + INSTANT
    assert next_check(session(), programme, DUE + 50 * HOUR) == DUE + 50 * HOUR


def test_hosts_take_turns_whatever_became_of_a_week():
    assert [host_of(series(), session(week=week)) for week in (1, 2, 3, 4)] == ["U2", "U3", "U2", "U3"]
    assert host_of(series(), session(week=1, host="U9")) == "U9"


@pytest.mark.parametrize(("user", "allowed"), [("U1", True), ("U2", True), ("U3", True), ("U4", True), ("U5", False)])
def test_who_may_change_a_series(user, allowed):
    assert may_change(series(), user, is_admin=False) is allowed
    assert may_change(series(), user, is_admin=True)


def test_the_on_time_rate_leaves_out_what_was_skipped_or_is_to_come():
    assert on_time_rate(["posted", "late", "missed", "skipped", "planned", "posted"]) == (2, 4)
    assert on_time_rate([]) == (0, 0)


@pytest.mark.parametrize("after", [HOUR, 30 * HOUR, 50 * HOUR])
@pytest.mark.parametrize("written", [False, True])
def test_what_did_not_arrive_before_a_pause_is_neither_asked_for_nor_missed_in_it(programme, after, written):
    waiting, paused = session(status="awaiting", step=Step.REMIND), series(paused_until=DUE + 99 * HOUR)
    assert decide(waiting, paused, programme, DUE + after, written=written) == SKIP
