"""What a workspace holds: people, conversations, messages; and the ones it starts with."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

# What came off the wire, before anybody judged its shape.
Json = Any
JsonObject = dict[str, Any]
ChannelKind = Literal["channel", "group", "im"]

TEAM_ID = "T0LOCAL01"
TEAM_NAME = "Candor Local"
TEAM_DOMAIN = "candor-local"
APP_ID = "A0CANDOR1"
BOT_ID = "B0CANDOR1"
BOT_USER_ID = "U0CANDOR1"
BOT_NAME = "candor"
SLACKBOT = "USLACKBOT"
# Deprecated by Slack but still sent with every delivery; apps must rely on the signature instead.
VERIFICATION_TOKEN = "local-verification"  # noqa: S105 - not a secret: nothing checks it


@dataclass(frozen=True)
class User:
    """Somebody in the workspace; `tz` is an IANA zone, `locale` as Slack writes it (it-IT), `deleted` who has left."""

    id: str
    name: str
    real_name: str
    tz: str
    locale: str
    is_admin: bool = False
    is_bot: bool = False
    deleted: bool = False


@dataclass
class Channel:
    """A conversation: public channel, private one ("group") or direct message with the bot ("im")."""

    id: str
    name: str
    kind: ChannelKind = "channel"
    members: set[str] = field(default_factory=set)
    is_archived: bool = False
    user: str | None = None


@dataclass
class Message:
    """One message; `thread_ts` is the parent's ts for replies, `ephemeral_to` the only one who sees it."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[JsonObject] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: JsonObject | None = None
    bot_id: str | None = None
    ephemeral_to: str | None = None
    edited_ts: str | None = None
    reply_broadcast: bool = False
    notified: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[JsonObject] = field(default_factory=list)
    is_tombstone: bool = False

    @property
    def is_reply(self) -> bool:
        """True when it hangs below another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def in_channel(self) -> bool:
        """True when it stands in the channel itself, not only in a thread."""
        return not self.is_reply or self.reply_broadcast


def starting_users() -> dict[str, User]:
    """Return five people in four zones and languages, and the bot."""
    users = (
        User("U0ADA0001", "ada", "Ada Okafor", "Europe/London", "en-GB", is_admin=True),
        User("U0BEN0001", "ben", "Ben Carter", "America/New_York", "en-US"),
        User("U0CHIARA1", "chiara", "Chiara Conti", "Europe/Rome", "it-IT"),
        User("U0DIETER1", "dieter", "Dieter Vogel", "Europe/Berlin", "de-DE"),
        User("U0EFREN01", "efren", "Efren Santos", "Asia/Manila", "fil-PH"),
        User(BOT_USER_ID, BOT_NAME, "Candor", "Etc/UTC", "en-US", is_bot=True),
    )
    return {user.id: user for user in users}


def starting_channels(people: Iterable[str]) -> dict[str, Channel]:
    """Return the channels; `people` are the ids of their members. The bot is in all but #random."""
    members = set(people)
    with_bot = members | {BOT_USER_ID}
    channels = (
        Channel("C0GENERAL", "general", members=set(with_bot)),
        Channel("C0INCIDNT", "incident", members=set(with_bot)),
        Channel("C0UPDATES", "status-updates", members=set(with_bot)),
        Channel("C0RANDOM1", "random", members=set(members)),
        Channel("C0ARCHIVE", "old-incidents", members=set(with_bot), is_archived=True),
        Channel("G0LEADERS", "leadership", kind="group", members=set(with_bot)),
    )
    return {channel.id: channel for channel in channels}
