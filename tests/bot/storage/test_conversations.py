from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.storage.conversations import Thread, find_thread, forget_questions, keep_question, remember_thread
from bot.storage.tables import questions

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def keep(connection, key, now=NOW, **values):
    given = {"text": "How?", "language": "en", "status": "declined", "nearest": None} | values
    return keep_question(connection, key=key, now=now, **given)


def test_a_thread_remembers_what_was_answered_last(database):
    place = {"channel": "C1", "thread_ts": "1.0"}
    with database.write() as connection:
        assert find_thread(connection, **place) is None
        remember_thread(connection, **place, lesson="apology", language="en", now=NOW)
        remember_thread(connection, **place, lesson="late-news", language="fil", now=NOW + DAY)
    with database.read() as connection:
        assert find_thread(connection, **place) == Thread("late-news", "fil")
        assert find_thread(connection, "C1", "1.1") is None
        assert find_thread(connection, "C2", "1.0") is None


def test_a_thread_without_a_lesson_is_still_one_that_was_answered_in(database):
    with database.write() as connection:
        remember_thread(connection, channel="C1", thread_ts="1.0", lesson=None, language="de", now=NOW)
        assert find_thread(connection, "C1", "1.0") == Thread(None, "de")


def test_a_redelivered_question_counts_once(database):
    with database.write() as connection:
        assert keep(connection, "event:1")
        assert not keep(connection, "event:1", text="again")
        assert keep(connection, "event:2", nearest="apology", status="suggested")
        rows = connection.execute(select(questions).order_by(questions.c.id)).all()
    assert [(row.text, row.status, row.nearest, row.asked_at) for row in rows] == [
        ("How?", "declined", None, NOW),
        ("How?", "suggested", "apology", NOW),
    ]


def test_who_asked_is_nowhere_in_the_table():
    assert {"user", "asked_by", "author", "channel", "thread_ts"}.isdisjoint(questions.c.keys())
    assert "asked_at" in questions.c


def test_old_questions_are_forgotten_and_newer_ones_stay(database):
    with database.write() as connection:
        for age in range(4):
            keep(connection, f"event:{age}", NOW - age * DAY)
        assert forget_questions(connection, before=NOW - 2 * DAY) == 1
        assert forget_questions(connection, before=NOW - 2 * DAY) == 0
        assert list(connection.scalars(select(questions.c.key).order_by(questions.c.key))) == [
            "event:0", "event:1", "event:2",
        ]  # fmt: skip
