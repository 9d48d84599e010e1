"""/candor QUESTION: the answer is the command's own, private HTTP answer."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack

from bot.conversation import Conversation
from bot.people import People


def candor(ack: Ack, command: Mapping[str, Any], *, conversation: Conversation, people: People) -> None:
    """Answer a question, or show the help."""
    message = conversation.privately(
        command.get("text") or "",
        key=command["trigger_id"],
        language=lambda: people.person(command["user_id"]).language,
    )
    ack(text=message.text, blocks=message.blocks, response_type="ephemeral")
