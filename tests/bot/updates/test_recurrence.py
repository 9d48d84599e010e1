"""The weekly rule: N weeks are N moments, none doubled, none missed, in every zone."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.updates.recurrence import WEEK, MonthlyRule, WeeklyRule, clock_changes, first_date, rule_of

ZONES = sorted(available_timezones() - {"Factory", "localtime"})
DATES = st.dates(date(2020, 1, 1), date(2037, 12, 31))
TIMES = st.times().map(lambda value: value.replace(second=0, microsecond=0, fold=0))
# Most moments are near no clock change, where all mistakes are; half of all draws are in the hours of changes.
ODD_TIMES = st.builds(time, st.sampled_from([0, 1, 2, 3, 23]), st.sampled_from([0, 15, 30, 45, 59]))
NAMES = st.sampled_from(ZONES)
MOMENTS = st.integers(0, 18 * 365 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def offsets_around(moment: datetime, zone: ZoneInfo) -> tuple[timedelta, timedelta]:
    before, after = (moment + shift for shift in (-timedelta(hours=25), timedelta(hours=25)))
    return tuple(each.astimezone(zone).utcoffset() or timedelta() for each in (before, after))


@given(first=DATES, at=TIMES | ODD_TIMES, name=NAMES, weeks=st.integers(1, 104))
@example(first=date(2026, 3, 30), at=time(0, 30), name="Europe/Berlin", weeks=60)
@example(first=date(2026, 3, 29), at=time(2, 30), name="Europe/Berlin", weeks=60)
@example(first=date(2026, 4, 24), at=time(0, 0), name="Africa/Cairo", weeks=104)
def test_n_weeks_are_n_moments_each_on_its_day_at_its_hour(first, at, name, weeks):
    zone = ZoneInfo(name)
    moments = WeeklyRule(first, at, zone).occurrences(weeks)
    assert len(moments) == weeks
    assert all(earlier < later for earlier, later in pairwise(moments))
    for week, moment in enumerate(moments):
        wanted = datetime.combine(first + week * WEEK, at)
        shown = moment.astimezone(zone)
        assert moment.tzinfo is UTC
        if shown.replace(tzinfo=None, fold=0) == wanted:
            assert shown.fold == 0  # of two equal hours, the first
        else:
            before, after = offsets_around(moment, zone)
            assert shown.replace(tzinfo=None) - wanted == after - before > timedelta(0)  # forward, by the gap


@given(weekday=st.integers(0, 6), at=TIMES | ODD_TIMES, name=NAMES, now=MOMENTS)
@example(weekday=2, at=time(10), name="Europe/Berlin", now=datetime(2026, 10, 21, 8, 0, tzinfo=UTC))
@example(weekday=6, at=time(2, 45), name="Europe/Berlin", now=datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
def test_the_first_date_is_within_seven_days_of_the_calendar_and_to_come(weekday, at, name, now):
    zone = ZoneInfo(name)
    first = first_date(weekday, at, zone, now)
    rule = WeeklyRule(first, at, zone)
    assert first.weekday() == weekday
    assert 0 <= (first - now.astimezone(zone).date()).days <= 7
    assert rule.occurrence(1) > now
    assert rule.occurrence(0) <= now  # a week before it would have been too early: none is left out


# Wednesdays at 10:00 over both changes of 2026: the hour in UTC moves, the hour on the wall does not.
WEDNESDAYS = [
    ("Europe/Berlin", date(2026, 3, 25), ["03-25 09:00", "04-01 08:00"], [2]),
    ("Europe/Berlin", date(2026, 10, 21), ["10-21 08:00", "10-28 09:00"], [2]),
    ("America/Los_Angeles", date(2026, 3, 4), ["03-04 18:00", "03-11 17:00"], [2]),
    ("America/Los_Angeles", date(2026, 10, 28), ["10-28 17:00", "11-04 18:00"], [2]),
    ("Australia/Lord_Howe", date(2026, 4, 1), ["03-31 23:00", "04-07 23:30"], [2]),  # half an hour
    ("Australia/Lord_Howe", date(2026, 9, 30), ["09-29 23:30", "10-06 23:00"], [2]),
    ("America/Havana", date(2026, 3, 4), ["03-04 15:00", "03-11 14:00"], [2]),
    ("America/Havana", date(2026, 10, 28), ["10-28 14:00", "11-04 15:00"], [2]),
    ("Asia/Kolkata", date(2026, 3, 25), ["03-25 04:30", "04-01 04:30"], []),
    ("UTC", date(2026, 3, 25), ["03-25 10:00", "04-01 10:00"], []),
]


@pytest.mark.parametrize(("name", "first", "in_utc", "changes"), WEDNESDAYS)
def test_wednesday_at_ten_over_the_clock_changes(name, first, in_utc, changes):
    zone = ZoneInfo(name)
    rule = WeeklyRule(first, time(10), zone)
    moments = rule.occurrences(2)
    assert [f"{moment:%m-%d %H:%M}" for moment in moments] == in_utc
    assert [f"{moment.astimezone(zone):%a %H:%M}" for moment in moments] == ["Wed 10:00"] * 2
    assert clock_changes(moments, zone) == changes


# Where APScheduler's triggers miss a week, run twice or at another hour (reference/slack.md, 3.2); of three weeks the
# second is the critical one: as planned, and as the clock on the wall shows it.
CRITICAL = [
    ("Europe/Berlin", "2026-03-30 00:00", "2026-03-30 00:00"),
    ("Europe/Berlin", "2026-03-30 00:30", "2026-03-30 00:30"),
    ("Europe/London", "2026-03-30 00:00", "2026-03-30 00:00"),
    ("Europe/London", "2026-03-30 00:30", "2026-03-30 00:30"),
    ("America/New_York", "2026-03-09 00:00", "2026-03-09 00:00"),
    ("America/Los_Angeles", "2026-03-09 00:30", "2026-03-09 00:30"),
    ("Australia/Sydney", "2026-10-05 00:30", "2026-10-05 00:30"),
    ("Australia/Lord_Howe", "2026-10-05 00:00", "2026-10-05 00:00"),
    # the hour that is left out: forward by the gap
    ("Europe/Berlin", "2026-03-29 02:00", "2026-03-29 03:00"),
    ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29 03:30"),
    ("Europe/London", "2026-03-29 01:00", "2026-03-29 02:00"),
    ("America/New_York", "2026-03-08 02:00", "2026-03-08 03:00"),
    ("Australia/Sydney", "2026-10-04 02:00", "2026-10-04 03:00"),
    ("Australia/Lord_Howe", "2026-10-04 02:00", "2026-10-04 02:30"),
    ("Africa/Cairo", "2026-04-24 00:00", "2026-04-24 01:00"),
    ("Africa/Cairo", "2026-04-24 00:30", "2026-04-24 01:30"),
    ("America/Havana", "2026-03-08 00:00", "2026-03-08 01:00"),
    ("America/Havana", "2026-03-08 00:30", "2026-03-08 01:30"),
    ("America/Santiago", "2026-09-06 00:00", "2026-09-06 01:00"),
    ("Pacific/Apia", "2011-12-30 10:00", "2011-12-31 10:00"),  # Samoa left out a whole Friday
    # the hour that comes twice: once, the first of the two
    ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 02:30"),
    ("Europe/London", "2026-10-25 01:30", "2026-10-25 01:30"),
    ("America/New_York", "2026-11-01 01:00", "2026-11-01 01:00"),
    ("Australia/Lord_Howe", "2026-04-05 01:30", "2026-04-05 01:30"),
    ("America/Havana", "2026-11-01 00:30", "2026-11-01 00:30"),
]


@pytest.mark.parametrize(("name", "planned", "shown"), CRITICAL)
def test_no_week_is_missed_or_doubled_at_a_clock_change(name, planned, shown):
    zone = ZoneInfo(name)
    wanted = datetime.fromisoformat(planned)
    moments = WeeklyRule((wanted - WEEK).date(), wanted.time(), zone).occurrences(3)
    walls = [moment.astimezone(zone) for moment in moments]
    assert f"{walls[1]:%Y-%m-%d %H:%M}" == shown
    assert [wall.fold for wall in walls] == [0, 0, 0]
    assert [wall.replace(tzinfo=None) for wall in (walls[0], walls[2])] == [wanted - WEEK, wanted + WEEK]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-03 09:00", "2026-03-04"),  # Tuesday
        ("2026-03-04 09:59", "2026-03-04"),  # Wednesday, a minute before
        ("2026-03-04 10:00", "2026-03-11"),  # at the very moment
        ("2026-03-04 10:01", "2026-03-11"),
        ("2026-03-05 00:00", "2026-03-11"),
    ],
)
def test_the_first_wednesday(now, expected):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert first_date(2, time(10), ZoneInfo("UTC"), moment) == date.fromisoformat(expected)


def test_the_first_date_is_counted_in_the_series_zone():
    tuesday_in_utc = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)  # Wednesday, 09:00 in Auckland
    assert first_date(2, time(10), ZoneInfo("Pacific/Auckland"), tuesday_in_utc) == date(2026, 3, 4)
    assert first_date(2, time(8, 59), ZoneInfo("Pacific/Auckland"), tuesday_in_utc) == date(2026, 3, 11)
    wednesday_in_utc = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)  # still Tuesday in Los Angeles
    assert first_date(2, time(10), ZoneInfo("America/Los_Angeles"), wednesday_in_utc) == date(2026, 3, 4)


MONTHS = [
    # first date, the next ones
    ("2026-03-04", ["2026-04-01", "2026-05-06", "2026-06-03"]),  # the first Wednesday
    ("2026-03-31", ["2026-04-28", "2026-05-26", "2026-06-30"]),  # the fifth Tuesday is the last
    ("2026-11-11", ["2026-12-09", "2027-01-13", "2027-02-10"]),  # over the end of a year
]


@pytest.mark.parametrize(("first", "expected"), MONTHS)
def test_monthly_ones_keep_their_weekday_and_its_place_in_the_month(first, expected):
    rule = MonthlyRule(date.fromisoformat(first), time(10), ZoneInfo("Europe/Berlin"))
    assert [rule.day(week).isoformat() for week in (2, 3, 4)] == expected


@given(first=DATES, at=TIMES | ODD_TIMES, name=NAMES, start=st.integers(1, 90))
def test_monthly_ones_are_one_a_month_on_one_weekday(first, at, name, start):
    rule = rule_of("monthly", first, at, ZoneInfo(name), start)
    days = [rule.day(week) for week in range(start, start + 24)]
    assert days[0] == first
    assert [each.year * 12 + each.month for each in days] == [
        first.year * 12 + first.month + offset for offset in range(24)
    ]
    assert {each.weekday() for each in days} == {first.weekday()}
    moments = [rule.occurrence(week) for week in range(start, start + 24)]
    assert all(earlier < later for earlier, later in pairwise(moments))


@given(first=DATES, at=TIMES, name=NAMES, start=st.integers(1, 90))
def test_a_rule_that_begins_later_counts_on_from_there(first, at, name, start):
    zone = ZoneInfo(name)
    assert rule_of("weekly", first, at, zone, start).occurrence(start + 3) == WeeklyRule(first, at, zone).occurrence(4)
