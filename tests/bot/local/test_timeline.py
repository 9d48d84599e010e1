"""Moving the clock: what falls due on the way is done in order, and nothing can keep it from arriving."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.local.clock import MovableClock
from bot.local.errors import Refused
from bot.local.person import Person
from bot.local.server import LocalSlack
from bot.local.timeline import MOST_ROUNDS, Timeline

from .conftest import client_of


def timeline(clock, run_due=None, retries=()) -> Timeline:
    pending = list(retries)

    def settle() -> None:
        pending[:] = [due for due in pending if due > clock.now()]

    made = Timeline(clock, settle, lambda: min(pending, default=None))
    made.run_due = run_due
    return made


def test_without_an_app_the_clock_just_moves():
    clock = MovableClock()
    before = clock.now()
    assert timeline(clock).advance(timedelta(days=7)) is None
    assert clock.now() >= before + timedelta(days=7)


def test_each_due_moment_is_visited_in_order():
    clock = MovableClock()
    start = clock.now()
    due = [start + timedelta(hours=hours) for hours in (1, 30, 167, 200)]
    done = []

    def run_due() -> datetime | None:
        while due and due[0] <= clock.now():
            done.append((due.pop(0), clock.now()))
        return due[0] if due else None

    upcoming = timeline(clock, run_due).advance(timedelta(days=7))
    assert [planned for planned, _ in done] == [start + timedelta(hours=hours) for hours in (1, 30, 167)]
    assert all(timedelta() <= actual - planned < timedelta(seconds=5) for planned, actual in done)
    assert upcoming == start + timedelta(hours=200)


def test_retries_are_visited_too():
    clock = MovableClock()
    retry = clock.now() + timedelta(minutes=5)
    seen = []
    made = timeline(clock, lambda: seen.append(clock.now()), [retry])
    made.advance(timedelta(hours=1))
    assert any(retry <= moment < retry + timedelta(seconds=5) for moment in seen)


def test_something_that_stays_due_does_not_stop_the_clock(caplog):
    clock = MovableClock()
    start = clock.now()
    calls = []

    def stuck() -> datetime:
        calls.append(1)
        return start

    timeline(clock, stuck).advance(timedelta(days=1))
    assert clock.now() >= start + timedelta(days=1)
    assert MOST_ROUNDS <= len(calls) <= 3 * MOST_ROUNDS
    assert "stays due" in caplog.text


def test_to_the_next_stops_at_the_next():
    clock = MovableClock()
    due = clock.now() + timedelta(days=2)
    made = timeline(clock, lambda: due if clock.now() < due else due + timedelta(days=7))
    assert made.advance_to_next() == due + timedelta(days=7)
    assert due <= clock.now() < due + timedelta(seconds=5)


def test_to_the_next_stays_when_nothing_is_due():
    clock = MovableClock()
    before = clock.now()
    assert timeline(clock, lambda: None).advance_to_next() is None
    assert clock.now() < before + timedelta(seconds=5)


@pytest.mark.parametrize("days", [-1, 401])
def test_absurd_steps_are_refused(days):
    with pytest.raises(Refused, match="400 days"):
        timeline(MovableClock()).advance(timedelta(days=days))


def test_the_app_may_call_back_while_the_clock_moves():
    clock = MovableClock()
    due = [clock.now() + timedelta(days=day) for day in range(1, 4)]
    with LocalSlack(clock=clock) as slack:
        api = client_of(slack)

        def run_due() -> datetime | None:
            while due and due[0] <= clock.now():
                api.chat_postMessage(channel="C0UPDATES", text=f"due {due.pop(0).isoformat()}")
            return due[0] if due else None

        slack.run_due = run_due
        ada = Person(slack.url, "ada")
        answer = ada.post("clock", advance_seconds=7 * 86400)
        assert len(ada.messages("status-updates")) == 3
        assert datetime.fromisoformat(answer["now"]).tzinfo is UTC
        assert answer["next"] is None
        stamps = [float(m["ts"]) for m in ada.messages("status-updates")]
        assert all(86_399 < later - earlier < 86_410 for earlier, later in pairwise(stamps))


def test_a_failing_app_is_told_apart_from_a_faulty_request():
    with LocalSlack(clock=MovableClock(), run_due=lambda: 1 / 0) as slack:
        with pytest.raises(Refused, match="division by zero") as caught:
            Person(slack.url, "ada").post("clock", advance_seconds=1)
        assert caught.value.status == 500
        with pytest.raises(ZeroDivisionError):
            slack.advance(1)
