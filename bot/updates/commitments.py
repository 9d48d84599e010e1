"""How a commitment stands on a date, what has changed about it since the last update, and what a change has to say."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import UserError
from responses.blocks.weekly.parts import CommitmentChange, CommitmentLine, Field, State
from responses.text import clean, shorten

LONGEST_TEXT = 3000  # of the reason, too
LONGEST_QUOTE = 60  # of what is no date, in a complaint
MOST = 100  # of one series, the closed ones included

Edit = tuple[Field, str | None, str | None]  # the field, its old value and its new one, as they are kept
CLOSED: frozenset[State] = frozenset({"done", "dropped"})
_DATED = re.compile(r"(?P<text>.*?)(?:\s*\|\s*|\s+by\s+)(?P<day>\d{4}-\d{2}-\d{2})\s*", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Content:
    """What a person can change of a commitment; `due` in the series' zone, `reason` why it is late or dropped."""

    text: str
    owner: str | None = None
    due: date | None = None
    state: State = "on_track"
    reason: str | None = None


@dataclass(frozen=True)
class Commitment:
    """A commitment with all its changes, oldest first, the first being that it was made."""

    id: int
    series_id: int
    number: int
    content: Content
    made_at: datetime
    made_by: str
    closed_at: datetime | None
    changes: tuple[CommitmentChange, ...]

    @property
    def version(self) -> int:
        """What grows with every change."""
        return len(self.changes)


def standing(content: Content, today: date) -> State:
    """Return how a commitment stands: one that nobody called late is late by itself once its date has passed."""
    return "late" if content.state == "on_track" and content.due is not None and content.due < today else content.state


def as_shown(content: Content, today: date) -> Content:
    """Return what a form shows: one whose date has passed is late, though nobody said so."""
    return replace(content, state=standing(content, today))


def days_late(content: Content, today: date) -> int:
    """Return for how many days an open commitment's date has passed; 0 for one that is done or dropped."""
    if content.state in CLOSED or content.due is None:
        return 0
    return max((today - content.due).days, 0)


def undone(content: Content, changes: Sequence[CommitmentChange]) -> Content:
    """Return what it was before `changes` (oldest first); the reason aside, which belongs to the changes."""
    for change in reversed(changes):
        if change.field in {"text", "owner", "due", "state"}:
            content = replace(content, **{change.field: _value(change.field, change.old)})
    return content


def told_once(changes: Sequence[CommitmentChange]) -> list[CommitmentChange]:
    """Return changes (oldest first) with each reason at one of those that were made together: the last of them."""
    told = [replace(each, reason=None) if _together(each, then) else each for each, then in pairwise(changes)]
    return [*told, *changes[-1:]]


def _together(one: CommitmentChange, other: CommitmentChange) -> bool:
    return (one.at, one.by, one.reason) == (other.at, other.by, other.reason)


def first_due(commitment: Commitment) -> date | None:
    """Return the first date that was ever given for it."""
    moved = [change for change in commitment.changes if change.field == "due"]
    given = [moved[0].old, *(change.new for change in moved)] if moved else []
    return next((date.fromisoformat(day) for day in given if day), commitment.content.due)


def line(commitment: Commitment, now: datetime, since: datetime, zone: ZoneInfo) -> CommitmentLine:
    """Return how a commitment stands at `now`, and what of it has changed since `since` (both aware)."""
    content, today = commitment.content, now.astimezone(zone).date()
    is_new = commitment.made_at > since
    before = undone(content, [change for change in commitment.changes if change.at > since])
    stood, stands = standing(before, since.astimezone(zone).date()), standing(content, today)
    changed = (before.text, before.due, stood) != (content.text, content.due, stands)
    return CommitmentLine(
        id=commitment.id, number=commitment.number, text=content.text, owner=content.owner, due=content.due,
        first_due=first_due(commitment), state=stands, reason=content.reason, days_late=days_late(content, today),
        is_new=is_new, changed=changed and not is_new,
        was_due=before.due if before.due != content.due and not is_new else None,
        was_text=before.text if before.text != content.text and not is_new else None,
        closed_on=commitment.closed_at.astimezone(zone).date() if commitment.closed_at else None,
    )  # fmt: skip


