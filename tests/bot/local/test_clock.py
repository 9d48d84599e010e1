from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from bot.local.clock import MovableClock


def test_it_tells_real_time_in_utc_until_it_is_moved():
    before = datetime.now(UTC)
    now = MovableClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta()


def test_it_moves_forward_by_a_step_and_goes_on_from_there():
    clock = MovableClock()
    before = clock.now()
    assert clock.advance(timedelta(days=7)) >= before + timedelta(days=7)
    assert clock.now() < before + timedelta(days=7, minutes=1)


def test_it_moves_to_a_moment():
    clock = MovableClock()
    moment = clock.now() + timedelta(days=3)
    assert moment <= clock.move_to(moment) < moment + timedelta(minutes=1)


def test_it_never_goes_back():
    clock = MovableClock(timedelta(days=1))
    before = clock.now()
    assert clock.move_to(before - timedelta(days=2)) >= before
    with pytest.raises(ValueError, match="never goes back"):
        clock.advance(timedelta(seconds=-1))


def test_steps_from_many_threads_all_count():
    clock = MovableClock()
    before = clock.now()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: clock.advance(timedelta(hours=1)), range(100)))
    assert clock.now() >= before + timedelta(hours=100)
