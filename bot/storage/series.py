"""Series in the database: how they are written, found and changed; and the record of who changed what."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, func, literal, or_, select, update

from bot.storage.statements import insert_once
from bot.storage.tables import SESSION_IS_OPEN, history, series, sessions


def add(connection: Connection, values: Mapping[str, Any]) -> int | None:
    """Add a series; return its number, None if its request key is there."""
    if not insert_once(connection, series, values):
        return None
    return connection.scalar(select(series.c.id).where(series.c.request_key == values["request_key"]))


def find(connection: Connection, number: int) -> Row[Any] | None:
    """Return a series by its number."""
    return connection.execute(select(series).where(series.c.id == number)).one_or_none()


def lock(connection: Connection, number: int, *, wait: bool = True) -> Row[Any] | None:
    """Return a series by its number, locked for this transaction: of two who change it the second sees the first.

    Rows that refer to it (messages, sessions) can still be written: whoever holds one of them is not waited for.
    Without `wait` one that somebody else has locked is not returned: whoever holds sessions must not wait for it.
    """
    query = select(series).where(series.c.id == number).with_for_update(key_share=True, skip_locked=not wait)
    return connection.execute(query).one_or_none()


def find_by_request(connection: Connection, request_key: str) -> Row[Any] | None:
    """Return the series that a command made."""
    return connection.execute(select(series).where(series.c.request_key == request_key)).one_or_none()


def find_several(connection: Connection, numbers: Sequence[int]) -> dict[int, Row[Any]]:
    """Return series by their numbers."""
    rows = connection.execute(select(series).where(series.c.id.in_(set(numbers)))).all()
    return {row.id: row for row in rows}


def visible(connection: Connection, *, channel: str, user: str, limit: int) -> Sequence[Row[Any]]:
    """Return the running series a person may know of: public ones, this channel's, their own; newest first.

    Each row says in `total` how many there are, `limit` aside.
    """
    seen = or_(series.c.private.is_(False), series.c.channel == channel, _is_theirs(user))
    query = select(series, func.count().over().label("total")).where(series.c.ended_at.is_(None), seen)
    return connection.execute(query.order_by(series.c.id.desc()).limit(limit)).all()


def every(connection: Connection) -> Sequence[Row[Any]]:
    """Return all series, ended ones too, by number: for whoever runs Candor."""
    return connection.execute(select(series).order_by(series.c.id)).all()


def running_of(connection: Connection, user: str) -> Sequence[Row[Any]]:
    """Return the running series that somebody owns, hosts or is the deputy of."""
    return connection.execute(
        select(series).where(series.c.ended_at.is_(None), _is_theirs(user)).order_by(series.c.id)
    ).all()


def change(connection: Connection, number: int, **values: Any) -> None:
    """Change a series."""
    connection.execute(update(series).where(series.c.id == number).values(**values))


def end(connection: Connection, number: int, *, by: str | None, now: datetime) -> bool:
    """End a series, not yet its sessions; False if it had ended before."""
    running = update(series).where(series.c.id == number, series.c.ended_at.is_(None))
    return connection.execute(running.values(ended_at=now, ended_by=by)).rowcount == 1


def finished(connection: Connection) -> Sequence[Row[Any]]:
    """Return the running series that have no session left to hold."""
    is_open = and_(SESSION_IS_OPEN, sessions.c.series_id == series.c.id)
    query = select(series).where(series.c.ended_at.is_(None), series.c.weeks.is_not(None), ~exists().where(is_open))
    return connection.execute(query.order_by(series.c.id)).all()


def note(
    connection: Connection, number: int, what: str, /, *, by: str | None, now: datetime, **details: str | int | None
) -> None:
    """Write down who changed what in a series; `what` is a key of responses/phrases/history.yaml."""
    row = {"series_id": number, "happened_at": now, "by": by, "what": what, "details": details}
    connection.execute(history.insert().values(**row))


def notes(connection: Connection, number: int) -> Sequence[Row[Any]]:
    """Return what was changed in a series, oldest first."""
    query = select(history).where(history.c.series_id == number)
    return connection.execute(query.order_by(history.c.happened_at, history.c.id)).all()


def _is_theirs(user: str) -> Any:
    among = (literal(" ") + series.c.hosts + " ").contains(f" {user} ", autoescape=True)
    return or_(series.c.owner == user, series.c.deputy == user, among)
