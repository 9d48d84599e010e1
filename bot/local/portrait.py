"""The workspace as the /_local/ interface shows it: people, channels, messages."""

import dataclasses
from collections.abc import Sequence

from bot.local.state import BOT_USER_ID, Channel, JsonObject, Message
from bot.local.workspace import Workspace


def portrait(
    workspace: Workspace, commands: Sequence[tuple[str, str]], shortcuts: Sequence[tuple[str, str]]
) -> JsonObject:
    """Return the whole workspace but its messages; `now` is ISO 8601 in UTC."""
    channels = list(workspace.channels.values())
    return {
        "now": workspace.now().isoformat(),
        "users": [dataclasses.asdict(user) for user in workspace.users.values() if not user.is_bot],
        "channels": [_channel(workspace, channel) for channel in channels if channel.kind != "im"],
        "direct_latest": {channel.user: _latest(workspace, channel) for channel in channels if channel.user},
        "bot": dataclasses.asdict(workspace.bot),
        "commands": [{"name": name, "hint": hint} for name, hint in commands],
        "shortcuts": [{"callback_id": callback_id, "name": name} for callback_id, name in shortcuts],
        "broadcasts": [shown(workspace, message) for message in workspace.broadcasts],
    }


def shown(workspace: Workspace, message: Message) -> JsonObject:
    """Return one message; what it does not have (thread_ts, ephemeral_to, edited…) is left out."""
    body: JsonObject = {
        "ts": message.ts,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "metadata": message.metadata or {},
    }
    optional = {
        "thread_ts": message.thread_ts,
        "ephemeral_to": message.ephemeral_to,
        "edited": message.edited_ts,
        "notified": message.notified,
        "reactions": message.reactions,
        "files": message.files,
        "subtype": "tombstone" if message.is_tombstone else None,
        "reply_count": len(workspace.replies(message)),
    }
    return body | {key: value for key, value in optional.items() if value}


def _channel(workspace: Workspace, channel: Channel) -> JsonObject:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_private": channel.kind == "group",
        "is_archived": channel.is_archived,
        "is_member": BOT_USER_ID in channel.members,
        "latest": _latest(workspace, channel),
    }


def _latest(workspace: Workspace, channel: Channel) -> str | None:
    held = workspace.messages.get(channel.id, [])
    return max((message.ts for message in held if not message.ephemeral_to), default=None)
