"""Opening, reading, writing; moments in and out."""

from datetime import UTC, datetime, timedelta, timezone
from threading import Event, Thread
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from bot.storage.database import Database
from bot.storage.tables import sessions, threads

NOON = datetime(2026, 3, 4, 12, 0, 0, 123456, tzinfo=UTC)


def put(connection, moment, ts="1.0"):
    values = {"channel": "C1", "thread_ts": ts, "language": "en", "updated_at": moment}
    connection.execute(threads.insert().values(**values))


def moments(database) -> list[datetime]:
    with database.read() as connection:
        return list(connection.scalars(select(threads.c.updated_at).order_by(threads.c.thread_ts)))


@pytest.mark.parametrize(
    "given",
    [
        NOON,
        NOON.astimezone(ZoneInfo("Asia/Kolkata")),
        NOON.astimezone(timezone(-timedelta(hours=3, minutes=30))),
    ],
)
def test_a_moment_comes_back_aware_in_utc_to_the_microsecond(database, given):
    with database.write() as connection:
        put(connection, given)
    (kept,) = moments(database)
    assert kept == NOON
    assert kept.utcoffset() == timedelta(0)


def test_both_of_two_equal_hours_are_kept_apart(database):
    berlin = ZoneInfo("Europe/Berlin")
    first, second = (datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=fold) for fold in (0, 1))
    with database.write() as connection:
        put(connection, second, "2.0")
        put(connection, first, "1.0")
    early, late = moments(database)
    assert late - early == timedelta(hours=1)
    with database.read() as connection:
        ordered = list(connection.scalars(select(threads.c.thread_ts).order_by(threads.c.updated_at)))
    assert ordered == ["1.0", "2.0"]


def test_a_naive_datetime_is_refused(database):
    with pytest.raises(StatementError, match="naive"), database.write() as connection:
        put(connection, NOON.replace(tzinfo=None))
    assert moments(database) == []


def test_nothing_is_kept_of_a_write_that_fails(database):
    def fail() -> None:
        with database.write() as connection:
            put(connection, NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert moments(database) == []


def test_a_failed_write_leaves_the_database_usable(database):
    def put_twice() -> None:
        with database.write() as connection:
            put(connection, NOON)
            put(connection, NOON)

    with pytest.raises(IntegrityError):
        put_twice()
    with database.write() as connection:
        put(connection, NOON)
    assert moments(database) == [NOON]


def test_foreign_keys_are_enforced(database):
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.execute(sessions.insert().values(series_id=99, week=1, due_at=NOON, status="planned"))


def test_a_reader_sees_only_what_is_committed(database):
    with database.write() as connection:
        put(connection, NOON)
        assert moments(database) == []
    assert moments(database) == [NOON]


def test_on_sqlite_a_writer_has_the_lock_from_its_first_moment(tmp_path):
    """A transaction that reads first and then writes must not fail with "database is locked"."""
    database = Database(f"sqlite:///{tmp_path / 'lock.db'}")
    with database.write() as connection:
        connection.execute(text("CREATE TABLE counter (value INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))
    inside, entered_second = Event(), Event()

    def second() -> None:
        inside.wait(timeout=10)
        with database.write() as connection:
            entered_second.set()
            connection.execute(text("UPDATE counter SET value = value + 10"))

    other = Thread(target=second)
    other.start()
    with database.write() as connection:
        inside.set()
        assert not entered_second.wait(0.05)
        value = connection.scalar(text("SELECT value FROM counter"))
        connection.execute(text("UPDATE counter SET value = :value"), {"value": value + 1})
    other.join(timeout=10)
    with database.read() as connection:
        assert connection.scalar(text("SELECT value FROM counter")) == 11
    database.close()


def test_sqlite_is_opened_as_delivery_needs_it(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'pragmas.db'}")
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    with database.read() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
    assert found == wanted
    database.close()


def test_tables_are_made_anew_beneath_the_rows_that_refer_to_them_and_no_row_is_lost(database):
    def add_one(connection, series):
        values = {"series_id": series, "week": 1, "due_at": NOON, "status": "planned"}
        connection.execute(sessions.insert().values(**values))

    with pytest.raises(IntegrityError), database.rebuild() as connection:
        add_one(connection, 7)
    with pytest.raises(IntegrityError), database.write() as connection:  # what follows checks again
        add_one(connection, 7)
