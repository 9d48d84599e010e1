"""Commitments in the database, each with the list of its changes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from bot.storage.tables import commitment_changes, commitments

Found = tuple[Row[Any], Sequence[Row[Any]]]  # a commitment and its changes, oldest first


def add(connection: Connection, series_id: int, values: Mapping[str, Any]) -> tuple[int, int]:
    """Add a commitment to a series whose row is locked; return its id and its number there, from 1."""
    highest = select(func.max(commitments.c.number)).where(commitments.c.series_id == series_id)
    number = (connection.scalar(highest) or 0) + 1
    new = commitments.insert().values(series_id=series_id, number=number, **values)
    return connection.execute(new.returning(commitments.c.id)).scalar_one(), number


def of_series(connection: Connection, series_id: int) -> list[Found]:
    """Return the commitments of a series by number."""
    rows = connection.execute(
        select(commitments).where(commitments.c.series_id == series_id).order_by(commitments.c.number)
    ).all()
    mine = select(commitments.c.id).where(commitments.c.series_id == series_id)
    changes: dict[int, list[Row[Any]]] = defaultdict(list)
    for change in connection.execute(_changes().where(commitment_changes.c.commitment_id.in_(mine))):
        changes[change.commitment_id].append(change)
    return [(row, changes[row.id]) for row in rows]


def find(connection: Connection, commitment_id: int) -> Found | None:
    """Return a commitment by its id."""
    row = connection.execute(select(commitments).where(commitments.c.id == commitment_id)).one_or_none()
    if row is None:
        return None
    return row, connection.execute(_changes().where(commitment_changes.c.commitment_id == commitment_id)).all()


def change(connection: Connection, commitment_id: int, **values: Any) -> None:
    """Change a commitment; what was changed is added by `note`."""
    connection.execute(update(commitments).where(commitments.c.id == commitment_id).values(**values))


def note(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write down changes of commitments."""
    connection.execute(commitment_changes.insert(), [dict(row) for row in rows])


def _changes() -> Any:
    return select(commitment_changes).order_by(commitment_changes.c.id)
