from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.updates.model import Series, Session
from bot.updates.recurrence import WeeklyRule

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_series_knows_when_its_sessions_are():
    first, at = date(2026, 3, 4), time(10)
    series = Series(1, "Leak", "C1", False, "en", BERLIN, at, first, 13, "U1", "U2", None)
    assert series.rule == WeeklyRule(first, at, BERLIN)


def test_the_key_of_a_reminder_is_the_sessions_alone():
    now = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    keys = {Session(number, 5, week, now, "planned", None, None).key for number in (1, 2) for week in (1, 2)}
    assert keys == {"session:1:reminder", "session:2:reminder"}
