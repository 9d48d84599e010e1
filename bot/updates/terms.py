"""What a series is to be: a request with its defaults filled in, and what Candor knows of the places it posts in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.updates.access import Caller
from bot.updates.calendar import Planned
from bot.updates.model import Series, StartRequest
from bot.updates.programme import WEEKDAYS, Programme
from bot.updates.recurrence import clock_changes, first_date
from responses.blocks.weekly.start import Date, Outline

NOT_YET = 0  # the number of a series that is not in the database


@dataclass(frozen=True)
class Place:
    """What is known of where a series is to post, and of its starter's zone; in `closed` ones Candor cannot post."""

    private: bool
    zone: ZoneInfo
    closed: tuple[str, ...] = ()


def drafted(request: StartRequest, caller: Caller, place: Place, programme: Programme, now: datetime) -> Series:
    """Return the series that a request asks for, not yet in the database.

    What it leaves out comes from the programme, the zone from its starter, who is also the host; the channel is the
    one in which it was asked for.
    """
    zone, at = request.zone or place.zone, request.at or programme.at
    weekday = WEEKDAYS.index(programme.weekday) if request.weekday is None else request.weekday
    channel = request.channel or caller.channel
    return Series(
        id=NOT_YET, title=request.title, channel=channel, private=place.private,
        audiences=tuple(place for place in request.audiences if place != channel),
        language=request.language or caller.language, zone=zone, at=at, cadence=request.cadence,
        first_date=request.first_date or first_date(weekday, at, zone, now), first_week=1,
        weeks=None if request.until_ended else request.weeks or programme.sessions,
        holidays=request.holidays, holiday_policy=request.holiday_policy, owner=caller.user,
        hosts=request.hosts or (caller.user,), deputy=request.deputy, paused_until=None, created_at=now,
        ended_at=None, ended_by=None,
    )  # fmt: skip


def columns(series: Series) -> dict[str, Any]:
    """Return a series' terms as its row in the database has them; bot.updates.rows reads them."""
    return {
        "title": series.title, "channel": series.channel, "private": series.private,
        "audiences": " ".join(series.audiences) or None, "language": series.language, "zone": series.zone.key,
        "at": f"{series.at:%H:%M}", "cadence": series.cadence, "first_date": series.first_date,
        "first_week": series.first_week, "weeks": series.weeks, "holidays": series.holidays,
        "holiday_policy": series.holiday_policy, "owner": series.owner, "hosts": " ".join(series.hosts),
        "deputy": series.deputy,
    }  # fmt: skip


def outline(series: Series, first_at: datetime | None) -> Outline:
    """Return a series as it is announced, with the first date that will be held."""
    return Outline(
        title=series.title, channel=series.channel, audiences=series.audiences, owner=series.owner, hosts=series.hosts,
        deputy=series.deputy, weekday=series.first_date.weekday(), at=series.at, zone=series.zone,
        cadence=series.cadence, weeks=series.weeks, first_at=first_at,
    )  # fmt: skip


def calendar_of(series: Series, planned: Sequence[Planned]) -> list[Date]:
    """Return where weeks fall as they are shown: with who hosts them, and where the clocks change between two."""
    changes = clock_changes([week.due_at for week in planned], series.zone)
    return [
        Date(
            week.week, week.due_at, series.zone, series.turn(week.week), week.holiday, week.moved_from,
            skipped=week.skipped, clock_change=place in changes,
        )
        for place, week in enumerate(planned, start=1)
    ]  # fmt: skip
