"""What is said around a session: gathers what the database knows of it and has it put into words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.storage import outbox
from bot.storage import sessions as kept
from bot.updates import audience, ledger
from bot.updates.model import Series, Session, Update
from bot.updates.programme import Programme
from bot.updates.rows import session_of, update_of
from bot.updates.rules import host_of, is_paused
from responses.blocks.message import Message
from responses.blocks.weekly import direct, post
from responses.blocks.weekly.post import Content, Occasion, Part
from responses.blocks.weekly.values import Target
from responses.phrases import Language

COMING = "coming"  # the point of the agenda whose text is next week's "what you said would come"


class Composer:
    """Puts a series' posts and messages together, as of `now`, within somebody else's transaction."""

    def __init__(self, programme: Programme) -> None:
        self._programme = programme

    def occasion(
        self, connection: Connection, series: Series, session: Session | None, now: datetime, late: timedelta | None
    ) -> Occasion:
        """Return what a post says of its session; without a session it stands outside the rhythm."""
        return Occasion(
            target=Target(series.id, session.id if session else None), title=series.title,
            week=session.week if session else None, weeks=series.weeks,
            host=host_of(series, session) if session else series.owner, due_at=session.due_at if session else now,
            zone=series.zone, late=late, next_at=next_after(connection, series, session.due_at if session else now),
        )  # fmt: skip

    def update(
        self, connection: Connection, series: Series, session: Session | None, written: Update, now: datetime,
        late: timedelta | None, *, preview: bool = False,
    ) -> Message:  # fmt: skip
        """Return a written update as it is posted at `now`."""
        occasion = self.occasion(connection, series, session, now, late)
        since = last_composed(connection, series)
        content = Content(
            update=None if preview else written.id, parts=self.parts(series.language, written.texts, session),
            nothing_new=written.nothing_new, commitments=ledger.lines(connection, series, now, since),
            answered=audience.answered_lines(connection, series, since),
            waiting=len(audience.open_lines(connection, series)),
        )  # fmt: skip
        by_author = replace(occasion, host=written.author)
        return post.update_post(series.language, by_author, content)

    def parts(self, language: Language, texts: Mapping[str, str], session: Session | None) -> Sequence[Part]:
        """Return the agenda with what was written; an urgent update has only its text and what is late or changed."""
        agenda = self._programme.agenda
        kinds = {"text", "changes"} if session is None else {"text", "commitments", "questions", "changes"}
        shown = [item for item in agenda if item.kind in kinds]
        known = [Part(item.kind, item.headline(language), texts.get(item.id, "")) for item in shown]
        gone = {*texts} - {item.id for item in agenda}
        # What was written before the programme's file changed is not lost with its point.
        return [*known, *(Part("text", name, texts[name]) for name in sorted(gone))]

    def reminder(
        self, connection: Connection, series: Series, session: Session, now: datetime, late: timedelta | None
    ) -> Message:
        """Return the post for an hour at which nothing is written."""
        agenda = [(item.title[series.language], item.minutes) for item in self._programme.agenda]
        return post.reminder(series.language, self.occasion(connection, series, session, now, late), agenda)

    def preparation(
        self, connection: Connection, series: Series, session: Session, now: datetime, language: Language | None = None
    ) -> Message:
        """Return the message to the host before a session."""
        own = kept.find_update(connection, session.id)
        content = direct.Preparation(
            channel=series.channel,
            commitments=ledger.lines(connection, series, now, last_composed(connection, series)),
            questions=audience.open_lines(connection, series), promised=promised(connection, series),
            written=own is not None and own.written_at is not None,
        )  # fmt: skip
        occasion = self.occasion(connection, series, session, now, None)
        return direct.preparation(language or series.language, occasion, content)

    def nudge(
        self, connection: Connection, series: Series, session: Session, now: datetime, *, again: bool,
        language: Language | None = None,
    ) -> Message:  # fmt: skip
        """Return the message to a host whose update is overdue."""
        occasion = self.occasion(connection, series, session, now, None)
        return direct.nudge(language or series.language, occasion, series.channel, again=again)

    def escalation(
        self, connection: Connection, series: Series, session: Session, now: datetime, *, language: Language, own: bool
    ) -> Message:
        """Return the message to owner or deputy; `own` where it is about themselves."""
        occasion = self.occasion(connection, series, session, now, None)
        return direct.escalation(language, occasion, series.channel, own=own)

    def not_posted(
        self, connection: Connection, series: Series, session: Session, now: datetime, language: Language
    ) -> Message:
        """Return the message to an author whose update could not be posted, or whose week fell into a pause."""
        occasion = self.occasion(connection, series, session, now, None)
        paused = is_paused(series, session.due_at)
        return direct.not_posted(language, occasion, series.channel, paused=paused)

    def missed(
        self, connection: Connection, series: Series, weeks: Sequence[Session], now: datetime, *, sent: bool
    ) -> Message:
        """Return the one post that says which weeks were missed; `sent`: Candor was there, nobody wrote."""
        hours = int(self._programme.missed_after / timedelta(hours=1))
        numbers = [session.week for session in weeks]
        occasion = self.occasion(connection, series, weeks[-1], now, None)
        cause: post.Cause = "unwritten" if sent else "unsent"
        return post.missed(series.language, numbers, hours, cause, occasion)


def next_after(connection: Connection, series: Series, due_at: datetime) -> datetime | None:
    """Return when the series' next session after a moment is due: one that will be held, as things stand."""
    if series.ended_at is not None:
        return None
    rows = (session_of(row) for row in kept.of_series(connection, [series.id]))
    ahead = (s.due_at for s in rows if s.status == "planned" and s.due_at > due_at and not is_paused(series, s.due_at))
    return min(ahead, default=None)


def last_composed(connection: Connection, series: Series) -> datetime | None:
    """Return the moment whose state the last posted update shows, None before the first.

    Not when it was posted: what changed between would be in no update as a change.
    """
    last = kept.last_posted(connection, series.id)
    row = outbox.find(connection, last.post_key) if last and last.post_key else None
    return row.created_at if row else last.posted_at if last else None


def promised(connection: Connection, series: Series) -> str:
    """Return what the last posted update said would come."""
    last = kept.last_posted(connection, series.id)
    row = kept.find_update(connection, last.id) if last else None
    return update_of(row).texts.get(COMING, "") if row else ""
