"""Series and sessions made by hand, for tests of the pure rules."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.updates.model import Series, Session, Step

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = date(2026, 3, 4)  # a Wednesday; week 5 is after the clock change
DUE = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)  # ten o'clock in Berlin

SERIES = Series(
    id=1, title="Data leak", channel="C1", private=False, audiences=(), language="en", zone=BERLIN, at=time(10),
    cadence="weekly", first_date=FIRST, first_week=1, weeks=3, holidays=None, holiday_policy="keep", owner="U1",
    hosts=("U2", "U3"), deputy="U4", paused_until=None, created_at=DUE, ended_at=None, ended_by=None,
)  # fmt: skip
SESSION = Session(
    id=7, series_id=1, week=1, due_at=DUE, moved_from=None, status="planned", host=None, asked_host=None,
    step=Step.NONE, look_at=DUE, revision=0, post_key=None, posted_at=None, cause=None, closed_by=None,
)  # fmt: skip


def series(**values) -> Series:
    """A weekly series on Wednesdays at ten in Berlin."""
    return replace(SERIES, **values)


def session(**values) -> Session:
    """Week 1 of that series."""
    return replace(SESSION, **values)
