"""The workspace: who may see what, and what happens when a message is written, changed or taken away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import RLock

from bot.clock import Clock
from bot.local import events
from bot.local.blocks import held_blocks
from bot.local.mrkdwn import notifies_everyone
from bot.local.profiles import profile
from bot.local.state import (
    BOT_ID,
    BOT_NAME,
    BOT_USER_ID,
    SLACKBOT,
    Channel,
    JsonObject,
    Message,
    User,
    starting_channels,
    starting_users,
)
from bot.local.tickets import ResponseUrls, Triggers
from bot.local.views import Views


@dataclass(frozen=True)
class Draft:
    """What somebody wants to say."""

    text: str
    blocks: Sequence[JsonObject] = ()
    thread_ts: str | None = None
    metadata: JsonObject | None = None
    reply_broadcast: bool = False
    parse_names: bool = False
    files: Sequence[JsonObject] = ()


class Workspace:
    """All state, behind one lock; `emit` gets each event for the app, `changed` is called on every change."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lock = RLock()
        self.users = starting_users()
        self.channels = starting_channels(user.id for user in self.users.values() if not user.is_bot)
        self.messages: dict[str, list[Message]] = {}
        self.broadcasts: list[Message] = []
        self.triggers = Triggers(clock)
        self.response_urls = ResponseUrls(clock)
        self.views = Views()
        self.emit: Callable[[JsonObject], None] = lambda event: None
        self.changed: Callable[[], None] = lambda: None
        self._last_ts = 0

    @property
    def bot(self) -> User:
        """The bot's user."""
        return self.users[BOT_USER_ID]

    def now(self) -> datetime:
        """Return the workspace's present moment, aware, in UTC."""
        return self.clock.now()

    def user(self, name: str) -> User | None:
        """Find somebody by id or name."""
        with self.lock:
            name = name.removeprefix("@")
            return next((u for u in self.users.values() if name in (u.id, u.name)), None)

    def channel(self, name: str) -> Channel | None:
        """Find a conversation by id or name, with or without #."""
        with self.lock:
            name = name.removeprefix("#")
            return next((c for c in self.channels.values() if name == c.id or (c.name and name == c.name)), None)

    def direct(self, user: User) -> Channel:
        """Return the direct messages between somebody and the bot, opening them if need be."""
        with self.lock:
            channel_id = f"D{user.id[1:]}"
            return self.channels.setdefault(
                channel_id, Channel(channel_id, "", "im", members={user.id, BOT_USER_ID}, user=user.id)
            )

    def message(self, channel: Channel, ts: str, *, viewer: str | None = None) -> Message | None:
        """Find a message; ephemeral ones only for the viewer they were shown to."""
        with self.lock:
            for each in self.messages.get(channel.id, []):
                if each.ts == ts and each.ephemeral_to in (None, viewer):
                    return each
        return None

    def replies(self, parent: Message) -> list[Message]:
        """Return the lasting replies below a message, oldest first."""
        with self.lock:
            below = self.messages.get(parent.channel, [])
            return [m for m in below if m.thread_ts == parent.ts and m.is_reply and not m.ephemeral_to]

    def post(self, channel: Channel, author: User, draft: Draft, *, ephemeral_to: str | None = None) -> Message:
        """Write a message and tell the app; the caller has checked that it may be written."""
        with self.lock:
            message = Message(
                channel=channel.id,
                ts=self._next_ts(),
                user=author.id,
                text=draft.text,
                blocks=held_blocks(list(draft.blocks)),
                thread_ts=draft.thread_ts,
                metadata=draft.metadata,
                bot_id=BOT_ID if author.is_bot else None,
                ephemeral_to=ephemeral_to,
                reply_broadcast=draft.reply_broadcast,
                files=list(draft.files),
            )
            self.messages.setdefault(channel.id, []).append(message)
            self._note_broadcast(message, draft.parse_names)
            parent = self.message(channel, draft.thread_ts) if draft.thread_ts else None
            if parent is not None and ephemeral_to is None:
                parent.thread_ts = parent.ts
            self._tell(channel, message, events.of_message(channel, message, parent))
        return message

    def edit(self, message: Message, draft: Draft) -> None:
        """Put other content into a message; the app hears of it as message_changed."""
        with self.lock:
            before = events.inner_message(message)
            message.text, message.metadata = draft.text, draft.metadata
            message.blocks = held_blocks(list(draft.blocks))
            message.edited_ts = self._next_ts()
            self._note_broadcast(message, draft.parse_names)
            channel = self.channels[message.channel]
            self._tell(channel, message, [events.message_changed(channel, message, before, message.edited_ts)])

    def delete(self, message: Message) -> None:
        """Take a message away; the app hears of it as message_deleted.

        A message with replies becomes a tombstone, of which it hears as message_changed; the tombstone goes with the
        last reply: matterbridge#600, slack-edge#10.
        """
        with self.lock:
            channel = self.channels[message.channel]
            if self.replies(message):
                self._bury(channel, message)
                return
            self.messages[message.channel].remove(message)
            self._tell(channel, message, [events.message_deleted(channel, message, self._next_ts())])
            parent = self.message(channel, message.thread_ts) if message.is_reply and message.thread_ts else None
            if parent is not None and parent.is_tombstone and not self.replies(parent):
                self.delete(parent)

    def _bury(self, channel: Channel, message: Message) -> None:
        before = events.inner_message(message)
        message.is_tombstone, message.user, message.text = True, SLACKBOT, "This message was deleted."
        message.blocks, message.files, message.reactions = [], [], {}
        message.metadata = message.bot_id = message.edited_ts = None
        self._tell(channel, message, [events.message_changed(channel, message, before, self._next_ts())])

    def deactivate(self, user: User) -> User:
        """Let somebody leave: their modals close, the app hears of it as user_change; their messages stay."""
        self.views.clear(user.id)
        return self._replaced(user, deleted=True)

    def reactivate(self, user: User) -> User:
        """Let somebody come back, to the channels they were in."""
        return self._replaced(user, deleted=False)

    def _replaced(self, user: User, *, deleted: bool) -> User:
        with self.lock:
            changed = replace(user, deleted=deleted)
            self.users[user.id] = changed
            self.emit(events.user_changed(profile(changed, self.now()), self._next_ts()))
        self.changed()
        return changed

    def join(self, channel: Channel, user: User, inviter: User | None = None) -> None:
        """Make somebody a member."""
        with self.lock:
            if user.id in channel.members:
                return
            channel.members.add(user.id)
            if BOT_USER_ID in channel.members:
                self.emit(events.member_joined(channel, user, inviter, self._next_ts()))
        self.changed()

    def open_home(self, user: User, tab: str) -> JsonObject:
        """Return the event for somebody's opening a tab of the app."""
        with self.lock:
            return events.home_opened(self.direct(user), user, tab, self._next_ts(), self.views.home(user.id))

    def entity(self, sigil: str, name: str, *, labelled: bool = False) -> str | None:
        """Return the stored form of a mention, `<@U…>` or `<#C…|name>`; None for an unknown name."""
        if sigil == "@":
            user = self.user(self.bot.id if name.casefold() == BOT_NAME else name)
            label = f"|{user.name}" if user and labelled else ""
            return f"<@{user.id}{label}>" if user else None
        channel = self.channel(name)
        return f"<#{channel.id}|{channel.name}>" if channel else None

    def action_ts(self) -> str:
        """Return a fresh timestamp, later than every other one."""
        with self.lock:
            return self._next_ts()

    def _tell(self, channel: Channel, message: Message, found: list[JsonObject]) -> None:
        if message.ephemeral_to is None and BOT_USER_ID in channel.members:
            for event in found:
                self.emit(event)
        self.changed()

    def _note_broadcast(self, message: Message, parse_names: bool) -> None:
        if notifies_everyone(message.text, message.blocks, parse_names=parse_names):
            message.notified = True
            self.broadcasts.append(message)

    def _next_ts(self) -> str:
        self._last_ts = max(self._last_ts + 1, int(self.clock.now().timestamp() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"
