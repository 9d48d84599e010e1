"""How a series' sessions are planned: all of them at its start, or eight ahead where no end is planned."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.storage import sessions as kept
from bot.updates.calendar import Planned, plan
from bot.updates.model import Series
from bot.updates.programme import Programme

AHEAD = 8


def plan_all(connection: Connection, series: Series, programme: Programme) -> list[Planned]:
    """Plan a new series' sessions; return where they fall."""
    planned = plan_weeks(series, range(1, (series.weeks or AHEAD) + 1))
    _add(connection, series, planned, programme)
    return planned


def plan_ahead(connection: Connection, series: Series, programme: Programme) -> None:
    """See to it that a series without an end has its sessions planned ahead; others have all of theirs."""
    if series.weeks is not None or series.ended_at is not None:
        return
    rows = kept.of_series(connection, [series.id])
    missing = AHEAD - sum(row.status == "planned" for row in rows)
    last = rows[-1].week if rows else 0
    while missing > 0:  # a week that is left out for a holiday is none to look forward to
        planned = plan_weeks(series, range(last + 1, last + 1 + missing))
        _add(connection, series, planned, programme)
        last, missing = last + missing, sum(week.skipped for week in planned)


def plan_weeks(series: Series, weeks: Iterable[int]) -> list[Planned]:
    """Return where weeks of a series fall by its present rule."""
    return plan(series.rule, weeks, series.holidays, series.holiday_policy)


def session_values(week: Planned, programme: Programme) -> dict[str, Any]:
    """Return what a planned week is in the database."""
    values: dict[str, Any] = {
        "week": week.week, "due_at": week.due_at, "moved_from": week.moved_from, "status": "planned", "step": "none",
        "cause": None, "look_at": week.due_at - programme.prepare_before,
    }  # fmt: skip
    if week.skipped:
        values |= {"status": "skipped", "cause": f"holiday: {week.holiday}", "look_at": None}
    return values


def _add(connection: Connection, series: Series, planned: Iterable[Planned], programme: Programme) -> None:
    rows = [{"series_id": series.id, **session_values(week, programme)} for week in planned]
    kept.add(connection, rows)


def next_due(planned: Iterable[Planned], now: datetime) -> datetime | None:
    """Return the first date that will be held after `now`."""
    return min((week.due_at for week in planned if not week.skipped and week.due_at > now), default=None)
