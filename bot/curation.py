"""What people teach Candor: helpful or not, and the curators' rulings on questions without a good answer."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from bot.clock import Clock
from bot.digest import open_gaps
from bot.errors import NotAllowedError, UserError
from bot.storage import learning, outbox
from bot.storage.database import Database
from responses.blocks import learning as blocks
from responses.blocks.message import Message
from responses.gaps import Gap, gap_with
from responses.knowledge import Ruling
from responses.lessons import LessonBook
from responses.phrases import Language, as_language


@dataclass(frozen=True)
class Curators:
    """Who may rule: whoever is in the channel, and these users."""

    channel: str | None
    users: Collection[str]


@dataclass(frozen=True)
class Place:
    """Where a curator clicked: a ruling is confirmed there. A click in App Home has no message."""

    user: str
    language: Language
    channel: str | None = None
    ts: str | None = None


class StoredRulings:
    """The rulings as the library asks for them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def version(self) -> learning.Version:
        """Return what changes with every ruling made or undone."""
        with self._database.read() as connection:
            return learning.version(connection)

    def standing(self) -> list[Ruling]:
        """Return the rulings that have not been undone, oldest first; of those on the same words only the last."""
        with self._database.read() as connection:
            rows = learning.standing_rulings(connection)
        latest = {row.text.casefold(): row for row in rows}
        return [Ruling(row.text, as_language(row.language), row.lesson) for row in latest.values()]


class Curation:
    """Feedback, the list of gaps, and rulings on them."""

    def __init__(
        self,
        database: Database,
        book: Callable[[], LessonBook],
        clock: Clock,
        curators: Curators,
        *,
        wake: Callable[[], None],
        ruled: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._book = book
        self._clock = clock
        self._curators = curators
        self._wake = wake
        self._ruled = ruled

    def check(self, user: str, channel: str | None, *, is_admin: bool) -> None:
        """Raise NotAllowedError for somebody who is no curator."""
        in_channel = channel is not None and channel == self._curators.channel
        if not (in_channel or is_admin or user in self._curators.users):
            raise NotAllowedError("learning.not_a_curator")

    def is_curator(self, user: str, *, is_admin: bool) -> bool:
        """Say whether somebody sees the gaps in App Home."""
        return is_admin or user in self._curators.users

    def gaps(self) -> list[Gap]:
        """Return the open questions, near-duplicates counted together."""
        with self._database.read() as connection:
            return open_gaps(connection)

    def gap(self, number: int) -> Gap:
        """Return the gap that an open question belongs to, in that question's own words.

        Raises UserError when it is settled or forgotten.
        """
        found = gap_with(number, self.gaps())
        if found is None:
            raise UserError("learning.already_settled")
        return found

    def modal(self, action: str, gap: Gap, place: Place) -> dict[str, Any]:
        """Return the modal behind a button: which lesson does it belong to, or how is one written."""
        origin = {"channel": place.channel or "", "ts": place.ts or ""}
        if action == blocks.GAP_WRITE:
            return blocks.write_modal(place.language, gap, origin)
        book = self._book()
        return blocks.belongs_modal(place.language, gap, book, origin)

    def home(self, language: Language, help_text: Message, *, curator: bool) -> dict[str, Any]:
        """Return App Home for one person: the gaps for a curator, then the help."""
        gaps = self.gaps() if curator else None
        return blocks.home(language, gaps, self._book(), help_text)

    def rule(self, number: int, lesson_id: str | None, place: Place) -> None:
        """Rule that a question belongs to a lesson (None: off-topic); live here at once, elsewhere within a second.

        Raises UserError when somebody settled it meanwhile, or when the book no longer has the lesson.
        """
        now, gap, lesson = self._clock.now(), self.gap(number), self._book().lessons.get(lesson_id or "")
        if lesson_id is not None and lesson is None:
            raise UserError("failures.unknown_lesson")
        asked = gap.shown
        values = {
            "text": asked.text, "language": asked.language, "lesson": lesson_id, "ruled_by": place.user,
            "ruled_at": now,
        }  # fmt: skip
        with self._database.write() as connection:
            ruling = learning.add_ruling(connection, values, gap.numbers)
            if ruling is None:
                raise UserError("learning.already_settled")
            message = blocks.ruled(place.language, place.user, asked.text, lesson, ruling)
            self._confirm(connection, f"ruling:{ruling}", place, message, now)
        self._ruled()
        self._wake()

    def undo(self, ruling: int, place: Place) -> None:
        """Take a ruling back; its questions are open again."""
        now = self._clock.now()
        with self._database.write() as connection:
            text = learning.ruling_text(connection, ruling)
            if text is None or not learning.undo_ruling(connection, ruling, by=place.user, now=now):
                raise UserError("learning.already_settled")
            message = blocks.noted(place.language, "undone", place.user, text)
            self._confirm(connection, f"ruling:{ruling}:undone", place, message, now)
        self._ruled()
        self._wake()

    def want_lesson(self, number: int, place: Place) -> None:
        """Note that somebody writes a lesson for a question, which takes it off the list; UserError when it is off."""
        now, gap = self._clock.now(), self.gap(number)
        with self._database.write() as connection:
            if not learning.want_lesson(connection, gap.numbers, by=place.user, now=now):
                raise UserError("learning.already_settled")
            message = blocks.noted(place.language, "wanted", place.user, gap.shown.text)
            self._confirm(connection, f"wanted:{number}", place, message, now)
        self._wake()

    def feedback(self, lesson_id: str, language: Language, *, helpful: bool, key: str) -> None:
        """Count one click on "helpful" or "not helpful"; who clicked is not kept."""
        values = {
            "key": sha256(key.encode()).hexdigest(), "lesson": lesson_id, "language": language, "helpful": helpful,
            "given_at": self._clock.now(),
        }  # fmt: skip
        with self._database.write() as connection:
            learning.add_feedback(connection, values)

    def _confirm(self, connection: Connection, key: str, place: Place, message: Message, now: datetime) -> None:
        outbox.add(
            connection, key=key, channel=place.channel or place.user, thread_ts=place.ts, text=message.text,
            blocks=message.blocks, now=now,
        )  # fmt: skip
