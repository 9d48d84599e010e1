"""What the tick does for weekly updates: due sessions go to the outbox, sent ones into the record.

Each step is one transaction that changes sessions and outbox together, so that a process may be killed anywhere.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, cast

from sqlalchemy import Connection, Row

from bot.storage import outbox
from bot.storage import series as stored
from bot.storage.database import Database
from bot.updates.model import Series, Session, Status
from bot.updates.programme import Programme
from bot.updates.rules import decide, next_look, record
from responses.blocks import updates as blocks
from responses.blocks.message import Message
from responses.phrases import as_language

BATCH = 100
NOT_SENT = "not_sent_in_time"  # the cause on the record
log = logging.getLogger(__name__)


class Planner:
    """Moves sessions on as time goes by; any number of processes may run one each."""

    def __init__(self, database: Database, programme: Programme) -> None:
        self._database = database
        self._programme = programme

    def queue_due(self, now: datetime) -> int:
        """Give every session that is due at `now` its reminder, or record it as missed; return how many."""
        handled = 0
        while batch := self._queue_batch(now):
            handled += batch
        return handled

    def settle(self, now: datetime) -> datetime | None:
        """Bring queued sessions in step with the outbox; return when one has to be looked at again."""
        with self._database.write() as connection:
            rows = stored.queued(connection, now=now)
            looks = [self._settle(connection, row, now) for row in rows]
        return min((look for look in looks if look is not None), default=None)

    def next_due(self) -> datetime | None:
        """Return when the next planned session is due."""
        with self._database.read() as connection:
            return stored.next_due(connection)

    def _queue_batch(self, now: datetime) -> int:
        with self._database.write() as connection:
            rows = stored.claim_due(connection, now=now, limit=BATCH)
            self._queue(connection, rows, now)
        return len(rows)

    def _queue(self, connection: Connection, rows: Sequence[Row[Any]], now: datetime) -> None:
        missed: list[Row[Any]] = []
        for row in rows:
            session, owner = session_of(row), series_in(row)
            decision = decide(session, self._programme, now)
            if decision.action == "miss":
                missed.append(row)
                continue
            post = self._reminder(owner, session, now if decision.late else None)
            _enqueue(connection, owner, session.key, post, now)
            stored.set_status(connection, session.id, "queued")
        self._record_missed(connection, missed, now, cause=NOT_SENT)

    def _settle(self, connection: Connection, row: Row[Any], now: datetime) -> datetime | None:
        session, owner = session_of(row), series_in(row)
        if row.delivery == "sent":
            status = record(session, self._programme, row.sent_at)
            stored.set_status(connection, session.id, status, posted_at=row.sent_at)
            return None
        if row.delivery in {"failed", "unverified"}:
            stored.set_status(connection, session.id, "missed", cause=row.error)
            return None
        if row.delivery != "pending":
            return None  # on its way, or being looked for: the sender will settle it
        decision = decide(session, self._programme, now)
        if decision.action == "miss":
            if outbox.withdraw(connection, session.key):
                self._record_missed(connection, [row], now, cause=NOT_SENT)
            return None
        if decision.late:
            post = self._reminder(owner, session, now)
            outbox.rewrite(connection, session.key, text=post.text, blocks=post.blocks)
        return next_look(session, self._programme, now)

    def _record_missed(self, connection: Connection, rows: Sequence[Row[Any]], now: datetime, *, cause: str) -> None:
        """Record sessions as missed; each series' channel is told once, however many weeks it was."""
        by_series = sorted(rows, key=lambda row: (row.series_id, row.week))
        for _, group in groupby(by_series, key=lambda row: row.series_id):
            weeks = [session_of(row) for row in group]
            owner = series_in(next(row for row in rows if row.series_id == weeks[0].series_id))
            for session in weeks:
                stored.set_status(connection, session.id, "missed", cause=cause)
            log.warning("series %d: week(s) %s missed", owner.id, ", ".join(str(week.week) for week in weeks))
            upcoming = self._next_at(owner, weeks[-1])
            hours = int(self._programme.missed_after / timedelta(hours=1))
            numbers = [session.week for session in weeks]
            post = blocks.missed(owner.language, owner.title, numbers, hours, upcoming, owner.zone)
            _enqueue(connection, owner, f"session:{weeks[-1].id}:missed", post, now)

    def _reminder(self, owner: Series, session: Session, late_at: datetime | None) -> Message:
        agenda = [(item.title[owner.language], item.minutes) for item in self._programme.agenda]
        late = late_at - session.due_at if late_at else None
        content = blocks.Reminder(
            title=owner.title, week=session.week, weeks=owner.weeks, host=owner.host, agenda=agenda,
            due_at=session.due_at, zone=owner.zone, late=late, next_at=self._next_at(owner, session),
        )  # fmt: skip
        return blocks.reminder(owner.language, content)

    @staticmethod
    def _next_at(owner: Series, session: Session) -> datetime | None:
        if session.week >= owner.weeks or owner.ended_at is not None:
            return None
        return owner.rule.occurrence(session.week + 1)


def _enqueue(connection: Connection, owner: Series, key: str, post: Message, now: datetime) -> None:
    outbox.add(
        connection, key=key, channel=owner.channel, text=post.text, blocks=post.blocks, now=now, tell=owner.owner
    )


def session_of(row: Row[Any]) -> Session:
    """Return the session in a row of the sessions table (or of a join that begins with it)."""
    return Session(
        id=row.id, series_id=row.series_id, week=row.week, due_at=row.due_at, status=cast(Status, row.status),
        posted_at=row.posted_at, cause=row.cause,
    )  # fmt: skip


def series_in(row: Row[Any], prefix: str = "series_") -> Series:
    """Return the series in a row whose columns carry `prefix`."""
    values = {name: getattr(row, prefix + name) for name in COLUMNS}
    return _series(values)


def series_of(row: Row[Any]) -> Series:
    """Return the series in a row of the series table."""
    return _series({name: getattr(row, name) for name in COLUMNS})


COLUMNS = (
    "id", "title", "channel", "private", "language", "zone", "at", "first_date", "weeks", "owner", "host", "ended_at",
)  # fmt: skip


def _series(values: dict[str, Any]) -> Series:
    first: date = values["first_date"]
    kept = {**values, "first_date": first, "language": as_language(values["language"])}
    return Series(**kept | {"zone": stored.as_zone(values["zone"]), "at": stored.as_time(values["at"])})
