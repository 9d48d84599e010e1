"""The buttons under an answer: related lessons, suggestions, topics, share.

A click in a private message is answered privately, one in a channel or direct message in that message's thread.
"""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack

from bot.conversation import Conversation
from bot.errors import UserError
from bot.responder import respond
from responses.blocks.updates import channel as channel_link
from responses.blocks.updates import plain
from responses.blocks.values import ButtonValue
from responses.phrases import say


def lesson_opened(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], *, conversation: Conversation) -> None:
    """Show the lesson that a related-lesson or suggestion button names."""
    _show(body, action["value"], conversation)
    ack()


def topic_picked(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], *, conversation: Conversation) -> None:
    """Show the lesson that was picked from the topics menu."""
    _show(body, action["selected_option"]["value"], conversation)
    ack()


def topics_opened(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], *, conversation: Conversation) -> None:
    """Show what can be asked."""
    language = ButtonValue.unpack(action.get("value") or "").language
    if _is_private(body):
        respond(body["response_url"], conversation.topics(language))
    else:
        conversation.topics_in_thread(language, **_place(body), key=_key(body))
    ack()


def answer_shared(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], *, conversation: Conversation) -> None:
    """Post a private answer to the channel it was asked in."""
    channel, user = body["channel"]["id"], body["user"]["id"]
    if not conversation.share(action["value"], channel=channel, user=user, key=_key(body)):
        raise UserError("failures.unknown_lesson")
    language = ButtonValue.unpack(action["value"]).language
    respond(body["response_url"], plain(say(language, "commands.share_done", channel=channel_link(channel))))
    ack()


def _show(body: Mapping[str, Any], value: str, conversation: Conversation) -> None:
    if _is_private(body):
        message = conversation.lesson(value)
        if message:
            respond(body["response_url"], message)
            return
    elif conversation.lesson_in_thread(value, **_place(body), key=_key(body)):
        return
    raise UserError("failures.unknown_lesson")


def _is_private(body: Mapping[str, Any]) -> bool:
    return bool(body.get("container", {}).get("is_ephemeral"))


def _place(body: Mapping[str, Any]) -> dict[str, str]:
    message = body.get("message") or {}
    ts = message.get("thread_ts") or message.get("ts") or body["container"]["message_ts"]
    return {"channel": body["channel"]["id"], "thread_ts": ts}


def _key(body: Mapping[str, Any]) -> str:
    # A trigger_id is given to one click only, and stays the same when the click is delivered again.
    return f"click:{body['trigger_id']}"
