"""Pause, resume, skip, move, end, owner: the commands; the host's buttons with their modals; and who has left."""

from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.clock import Clock
from bot.errors import UserError
from bot.listeners.clicks import answer, caller_of, complain
from bot.listeners.updates import Deed
from bot.people import People
from bot.responder import respond
from bot.updates.access import Caller
from bot.updates.control import Control
from bot.updates.days import Day
from bot.updates.leaving import Leaving
from bot.updates.parsing import Command
from responses.blocks.message import Message
from responses.blocks.updates import plain
from responses.blocks.weekly import handing as blocks
from responses.blocks.weekly import values
from responses.blocks.weekly.values import Target
from responses.phrases import say

Body = Mapping[str, Any]
Wake = Callable[[], None]


def deeds(control: Control, people: People) -> dict[str, Deed]:
    """Return what each command does; the number is always there, the day where parsing asks for one."""

    def pause(wanted: Command, caller: Caller, _client: WebClient, _trigger: str) -> Message:
        return control.pause(wanted.number, wanted.day or Day(offset=0), caller)

    def resume(wanted: Command, caller: Caller, _client: WebClient, _trigger: str) -> Message:
        return control.resume(wanted.number, caller)

    def skip(wanted: Command, caller: Caller, _client: WebClient, _trigger: str) -> Message:
        return control.single.skip(wanted.number, wanted.reason, caller)

    def move(wanted: Command, caller: Caller, _client: WebClient, _trigger: str) -> Message:
        return control.single.move(wanted.number, wanted.day or Day(offset=0), wanted.at, caller)

    def end(wanted: Command, caller: Caller, _client: WebClient, _trigger: str) -> Message:
        return control.end(wanted.number, caller)

    def owner(wanted: Command, caller: Caller, _client: WebClient, _trigger: str) -> Message:
        return control.transfer(wanted.number, wanted.user, people.person(wanted.user), caller)

    return {"pause": pause, "resume": resume, "skip": skip, "move": move, "end": end, "owner": owner}


def modal_opened(ack: Ack, body: Body, action: Body, client: WebClient, *, control: Control, people: People) -> None:
    """Open the modal of a host's button: skip, move or hand over."""
    target, caller = Target.unpack(action["value"]), caller_of(body, people)
    if action["action_id"] == values.HAND_OVER:
        view = control.handing.modal(target, caller)
    else:
        callback = blocks.SKIP_MODAL if action["action_id"] == values.SKIP else blocks.MOVE_MODAL
        view = control.single.modal(callback, target, caller)
    client.views_open(trigger_id=body["trigger_id"], view=view)
    ack()


def skip_submitted(ack: Ack, body: Body, view: Body, *, control: Control, people: People) -> None:
    """Skip a session for the reason that was typed."""
    caller, target = caller_of(body, people), Target.unpack(view["private_metadata"])
    try:
        reason = blocks.given(view, blocks.REASON) or ""
        done = control.single.skip(target.series, reason, caller, session=target.session)
    except UserError as error:
        complain(ack, caller, blocks.REASON, error)
        return
    ack(response_action="update", view=blocks.notice(caller.language, done))


def move_submitted(ack: Ack, body: Body, view: Body, *, control: Control, people: People) -> None:
    """Move a session to the day and time that were chosen."""
    caller, target = caller_of(body, people), Target.unpack(view["private_metadata"])
    day, at = blocks.given(view, blocks.DAY), blocks.given(view, blocks.TIME)
    try:
        chosen = Day(exact=date.fromisoformat(day or ""))
        at_time = time.fromisoformat(at) if at else None
        done = control.single.move(target.series, chosen, at_time, caller, session=target.session)
    except UserError as error:
        complain(ack, caller, blocks.DAY, error)
        return
    ack(response_action="update", view=blocks.notice(caller.language, done))


def hand_over_submitted(ack: Ack, body: Body, view: Body, *, control: Control, people: People) -> None:
    """Ask whoever was chosen; a name outweighs the list."""
    caller, target = caller_of(body, people), Target.unpack(view["private_metadata"])
    chosen = blocks.given(view, blocks.ANYONE) or blocks.given(view, blocks.AMONG)
    try:
        if chosen is None:
            raise UserError("control.nobody_chosen")
        done = control.handing.ask(target, chosen, people.person(chosen), caller)
    except UserError as error:
        complain(ack, caller, blocks.ANYONE, error)
        return
    ack(response_action="update", view=blocks.notice(caller.language, done))


def request_answered(ack: Ack, body: Body, action: Body, *, control: Control, people: People) -> None:
    """Take a session over, or not; the request makes way for the answer."""
    target, caller = Target.unpack(action["value"]), caller_of(body, people)
    accepts = action["action_id"] == values.HAND_OVER_ACCEPT
    done = control.handing.accept(target, caller) if accepts else control.handing.decline(target, caller)
    respond(body["response_url"], done, replace=True)
    ack()


def put_back(ack: Ack, body: Body, action: Body, client: WebClient, *, control: Control, people: People) -> None:
    """Hold a skipped session after all."""
    caller = caller_of(body, people)
    if "view" not in body:
        answer(body, control.single.put_back(Target.unpack(action["value"]), caller))
        ack()
        return
    try:
        done = control.single.put_back(Target.unpack(action["value"]), caller)
    except UserError as error:
        done = plain(say(caller.language, error.key, **error.values))
    client.views_update(view_id=body["view"]["id"], view=blocks.notice(caller.language, done))
    ack()


def user_changed(ack: Ack, event: Body, *, leaving: Leaving, people: People, clock: Clock, wake: Wake) -> None:
    """Replace somebody who was deactivated wherever a series rests on them."""
    user = event["user"]
    people.forget(user["id"])
    if user.get("deleted") and leaving.left(user["id"], clock.now()):
        wake()
    ack()
