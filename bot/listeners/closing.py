"""The end of a series: its files on demand, and whether it goes on once a month."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.files import MISSING_SCOPE, send
from bot.listeners.clicks import answer, caller_of
from bot.people import People
from bot.responder import respond
from bot.updates.access import Caller
from bot.updates.closing import Closing
from bot.updates.naming import Names
from bot.updates.parsing import parse
from responses.blocks.updates import plain
from responses.blocks.weekly.values import Target
from responses.phrases import say
from responses.text import clean, escape

Body = Mapping[str, Any]


def export_clicked(ack: Ack, body: Body, action: Body, *, closing: Closing, people: People) -> None:
    """Take a click on "Send me the files", after seeing whether the person may have them."""
    number, caller = Target.unpack(action["value"]).series, caller_of(body, people)
    closing.check(number, caller)
    answer(body, plain(say(caller.language, "closing.on_its_way", number=number)))
    ack()


def clicked_export_sent(body: Body, action: Body, client: WebClient, *, closing: Closing, people: People) -> None:
    """Send the files that were asked for by a click; nobody waits for this."""
    number = Target.unpack(action["value"]).series
    _send(number, caller_of(body, people), client, body["response_url"], closing, people)


def asks_for_export(command: Body) -> bool:
    """Say whether a command is `/candor-updates export …`."""
    return (command.get("text") or "").strip().lower().partition(" ")[0] == "export"


def export_typed(ack: Ack, command: Body, *, closing: Closing, people: People) -> None:
    """Take `/candor-updates export ID`, after seeing whether the person may have the files."""
    number, caller = _typed(command, people)
    closing.check(number, caller)
    message = plain(say(caller.language, "closing.on_its_way", number=number))
    ack(text=message.text, blocks=message.blocks, response_type="ephemeral")


def typed_export_sent(command: Body, client: WebClient, *, closing: Closing, people: People) -> None:
    """Send the files that were asked for by a command; nobody waits for this."""
    number, caller = _typed(command, people)
    _send(number, caller, client, command["response_url"], closing, people)


def go_on_clicked(ack: Ack, body: Body, action: Body, *, closing: Closing, people: People) -> None:
    """Let a series go on monthly."""
    answer(body, closing.go_on(Target.unpack(action["value"]).series, caller_of(body, people)))
    ack()


def leave_clicked(ack: Ack, body: Body, action: Body, *, closing: Closing, people: People) -> None:
    """Leave a series ended."""
    answer(body, closing.leave(Target.unpack(action["value"]).series, caller_of(body, people)))
    ack()


def _typed(command: Body, people: People) -> tuple[int, Caller]:
    person = people.person(command["user_id"])
    caller = Caller(command["user_id"], command["channel_id"], person.language, person.is_admin)
    return parse(clean(command["text"])).number, caller


def _send(number: int, caller: Caller, client: WebClient, url: str, closing: Closing, people: People) -> None:
    series = closing.check(number, caller)
    comment = say(caller.language, "closing.here_they_are", title=escape(series.title), number=number)
    error = send(client, caller.user, comment, closing.files(number, caller, Names(people)))
    if error is not None:
        key = "closing.no_scope" if error == MISSING_SCOPE else "closing.not_sent"
        respond(url, plain(say(caller.language, key, number=number, error=error)))
