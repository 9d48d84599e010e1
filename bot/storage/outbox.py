"""The outbox's rows: how one is added, claimed by exactly one process, and settled.

States: pending -> sending -> sent | failed | unknown | pending (refused for now); unknown -> sent | pending |
unverified (nobody may look); pending, sending, unknown -> withdrawn. `not_before` says when a row is looked at next;
for a row in `sending` it is the lease's end.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.storage.statements import insert_once
from bot.storage.tables import DELIVERY_IS_OPEN, outbox


@dataclass(frozen=True)
class Delivery:
    """One row of the outbox, as the sender needs it."""

    id: int
    key: str
    channel: str
    thread_ts: str | None
    text: str
    blocks: list[dict[str, Any]]
    tell: str | None
    series_id: int | None
    state: str
    attempts: int
    reads: int
    attempted_at: datetime | None
    posted_channel: str | None


def add(
    connection: Connection,
    *,
    key: str,
    channel: str,
    text: str,
    blocks: list[dict[str, Any]],
    now: datetime,
    thread_ts: str | None = None,
    tell: str | None = None,
    series_id: int | None = None,
) -> bool:
    """Add a message to send at once; return False if `key` is already there, in whatever state.

    `tell` is the user who is told when it cannot be delivered, `series_id` the series whose post it is.
    """
    values: dict[str, Any] = {"key": key, "channel": channel, "thread_ts": thread_ts, "text": text, "blocks": blocks}
    values["series_id"] = series_id
    times = {"not_before": now, "created_at": now}
    return insert_once(connection, outbox, {**values, **times, "tell": tell, "state": "pending"})


def claim(connection: Connection, *, now: datetime, lease: str, until: datetime) -> Delivery | None:
    """Claim the oldest row that is due for `lease` until `until`, and return it as it was before.

    A pending row becomes `sending`, which is written before Slack hears of it. A row in `sending` whose lease has run
    out belonged to a process that died; it and `unknown` rows are returned as `unknown`, to be settled, not posted.
    """
    due = (
        select(outbox)
        .where(DELIVERY_IS_OPEN, outbox.c.not_before <= now)
        .order_by(outbox.c.not_before, outbox.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = connection.execute(due).one_or_none()
    if row is None:
        return None
    changes: dict[str, Any] = {"lease": lease, "not_before": until}
    if row.state == "pending":
        changes |= {"state": "sending", "attempts": row.attempts + 1, "attempted_at": now}
    else:
        changes |= {"state": "unknown"}
    connection.execute(update(outbox).where(outbox.c.id == row.id).values(**changes))
    return _delivery(row, state="pending" if row.state == "pending" else "unknown")


def settle(connection: Connection, delivery_id: int, *, lease: str, **changes: Any) -> bool:
    """Record what became of a claimed row; False if the lease was lost to another process meanwhile."""
    mine = update(outbox).where(outbox.c.id == delivery_id, outbox.c.lease == lease)
    return connection.execute(mine.values(lease=None, **changes)).rowcount == 1


def hold_channel(connection: Connection, channel: str, *, until: datetime) -> None:
    """Let nothing that is pending for `channel` go out before `until`: Slack's pace is one message a second."""
    waiting = (outbox.c.channel == channel, outbox.c.state == "pending", DELIVERY_IS_OPEN, outbox.c.not_before < until)
    # Rows that somebody else is changing are left alone: two who wait for each other's rows would never end.
    free = select(outbox.c.id).where(*waiting).with_for_update(skip_locked=True)
    connection.execute(update(outbox).where(outbox.c.id.in_(free)).values(not_before=until))


def rewrite(connection: Connection, key: str, *, text: str, blocks: list[dict[str, Any]]) -> bool:
    """Change the words of a message that nobody has tried to send yet; False if it is not pending."""
    row = update(outbox).where(outbox.c.key == key, outbox.c.state == "pending")
    return connection.execute(row.values(text=text, blocks=blocks)).rowcount == 1


def withdraw(connection: Connection, key: str) -> bool:
    """Take a message back that is still pending; False if it is already on its way or gone."""
    row = update(outbox).where(outbox.c.key == key, outbox.c.state == "pending")
    return connection.execute(row.values(state="withdrawn")).rowcount == 1


def drop(connection: Connection, key: str) -> None:
    """Take a message back that has lost its reason, also one that is being tried: it is not tried once more.

    Whether it arrived is then of no interest to anybody; whoever is sending it finds that it is no longer theirs.
    """
    row = update(outbox).where(outbox.c.key == key, DELIVERY_IS_OPEN)
    connection.execute(row.values(state="withdrawn", lease=None))


def find(connection: Connection, key: str) -> Row[Any] | None:
    """Return the whole row with `key`."""
    return connection.execute(select(outbox).where(outbox.c.key == key)).one_or_none()


def find_by_message(connection: Connection, channel: str, message_ts: str) -> Row[Any] | None:
    """Return the row that was posted as a message of a channel."""
    posted = (outbox.c.posted_channel == channel, outbox.c.message_ts == message_ts)
    return connection.execute(select(outbox).where(*posted).limit(1)).one_or_none()


def next_due(connection: Connection) -> datetime | None:
    """Return when the sender has something to do next, None if nothing is open."""
    return connection.scalar(select(outbox.c.not_before).where(DELIVERY_IS_OPEN).order_by(outbox.c.not_before).limit(1))


def forget(connection: Connection, *, before: datetime) -> int:
    """Delete finished rows made before `before` that no series rests on; return how many."""
    finished = outbox.c.state.in_(("sent", "failed", "unverified", "withdrawn"))
    old = outbox.delete().where(finished, outbox.c.created_at < before, outbox.c.series_id.is_(None))
    return connection.execute(old).rowcount


def _delivery(row: Row[Any], *, state: str) -> Delivery:
    fields = {name: getattr(row, name) for name in Delivery.__dataclass_fields__}
    return Delivery(**{**fields, "state": state})


# Slack redelivers an event for at most 24 hours ("Delayed Events"); a key must outlive that.
KEEP = timedelta(days=30)
