"""The facts of a closing report: what became of each week, of what was promised and of what was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from responses.blocks.weekly.parts import CommitmentLine, QuestionLine

Outcome = Literal["posted", "late", "skipped", "missed"]
OUTCOMES: tuple[Outcome, ...] = ("posted", "late", "missed", "skipped")
# What became of a commitment. moved: still open, with a new date. overdue: its date has passed, and no new one was set.
Fate = Literal["done", "done_late", "dropped", "moved", "due", "overdue", "undated"]
CLOSED: frozenset[Fate] = frozenset({"done", "done_late", "dropped"})
EXPLAINED: frozenset[Fate] = frozenset({"dropped", "moved", "overdue", "undated"})  # these owe a reason


@dataclass(frozen=True)
class Week:
    """A week of the record."""

    number: int
    due_at: datetime
    outcome: Outcome
    posted_at: datetime | None = None
    cause: str | None = None


@dataclass(frozen=True)
class Report:
    """A series at its end, or at `as_of` while it runs; `held` is its record, `dropped` what an early end cost of it.

    `weeks` is None where no end was planned, `ended_by` None where it came to its planned end. `coming` is what the
    last update said would come.
    """

    number: int
    title: str
    zone: ZoneInfo
    weeks: int | None
    held: Sequence[Week]
    dropped: int
    on_time: tuple[int, int]
    commitments: Sequence[CommitmentLine]
    waiting: Sequence[QuestionLine]
    answered: int
    coming: str
    ended_at: datetime | None
    ended_by: str | None
    as_of: datetime

    @property
    def today(self) -> date:
        """The date of the report in the series' zone; what was promised for this very day is not broken yet."""
        return self.as_of.astimezone(self.zone).date()

    @property
    def asked(self) -> int:
        """How many questions were asked, those merged into another one aside."""
        return len(self.waiting) + self.answered

    @property
    def open(self) -> list[CommitmentLine]:
        """The commitments that are neither done nor dropped."""
        return [each for each in self.commitments if fate(each, self.today) not in CLOSED]


def fate(each: CommitmentLine, today: date) -> Fate:
    """Say what has become of a commitment by `today`, a date in the series' zone."""
    if each.state == "dropped":
        return "dropped"
    if each.state == "done":
        overran = each.closed_on is not None and each.first_due is not None and each.closed_on > each.first_due
        return "done_late" if overran else "done"
    if each.due is None:
        return "undated"
    if each.due < today:
        return "overdue"
    return "moved" if each.due != each.first_due else "due"
