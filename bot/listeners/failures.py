"""What becomes of an error in a listener, by its class.

A UserError is told to the person who caused it, with what to do instead. Anything else is logged under a short
reference, which the person is shown; an event is answered with 500, so that Slack delivers it again.
"""

import json
import logging
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from slack_bolt import BoltResponse

from bot.errors import UserError
from bot.people import People
from bot.responder import respond
from responses.blocks.message import Message
from responses.blocks.updates import plain
from responses.phrases import Language, say
from responses.text import escape

# The values of a UserError that somebody typed; the others are mentions and numbers of our own making.
TYPED = {"word", "given"}

log = logging.getLogger(__name__)


def report(error: Exception, body: Mapping[str, Any], *, people: People) -> BoltResponse | None:
    """Tell the person, and the log where it was not the person's doing."""
    reference = uuid4().hex[:8]
    if not isinstance(error, UserError):
        # Without the body: it holds what people wrote.
        log.error("a listener failed (%s)", reference, exc_info=error)
    user = body.get("user_id") or (body.get("user") or {}).get("id")
    if not user:
        return None
    message = _message(error, people.person(user).language, reference)
    if "command" in body:
        answer = {"response_type": "ephemeral", "text": message.text, "blocks": message.blocks}
        return BoltResponse(status=200, body=json.dumps(answer), headers={"content-type": "application/json"})
    if url := body.get("response_url"):
        respond(url, message)
    return BoltResponse(status=200)


def _message(error: Exception, language: Language, reference: str) -> Message:
    if isinstance(error, UserError):
        typed = {name: escape(str(error.values[name])) for name in TYPED & error.values.keys()}
        return plain(say(language, error.key, **{**error.values, **typed}))
    return plain(say(language, "failures.unexpected", reference=reference))
