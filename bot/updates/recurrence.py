"""When a session takes place: a wall-clock time in a zone, week after week or once a month, as pure functions.

Policy: in a spring gap the session moves forward by the gap (02:30 becomes 03:30), in an autumn overlap the first of
the two hours counts. Both are what datetime does with fold=0. Not APScheduler's triggers: they step in 24-hour days,
miss a week after a change at midnight and run twice in an overlap.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Protocol
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


class Rule(Protocol):
    """Says on which date each session falls, counted as the series counts its weeks."""

    @property
    def at(self) -> time:
        """The wall-clock time of every session."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose calendar and clock count."""

    def day(self, week: int) -> date:
        """Return the date of session `week` in the zone."""

    def occurrence(self, week: int) -> datetime:
        """Return the moment of session `week` in UTC."""


@dataclass(frozen=True)
class WeeklyRule:
    """Every seven days, `first_date` being the date of `first_week`, as the calendar on the wall in `zone` shows."""

    first_date: date
    at: time
    zone: ZoneInfo
    first_week: int = 1

    def day(self, week: int) -> date:
        """Return the date of week `week` in the zone."""
        return self.first_date + (week - self.first_week) * WEEK

    def occurrence(self, week: int) -> datetime:
        """Return the moment, in UTC, of week `week`, counted from 1."""
        return moment_on(self.day(week), self.at, self.zone)

    def occurrences(self, weeks: int) -> list[datetime]:
        """Return the moments, in UTC, of weeks 1 to `weeks`."""
        return [self.occurrence(week) for week in range(1, weeks + 1)]


@dataclass(frozen=True)
class MonthlyRule:
    """Each month on the weekday of `first_date`, in the same week of the month (a fifth one is the last).

    Zoom's webinar went monthly after its 90 days; a date such as the 15th would wander over the weekdays.
    """

    first_date: date
    at: time
    zone: ZoneInfo
    first_week: int = 1

    def day(self, week: int) -> date:
        """Return the date of session `week` in the zone."""
        months = self.first_date.year * 12 + self.first_date.month - 1 + week - self.first_week
        first = date(months // 12, months % 12 + 1, 1)
        ordinal = (self.first_date.day - 1) // 7
        found = first + timedelta(days=(self.first_date.weekday() - first.weekday()) % 7) + ordinal * WEEK
        return found if found.month == first.month else found - WEEK

    def occurrence(self, week: int) -> datetime:
        """Return the moment, in UTC, of session `week`, counted from 1."""
        return moment_on(self.day(week), self.at, self.zone)


def rule_of(cadence: str, first_date: date, at: time, zone: ZoneInfo, first_week: int = 1) -> Rule:
    """Return the rule of a cadence, "weekly" or "monthly"."""
    kind = MonthlyRule if cadence == "monthly" else WeeklyRule
    return kind(first_date, at, zone, first_week)


def moment_on(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the moment, in UTC, at which the clock on the wall in `zone` shows `at` on `day`."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def clock_changes(moments: list[datetime], zone: ZoneInfo) -> list[int]:
    """Return the places (from 1) of those moments at which the zone's offset differs from the one before."""
    offsets = [moment.astimezone(zone).utcoffset() for moment in moments]
    return [place for place, (before, after) in enumerate(pairwise(offsets), start=2) if before != after]


def first_date(weekday: int, at: time, zone: ZoneInfo, now: datetime) -> date:
    """Return the first date, at most seven days away, whose `weekday` (Monday is 0) session is still to come.

    `now` is aware; a session at this very moment counts as gone.
    """
    today = now.astimezone(zone).date()
    day = today + timedelta(days=(weekday - today.weekday()) % 7)
    return day if moment_on(day, at, zone) > now else day + WEEK
