"""What a series, a session, a written update and a request to start one are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from bot.updates.recurrence import Rule, rule_of
from responses.phrases import Language

Cadence = Literal["weekly", "monthly"]
HolidayPolicy = Literal["move", "skip", "keep"]
# planned: to come. awaiting: its hour has come and nothing is written. queued: its update is in the outbox.
# The record, one for each planned week: posted, late, skipped (cause says why), missed.
Status = Literal["planned", "awaiting", "queued", "posted", "late", "skipped", "missed"]
OVER: frozenset[Status] = frozenset({"posted", "late", "skipped", "missed"})


class Step(StrEnum):
    """What Candor does around a session, in this order; also the last part of each message's idempotency key."""

    NONE = "none"
    PREPARE = "prepare"
    REMIND = "reminder"
    NUDGE = "nudge"
    NUDGE_AGAIN = "nudge-again"
    ESCALATE = "escalate"

    @property
    def rank(self) -> int:
        """Its place in the order."""
        return list(Step).index(self)


@dataclass(frozen=True)
class Series:
    """A weekly status update: `weeks` sessions (None: until ended), written by `hosts` in turn, owned by `owner`.

    `channel` is the one whose posts make the record; `audiences` get the same text.
    """

    id: int
    title: str
    channel: str
    private: bool
    audiences: tuple[str, ...]
    language: Language
    zone: ZoneInfo
    at: time
    cadence: Cadence
    first_date: date
    first_week: int
    weeks: int | None
    holidays: str | None
    holiday_policy: HolidayPolicy
    owner: str
    hosts: tuple[str, ...]
    deputy: str | None
    paused_until: datetime | None
    created_at: datetime
    ended_at: datetime | None
    ended_by: str | None

    @property
    def rule(self) -> Rule:
        """When its sessions take place, holidays and moved sessions aside."""
        return rule_of(self.cadence, self.first_date, self.at, self.zone, self.first_week)

    def turn(self, week: int) -> str:
        """Return whose turn week `week` is: the hosts one after the other, whatever became of the weeks before."""
        return self.hosts[(week - 1) % len(self.hosts)]

    @property
    def people(self) -> frozenset[str]:
        """Those who may change it, workspace admins aside."""
        return frozenset({self.owner, *self.hosts} | ({self.deputy} if self.deputy else set()))

    @property
    def everywhere(self) -> tuple[str, ...]:
        """Return where its posts go, the main channel first."""
        return tuple(dict.fromkeys((self.channel, *self.audiences)))


@dataclass(frozen=True)
class Session:
    """Week `week` of a series."""

    id: int
    series_id: int
    week: int
    due_at: datetime
    moved_from: datetime | None
    status: Status
    host: str | None
    asked_host: str | None
    step: Step
    look_at: datetime | None
    revision: int
    post_key: str | None
    posted_at: datetime | None
    cause: str | None
    closed_by: str | None

    def key(self, step: str) -> str:
        """Return the idempotency key of one of its messages: a new one once it was moved or handed over."""
        return f"session:{self.id}:{step}" + (f":{self.revision}" if self.revision else "")

    @property
    def is_over(self) -> bool:
        """Say whether its place in the record is final."""
        return self.status in OVER


@dataclass(frozen=True)
class Update:
    """What somebody wrote for a session, or (without one) outside the rhythm.

    `texts` is what is posted, once `written_at` is set; `draft` what is being written. Both by the agenda's item.
    """

    id: int
    series_id: int
    session_id: int | None
    texts: Mapping[str, str]
    draft: Mapping[str, str] | None
    nothing_new: bool
    version: int
    author: str
    saved_at: datetime
    written_at: datetime | None
    post_key: str | None


@dataclass(frozen=True)
class StartRequest:
    """What `/candor-updates start` or its modal asks for; None stands for the default, `until_ended` for no number."""

    title: str
    weekday: int | None = None
    at: time | None = None
    zone: ZoneInfo | None = None
    weeks: int | None = None
    until_ended: bool = False
    first_date: date | None = None
    channel: str | None = None
    audiences: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    deputy: str | None = None
    language: Language | None = None
    holidays: str | None = None
    holiday_policy: HolidayPolicy = "keep"
    cadence: Cadence = "weekly"
    commitments: Sequence[str] = ()
