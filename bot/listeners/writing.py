"""The buttons and modals with which an update is written."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.errors import UserError
from bot.listeners.clicks import answer, caller_of, complain
from bot.people import People
from bot.updates.access import Caller
from bot.updates.parsing import Command
from bot.updates.writing import Writing
from responses.blocks.weekly import writing as blocks
from responses.blocks.weekly.values import Target
from responses.phrases import say

Body = Mapping[str, Any]


def write_opened(ack: Ack, body: Body, action: Body, client: WebClient, *, writing: Writing, people: People) -> None:
    """Open the modal in which an update is written."""
    view = writing.modal(Target.unpack(action["value"]), caller_of(body, people))
    client.views_open(trigger_id=body["trigger_id"], view=view)
    ack()


def write_now(wanted: Command, caller: Caller, client: WebClient, trigger_id: str, *, writing: Writing) -> None:
    """Open the modal for an update outside the rhythm, for whoever typed the command."""
    client.views_open(trigger_id=trigger_id, view=writing.modal(Target(wanted.number), caller))


def previewed(ack: Ack, body: Body, view: Body, *, writing: Writing, people: People) -> None:
    """Keep what was written as a draft and show it as it will be posted."""
    caller = caller_of(body, people)
    target = Target.unpack(view["private_metadata"])
    try:
        shown = writing.preview(target, blocks.texts_in(view), caller, key=f"view:{view['root_view_id']}")
    except UserError as error:
        first = next(block["block_id"] for block in view["blocks"] if block["type"] == "input")
        complain(ack, caller, first, error)
        return
    ack(response_action="push", view=shown)


def sent(ack: Ack, body: Body, view: Body, *, writing: Writing, people: People) -> None:
    """Take the previewed update as written and say when it is posted."""
    caller = caller_of(body, people)
    target, version = blocks.previewed(view["private_metadata"])
    try:
        done = writing.submit(target, version, caller)
    except UserError as error:
        told = blocks.notice(caller.language, say(caller.language, error.key, **error.values))
        ack(response_action="update", view=told)
        return
    ack(response_action="update", view=blocks.notice(caller.language, done.text))


def nothing_new(ack: Ack, body: Body, action: Body, *, writing: Writing, people: People) -> None:
    """Take "nothing new" as the update, by one click."""
    answer(body, writing.nothing_new(Target.unpack(action["value"]), caller_of(body, people)))
    ack()


def read_in_full(ack: Ack, body: Body, action: Body, client: WebClient, *, writing: Writing, people: People) -> None:
    """Show an update whole whose post had to be cut."""
    view = writing.in_full(Target.unpack(action["value"]), caller_of(body, people))
    client.views_open(trigger_id=body["trigger_id"], view=view)
    ack()
