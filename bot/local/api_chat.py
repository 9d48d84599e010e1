"""chat.* and reactions.*: writing, changing and finding the bot's own messages."""

import re
from dataclasses import replace

from bot.local.arguments import Arguments
from bot.local.errors import SlackError
from bot.local.events import bot_profile, inner_message
from bot.local.limits import check_message, check_metadata
from bot.local.session import Method, Session
from bot.local.state import BOT_USER_ID, Channel, JsonObject, Message
from bot.local.workspace import Draft

TIMESTAMP = re.compile(r"\d{1,10}\.\d{6}")


def read_draft(arguments: Arguments) -> Draft:
    """Return the message a call describes; SlackError when Slack would refuse it."""
    text = arguments.text("text")
    blocks = check_message(text, arguments.structure("blocks", "invalid_blocks_format"))
    metadata = check_metadata(arguments.structure("metadata", "invalid_metadata_format"))
    awake = arguments.flag("link_names") or arguments.text("parse") == "full"
    return Draft(text, blocks, metadata=metadata, parse_names=awake)


def post_message(session: Session, arguments: Arguments) -> JsonObject:
    """Write a message; a user's id as channel opens the direct messages."""
    channel = _destination(session, arguments)
    parent = post_in_thread(session, channel, arguments)
    draft = _below(parent, read_draft(arguments), broadcast=arguments.flag("reply_broadcast"))
    wait = session.pace.take(channel.id, session.workspace.now())
    if wait:
        raise SlackError("ratelimited", status=429, retry_after=wait)
    message = session.workspace.post(channel, session.workspace.bot, draft)
    return {"channel": channel.id, "ts": message.ts, "message": _shown(message)}


def update(session: Session, arguments: Arguments) -> JsonObject:
    """Change a message of the bot.

    Text without blocks takes the blocks away; metadata that is not mentioned stays, `{}` removes it. Copies of the
    method's reference disagree on the latter: pass it every time.
    """
    channel = session.channel(arguments)
    message = _own(session, channel, arguments.need("ts", "message_not_found"), "cant_update_message")
    draft = read_draft(arguments)
    metadata = draft.metadata if "metadata" in arguments else message.metadata
    blocks = draft.blocks if "text" in arguments or "blocks" in arguments else message.blocks
    session.workspace.edit(message, Draft(draft.text, blocks, metadata=metadata, parse_names=draft.parse_names))
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": _shown(message)}


def delete(session: Session, arguments: Arguments) -> JsonObject:
    """Take a message of the bot away."""
    channel = session.channel(arguments)
    message = _own(session, channel, arguments.need("ts", "message_not_found"), "cant_delete_message")
    session.workspace.delete(message)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(session: Session, arguments: Arguments) -> JsonObject:
    """Show a message to one member; it cannot be changed later."""
    channel = _writable(session.channel(arguments))
    person = session.person(arguments)
    if person.id not in channel.members or person.deleted:
        raise SlackError("user_not_in_channel")
    parent = session.thread(channel, arguments.text("thread_ts")) if arguments.text("thread_ts") else None
    draft = _below(parent, read_draft(arguments), broadcast=False)
    message = session.workspace.post(channel, session.workspace.bot, draft, ephemeral_to=person.id)
    return {"message_ts": message.ts}


def get_permalink(session: Session, arguments: Arguments) -> JsonObject:
    """Return the address of a message on the local page."""
    channel = session.channel(arguments, reachable=False)
    message = session.workspace.message(channel, arguments.need("message_ts", "message_not_found"))
    if message is None:
        raise SlackError("message_not_found")
    link = f"{session.base_url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def add_reaction(session: Session, arguments: Arguments) -> JsonObject:
    """React to a message as the bot."""
    channel = session.channel(arguments)
    message = session.workspace.message(channel, arguments.need("timestamp", "no_item_specified"))
    if message is None:
        raise SlackError("message_not_found")
    by = message.reactions.setdefault(arguments.need("name", "invalid_name").strip(":"), [])
    if BOT_USER_ID in by:
        raise SlackError("already_reacted")
    by.append(BOT_USER_ID)
    session.workspace.changed()
    return {}


def _destination(session: Session, arguments: Arguments) -> Channel:
    person = session.workspace.users.get(arguments.text("channel"))
    if person is not None and not person.is_bot:
        return session.workspace.direct(person)
    found = session.channel(arguments, reachable=False)
    _writable(found)
    if BOT_USER_ID not in found.members and "chat:write.public" not in session.scopes:
        raise SlackError("not_in_channel")
    return found


def _writable(channel: Channel) -> Channel:
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


def post_in_thread(session: Session, channel: Channel, arguments: Arguments) -> Message | None:
    """Return the parent below which a post goes; None when it goes to the channel itself.

    That happens without thread_ts, and also when the parent was deleted and had no replies: Slack answers ok, ignores
    thread_ts and posts for the whole channel to see. No documentation says so; caipe-io/ai-platform-engineering#1034,
    PostHog#83601, measure-sh/measure#3997, hackclub/nephthys#220 and slackapi/python-slack-events-api#87 all met it.
    (thread_not_found is what conversations.replies answers.) With replies, the tombstone keeps the thread open.
    """
    ts = arguments.text("thread_ts")
    if "thread_ts" not in arguments:
        return None
    if not TIMESTAMP.fullmatch(ts):
        reasons = [f"[ERROR] {ts} is not a valid thread_ts"]
        raise SlackError("invalid_thread_ts", response_metadata={"messages": reasons})
    try:
        return session.thread(channel, ts)
    except SlackError:
        return None


def _below(parent: Message | None, draft: Draft, *, broadcast: bool) -> Draft:
    return replace(draft, thread_ts=parent.ts, reply_broadcast=broadcast) if parent else draft


def _own(session: Session, channel: Channel, ts: str, error: str) -> Message:
    message = session.workspace.message(channel, ts)
    if message is None:
        raise SlackError("message_not_found")
    if message.user != BOT_USER_ID:
        raise SlackError(error)
    return message


def _shown(message: Message) -> JsonObject:
    shown = inner_message(message) | {"bot_profile": bot_profile()}
    return shown | ({"metadata": message.metadata} if message.metadata else {})


METHODS = {
    "chat.postMessage": Method(post_message, ("chat:write",)),
    "chat.update": Method(update, ("chat:write",)),
    "chat.delete": Method(delete, ("chat:write",)),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",)),
    "chat.getPermalink": Method(get_permalink),
    "reactions.add": Method(add_reaction, ("reactions:write",)),
}
