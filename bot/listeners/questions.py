"""/candor QUESTION: the answer is the command's own, private HTTP answer."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack

from bot.conversation import Conversation
from bot.people import People


def candor(ack: Ack, command: Mapping[str, Any], *, conversation: Conversation, people: People) -> None:
    """Answer a question, or show the help."""
    body = conversation.privately(
        command.get("text") or "",
        asker=command["user_id"],
        key=command["trigger_id"],
        language=lambda: people.person(command["user_id"]).language,
    )
    # A text that begins with "{" Bolt sends as JSON, as it is; blocks it would write out anew for each question.
    ack(body)
