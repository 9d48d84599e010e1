"""Sessions in the database: how they are planned, claimed and moved on; and what is written for them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select, update

from bot.storage.statements import insert_once
from bot.storage.tables import SESSION_IS_OPEN, outbox, sessions, updates

_WAITING = and_(SESSION_IS_OPEN, sessions.c.status.in_(("planned", "awaiting")))


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add sessions; one that is there already is left as it is."""
    for row in rows:
        insert_once(connection, sessions, row)


def of_series(connection: Connection, numbers: Iterable[int]) -> Sequence[Row[Any]]:
    """Return the sessions of several series, by series and week."""
    query = select(sessions).where(sessions.c.series_id.in_(set(numbers)))
    return connection.execute(query.order_by(sessions.c.series_id, sessions.c.week)).all()


def find(connection: Connection, number: int) -> Row[Any] | None:
    """Return a session by its id."""
    return connection.execute(select(sessions).where(sessions.c.id == number)).one_or_none()


def lock(connection: Connection, number: int) -> Row[Any] | None:
    """Return a session by its id, locked for this transaction."""
    return connection.execute(select(sessions).where(sessions.c.id == number).with_for_update()).one_or_none()


def lock_open(connection: Connection, series_id: int) -> Sequence[Row[Any]]:
    """Return the sessions of a series that are not over, by week, locked for this transaction."""
    query = select(sessions).where(SESSION_IS_OPEN, sessions.c.series_id == series_id)
    return connection.execute(query.order_by(sessions.c.week).with_for_update()).all()


