"""Asking, voting, and answering: the buttons below posts and in the modals with a series' questions."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.errors import UserError
from bot.listeners.spots import Body, caller_at, field_of, instead, said, show, spot_at, view_at, view_or_words
from bot.people import People
from bot.responder import respond
from bot.updates.access import Caller
from bot.updates.audience import Audience
from bot.updates.parsing import Command
from responses.blocks.message import Message
from responses.blocks.updates import plain
from responses.blocks.weekly import asking, box
from responses.blocks.weekly.asking import Spot
from responses.blocks.weekly.values import Target
from responses.phrases import say, say_count

# What Slack shows below an input, without markup; anything else is told in the modal, where it may name people.
ABOUT_INPUTS = {"audience.no_text", "audience.no_answer", "audience.not_both"}
OURS = {box.QUESTIONS_MODAL, box.QUESTION_MODAL}  # where the list and one question take each other's place


def ask_opened(ack: Ack, body: Body, action: Body, client: WebClient, *, audience: Audience, people: People) -> None:
    """Open "Ask a question"."""
    caller, spot = caller_at(body, people), spot_at(body, Target.unpack(action["value"]).series)
    try:
        series = audience.about(spot.series, caller)
        view = asking.ask_modal(caller.language, spot, series.title)
    except UserError as error:
        view = instead(body, caller, spot, error)
    show(body, client, view)
    ack()


def asked(ack: Ack, body: Body, view: Body, *, audience: Audience, people: People) -> None:
    """Note a question, unless an open one is much like it and the person has not seen that yet."""
    caller, spot = caller_at(body, people), Spot.unpack(view["private_metadata"])
    text, anonymous = _typed(view)
    key = f"click:{body['trigger_id']}"
    try:
        anyway = view["callback_id"] == asking.ASK_ANYWAY_MODAL
        similar = [] if anyway else audience.similar(spot.series, text, caller, key=key)
        if similar:
            follows = asking.ask_modal(caller.language, spot, "", text=text, anonymous=anonymous, similar=similar)
        else:
            place = {"channel": spot.channel or None, "thread_ts": spot.thread_ts or None}
            number = audience.ask(spot.series, text, caller, key=key, anonymous=anonymous, **place)
            follows = asking.noted_modal(caller.language, spot, number, anonymous=anonymous)
    except UserError as error:
        if error.key in ABOUT_INPUTS:
            ack(response_action="errors", errors={asking.TEXT_BLOCK: said(caller, error)})
            return
        notice = said(caller, error)
        follows = asking.ask_modal(caller.language, spot, "", text=text, anonymous=anonymous, notice=notice)
    ack(response_action="update", view=follows)


def voted(ack: Ack, body: Body, action: Body, client: WebClient, *, audience: Audience, people: People) -> None:
    """Count a vote, and show where it was given what has become of it."""
    caller, target, counted = caller_at(body, people), Target.unpack(action["value"]), True
    try:
        line = audience.vote(target.item or 0, caller)
        notice = say_count(caller.language, "audience.voted", line.votes, number=line.id)
    except UserError as error:
        if "view" not in body:
            raise
        notice, counted = said(caller, error), False
    if "view" in body:
        view = _after_vote(body, caller, audience, notice, counted=counted)
        client.views_update(view_id=body["view"]["id"], view=view)
    else:
        respond(body["response_url"], plain(notice))
    ack()


def questions_opened(
    ack: Ack, body: Body, action: Body, client: WebClient, *, audience: Audience, people: People
) -> None:
    """Open the list of a series' questions."""
    caller, spot = caller_at(body, people), spot_at(body, Target.unpack(action["value"]).series)
    try:
        view = view_at(audience, caller, spot)
    except UserError as error:
        view = instead(body, caller, spot, error)
    show(body, client, view)
    ack()


def open_questions(
    wanted: Command, caller: Caller, client: WebClient, trigger_id: str, *, audience: Audience
) -> Message | None:
    """Open the list of a series' questions for whoever typed the command; raises UserError for an unknown series."""
    view = view_at(audience, caller, Spot(wanted.number, channel=caller.channel))
    client.views_open(trigger_id=trigger_id, view=view)
    return None


def question_opened(
    ack: Ack, body: Body, action: Body, client: WebClient, *, audience: Audience, people: People
) -> None:
    """Open one question: in place of the list from which it was chosen, else as a modal of its own."""
    caller, target = caller_at(body, people), Target.unpack(action["value"])
    spot = replace(spot_at(body, target.series), question=target.item)
    _go(body, client, audience, caller, spot)
    ack()


def turned(ack: Ack, body: Body, action: Body, client: WebClient, *, audience: Audience, people: People) -> None:
    """Show another page, the other list, or the list again."""
    _go(body, client, audience, caller_at(body, people), Spot.unpack(action["value"]))
    ack()


def settled(ack: Ack, body: Body, view: Body, *, audience: Audience, people: People) -> None:
    """Answer a question, set it aside or merge it, as was typed; then show the list again."""
    caller, spot = caller_at(body, people), Spot.unpack(view["private_metadata"])
    try:
        notice = _settle(body, view, caller, spot, audience, people)
        follows = view_at(audience, caller, replace(spot, question=None), notice)
    except UserError as error:
        if error.key in ABOUT_INPUTS:
            ack(response_action="errors", errors={box.block_of("answer", spot.question or 0): said(caller, error)})
            return
        follows = view_or_words(audience, caller, spot, said(caller, error))
    ack(response_action="update", view=follows)


def _settle(body: Body, view: Body, caller: Caller, spot: Spot, audience: Audience, people: People) -> str:
    number = spot.question or 0
    text = (field_of(view, box.block_of("answer", number), "value") or "").strip()
    aside = bool(field_of(view, box.block_of("set_aside", number), "selected_options"))
    into = field_of(view, box.block_of("merge", number), "selected_option")
    if into and text:
        raise UserError("audience.not_both")
    if into:
        other = int(into["value"])
        audience.merge(number, other, caller)
        return say(caller.language, "audience.merge_done", number=number, into=other)
    answered = audience.answer(
        number, text, caller, key=f"click:{body['trigger_id']}", aside=aside, correcting=spot.answered,
        language_of=lambda asker: people.person(asker).language,
    )  # fmt: skip
    return say(caller.language, "audience.answer_done" if answered else "audience.answer_unchanged", number=number)


def _after_vote(body: Body, caller: Caller, audience: Audience, notice: str, *, counted: bool) -> dict[str, Any]:
    view = body["view"]
    spot = Spot.unpack(view["private_metadata"])
    if view["callback_id"] in OURS:
        return view_or_words(audience, caller, spot, notice)
    if counted:
        return asking.told_modal(caller.language, spot, notice)
    # What was typed must not be lost with a vote that did not count.
    text, anonymous = _typed(view)
    similar = []
    with suppress(UserError):
        similar = audience.similar(spot.series, text, caller, key="")
    return asking.ask_modal(caller.language, spot, "", text=text, anonymous=anonymous, similar=similar, notice=notice)


def _go(body: Body, client: WebClient, audience: Audience, caller: Caller, spot: Spot) -> None:
    try:
        view = view_at(audience, caller, spot)
    except UserError as error:
        view = instead(body, caller, spot, error)
    if "view" in body and body["view"]["callback_id"] in OURS:
        client.views_update(view_id=body["view"]["id"], view=view)
    else:
        show(body, client, view)


def _typed(view: Body) -> tuple[str, bool]:
    how = field_of(view, asking.HOW_BLOCK, "selected_option") or {}
    return field_of(view, asking.TEXT_BLOCK, "value") or "", how.get("value") == asking.ANONYMOUS
