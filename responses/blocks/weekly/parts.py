"""What the programme's messages show of a commitment and of a question, whoever keeps book of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

State = Literal["on_track", "done", "late", "dropped"]
Field = Literal["made", "text", "owner", "due", "state", "reason"]


@dataclass(frozen=True)
class CommitmentChange:
    """One change of a commitment: who, when (aware), which field, from what to what; dates as YYYY-MM-DD."""

    at: datetime
    by: str
    field: Field
    old: str | None
    new: str | None
    reason: str | None = None


@dataclass(frozen=True)
class CommitmentLine:
    """One commitment as it stands today; `late` also where its date has passed and nobody said so.

    `was_due` and `was_text` are what the last posted update showed, where that has changed since; `first_due` is the
    date it began with. `is_new` and `changed` (its state, its text, its date) count from the last posted update, too.
    """

    id: int
    number: int
    text: str
    owner: str | None
    due: date | None
    first_due: date | None
    state: State
    reason: str | None
    days_late: int
    is_new: bool
    changed: bool
    was_due: date | None
    was_text: str | None
    closed_on: date | None


@dataclass(frozen=True)
class QuestionLine:
    """One question from the audience with those merged into it; `by` is None where it was asked anonymously.

    `votes` counts who asked and who voted, each person once; `carried` how many updates were posted since it was asked.
    """

    id: int
    text: str
    by: str | None
    votes: int
    asked_on: date
    carried: int
    answer: str | None
    answered_by: str | None
