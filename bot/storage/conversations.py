"""What Candor remembers of conversations: the threads it answered in, and questions it could not answer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from bot.storage.statements import insert_once, upsert
from bot.storage.tables import questions, threads


@dataclass(frozen=True)
class Thread:
    """A thread in which Candor has answered; `lesson` is None if it had no lesson for the question."""

    lesson: str | None
    language: str


def remember_thread(
    connection: Connection, *, channel: str, thread_ts: str, lesson: str | None, language: str, now: datetime
) -> None:
    """Note that Candor answered in a thread, with which lesson and in which language."""
    values = {"channel": channel, "thread_ts": thread_ts, "lesson": lesson, "language": language, "updated_at": now}
    upsert(connection, threads, values)


def find_thread(connection: Connection, channel: str, thread_ts: str) -> Thread | None:
    """Return what Candor last answered in a thread, None if it never did."""
    row = connection.execute(
        select(threads.c.lesson, threads.c.language).where(
            threads.c.channel == channel, threads.c.thread_ts == thread_ts
        )
    ).one_or_none()
    return Thread(row.lesson, row.language) if row else None


def keep_question(
    connection: Connection,
    *,
    key: str,
    text: str,
    language: str,
    status: str,
    nearest: str | None,
    now: datetime,
) -> bool:
    """Keep a question without an answer for the curators; `key` makes a redelivered one count once."""
    values = {"key": key, "text": text, "language": language, "status": status, "nearest": nearest}
    return insert_once(connection, questions, {**values, "asked_at": now})


def forget_questions(connection: Connection, *, before: datetime) -> int:
    """Delete the kept questions that were asked before `before`; return how many."""
    return connection.execute(delete(questions).where(questions.c.asked_at < before)).rowcount


def count_questions(connection: Connection) -> int:
    """Return how many questions are kept."""
    return connection.scalar(select(func.count()).select_from(questions)) or 0
