"""/candor-review and the message shortcut "Review this draft": not there yet, and they say so."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack

from bot.people import People
from bot.responder import respond
from responses.blocks.updates import plain
from responses.phrases import say


def candor_review(ack: Ack, command: Mapping[str, Any], *, people: People) -> None:
    """Say that drafts cannot be reviewed yet."""
    message = plain(say(people.person(command["user_id"]).language, "failures.not_yet"))
    ack(text=message.text, blocks=message.blocks, response_type="ephemeral")


def review_shortcut(ack: Ack, body: Mapping[str, Any], *, people: People) -> None:
    """Say the same to somebody who used the shortcut."""
    respond(body["response_url"], plain(say(people.person(body["user"]["id"]).language, "failures.not_yet")))
    ack()
