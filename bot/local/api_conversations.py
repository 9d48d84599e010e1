"""conversations.*: which there are, who is in them, what was said; metadata only for those who ask for it."""

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from bot.local.arguments import Arguments
from bot.local.errors import SlackError
from bot.local.events import inner_message
from bot.local.session import Method, Session
from bot.local.state import BOT_USER_ID, Channel, JsonObject, Message

LAG = timedelta(seconds=30)
_TIMESTAMP = re.compile(r"\d+(\.\d*)?")
_KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im"}
_Item = TypeVar("_Item")


def describe(channel: Channel) -> JsonObject:
    """Return a conversation as the API shows it."""
    body: JsonObject = {
        "id": channel.id,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": channel.kind == "im",
        "is_mpim": False,
        "is_private": channel.kind != "channel",
        "is_archived": channel.is_archived,
        "is_member": BOT_USER_ID in channel.members,
    }
    if channel.kind == "im":
        return body | {"user": channel.user, "is_open": True}
    return body | {"name": channel.name, "name_normalized": channel.name, "num_members": len(channel.members)}


def list_all(session: Session, arguments: Arguments) -> JsonObject:
    """List the conversations the bot may know of."""
    found = [c for c in _of_types(session, arguments) if c.kind == "channel" or BOT_USER_ID in c.members]
    page, metadata = paged([describe(c) for c in found], arguments, default=100)
    return {"channels": page, "response_metadata": metadata}


def of_user(session: Session, arguments: Arguments) -> JsonObject:
    """List the conversations of one member (users.conversations), the bot itself by default."""
    user = arguments.text("user") or BOT_USER_ID
    if user not in session.workspace.users:
        raise SlackError("user_not_found")
    found = [c for c in _of_types(session, arguments) if {user, BOT_USER_ID} <= c.members or c.kind == "channel"]
    page, metadata = paged([describe(c) for c in found if user in c.members], arguments, default=100)
    return {"channels": page, "response_metadata": metadata}


def info(session: Session, arguments: Arguments) -> JsonObject:
    """Describe one conversation."""
    channel = session.channel(arguments, reachable=False)
    session.need_for(channel, "read")
    return {"channel": describe(channel)}


def open_direct(session: Session, arguments: Arguments) -> JsonObject:
    """Open the direct messages with one person."""
    names = [name for name in arguments.text("users").split(",") if name]
    if not names:
        channel = session.channel(arguments)
        return {"channel": {"id": channel.id}, "no_op": True, "already_open": True}
    if len(names) > 1:
        raise SlackError("not_enough_users" if BOT_USER_ID in names else "method_not_supported_for_channel_type")
    person = session.workspace.users.get(names[0])
    if person is None or person.is_bot:
        raise SlackError("user_not_found" if person is None else "cannot_dm_bot")
    if person.deleted:
        raise SlackError("user_disabled")
    channel = session.workspace.direct(person)
    return {"channel": describe(channel) if arguments.flag("return_im") else {"id": channel.id}}


def join(session: Session, arguments: Arguments) -> JsonObject:
    """Let the bot join a public channel."""
    channel = session.channel(arguments, reachable=False)
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    already = BOT_USER_ID in channel.members
    session.workspace.join(channel, session.workspace.bot)
    return {"channel": describe(channel)} | ({"warning": "already_in_channel"} if already else {})


def members(session: Session, arguments: Arguments) -> JsonObject:
    """List who is in a conversation."""
    channel = session.channel(arguments, reachable=False)
    session.need_for(channel, "read")
    page, metadata = paged(sorted(channel.members), arguments, default=100)
    return {"members": page, "response_metadata": metadata}


def history(session: Session, arguments: Arguments) -> JsonObject:
    """Return what stands in a conversation, newest first."""
    channel = session.channel(arguments)
    session.need_for(channel, "history")
    found = [m for m in _visible(session, channel) if m.in_channel and _within(m, arguments)]
    page, metadata = paged(found[::-1], arguments, default=100)
    messages = [_shown(session, m, arguments) for m in page]
    more = bool(metadata["next_cursor"])
    return {"messages": messages, "has_more": more, "pin_count": 0, "response_metadata": metadata}


