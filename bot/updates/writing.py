"""How an update comes to be written: drafts, previews, "nothing new", and urgent ones outside the rhythm."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from bot.clock import Clock
from bot.errors import UserError
from bot.storage import series as stored
from bot.storage import sessions as kept
from bot.storage.database import Database
from bot.updates import changing, posting
from bot.updates.access import Caller, known_series, series_to_change
from bot.updates.composing import Composer, promised
from bot.updates.model import Series, Session, Update
from bot.updates.programme import Programme
from bot.updates.rows import session_of, update_of
from bot.updates.rules import next_look
from responses.blocks.message import Message
from responses.blocks.updates import plain
from responses.blocks.weekly import post
from responses.blocks.weekly import writing as blocks
from responses.blocks.weekly.values import Target
from responses.blocks.weekly.writing import LONGEST_TEXT
from responses.phrases import say
from responses.text import clean_lines

Texts = Mapping[str, str]
View = dict[str, Any]


class Writing:
    """What hosts write. It is kept from the preview on; what was sent is posted by the planner at its hour."""

    def __init__(self, database: Database, programme: Programme, clock: Clock, *, wake: Callable[[], None]) -> None:
        self._database = database
        self._programme = programme
        self._composer = Composer(programme)
        self._clock = clock
        self._wake = wake

    def modal(self, target: Target, caller: Caller) -> View:
        """Return the modal in which an update is written: the agenda, with the draft where there is one.

        Never with last week's text: what that announced stands beside the fields. Raises UserError for a session
        whose update is posted, NotAllowedError for those who may not write.
        """
        with self._database.write() as connection:
            owner = series_to_change(connection, target.series, caller, session=target.session)
            session = self._session(connection, owner, target)
            texts = self._begun(connection, owner, session)
            known = promised(connection, owner)
            occasion = self._composer.occasion(connection, owner, session, self._clock.now(), None)
        fields = [blocks.Field(item.id, item.title[caller.language]) for item in self._programme.written]
        return blocks.modal(caller.language, Target(owner.id, target.session), occasion, fields, texts, known)

    def preview(self, target: Target, texts: Texts, caller: Caller, *, key: str) -> View:
        """Keep a draft and return the modal that shows it as it will be posted.

        `key` is the writing modal's own: a draft outside the rhythm is kept under it. An empty one is "nothing new",
        or outside the rhythm a UserError.
        """
        now = self._clock.now()
        given = {name: kept_text for name, text in texts.items() if (kept_text := clean_lines(text, LONGEST_TEXT))}
        with self._database.write() as connection:
            owner = series_to_change(connection, target.series, caller, session=target.session)
            session = self._session(connection, owner, target)
            if session is None and not given:
                raise UserError("writing.empty")
            if session is None and (there := kept.find_urgent(connection, key)) and there.written_at is not None:
                raise UserError("writing.is_sent", number=owner.id)
            draft = self._keep_draft(connection, owner, session, given, caller.user, key)
            late = _late(session, now, self._programme)
            shown = replace(draft, texts=given, nothing_new=not given, author=caller.user)
            message = self._composer.update(connection, owner, session, shown, now, late, preview=True)
        posts_at = session.due_at if session is not None and session.due_at > now else None
        exact = Target(owner.id, target.session, draft.id)
        return blocks.preview(caller.language, exact, draft.version, message, posts_at, owner.zone)

    def submit(self, target: Target, version: int, caller: Caller) -> Message:
        """Take the previewed draft as written: it is posted at its hour, at once where that has passed; say which.

        Raises UserError if the draft is no longer the one that was previewed: somebody else has changed it.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            owner = series_to_change(connection, target.series, caller, session=target.session)
            if self._is_sent(connection, owner, target, version, caller):
                return self._thanks(owner, _find(connection, target.session), caller, now)  # sent twice, taken once
            session = self._session(connection, owner, target)
            row = kept.lock_update(connection, target.item or 0)
            if row is None or row.series_id != owner.id:
                raise UserError("writing.gone")
            if row.version != version:
                raise _changed(row)
            written = replace(update_of(row), texts=row.draft, nothing_new=not row.draft, author=caller.user)
            self._take(connection, owner, session, written, now)
        self._wake()
        return self._thanks(owner, session, caller, now)

    def nothing_new(self, target: Target, caller: Caller) -> Message:
        """Take "nothing new" as a session's update; it still names the commitments and the next date."""
        now = self._clock.now()
        with self._database.write() as connection:
            owner = series_to_change(connection, target.series, caller, session=target.session)
            session = self._session(connection, owner, target)
            if session is None:
                raise UserError("writing.gone")
            row = kept.find_update(connection, session.id)
            if row is not None and row.written_at is not None:
                if row.nothing_new:
                    return self._thanks(owner, session, caller, now)  # clicked twice, noted once
                raise UserError("writing.is_written")
            if row is None:
                values = {"series_id": owner.id, "author": caller.user, "saved_at": now}
                kept.save_update(connection, session.id, values)
                row = kept.find_update(connection, session.id)
            if row is not None:
                taken = replace(update_of(row), texts={}, nothing_new=True, author=caller.user)
                self._take(connection, owner, session, taken, now)
        self._wake()
        return self._thanks(owner, session, caller, now)

    def in_full(self, target: Target, caller: Caller) -> View:
        """Return the modal that shows all that was written in an update whose post had to be cut."""
        with self._database.read() as connection:
            owner = known_series(connection, target.series, caller)
            row = kept.find_update_by_id(connection, target.item or 0)
            if row is None or row.series_id != owner.id or row.written_at is None:
                raise UserError("writing.gone")
            session = kept.find(connection, row.session_id) if row.session_id else None
            parts = self._composer.parts(owner.language, update_of(row).texts, session_of(session) if session else None)
        return blocks.in_full(caller.language, owner.title, post.whole(owner.language, parts))

    def _session(self, connection: Connection, owner: Series, target: Target) -> Session | None:
        """Return the session that a modal or a button is about; raises UserError once nothing can be written for it."""
        if target.session is None:
            return None
        row = kept.lock(connection, target.session)
        if row is None or row.series_id != owner.id:
            raise UserError("writing.gone")
        session = session_of(row)
        if session.status in {"posted", "late", "queued"}:
            raise UserError("writing.is_posted", week=session.week, number=owner.id)
        if session.is_over:
            raise changing.is_over("writing.is_over", owner, session, self._clock.now())
        return session

    @staticmethod
    def _is_sent(connection: Connection, owner: Series, target: Target, version: int, caller: Caller) -> bool:
        """Say whether this very preview was sent before, by whoever sends it again since they saw no answer."""
        row = kept.find_update_by_id(connection, target.item or 0)
        if row is None or row.series_id != owner.id or row.written_at is None or row.draft is not None:
            return False
        return bool(row.version == version + 1 and row.author == caller.user)

    @staticmethod
    def _begun(connection: Connection, owner: Series, session: Session | None) -> Texts:
        """Return what was begun: a session's draft; outside the rhythm, what was written and could not be posted."""
        if session is not None:
            row = kept.find_update(connection, session.id)
            own = update_of(row) if row else None
            return (own.texts if own.draft is None else own.draft) if own else {}
        over = [each for each in kept.of_series(connection, [owner.id]) if session_of(each).is_over]
        row = kept.find_update(connection, over[-1].id) if over and over[-1].posted_at is None else None
        return update_of(row).texts if row and row.written_at is not None else {}

    def _keep_draft(
        self, connection: Connection, owner: Series, session: Session | None, texts: Texts, user: str, key: str
    ) -> Update:
        values = {"series_id": owner.id, "draft": dict(texts), "author": user, "saved_at": self._clock.now()}
        if session is not None:
            there = kept.find_update(connection, session.id)
            if there is not None and there.written_at is not None:
                values["author"] = there.author  # what was written stays theirs until somebody else's is sent
            kept.save_update(connection, session.id, values)
            row = kept.find_update(connection, session.id)
        else:
            kept.save_urgent(connection, key, values)
            row = kept.find_urgent(connection, key)
        if row is None:  # pragma: no cover - it was written in this very transaction
            raise LookupError(key)
        return update_of(row)

    def _take(
        self, connection: Connection, owner: Series, session: Session | None, written: Update, now: datetime
    ) -> None:
        changes = {
            "texts": dict(written.texts), "draft": None, "nothing_new": written.nothing_new, "author": written.author,
            "saved_at": now, "written_at": now,
        }  # fmt: skip
        kept.change_update(connection, written.id, **changes, version=written.version + 1)
        if session is not None:
            look_at = now if session.due_at <= now else next_look(session, self._programme, now)
            kept.change(connection, session.id, look_at=look_at)
            what = "nothing_new" if written.nothing_new else "written"
            stored.note(connection, owner.id, what, by=written.author, now=now, week=session.week)
            return
        key = f"update:{written.id}"
        kept.change_update(connection, written.id, post_key=key)
        message = self._composer.update(connection, owner, None, written, now, None)
        posting.post(connection, owner, key, message, now)
        stored.note(connection, owner.id, "urgent", by=written.author, now=now)

    @staticmethod
    def _thanks(owner: Series, session: Session | None, caller: Caller, now: datetime) -> Message:
        if session is None or session.due_at <= now:
            return plain(say(caller.language, "writing.on_its_way"))
        return plain(blocks.posts_at_text(caller.language, session.due_at, owner.zone))


def _find(connection: Connection, session: int | None) -> Session | None:
    row = kept.find(connection, session) if session is not None else None
    return session_of(row) if row is not None else None


def _changed(row: Row[Any]) -> UserError:
    if row.written_at is not None and row.draft is not None:
        return UserError("writing.is_written")  # whose the new draft is nobody has written down
    return UserError("writing.changed", who=f"<@{row.author}>")


def _late(session: Session | None, now: datetime, programme: Programme) -> Any:
    lateness = now - session.due_at if session is not None else None
    return lateness if lateness is not None and lateness > programme.late_after else None