def in_order(lines: Iterable[CommitmentLine]) -> list[CommitmentLine]:
    """Return lines as they are read: late (the latest first), new or changed, on track by date, closed."""
    return sorted(lines, key=_place)


def _place(each: CommitmentLine) -> tuple[int, int, date, int]:
    if each.state == "late":
        return (0, -each.days_late, each.due or date.max, each.number)
    if each.is_new or each.changed:
        return (1, 0, date.min, each.number)
    if each.state == "on_track":
        return (2, 0, each.due or date.max, each.number)
    return (3, 0, date.min, each.number)


def edits(before: Content, wanted: Content, today: date) -> list[Edit]:
    """Return which fields differ, as (field, old, new); raises UserError for a change that has to say more.

    A form shows one whose date has passed as late: left so, with its date, nobody has called it late. `wanted.reason`
    is what was said about this change, None for nothing.
    """
    if wanted.state == "late" and wanted.due == before.due and standing(before, today) == "late":
        wanted = replace(wanted, state=before.state)
    elif wanted.state == "on_track" and standing(wanted, today) == "late":
        raise UserError("commitments.date_has_passed")
    fields: tuple[Field, ...] = ("text", "owner", "due", "state")
    found = [(field, _kept(before, field), _kept(wanted, field)) for field in fields]
    changed: list[Edit] = [each for each in found if each[1] != each[2]]
    if wanted.reason is None and any(_needs_reason(*each) for each in changed):
        raise UserError("commitments.say_why")
    if not changed and wanted.reason not in {None, before.reason}:
        changed.append(("reason", before.reason, wanted.reason))
    return changed


def _needs_reason(field: Field, old: str | None, new: str | None) -> bool:
    return (field == "due" and old is not None) or (field == "state" and new in {"dropped", "late"})


def after(before: Content, changed: Sequence[Edit], reason: str | None) -> Content:
    """Return what it is after `edits`; what is on track again has no reason to be late any more but a new one."""
    values: dict[str, Any] = {field: _value(field, new) for field, _, new in changed if field != "reason"}
    kept = None if values.get("state") == "on_track" else before.reason
    return replace(before, **{**values, "reason": reason or kept})


def merged(base: Content, typed: Content, current: Content) -> Content:
    """Return what somebody typed over `base` on top of what others have made of it meanwhile."""
    fields = ("text", "owner", "due", "state")
    own = {field: getattr(typed, field) for field in fields if getattr(typed, field) != getattr(base, field)}
    return replace(current, **own, reason=typed.reason)


def parsed(given: str) -> Content | None:
    """Read "TEXT", "TEXT | YYYY-MM-DD" or "TEXT by YYYY-MM-DD"; None for an empty line.

    Raises UserError for a date that there is not, and for whatever else stands after the last "|".
    """
    text = tidy(given)
    match = _DATED.fullmatch(text)
    if match is None or not match["text"].strip():
        return _undated(text)
    try:
        return Content(match["text"].strip(), due=date.fromisoformat(match["day"]))
    except ValueError:
        raise UserError("commitments.no_such_date", given=match["day"]) from None


def _undated(text: str) -> Content | None:
    text = text.rstrip("| ")
    before, bar, rest = text.rpartition("|")
    if bar and not before.strip():
        raise UserError("commitments.no_text")
    if bar:
        raise UserError("commitments.not_a_date", given=shorten(rest.strip(), LONGEST_QUOTE))
    return Content(text) if text else None


def tidy(given: str) -> str:
    """Return a text without control characters and line breaks; raises UserError when it is too long."""
    text = clean(given, 2 * LONGEST_TEXT)
    if len(text) > LONGEST_TEXT:
        raise UserError("commitments.too_long", limit=LONGEST_TEXT)
    return text


def _kept(content: Content, field: Field) -> str | None:
    value = getattr(content, field)
    return value.isoformat() if isinstance(value, date) else value


def _value(field: Field, kept: str | None) -> Any:
    return date.fromisoformat(kept) if field == "due" and kept else kept
