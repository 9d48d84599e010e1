"""Where sessions fall beside holidays: moved to a working day, left out, or kept; one series' holidays only."""

from datetime import date, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.updates.calendar import holidays_in, is_country, plan
from bot.updates.recurrence import WeeklyRule

BERLIN = ZoneInfo("Europe/Berlin")
COUNTRIES = ["DE", "DE-BY", "US", "IT", "PH", "GB"]


def rule(first, at=time(10)):
    return WeeklyRule(date.fromisoformat(first), at, BERLIN)


def shown(planned):
    day = planned.due_at.astimezone(BERLIN)
    return f"{day:%a %m-%d %H:%M}{' skipped' if planned.skipped else ''}"


# standup-raven#263, pullreminders/backlog#100 (holidays of a channel's own), grafana/oncall#558 (no weekends).
CASES = [
    # an ordinary day
    ("2026-04-08", "DE", "move", "Wed 04-08 10:00"),
    # Easter Monday: the day after, nothing at all, or all the same
    ("2026-04-06", "DE", "move", "Tue 04-07 10:00"),
    ("2026-04-06", "DE", "skip", "Mon 04-06 10:00 skipped"),
    ("2026-04-06", "DE", "keep", "Mon 04-06 10:00"),
    # Good Friday: over the weekend and over Easter Monday
    ("2026-04-03", "DE", "move", "Tue 04-07 10:00"),
    # a Saturday that is a holiday goes to the Monday; a Saturday that is none was wanted
    ("2026-10-03", "DE", "move", "Mon 10-05 10:00"),
    ("2026-10-10", "DE", "move", "Sat 10-10 10:00"),
    # Christmas Eve is none in Germany, Christmas is, and so is the day after
    ("2026-12-24", "DE", "move", "Thu 12-24 10:00"),
    ("2026-12-25", "DE", "move", "Mon 12-28 10:00"),
    # over the end of a year
    ("2027-01-01", "DE", "move", "Mon 01-04 10:00"),
    # each country and each part of one has its own: Epiphany in Bavaria, Independence Day (observed) in the USA
    ("2027-01-06", "DE", "move", "Wed 01-06 10:00"),
    ("2027-01-06", "DE-BY", "move", "Thu 01-07 10:00"),
    ("2026-07-03", "DE", "skip", "Fri 07-03 10:00"),
    ("2026-07-03", "US", "skip", "Fri 07-03 10:00 skipped"),
    # without a country there are none
    ("2026-12-25", None, "move", "Fri 12-25 10:00"),
]


@pytest.mark.parametrize(("first", "country", "policy", "expected"), CASES)
def test_a_session_on_a_holiday(first, country, policy, expected):
    (planned,) = plan(rule(first), [1], country, policy)
    assert shown(planned) == expected
    assert (planned.moved_from is not None) == (policy == "move" and planned.holiday is not None)


def test_moved_over_a_clock_change_it_keeps_its_hour():
    (planned,) = plan(rule("2024-03-29"), [1], "DE", "move")  # Good Friday; the clocks change on Easter Sunday
    assert shown(planned) == "Tue 04-02 10:00"


@given(
    first=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    country=st.sampled_from(COUNTRIES),
    policy=st.sampled_from(["move", "skip", "keep"]),
    weeks=st.integers(1, 60),
)
def test_no_week_is_lost_doubled_or_put_on_a_day_off(first, country, policy, weeks):
    own = WeeklyRule(first, time(10), BERLIN)
    planned = plan(own, range(1, weeks + 1), country, policy)
    assert [each.week for each in planned] == [*range(1, weeks + 1)]
    held = [each for each in planned if not each.skipped]
    assert all(earlier.due_at < later.due_at for earlier, later in pairwise(held))
    for each in held:
        day = each.due_at.astimezone(BERLIN).date()
        free = holidays_in(country, (day.year, day.year + 1))
        if policy != "keep":
            assert day not in free
        if each.moved_from:
            assert day.weekday() < 5
            assert own.day(each.week) < day < own.day(each.week + 1)
        else:
            assert day == own.day(each.week)


@pytest.mark.parametrize(
    ("country", "known"), [("DE", True), ("DE-BY", True), ("DE-XX", False), ("XX", False), ("", False), ("de", False)]
)
def test_which_countries_are_known(country, known):
    assert is_country(country) is known
