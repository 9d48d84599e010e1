"""What every button and modal of the weekly programme needs: who clicked and where, and how they are answered."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack

from bot.errors import NotAllowedError, UserError
from bot.people import People
from bot.responder import respond
from bot.updates.access import Caller
from responses.blocks.message import Message
from responses.blocks.weekly.preview import notice
from responses.phrases import say


def caller_of(body: Mapping[str, Any], people: People) -> Caller:
    """Return who clicked or submitted; in a modal there is no channel."""
    user = body["user"]["id"]
    person = people.person(user)
    return Caller(user, (body.get("channel") or {}).get("id") or "", person.language, person.is_admin)


def answer(body: Mapping[str, Any], message: Message) -> None:
    """Show a message to the person who clicked below a message, only to them."""
    respond(body["response_url"], message)


def complain(ack: Ack, caller: Caller, field: str, error: UserError) -> None:
    """Say what is wrong at a field of the modal that was submitted; who may instead, which names people, above it."""
    told = say(caller.language, error.key, **error.values)
    if isinstance(error, NotAllowedError):  # Slack shows no mentions at a field
        ack(response_action="push", view=notice(caller.language, [told], "start.title_not_done"))
    else:
        ack(response_action="errors", errors={field: told})
