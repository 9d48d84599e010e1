"""What the messages of the weekly update share: mentions, links, a message of mrkdwn; what could not be delivered."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from responses.blocks.message import SECTION_LENGTH, Message, escaped, section
from responses.phrases import Language, say
from responses.text import escape

LONGEST_HEADER = 150
OUTLET = "outlet:"  # how a place outside Slack begins, where a channel's id might stand
LONGEST_OUTLET = 80


def undelivered(language: Language, place: str, error: str) -> Message:
    """Return the direct message that tells why a post did not arrive in a channel or an outlet, and what to do."""
    if place.startswith(OUTLET):
        return plain(_undelivered_outside(language, place, error))
    hints = {
        "not_in_channel": "invite", "channel_not_found": "invite", "is_archived": "archived", "unknown": "unknown",
    }  # fmt: skip
    hint = say(language, f"updates.undelivered_hint_{hints.get(error, 'other')}")
    return plain(say(language, "updates.undelivered", channel=channel(place), error=escape(error), hint=hint))


def _undelivered_outside(language: Language, place: str, error: str) -> str:
    hints = {
        "no_such_outlet": "updates.undelivered_hint_outlet_gone",
        "no_mail_server": "updates.undelivered_hint_outlet_mail",
        "smtp_no_encryption": "updates.undelivered_hint_outlet_mail",
        "smtp_no_login": "updates.undelivered_hint_outlet_mail",
        "unknown": "updates.undelivered_hint_outlet_unknown",
    }
    hint = say(language, hints.get(error, "updates.undelivered_hint_outlet_other"))
    return say(language, "updates.undelivered_outlet", outlet=channel(place), error=escape(error), hint=hint)


def user(user_id: str) -> str:
    """Return the mention of a user."""
    return f"<@{user_id}>"


def channel(channel_id: str) -> str:
    """Return the link to a channel, or the name of an outlet."""
    if channel_id.startswith(OUTLET):
        return f"`{escaped(channel_id.removeprefix(OUTLET), LONGEST_OUTLET)}`"
    return f"<#{channel_id}>"


def message(text: str, blocks: Sequence[Block]) -> Message:
    """Return a message whose `text`, too, is mrkdwn: it may hold mentions, and what people wrote is escaped in it."""
    return Message(text, [block.to_dict() for block in blocks])


def plain(text: str) -> Message:
    """Return a message of one section."""
    return message(text, [section(text)])


def joined(lines: Sequence[str]) -> list[str]:
    """Join lines of mrkdwn to as few texts as fit into sections."""
    parts: list[str] = []
    for line in lines:
        if parts and len(parts[-1]) + len(line) < SECTION_LENGTH:
            parts[-1] += "\n" + line
        else:
            parts.append(line)
    return parts
