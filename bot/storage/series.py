"""Series and sessions in the database: how they are written, found and claimed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, and_, func, or_, select, update

from bot.storage.statements import insert_once
from bot.storage.tables import SESSION_IS_OPEN, outbox, series, sessions

# A session comes with its series; the series' id is the session's series_id already.
_SERIES = [column.label(f"series_{column.name}") for column in series.c if column is not series.c.id]
_PLANNED = and_(SESSION_IS_OPEN, sessions.c.status == "planned")
_QUEUED = and_(SESSION_IS_OPEN, sessions.c.status == "queued")


def add_series(connection: Connection, values: Mapping[str, Any], due: Sequence[datetime]) -> int | None:
    """Add a series and its planned sessions, week 1 first; return its id, None if its request key is there."""
    if not insert_once(connection, series, values):
        return None
    number = connection.scalar(select(series.c.id).where(series.c.request_key == values["request_key"]))
    rows = [
        {"series_id": number, "week": week, "due_at": moment, "status": "planned"}
        for week, moment in enumerate(due, start=1)
    ]
    connection.execute(sessions.insert(), rows)
    return number


def find_by_request(connection: Connection, request_key: str) -> Row[Any] | None:
    """Return the series that a command made."""
    return connection.execute(select(series).where(series.c.request_key == request_key)).one_or_none()


def find_series(connection: Connection, number: int) -> Row[Any] | None:
    """Return a series by its number."""
    return connection.execute(select(series).where(series.c.id == number)).one_or_none()


def visible_series(connection: Connection, *, channel: str, user: str, limit: int) -> Sequence[Row[Any]]:
    """Return the running series a person may know of: public ones, this channel's, their own; newest first.

    Each row says in `total` how many there are, `limit` aside.
    """
    theirs = or_(series.c.owner == user, series.c.host == user)
    seen = or_(series.c.private.is_(False), series.c.channel == channel, theirs)
    query = select(series, func.count().over().label("total")).where(series.c.ended_at.is_(None), seen)
    return connection.execute(query.order_by(series.c.id.desc()).limit(limit)).all()


def sessions_of(connection: Connection, numbers: Sequence[int]) -> Sequence[Row[Any]]:
    """Return the sessions of several series, by series and week."""
    query = select(sessions).where(sessions.c.series_id.in_(numbers))
    return connection.execute(query.order_by(sessions.c.series_id, sessions.c.week)).all()


def claim_due(connection: Connection, *, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """Return due sessions with their series, locked for this transaction: the oldest `limit`, and their series' others.

    A series comes with all its due sessions, so that its channel can be told at once of all that were missed.
    """
    due = and_(_PLANNED, sessions.c.due_at <= now)
    oldest = select(sessions.c.series_id).where(due).order_by(sessions.c.due_at).limit(limit).correlate(None)
    query = (
        select(sessions, *_SERIES)
        .join(series, series.c.id == sessions.c.series_id)
        .where(due, sessions.c.series_id.in_(oldest))
        .order_by(sessions.c.due_at, sessions.c.id)
        .with_for_update(skip_locked=True, of=sessions)
    )
    return connection.execute(query).all()


def queued(connection: Connection, *, now: datetime) -> Sequence[Row[Any]]:
    """Return queued sessions with their series and what the outbox says of their reminder, locked."""
    delivery = [outbox.c.state.label("delivery"), outbox.c.sent_at, outbox.c.error]
    key = "session:" + sessions.c.id.cast(outbox.c.key.type) + ":reminder"
    query = (
        select(sessions, *_SERIES, *delivery)
        .join(series, series.c.id == sessions.c.series_id)
        .join(outbox, outbox.c.key == key)
        .where(_QUEUED, sessions.c.due_at <= now)  # all of them are; said for the index
        .order_by(sessions.c.due_at, sessions.c.id)
        .with_for_update(skip_locked=True, of=sessions)
    )
    return connection.execute(query).all()


def set_status(connection: Connection, session_id: int, status: str, **changes: Any) -> None:
    """Move a session on."""
    connection.execute(update(sessions).where(sessions.c.id == session_id).values(status=status, **changes))


def end_series(connection: Connection, number: int, *, by: str, now: datetime) -> bool:
    """End a series, not yet its sessions; False if it had ended before."""
    running = update(series).where(series.c.id == number, series.c.ended_at.is_(None))
    return connection.execute(running.values(ended_at=now, ended_by=by)).rowcount == 1


def lock_open_sessions(connection: Connection, number: int) -> Sequence[Row[Any]]:
    """Return the sessions of a series that are planned or queued, by week, locked for this transaction."""
    query = select(sessions).where(SESSION_IS_OPEN, sessions.c.series_id == number)
    return connection.execute(query.order_by(sessions.c.week).with_for_update()).all()


def next_due(connection: Connection) -> datetime | None:
    """Return when the next planned session is due."""
    query = select(sessions.c.due_at).where(_PLANNED)
    return connection.scalar(query.order_by(sessions.c.due_at).limit(1))


def as_time(text: str) -> time:
    """Return a stored wall-clock time."""
    return time.fromisoformat(text)


def as_zone(name: str) -> ZoneInfo:
    """Return a stored zone."""
    return ZoneInfo(name)
