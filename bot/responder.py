"""How private answers go out: as a command's own HTTP answer, or once through an interaction's response_url."""

import json
import logging

from slack_sdk.webhook import WebhookClient

from bot.delivery.outcomes import CALL_ERRORS
from responses.blocks.message import Message

# Within the three seconds that Slack gives the whole interaction.
TIMEOUT_SECONDS = 2

log = logging.getLogger(__name__)


def private_body(message: Message) -> str:
    """Return a message as the body of a command's HTTP answer, shown only to who typed the command."""
    return json.dumps({"text": message.text, "blocks": message.blocks, "response_type": "ephemeral"})


def respond(url: str, message: Message, *, replace: bool = False) -> bool:
    """Show a message to the person who clicked, only to them; return whether Slack took it.

    Bolt's own `respond` retries after a dropped connection and would show the message twice; here a lost one is shown
    again by another click.
    """
    client = WebhookClient(url, timeout=TIMEOUT_SECONDS, retry_handlers=[])
    try:
        answer = client.send(
            text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=replace
        )
    except CALL_ERRORS as error:
        log.warning("a private answer was not delivered: %s", type(error).__name__)
        return False
    if answer.status_code != 200:
        log.warning("a private answer was refused: HTTP %d", answer.status_code)
    return answer.status_code == 200