def replies(session: Session, arguments: Arguments) -> JsonObject:
    """Return a thread, the parent first; the parent is there whatever the bounds."""
    channel = session.channel(arguments)
    session.need_for(channel, "history")
    parent = session.thread(channel, arguments.need("ts", "thread_not_found"))
    visible = _visible(session, channel)
    below = [m for m in visible if m.is_reply and m.thread_ts == parent.ts and _within(m, arguments)]
    page, metadata = paged([parent, *below] if parent in visible else below, arguments, default=1000)
    messages = [_shown(session, m, arguments) for m in page]
    return {"messages": messages, "has_more": bool(metadata["next_cursor"]), "response_metadata": metadata}


def paged(found: Sequence[_Item], arguments: Arguments, *, default: int) -> tuple[list[_Item], JsonObject]:
    """Cut one page out of a list; the cursor is opaque, as Slack's."""
    limit = arguments.number("limit", default, most=1000)
    start = _read_cursor(arguments.text("cursor"))
    end = start + limit
    following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(found) else ""
    return list(found[start:end]), {"next_cursor": following}


def _read_cursor(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (binascii.Error, ValueError):
        raise SlackError("invalid_cursor") from None


def _of_types(session: Session, arguments: Arguments) -> list[Channel]:
    types = [name.strip() for name in (arguments.text("types") or "public_channel").split(",")]
    kinds = [_KINDS.get(name) for name in types if name != "mpim"]
    if None in kinds:
        raise SlackError("invalid_types")
    hide_archived = arguments.flag("exclude_archived")
    found = [c for c in session.workspace.channels.values() if c.kind in kinds]
    for channel in found:
        session.need_for(channel, "read")
    return [c for c in found if not (hide_archived and c.is_archived)]


def _visible(session: Session, channel: Channel) -> list[Message]:
    held = [m for m in session.workspace.messages.get(channel.id, []) if not m.ephemeral_to]
    if not session.lagging:
        return held
    newest = (session.workspace.now() - LAG).timestamp()
    return [m for m in held if float(m.ts) < newest]


def _within(message: Message, arguments: Arguments) -> bool:
    oldest = _bound(arguments, "oldest", "invalid_ts_oldest")
    latest = _bound(arguments, "latest", "invalid_ts_latest")
    if arguments.flag("inclusive"):
        return (oldest is None or message.ts >= oldest) and (latest is None or message.ts <= latest)
    return (oldest is None or message.ts > oldest) and (latest is None or message.ts < latest)


def _bound(arguments: Arguments, name: str, error: str) -> str | None:
    value = arguments.text(name)
    if value in ("", "0", "now"):
        return None
    if not _TIMESTAMP.fullmatch(value):
        raise SlackError(error)
    seconds, _, fraction = value.partition(".")
    return f"{int(seconds):010d}.{fraction[:6]:0<6}"


def _shown(session: Session, message: Message, arguments: Arguments) -> JsonObject:
    body = inner_message(message, lasting=True)
    if message.metadata:
        full = arguments.flag("include_all_metadata")
        body["metadata"] = message.metadata if full else {"event_type": message.metadata["event_type"]}
    if message.reactions:
        body["reactions"] = [{"name": n, "users": by, "count": len(by)} for n, by in message.reactions.items()]
    below = session.workspace.replies(message) if message.thread_ts == message.ts else []
    if below:
        writers = sorted({reply.user for reply in below})
        body |= {"reply_count": len(below), "reply_users": writers, "latest_reply": below[-1].ts}
    return body


_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
METHODS = {
    "conversations.list": Method(list_all, _READ),
    "conversations.info": Method(info, _READ),
    "conversations.open": Method(open_direct, ("im:write", "mpim:write")),
    "conversations.join": Method(join, ("channels:join",)),
    "conversations.members": Method(members, _READ),
    "conversations.history": Method(history, _HISTORY),
    "conversations.replies": Method(replies, _HISTORY),
    "users.conversations": Method(of_user, _READ),
}
