"""What is said when somebody who hosts or owns a series has left the workspace."""

from collections.abc import Sequence
from dataclasses import dataclass

from responses.blocks.message import Message
from responses.blocks.updates import channel, plain, user
from responses.blocks.weekly.control import title_of
from responses.phrases import Language, say


@dataclass(frozen=True)
class Departure:
    """Who has left a series and who takes over; an `owner` of None: nobody could, the series waits for one.

    `owner_left` and `hosts_left` tell which parts had to be filled; `hosts` are those of now.
    """

    number: int
    title: str
    channel: str
    gone: Sequence[str]
    owner_left: bool
    owner: str | None
    hosts_left: bool
    hosts: Sequence[str]


def to_admins(language: Language, content: Departure) -> Message:
    """Return the message to the workspace's admins: who left, who took over, or what they are asked to do."""
    lines = [say(language, "control.left", gone=_mentions(content.gone), **_named(content))]
    if content.owner_left and content.owner is not None:
        lines.append(say(language, "control.left_owner", owner=user(content.owner)))
    if content.hosts_left and content.owner is not None:
        lines.append(say(language, "control.left_hosts", hosts=_mentions(content.hosts)))
    if content.owner is None:
        lines.append(say(language, "control.left_nobody", number=content.number))
    return plain("\n".join(lines))


def to_successor(language: Language, content: Departure) -> Message:
    """Return the message to somebody who owns or hosts the series from now on."""
    return plain(say(language, "control.left_yours", gone=_mentions(content.gone), **_named(content)))


def _named(content: Departure) -> dict[str, object]:
    return {"title": title_of(content.title), "number": content.number, "channel": channel(content.channel)}


def _mentions(people: Sequence[str]) -> str:
    return ", ".join(map(user, people))
