"""How a series' messages get into the outbox: a post to its channel with copies to its audiences, a direct message."""

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from bot.storage import outbox
from bot.updates.model import Series
from responses.blocks.message import Message

OUTLET = "outlet:"  # how the name of a place outside Slack begins; see bot.delivery.outlets
# Updates, announcements and the closing report go everywhere; that a week is skipped, moved or missed matters in the
# channels; that somebody is to write matters at home only, which is the series' own channel.
Reach = Literal["everywhere", "channels", "home"]


def post(
    connection: Connection, series: Series, key: str, message: Message, now: datetime, reach: Reach = "everywhere"
) -> None:
    """Post to the series' channel under `key`, and to each audience within `reach` under a key of its own.

    Each is a row of its own: where one cannot be delivered the others are, and the owner is told.
    """
    for place in _places(series, reach):
        outbox.add(
            connection, key=key if place == series.channel else copy_key(key, place), channel=place,
            text=message.text, blocks=message.blocks, now=now, tell=series.owner, series_id=series.id,
        )  # fmt: skip


def post_in_thread(
    connection: Connection, series: Series, key: str, message: Message, now: datetime, *, channel: str, thread_ts: str
) -> None:
    """Reply below one of the series' posts."""
    outbox.add(
        connection, key=key, channel=channel, thread_ts=thread_ts, text=message.text, blocks=message.blocks, now=now,
        series_id=series.id,
    )  # fmt: skip


def tell(connection: Connection, series: Series, user: str, key: str, message: Message, now: datetime) -> None:
    """Send a direct message to somebody about the series."""
    outbox.add(
        connection, key=key, channel=user, text=message.text, blocks=message.blocks, now=now, series_id=series.id
    )


def copy_key(key: str, place: str) -> str:
    """Return the idempotency key of the copy that goes to an audience."""
    return f"{key}:to:{place}"


def rewrite(connection: Connection, series: Series, key: str, message: Message) -> None:
    """Change the words of a post that nobody has tried to send yet, copies included."""
    for place in series.everywhere:
        own = key if place == series.channel else copy_key(key, place)
        outbox.rewrite(connection, own, text=message.text, blocks=message.blocks)


def withdraw(connection: Connection, series: Series, key: str) -> bool:
    """Take a post back that has not been sent, copies included; False if the channel's own is already on its way.

    Then its copies stay as well: the audiences read what the channel reads.
    """
    if not outbox.withdraw(connection, key):
        return False
    for place in series.audiences:
        outbox.withdraw(connection, copy_key(key, place))
    return True


def _places(series: Series, reach: Reach) -> tuple[str, ...]:
    if reach == "home":
        return (series.channel,)
    return tuple(place for place in series.everywhere if reach == "everywhere" or not place.startswith(OUTLET))
