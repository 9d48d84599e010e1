"""Questions from the audience in the database: how they are asked, voted for, merged and answered."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select, union_all, update

from bot.storage.statements import insert_once
from bot.storage.tables import asked, outbox, sessions, updates, votes


def add(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write a question down, once for its key; return its number."""
    insert_once(connection, asked, values)
    number: int = connection.execute(select(asked.c.id).where(asked.c.key == values["key"])).scalar_one()
    return number


def find(connection: Connection, number: int) -> Row[Any] | None:
    """Return a question by its number."""
    return connection.execute(select(asked).where(asked.c.id == number)).one_or_none()


def find_by_key(connection: Connection, key: str) -> Row[Any] | None:
    """Return the question that a click or a message asked."""
    return connection.execute(select(asked).where(asked.c.key == key)).one_or_none()


def of_series(connection: Connection, series_id: int) -> Sequence[Row[Any]]:
    """Return all questions of a series, oldest first."""
    return connection.execute(select(asked).where(asked.c.series_id == series_id).order_by(asked.c.id)).all()


def votes_of(connection: Connection, series_id: int) -> Mapping[int, list[str]]:
    """Return who voted for which question of a series."""
    query = select(votes).join(asked, asked.c.id == votes.c.asked_id).where(asked.c.series_id == series_id)
    found: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.asked_id].append(row.voter)
    return found


def vote(connection: Connection, number: int, voter: str) -> bool:
    """Count a vote; False if that person has voted for this question."""
    return insert_once(connection, votes, {"asked_id": number, "voter": voter})


def merge(connection: Connection, number: int, into: int) -> None:
    """Merge a question, and those merged into it before, into another one."""
    those = update(asked).where(or_(asked.c.id == number, asked.c.merged_into == number))
    connection.execute(those.values(merged_into=into))


def answer(connection: Connection, number: int, text: str, *, by: str, now: datetime) -> None:
    """Write down the answer to a question, over one that was there."""
    row = update(asked).where(asked.c.id == number)
    connection.execute(row.values(answer=text, answered_by=by, answered_at=now))


def posted_at(connection: Connection, series_id: int) -> Sequence[datetime]:
    """Return when the updates of a series were posted, those outside the rhythm included."""
    weekly = select(sessions.c.posted_at).where(
        sessions.c.series_id == series_id, sessions.c.status.in_(("posted", "late")), sessions.c.posted_at.is_not(None)
    )
    urgent = (
        select(outbox.c.sent_at)
        .join(updates, updates.c.post_key == outbox.c.key)
        .where(updates.c.series_id == series_id, updates.c.session_id.is_(None), outbox.c.state == "sent")
    )
    return connection.execute(union_all(weekly, urgent)).scalars().all()


def latest_post(connection: Connection, series_id: int, channel: str) -> Row[Any] | None:
    """Return the last message that was posted for a series in a channel, replies aside; None if there is none."""
    query = select(outbox).where(
        outbox.c.series_id == series_id, outbox.c.channel == channel, outbox.c.thread_ts.is_(None),
        outbox.c.state == "sent", outbox.c.message_ts.is_not(None),
    )  # fmt: skip
    return connection.execute(query.order_by(outbox.c.sent_at.desc(), outbox.c.id.desc()).limit(1)).one_or_none()


def composed_at(connection: Connection, series_id: int, channel: str, sent_at: datetime) -> datetime | None:
    """Return when the post that was sent to a series' channel at a moment had been put together."""
    query = select(outbox.c.created_at).where(
        outbox.c.series_id == series_id, outbox.c.channel == channel, outbox.c.sent_at == sent_at,
        outbox.c.thread_ts.is_(None),
    )  # fmt: skip
    return connection.scalar(query.order_by(outbox.c.created_at).limit(1))
