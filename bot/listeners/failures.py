"""What becomes of an error in a listener, by its class.

A UserError is told to the person who caused it, with what to do instead. Anything else is logged under a short
reference, which the person is shown: in a modal that was submitted beside what was typed there, which an empty answer
would close as if all were well. An event is answered with 500, so that Slack delivers it again.
"""

import json
import logging
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from slack_bolt import BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.delivery.outcomes import CALL_ERRORS
from bot.errors import SkippedError, UserError
from bot.people import People
from bot.responder import respond
from responses.blocks.message import Message
from responses.blocks.updates import plain
from responses.blocks.weekly.control import way_back
from responses.blocks.weekly.preview import notice
from responses.phrases import Language, say
from responses.text import escape

# The values of a UserError that somebody typed; the others are mentions and numbers of our own making.
TYPED = {"word", "given"}
# What Slack says of a trigger_id after three seconds; and of one that has opened its modal: this is a redelivery.
TOO_LATE, OPENED_BEFORE = {"expired_trigger_id", "trigger_expired"}, "exchanged_trigger_id"

log = logging.getLogger(__name__)


def report(error: Exception, body: Mapping[str, Any], client: WebClient, *, people: People) -> BoltResponse | None:
    """Tell the person, and the log where it was not the person's doing."""
    reference = uuid4().hex[:8]
    if _word(error) == OPENED_BEFORE:
        return BoltResponse(status=200)
    if _word(error) in TOO_LATE:
        error = UserError("failures.too_slow")
    if not isinstance(error, UserError):
        # Without the body: it holds what people wrote.
        log.error("a listener failed (%s)", reference, exc_info=error)
    user = body.get("user_id") or (body.get("user") or {}).get("id")
    if not user:
        return None
    language = people.person(user).language
    message = _message(error, language, reference)
    if "command" in body:
        return _answer({"response_type": "ephemeral", "text": message.text, "blocks": message.blocks})
    if body.get("type") == "view_submission":
        return _answer(_beside_what_was_typed(body["view"], message, language))
    if url := body.get("response_url"):
        respond(url, message)
    elif "view" in body:
        _lay_on(body, client, notice(language, [message.text], "start.title_not_done"))
    return BoltResponse(status=200)


def _answer(content: Mapping[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(content), headers={"content-type": "application/json"})


def _beside_what_was_typed(view: Mapping[str, Any], message: Message, language: Language) -> dict[str, Any]:
    """Return the answer that leaves a submitted modal as it is: a complaint at its first input, or one laid on it."""
    inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    if inputs:
        return {"response_action": "errors", "errors": {inputs[0]: message.text}}
    return {"response_action": "push", "view": notice(language, [message.text], "start.title_not_done")}


def _lay_on(body: Mapping[str, Any], client: WebClient, view: dict[str, Any]) -> None:
    """Show a modal above the one in which something was clicked, where Slack still lets us."""
    show = client.views_open if body["view"].get("type") == "home" else client.views_push
    try:
        show(trigger_id=body["trigger_id"], view=view)
    except CALL_ERRORS as error:
        log.warning("a person could not be told in a modal: %s", type(error).__name__)


def _word(error: Exception) -> str:
    """Return Slack's word for what is wrong with a call, nothing where it was no call to Slack."""
    return str(error.response.get("error")) if isinstance(error, SlackApiError) else ""


def _message(error: Exception, language: Language, reference: str) -> Message:
    if isinstance(error, UserError):
        typed = {name: escape(str(error.values[name])) for name in TYPED & error.values.keys()}
        text = say(language, error.key, **{**error.values, **typed})
        return way_back(language, text, error.back) if isinstance(error, SkippedError) else plain(text)
    return plain(say(language, "failures.unexpected", reference=reference))
