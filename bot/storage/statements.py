"""The two statements that SQLite and PostgreSQL share in meaning but not in SQLAlchemy's portable part."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_once(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with the same unique key is there; return whether it was inserted."""
    statement = _insert(connection, table).values(**values).on_conflict_do_nothing()
    # By what comes back: psycopg's rowcount says nothing of an insert whose key is made by the database.
    return connection.execute(statement.returning(*table.primary_key.columns)).first() is not None


def upsert(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row, or overwrite the one that has the same primary key."""
    keys = {column.name for column in table.primary_key}
    changes = {name: value for name, value in values.items() if name not in keys}
    statement = _insert(connection, table).values(**values)
    connection.execute(statement.on_conflict_do_update(index_elements=sorted(keys), set_=changes))


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
