"""How moments and lengths of time are written, in four languages."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from responses import dates
from responses.phrases import LANGUAGES, say

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")

DAYS = [
    ("en", "Wednesday 25 November 2026"),
    ("it", "mercoledì 25 novembre 2026"),
    ("de", "Mittwoch, 25. November 2026"),
    ("fil", "Miyerkules, ika-25 ng Nobyembre 2026"),
]
MOMENTS = [
    ("en", "Wednesday 25 November 2026, 13:00 (Europe/Berlin)"),
    ("it", "mercoledì 25 novembre 2026, ore 13:00 (Europe/Berlin)"),
    ("de", "Mittwoch, 25. November 2026, 13:00 Uhr (Europe/Berlin)"),
    ("fil", "Miyerkules, ika-25 ng Nobyembre 2026, 13:00 (Europe/Berlin)"),
]
LENGTHS = [
    (timedelta(seconds=59), "0 minutes"),
    (timedelta(minutes=1), "1 minute"),
    (timedelta(minutes=16, seconds=59), "16 minutes"),
    (timedelta(minutes=119, seconds=59), "119 minutes"),
    (timedelta(minutes=120), "2 hours"),
    (timedelta(hours=2, minutes=59), "2 hours"),
    (timedelta(hours=49), "49 hours"),
]


@pytest.mark.parametrize(("language", "written"), DAYS)
def test_a_day(language, written):
    assert dates.day(language, date(2026, 11, 25)) == written


@pytest.mark.parametrize(("language", "written"), MOMENTS)
def test_a_moment_is_what_the_wall_in_the_zone_shows(language, written):
    assert dates.moment(language, NOON, BERLIN) == written
    assert dates.wall(language, NOON, BERLIN) == written.removesuffix(" (Europe/Berlin)")


def test_a_moment_may_be_another_day_in_the_zone():
    assert dates.moment("en", NOON, ZoneInfo("Pacific/Auckland")).startswith("Thursday 26 November 2026, 01:00")
    new_year = datetime(2027, 1, 1, 3, 0, tzinfo=UTC)
    assert dates.moment("en", new_year, ZoneInfo("America/New_York")).startswith("Thursday 31 December 2026, 22:00")


def test_every_reader_is_shown_their_own_time_too():
    written = dates.moment_for_all("en", NOON, BERLIN)
    reader = f"<!date^{int(NOON.timestamp())}^{{date_short_pretty}} {{time}}|2026-11-25 12:00 UTC>"
    assert written == f"Wednesday 25 November 2026, 13:00 (Europe/Berlin), your time {reader}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_weekday_and_month_has_its_name(language):
    assert len({dates.weekday(language, number) for number in range(7)}) == 7
    assert [dates.weekday(language, number) for number in range(7)] == say(language, "dates.weekdays").split(",")
    months = {dates.day(language, date(2026, month, 1)) for month in range(1, 13)}
    assert len(months) == 12
    assert len(say(language, "dates.months").split(",")) == 12


@pytest.mark.parametrize(("value", "written"), LENGTHS)
def test_a_length_of_time_is_rounded_down(value, written):
    assert dates.length("en", value) == written
