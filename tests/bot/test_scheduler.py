"""The tick, in real time but within fractions of a second."""

import time
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest

from bot import scheduler
from bot.clock import SystemClock
from bot.scheduler import Ticker
from tests.fakes import FrozenClock

SOON = 5  # seconds that a busy machine may take for what is due at once
BRIEFLY = 0.2  # seconds in which nothing may happen


class Work:
    """A `run_due` that counts its runs; `after` are what it returns or raises, None for the rest."""

    def __init__(self, *after):
        self.after = [*after]
        self.runs = []
        self.ran = Event()

    def __call__(self):
        self.runs.append(time.monotonic())
        self.ran.set()
        result = self.after.pop(0) if self.after else None
        if isinstance(result, Exception):
            raise result
        return result() if callable(result) else result

    def wait_for(self, count):
        end = time.monotonic() + SOON
        while len(self.runs) < count:
            self.ran.clear()
            if len(self.runs) < count:
                assert self.ran.wait(end - time.monotonic()), f"{len(self.runs)} runs instead of {count}"


@pytest.fixture
def start():
    tickers = []

    def start(work, **more):
        ticker = Ticker(work, more.pop("clock", SystemClock()), **more)
        tickers.append(ticker)
        ticker.start()
        return ticker

    yield start
    for ticker in tickers:
        ticker.stop()


def test_the_first_run_is_at_once(start):
    work = Work()
    start(work)
    work.wait_for(1)


def test_nothing_runs_before_the_start():
    work = Work()
    ticker = Ticker(work, SystemClock())
    ticker.wake()
    assert not work.ran.wait(BRIEFLY)
    ticker.stop()


@pytest.mark.parametrize("periodic", [True, False])
def test_it_runs_again_when_the_next_thing_is_due_and_not_before(start, periodic):
    work = Work(lambda: datetime.now(UTC) + timedelta(seconds=0.3))
    start(work, periodic=periodic)
    work.wait_for(2)
    assert work.runs[1] - work.runs[0] >= 0.29


def test_due_is_told_by_candors_own_clock(start):
    clock = FrozenClock(datetime(2031, 1, 1, tzinfo=UTC))
    work = Work(clock.moment + timedelta(seconds=0.3))
    start(work, clock=clock)
    work.wait_for(2)
    assert work.runs[1] - work.runs[0] >= 0.29


def test_what_is_overdue_runs_again_at_once(start):
    work = Work(datetime(2020, 1, 1, tzinfo=UTC))
    start(work)
    work.wait_for(2)


@pytest.mark.parametrize("periodic", [True, False])
def test_without_anything_due_a_wake_makes_it_run_at_once(start, periodic):
    work = Work()
    ticker = start(work, periodic=periodic)
    work.wait_for(1)
    assert not _ran_within(work, BRIEFLY)
    ticker.wake()
    work.wait_for(2)


def _ran_within(work, seconds):
    work.ran.clear()
    return work.ran.wait(seconds)


def test_a_wake_brings_forward_what_is_due_later(start):
    work = Work(datetime.now(UTC) + timedelta(days=7))
    ticker = start(work, periodic=False)
    work.wait_for(1)
    ticker.wake()
    work.wait_for(2)


def test_wakes_during_a_run_make_exactly_one_more(start):
    entered, leave = Event(), Event()

    def block():
        entered.set()
        leave.wait(SOON)

    work = Work(block)
    ticker = start(work)
    assert entered.wait(SOON)
    for _ in range(5):
        ticker.wake()
    assert len(work.runs) == 1, "two runs at a time"
    leave.set()
    work.wait_for(2)
    assert not _ran_within(work, BRIEFLY)
    assert len(work.runs) == 2


def test_no_wake_is_lost_under_many_threads(start):
    handled, asked = set(), set()
    work = Work()
    ticker = start(lambda: (handled.update([*asked]), work())[1])

    def ask(name):
        for number in range(20):
            asked.add((name, number))
            ticker.wake()

    threads = [Thread(target=ask, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    end = time.monotonic() + SOON
    while handled != asked and time.monotonic() < end:
        _ran_within(work, 0.05)
    assert handled == asked


@pytest.mark.parametrize("periodic", [True, False])
def test_an_exception_does_not_end_the_ticking(start, monkeypatch, caplog, periodic):
    monkeypatch.setattr(scheduler, "LONGEST_SLEEP", timedelta(seconds=0.1))
    work = Work(OSError("the database is away"))
    ticker = start(work, periodic=periodic)
    work.wait_for(1)
    ticker.wake()
    work.wait_for(2)
    assert "the tick failed" in caplog.text


def test_it_tries_again_by_itself_after_an_exception(start, monkeypatch):
    monkeypatch.setattr(scheduler, "LONGEST_SLEEP", timedelta(seconds=0.1))
    work = Work(OSError("away"), OSError("away"))
    start(work)
    work.wait_for(3)


def test_a_process_that_only_runs_when_woken_tries_again_after_an_exception_too(start, monkeypatch):
    monkeypatch.setattr(scheduler, "LONGEST_SLEEP", timedelta(seconds=0.1))
    work = Work(OSError("away"))
    start(work, periodic=False)
    work.wait_for(2)


def test_it_looks_from_time_to_time_since_other_processes_write_too(start, monkeypatch):
    monkeypatch.setattr(scheduler, "LONGEST_SLEEP", timedelta(seconds=0.1))
    work = Work()
    start(work)
    work.wait_for(4)


def test_one_that_only_runs_when_woken_does_not_look_by_itself(start, monkeypatch):
    monkeypatch.setattr(scheduler, "LONGEST_SLEEP", timedelta(seconds=0.02))
    work = Work()
    start(work, periodic=False)
    work.wait_for(1)
    assert not _ran_within(work, BRIEFLY)


def test_stop_waits_for_the_run_that_is_under_way(start):
    entered, leave, done = Event(), Event(), Event()

    def block():
        entered.set()
        leave.wait(SOON)
        done.set()

    ticker = start(Work(block))
    assert entered.wait(SOON)
    stopping = Thread(target=ticker.stop, daemon=True)
    stopping.start()
    stopping.join(BRIEFLY)
    assert stopping.is_alive()
    leave.set()
    stopping.join(SOON)
    assert not stopping.is_alive(), "the run and the stop wait for each other"
    assert done.is_set()


def test_a_wake_during_the_last_run_is_left_to_the_next_process(start):
    entered, leave = Event(), Event()

    def block():
        entered.set()
        leave.wait(SOON)

    work = Work(block)
    ticker = start(work)
    assert entered.wait(SOON)
    ticker.wake()
    stopping = Thread(target=ticker.stop, daemon=True)
    stopping.start()
    stopping.join(BRIEFLY)
    leave.set()
    stopping.join(SOON)
    assert len(work.runs) == 1


def test_after_the_stop_nothing_runs_and_nothing_breaks(start):
    work = Work()
    ticker = start(work)
    work.wait_for(1)
    ticker.stop()
    ticker.wake()
    ticker.stop()
    assert not _ran_within(work, BRIEFLY)
