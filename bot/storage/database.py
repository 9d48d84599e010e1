"""How the database is opened: SQLite or PostgreSQL behind two calls, `read` and `write`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from sqlite3 import SQLITE_BUSY, OperationalError
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Engine, TypeDecorator, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry

LOCK_WAIT_SECONDS = 10
SQLITE_PRAGMAS = (
    # FULL, not NORMAL: a claim lost in a power cut could post a message twice.
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={LOCK_WAIT_SECONDS * 1000}",
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on both databases; naive datetimes are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC on the way in; SQLite has no zones, so it is given the bare UTC wall time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware UTC datetime."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """One database; `write` transactions exclude each other on SQLite, rows are locked on PostgreSQL."""

    def __init__(self, url: str) -> None:
        self.engine: Engine = _engine(url)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection in a transaction that only reads."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection in a transaction that is committed at the end or, on an error, undone."""
        with self.engine.connect() as plain:
            connection = plain.execution_options(sqlite_begin="IMMEDIATE")
            with connection.begin():
                yield connection

    @contextmanager
    def rebuild(self) -> Iterator[Connection]:
        """Give a connection as `write` does, in which tables may be made anew: references are checked at the end.

        SQLite changes a table by dropping it, which it refuses while other tables' rows refer to it.
        """
        if self.engine.dialect.name != "sqlite":
            with self.write() as connection:
                yield connection
            return
        with self.engine.connect() as plain:
            driver: Any = plain.connection.dbapi_connection
            driver.execute("PRAGMA foreign_keys=OFF")  # within a transaction it would have no effect
            connection = plain.execution_options(sqlite_begin="IMMEDIATE")
            try:
                with connection.begin():
                    yield connection
                    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                        raise IntegrityError("PRAGMA foreign_key_check", None, ValueError(f"{len(broken)} lost rows"))
            finally:
                if not plain.invalidated:  # a process that is being ended has closed it
                    driver.execute("PRAGMA foreign_keys=ON")

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(
            parsed, hide_parameters=True, pool_pre_ping=True, connect_args={"connect_timeout": LOCK_WAIT_SECONDS}
        )
    # Errors go to the log; without this they would carry the values, which are what people wrote.
    engine = create_engine(parsed, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        _as_we_need_it(connection)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that will write takes the lock at once: a read that turns into a write fails with "locked".
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


def _as_we_need_it(connection: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN is late and knows no IMMEDIATE
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    _turn_wal_on(cursor)
    cursor.close()


def _turn_wal_on(cursor: Any) -> None:
    """Choose write-ahead logging; SQLite itself does not wait here for another process that does so at this moment."""
    last_try = monotonic() + LOCK_WAIT_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except OperationalError as error:
            if error.sqlite_errorcode & 0xFF != SQLITE_BUSY or monotonic() > last_try:
                raise
            sleep(0.02)
        else:
            return
