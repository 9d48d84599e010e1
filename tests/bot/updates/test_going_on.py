"""When a series goes on once a month."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.updates.going_on import first_monthly
from bot.updates.recurrence import MonthlyRule, moment_on
from tests.bot.updates.made import series

PACIFIC = ZoneInfo("America/Los_Angeles")
ZOOM = series(first_date=date(2020, 4, 8), weeks=13, zone=PACIFIC)


def at(*when):
    return datetime(*when, tzinfo=PACIFIC)


@pytest.mark.parametrize(
    ("last_week", "now", "expected"),
    [
        (13, at(2020, 7, 1, 10, 5), date(2020, 7, 15)),  # as Zoom did
        (13, at(2020, 7, 15, 9, 59), date(2020, 7, 15)),
        (13, at(2020, 7, 15, 10), date(2020, 8, 19)),  # too late for it: the month after, the third Wednesday again
        (13, at(2020, 9, 1), date(2020, 9, 16)),  # the date of Zoom's own autumn edition
        (5, at(2020, 5, 7), date(2020, 5, 20)),
        (0, at(2020, 4, 1), date(2020, 4, 8)),  # ended before it began
    ],
)
def test_two_weeks_after_the_last_one_on_the_same_weekday(last_week, now, expected):
    assert first_monthly(ZOOM, last_week, now) == expected


def test_a_monthly_series_goes_on_a_month_later():
    monthly = series(cadence="monthly", first_date=date(2020, 7, 15), zone=PACIFIC)
    assert first_monthly(monthly, 2, at(2020, 8, 20)) == date(2020, 9, 16)


def test_then_it_is_the_same_weekday_of_each_month():
    rule = MonthlyRule(date(2020, 7, 15), time(10), PACIFIC)
    assert [rule.day(week) for week in (1, 2, 3)] == [date(2020, 7, 15), date(2020, 8, 19), date(2020, 9, 16)]


@given(
    st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 104), st.integers(0, 20_000),
    st.sampled_from(["weekly", "monthly"]),
)  # fmt: skip
def test_it_always_lies_ahead_on_the_same_weekday(first, last_week, hours, cadence):
    ended = series(first_date=first, cadence=cadence, zone=PACIFIC)
    now = ended.rule.occurrence(max(last_week, 1)) + timedelta(hours=hours)
    found = first_monthly(ended, last_week, now)
    assert moment_on(found, ended.at, ended.zone) > now
    assert found.weekday() == first.weekday()
    assert moment_on(found, ended.at, ended.zone) - now < timedelta(days=36)
