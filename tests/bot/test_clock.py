from datetime import UTC, datetime, timedelta

from bot.clock import SystemClock


def test_the_system_clock_is_aware_in_utc_and_goes_on():
    before = datetime.now(UTC)
    first, second = SystemClock().now(), SystemClock().now()
    assert before <= first <= second <= datetime.now(UTC)
    assert first.tzinfo is UTC
    assert second - first < timedelta(minutes=1)
