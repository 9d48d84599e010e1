"""What a series, a session and a request to start one are."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from bot.updates.recurrence import WeeklyRule
from responses.phrases import Language

# planned: to come. queued: its reminder is in the outbox. posted, late, missed: the record. ended: the series ended
# before it.
Status = Literal["planned", "queued", "posted", "late", "missed", "ended"]


@dataclass(frozen=True)
class Series:
    """A weekly status update: `weeks` sessions in one channel, written by `host`, owned by `owner`."""

    id: int
    title: str
    channel: str
    private: bool
    language: Language
    zone: ZoneInfo
    at: time
    first_date: date
    weeks: int
    owner: str
    host: str
    ended_at: datetime | None

    @property
    def rule(self) -> WeeklyRule:
        """When its sessions take place."""
        return WeeklyRule(self.first_date, self.at, self.zone)


@dataclass(frozen=True)
class Session:
    """Week `week` of a series."""

    id: int
    series_id: int
    week: int
    due_at: datetime
    status: Status
    posted_at: datetime | None
    cause: str | None

    @property
    def key(self) -> str:
        """The idempotency key of its reminder in the outbox."""
        return f"session:{self.id}:reminder"


@dataclass(frozen=True)
class StartRequest:
    """What `/candor-updates start` asks for; None stands for the default."""

    title: str
    weekday: int | None = None
    at: time | None = None
    zone: ZoneInfo | None = None
    weeks: int | None = None
