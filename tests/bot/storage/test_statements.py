from datetime import UTC, datetime

from sqlalchemy import func, select

from bot.storage.statements import insert_once, upsert
from bot.storage.tables import questions, threads

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
QUESTION = {"key": "k", "text": "How?", "language": "en", "status": "declined", "nearest": None, "asked_at": NOW}
THREAD = {"channel": "C1", "thread_ts": "1.0", "lesson": "apology", "language": "en", "updated_at": NOW}


def test_the_same_key_is_inserted_once(database):
    with database.write() as connection:
        assert insert_once(connection, questions, QUESTION)
        assert not insert_once(connection, questions, QUESTION | {"text": "Another?"})
        assert insert_once(connection, questions, QUESTION | {"key": "other"})
        assert list(connection.scalars(select(questions.c.text).order_by(questions.c.id))) == ["How?", "How?"]


def test_two_at_once_insert_one_row(database, at_once):
    def insert() -> bool:
        with database.write() as connection:
            return insert_once(connection, questions, QUESTION)

    assert sorted(at_once(insert)) == [False, True]
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(questions)) == 1


def test_upsert_overwrites_the_row_with_its_key_and_no_other(database):
    with database.write() as connection:
        upsert(connection, threads, THREAD)
        upsert(connection, threads, THREAD | {"thread_ts": "2.0"})
        upsert(connection, threads, THREAD | {"lesson": None, "language": "it"})
        rows = connection.execute(select(threads).order_by(threads.c.thread_ts)).mappings().all()
    assert [dict(row) for row in rows] == [
        THREAD | {"lesson": None, "language": "it"},
        THREAD | {"thread_ts": "2.0"},
    ]
