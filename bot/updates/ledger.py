"""The commitments of a series: who promised what, each change with its date and name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.clock import Clock
from bot.errors import UserError
from bot.storage import commitments as stored
from bot.storage import series as stored_series
from bot.storage import sessions
from bot.storage.database import Database
from bot.updates import commitments as rules
from bot.updates.access import Caller, known_series, series_to_change
from bot.updates.commitments import Commitment, Content, Edit
from bot.updates.model import Series
from bot.updates.rules import may_change
from responses.blocks.weekly.parts import CommitmentChange, CommitmentLine, Field
from responses.text import shorten

QUOTED = 200  # characters of a text in the record; the whole of it is in the commitment's own changes
# Which line of the record tells of a change, by field and then by what it has become (None: nothing, "": anything).
NOTES: dict[tuple[Field, str | None], str] = {
    ("text", ""): "commitment_reworded",
    ("owner", ""): "commitment_owned",
    ("owner", None): "commitment_disowned",
    ("due", ""): "commitment_dated",
    ("due", None): "commitment_undated",
    ("state", "on_track"): "commitment_on_track",
    ("state", "done"): "commitment_done",
    ("state", "late"): "commitment_late",
    ("state", "dropped"): "commitment_dropped",
    ("reason", ""): "commitment_explained",
}


@dataclass(frozen=True)
class Board:
    """The commitments of a series as they stand, in the order in which they are read."""

    series: Series
    lines: list[CommitmentLine]
    may_change: bool


@dataclass(frozen=True)
class Opened:
    """One commitment that somebody looks at: as it was written down, and how it stands."""

    series: Series
    commitment: Commitment
    line: CommitmentLine
    may_change: bool

    @property
    def shown(self) -> Content:
        """What a form shows of it: one whose date has passed is late, though nobody said so."""
        return replace(self.commitment.content, state=self.line.state)


class ChangedMeanwhileError(UserError):
    """Somebody else has changed the commitment: `current` is what it is now, `merged` that with what was typed."""

    def __init__(self, current: Opened, merged: Content, changes: Sequence[CommitmentChange]) -> None:
        self.current = current
        self.merged = merged
        self.changes = changes
        super().__init__("commitments.changed_meanwhile")


class Ledger:
    """What the board and its modals ask for and do."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def board(self, number: int, caller: Caller) -> Board:
        """Return the board of a series that the caller may know of; raises UserError for any other."""
        with self._database.read() as connection:
            series = known_series(connection, number, caller)
            last = sessions.last_posted(connection, number)
            found = lines(connection, series, self._clock.now(), last.posted_at if last else None)
            return Board(series, found, _may_change(series, caller))

    def open(self, commitment_id: int, caller: Caller) -> Opened:
        """Return a commitment with all its changes; raises UserError where the caller may not know of it."""
        with self._database.read() as connection:
            commitment = _find(connection, commitment_id)
            return self._opened(known_series(connection, commitment.series_id, caller), commitment, caller)

    def check(self, number: int, caller: Caller) -> None:
        """Raise NotAllowedError or UserError where the caller may not change the commitments of a series."""
        with self._database.write() as connection:
            series_to_change(connection, number, caller)

    def add(self, number: int, caller: Caller, wanted: Content) -> int:
        """Add a commitment; return its number in the series.

        Raises NotAllowedError, or UserError for one without text, one that is there already, one too many.
        """
        with self._database.write() as connection:
            series = series_to_change(connection, number, caller)
            return _add(connection, series, [wanted], caller.user, self._clock.now())[0]

    def change(self, commitment_id: int, caller: Caller, version: int, wanted: Content) -> bool:
        """Change a commitment that was opened at `version`; return False when nothing differs.

        `wanted.reason` is what is said about this change. Raises NotAllowedError, ChangedMeanwhileError, or UserError
        for a change that has to say why.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            series = series_to_change(connection, _find(connection, commitment_id).series_id, caller)
            # Found again: only now that the series is locked can nobody else change it.
            commitment = _find(connection, commitment_id)
            if newer := commitment.changes[version:]:
                opened = self._opened(series, commitment, caller)
                base = rules.as_shown(rules.undone(commitment.content, newer), now.astimezone(series.zone).date())
                raise ChangedMeanwhileError(opened, rules.merged(base, wanted, opened.shown), newer)
            wanted = _checked(wanted)
            changed = rules.edits(commitment.content, wanted, now.astimezone(series.zone).date())
            if changed:
                _write(connection, series, commitment, changed, wanted.reason, caller.user, now)
            return bool(changed)

    def _opened(self, series: Series, commitment: Commitment, caller: Caller) -> Opened:
        line = rules.line(commitment, self._clock.now(), series.created_at, series.zone)
        return Opened(series, commitment, line, _may_change(series, caller))


def lines(connection: Connection, series: Series, now: datetime, since: datetime | None) -> list[CommitmentLine]:
    """Return the commitments of a series as they stand at `now`, in the order in which they are read.

    `since` is when the last update was posted (None: since the series was started): what changed later is marked.
    """
    found = (_commitment(*each) for each in stored.of_series(connection, series.id))
    return rules.in_order(rules.line(each, now, since or series.created_at, series.zone) for each in found)


def add_many(connection: Connection, series: Series, texts: Sequence[str], by: str, now: datetime) -> None:
    """Add the commitments that a series is started with: each "TEXT", "TEXT | YYYY-MM-DD" or "TEXT by YYYY-MM-DD".

    Empty texts are left out. Raises UserError for what is no date after a "|", a text too long, the same one twice.
    """
    wanted = [content for content in map(rules.parsed, texts) if content]
    _add(connection, series, wanted, by, now)


def _add(connection: Connection, series: Series, wanted: Sequence[Content], by: str, now: datetime) -> list[int]:
    there = [_commitment(*each) for each in stored.of_series(connection, series.id)]
    if len(there) + len(wanted) > rules.MOST:
        raise UserError("commitments.too_many", limit=rules.MOST)
    open_texts = {each.content.text: each.number for each in there if each.content.state not in rules.CLOSED}
    numbers = []
    for content in map(_checked, wanted):
        if content.text in open_texts:  # most likely the same click twice
            raise UserError("commitments.already_there", number=open_texts[content.text])
        values = {"text": content.text, "owner": content.owner, "due": content.due, "state": "on_track"}
        added, number = stored.add(connection, series.id, values | {"made_at": now, "made_by": by})
        made = {"field": "made", "old": None, "new": content.text, "reason": None}
        stored.note(connection, [made | {"commitment_id": added, "changed_at": now, "changed_by": by}])
        quoted = shorten(content.text, QUOTED)
        stored_series.note(connection, series.id, "committed", by=by, now=now, commitment=number, text=quoted)
        open_texts[content.text] = number
        numbers.append(number)
    return numbers


def _write(
    connection: Connection, series: Series, commitment: Commitment, changed: Sequence[Edit], reason: str | None,
    by: str, now: datetime,
) -> None:  # fmt: skip
    content = rules.after(commitment.content, changed, reason)
    values: dict[str, Any] = {name: getattr(content, name) for name in ("text", "owner", "due", "state", "reason")}
    if content.state != commitment.content.state:
        values["closed_at"] = now if content.state in rules.CLOSED else None
    stored.change(connection, commitment.id, **values)
    row = {"commitment_id": commitment.id, "changed_at": now, "changed_by": by, "reason": reason}
    stored.note(connection, [row | {"field": field, "old": old, "new": new} for field, old, new in changed])
    for field, old, new in changed:
        what = NOTES.get((field, new)) or NOTES[field, ""]
        what = "commitment_moved" if field == "due" and old and new else what
        details = {"user": new} if field == "owner" else {"old": old, "new": new, "reason": reason}
        quoted = {name: shorten(text, QUOTED) for name, text in details.items() if text}
        stored_series.note(connection, series.id, what, by=by, now=now, commitment=commitment.number, **quoted)


def _checked(wanted: Content) -> Content:
    text = rules.tidy(wanted.text)
    if not text:
        raise UserError("commitments.no_text")
    reason = rules.tidy(wanted.reason) if wanted.reason else None
    return Content(text, wanted.owner, wanted.due, wanted.state, reason or None)


def _may_change(series: Series, caller: Caller) -> bool:
    return series.ended_at is None and may_change(series, caller.user, is_admin=caller.is_admin)


def _find(connection: Connection, commitment_id: int) -> Commitment:
    found = stored.find(connection, commitment_id)
    if found is None:
        raise UserError("commitments.not_there")
    return _commitment(*found)


def _commitment(row: Any, changes: Sequence[Any]) -> Commitment:
    content = Content(row.text, row.owner, row.due, row.state, row.reason)
    noted = tuple(
        CommitmentChange(each.changed_at, each.changed_by, each.field, each.old, each.new, each.reason)
        for each in changes
    )
    return Commitment(
        row.id, row.series_id, row.number, content, row.made_at, row.made_by, row.closed_at,
        tuple(rules.told_once(noted)),
    )  # fmt: skip
