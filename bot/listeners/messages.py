"""Mentions, direct messages, and replies in threads: below a series' posts, and where Candor answered."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, BoltContext

from bot.conversation import Conversation, Incoming
from bot.people import People
from bot.updates.audience import Audience

# Of the messages with a subtype only these are somebody asking; the rest are edits, joins, bots, deletions.
SPOKEN = {None, "thread_broadcast", "file_share"}


def mentioned(
    ack: Ack, body: Mapping[str, Any], event: Mapping[str, Any], *, conversation: Conversation, people: People
) -> None:
    """Answer a mention in its thread."""
    if _is_spoken(event):
        conversation.reply(_incoming(body, event, people, addressed=True))
    ack()


def written(
    ack: Ack,
    body: Mapping[str, Any],
    event: Mapping[str, Any],
    context: BoltContext,
    *,
    conversation: Conversation,
    audience: Audience,
    people: People,
) -> None:
    """Answer a direct message and a follow-up in a thread, note a question below a series' post.

    A mention arrives as its own event and is left to it.
    """
    direct = event.get("channel_type") == "im"
    mention = f"<@{context.bot_user_id}>" in (event.get("text") or "")
    in_thread = event.get("thread_ts") not in {None, event.get("ts")}
    if _is_spoken(event) and (direct or (in_thread and not mention)):
        incoming = _incoming(body, event, people, addressed=direct)
        if direct or not _noted(audience, incoming, event["user"]):
            conversation.reply(incoming)
    ack()


def _is_spoken(event: Mapping[str, Any]) -> bool:
    return event.get("subtype") in SPOKEN and not event.get("bot_id") and bool(event.get("user"))


def _incoming(body: Mapping[str, Any], event: Mapping[str, Any], people: People, *, addressed: bool) -> Incoming:
    return Incoming(
        key=f"event:{body['event_id']}",
        text=event.get("text") or "",
        channel=event["channel"],
        thread_ts=event.get("thread_ts") or event["ts"],
        addressed=addressed,
        language=lambda: people.person(event["user"]).language,
    )


def _noted(audience: Audience, incoming: Incoming, asker: str) -> bool:
    return audience.replied(incoming.channel, incoming.thread_ts, incoming.text, asker, key=incoming.key)
