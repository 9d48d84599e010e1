"""When a weekly session takes place: a wall-clock time in a zone, week after week, as a pure function.

Policy: in a spring gap the session moves forward by the gap (02:30 becomes 03:30), in an autumn overlap the first of
the two hours counts. Both are what datetime does with fold=0. Not APScheduler's triggers: they step in 24-hour days,
miss a week after a change at midnight and run twice in an overlap.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class WeeklyRule:
    """Every seven days from `first_date` at `at`, both as the calendar and the clock on the wall in `zone` show."""

    first_date: date
    at: time
    zone: ZoneInfo

    def occurrence(self, week: int) -> datetime:
        """Return the moment, in UTC, of week `week`, counted from 1."""
        day = self.first_date + (week - 1) * WEEK
        return datetime.combine(day, self.at, tzinfo=self.zone).astimezone(UTC)

    def occurrences(self, weeks: int) -> list[datetime]:
        """Return the moments, in UTC, of weeks 1 to `weeks`."""
        return [self.occurrence(week) for week in range(1, weeks + 1)]

    def clock_changes(self, weeks: int) -> list[int]:
        """Return the weeks at which the zone's offset differs from the week before."""
        offsets = [moment.astimezone(self.zone).utcoffset() for moment in self.occurrences(weeks)]
        return [week for week, (before, after) in enumerate(pairwise(offsets), start=2) if before != after]


def first_date(weekday: int, at: time, zone: ZoneInfo, now: datetime) -> date:
    """Return the first date, at most seven days away, whose `weekday` (Monday is 0) session is still to come.

    `now` is aware; a session at this very moment counts as gone.
    """
    today = now.astimezone(zone).date()
    day = today + timedelta(days=(weekday - today.weekday()) % 7)
    upcoming = WeeklyRule(day, at, zone).occurrence(1) > now
    return day if upcoming else day + WEEK
