"""Days as people name them: read without a clock, resolved in the zone that counts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.updates.days import Day, read_day
from responses.phrases import LANGUAGES, say

TODAY = date(2026, 3, 4)  # a Wednesday

NAMED = [
    ("2026-12-03", "2026-12-03"),
    ("2020-01-01", "2020-01-01"),  # whoever asks says what may be gone
    ("today", "2026-03-04"),
    ("Tomorrow", "2026-03-05"),
    ("domani", "2026-03-05"),
    ("morgen", "2026-03-05"),
    ("bukas", "2026-03-05"),
    ("Thursday", "2026-03-05"),
    ("Monday", "2026-03-09"),
    ("next Monday", "2026-03-09"),
    ("wed", "2026-03-11"),  # never today
    ("mercoledì", "2026-03-11"),
    ("Freitag", "2026-03-06"),
    ("3 December", "2026-12-03"),
    ("3 March", "2027-03-03"),  # this year's is gone
    ("4 March", "2026-03-04"),
    ("December 3", "2026-12-03"),
    ("December 3rd, 2027", "2027-12-03"),
    ("1st of May", "2026-05-01"),
    ("3 dec", "2026-12-03"),
    ("3. Dezember", "2026-12-03"),
    ("3 dicembre 2026", "2026-12-03"),
    ("29 February", "2028-02-29"),
    ("Sept 1", "2026-09-01"),
]


@pytest.mark.parametrize(("given", "expected"), NAMED)
def test_a_day_is_found_from_today(given, expected):
    day = read_day(given)
    assert day is not None
    assert day.on(TODAY) == date.fromisoformat(expected)


NO_DAYS = [
    "", "soon", "2026-02-30", "2026-13-01", "31 February", "30 February 2028", "0 May", "3 Decembre", "12/03/2026",
    "next week", "Monday Tuesday", "3",
]  # fmt: skip


@pytest.mark.parametrize("given", NO_DAYS)
def test_what_is_no_day_is_none(given):
    assert read_day(given) is None


def test_every_weekday_and_month_is_known_in_four_languages():
    for language in LANGUAGES:
        for number, name in enumerate(say(language, "dates.weekdays").split(",")):
            assert read_day(name) == Day(weekday=number)
        for number, name in enumerate(say(language, "dates.months").split(","), start=1):
            assert read_day(f"2 {name}") == Day(month_and_day=(number, 2))


@given(weekday=st.integers(0, 6), today=st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_a_weekday_is_the_next_one_after_today(weekday, today):
    found = Day(weekday=weekday).on(today)
    assert found.weekday() == weekday
    assert timedelta(0) < found - today <= timedelta(7)


@given(day=st.dates(date(2020, 1, 1), date(2090, 1, 1)), today=st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_a_day_without_a_year_is_the_next_from_today_on(day, today):
    found = Day(month_and_day=(day.month, day.day)).on(today)
    assert (found.month, found.day) == (day.month, day.day)
    assert found >= today


@given(st.text(max_size=40))
def test_any_text_is_a_day_or_none(text):
    day = read_day(text)
    assert day is None or isinstance(day.on(TODAY), date)