def claim_due(connection: Connection, *, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """Return sessions that need a look, locked for this transaction: the oldest `limit`, and their series' others.

    A series comes with all its due sessions, so that its channel can be told at once of all that were missed.
    """
    due = and_(_WAITING, sessions.c.look_at <= now)
    oldest = select(sessions.c.series_id).where(due).order_by(sessions.c.look_at).limit(limit).correlate(None)
    query = select(sessions).where(due, sessions.c.series_id.in_(oldest)).order_by(sessions.c.look_at, sessions.c.id)
    return connection.execute(query.with_for_update(skip_locked=True)).all()


def in_outbox(connection: Connection) -> Sequence[Row[Any]]:
    """Return sessions whose update or reminder is in the outbox, with what became of it there, locked.

    Of the reminders only those that are not sent.
    """
    delivery = [outbox.c.state.label("delivery"), outbox.c.sent_at, outbox.c.error]
    unsettled = or_(sessions.c.status == "queued", and_(sessions.c.status == "awaiting", outbox.c.state != "sent"))
    query = (
        select(sessions, *delivery)
        .join(outbox, outbox.c.key == sessions.c.post_key)
        .where(SESSION_IS_OPEN, unsettled)
        .order_by(sessions.c.due_at, sessions.c.id)
        .with_for_update(skip_locked=True, of=sessions)
    )
    return connection.execute(query).all()


def change(connection: Connection, session_id: int, **values: Any) -> None:
    """Change a session."""
    connection.execute(update(sessions).where(sessions.c.id == session_id).values(**values))


def remove(connection: Connection, session_ids: Iterable[int]) -> None:
    """Take sessions out of their series, as if they had never been planned; none may have an update."""
    connection.execute(sessions.delete().where(sessions.c.id.in_(set(session_ids))))


def next_look(connection: Connection) -> datetime | None:
    """Return when the next session needs a look."""
    query = select(sessions.c.look_at).where(_WAITING).order_by(sessions.c.look_at)
    return connection.scalar(query.limit(1))


def series_due(connection: Connection, now: datetime) -> set[int]:
    """Return the series that have a session which needs a look."""
    query = select(sessions.c.series_id).where(_WAITING, sessions.c.look_at <= now).distinct()
    return set(connection.scalars(query))


def series_hosted_by(connection: Connection, user: str) -> set[int]:
    """Return the series of which somebody has taken over an open session, or was asked to."""
    theirs = or_(sessions.c.host == user, sessions.c.asked_host == user)
    return set(connection.scalars(select(sessions.c.series_id).where(SESSION_IS_OPEN, theirs).distinct()))


def is_host(connection: Connection, series_id: int, user: str) -> bool:
    """Say whether somebody has taken over an open session of a series."""
    query = select(sessions.c.id).where(SESSION_IS_OPEN, sessions.c.series_id == series_id, sessions.c.host == user)
    return connection.scalar(query.limit(1)) is not None


def last_week(connection: Connection, series_id: int) -> int:
    """Return the highest week of a series that is planned or on the record."""
    return connection.scalar(select(func.max(sessions.c.week)).where(sessions.c.series_id == series_id)) or 0


def find_update(connection: Connection, session_id: int) -> Row[Any] | None:
    """Return what is written for a session, draft or not."""
    return connection.execute(select(updates).where(updates.c.session_id == session_id)).one_or_none()


def written_for(connection: Connection, session_ids: Iterable[int]) -> dict[int, Row[Any]]:
    """Return what is written for several sessions, by session; drafts are left out."""
    wanted = select(updates).where(updates.c.session_id.in_(set(session_ids)), updates.c.written_at.is_not(None))
    return {row.session_id: row for row in connection.execute(wanted)}


def find_update_by_id(connection: Connection, number: int) -> Row[Any] | None:
    """Return an update by its id."""
    return connection.execute(select(updates).where(updates.c.id == number)).one_or_none()


def updates_of(connection: Connection, series_id: int) -> Sequence[Row[Any]]:
    """Return all updates of a series, oldest first."""
    query = select(updates).where(updates.c.series_id == series_id)
    return connection.execute(query.order_by(updates.c.saved_at, updates.c.id)).all()


def save_update(connection: Connection, session_id: int, values: Mapping[str, Any]) -> None:
    """Write down what somebody writes for a session, over what was there."""
    fresh = {"texts": {}, "nothing_new": False, "version": 1, **values, "session_id": session_id}
    if not insert_once(connection, updates, fresh):
        newer = update(updates).where(updates.c.session_id == session_id)
        connection.execute(newer.values(**values, version=updates.c.version + 1))


def save_urgent(connection: Connection, request_key: str, values: Mapping[str, Any]) -> None:
    """Write down what somebody writes outside the rhythm, over what the same modal had sent before."""
    fresh = {"texts": {}, "nothing_new": False, "version": 1, **values, "request_key": request_key}
    if not insert_once(connection, updates, fresh):
        newer = update(updates).where(updates.c.request_key == request_key, updates.c.written_at.is_(None))
        connection.execute(newer.values(**values, version=updates.c.version + 1))


def find_urgent(connection: Connection, request_key: str) -> Row[Any] | None:
    """Return the update outside the rhythm that a modal has made."""
    return connection.execute(select(updates).where(updates.c.request_key == request_key)).one_or_none()


def lock_update(connection: Connection, number: int) -> Row[Any] | None:
    """Return an update by its id, locked for this transaction."""
    return connection.execute(select(updates).where(updates.c.id == number).with_for_update()).one_or_none()


def change_update(connection: Connection, number: int, **values: Any) -> None:
    """Change an update."""
    connection.execute(update(updates).where(updates.c.id == number).values(**values))


def last_posted(connection: Connection, series_id: int) -> Row[Any] | None:
    """Return the session whose update was posted last, None before the first."""
    posted = (sessions.c.series_id == series_id, sessions.c.posted_at.is_not(None))
    return connection.execute(
        select(sessions).where(*posted).order_by(sessions.c.posted_at.desc(), sessions.c.week.desc()).limit(1)
    ).one_or_none()


def has_open(connection: Connection, series_id: int) -> bool:
    """Say whether a series has a session that is not over."""
    query = select(sessions.c.id).where(SESSION_IS_OPEN, sessions.c.series_id == series_id)
    return connection.scalar(query.limit(1)) is not None
