"""Handing a session over, as it looks: the modal, the request, what both are told; and the modals for skip and move."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    DatePickerElement,
    InputBlock,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    TimePickerElement,
    UserSelectElement,
)

from responses.blocks.message import Message, actions, button, section
from responses.blocks.modal import modal
from responses.blocks.updates import channel, message, plain, user
from responses.blocks.weekly import values
from responses.blocks.weekly.control import named
from responses.blocks.weekly.post import Occasion
from responses.phrases import Language, say

SKIP_MODAL, MOVE_MODAL, HAND_OVER_MODAL = "weekly_skip_modal", "weekly_move_modal", "weekly_hand_over_modal"
# Each field's block_id and action_id.
REASON, DAY, TIME, AMONG, ANYONE = "reason", "day", "time", "among", "anyone"
LONGEST_REASON = 500
MOST_OPTIONS = 10  # radio buttons that Slack takes; others are chosen by name


def skip_modal(language: Language, occasion: Occasion) -> dict[str, Any]:
    """Return the modal that asks why a session is skipped."""
    reason = PlainTextInputElement(action_id=REASON, multiline=True, min_length=1, max_length=LONGEST_REASON)
    field = InputBlock(
        block_id=REASON, label=say(language, "control.reason_label"), element=reason,
        hint=say(language, "control.reason_hint"),
    )  # fmt: skip
    return _modal(language, "control.skip_title", SKIP_MODAL, occasion, [field], submit="control.skip_submit")


def move_modal(language: Language, occasion: Occasion) -> dict[str, Any]:
    """Return the modal that asks where a session is moved to; it begins with where it is."""
    local = occasion.due_at.astimezone(occasion.zone)
    fields = [
        InputBlock(
            block_id=DAY, label=say(language, "control.day_label"),
            element=DatePickerElement(action_id=DAY, initial_date=f"{local:%Y-%m-%d}"),
        ),
        InputBlock(
            block_id=TIME, label=say(language, "control.time_label", zone=occasion.zone.key),
            element=TimePickerElement(action_id=TIME, initial_time=f"{local:%H:%M}"),
        ),
    ]  # fmt: skip
    return _modal(language, "control.move_title", MOVE_MODAL, occasion, fields, submit="control.move_submit")


def hand_over_modal(
    language: Language, occasion: Occasion, offered: Sequence[str], asked: str | None
) -> dict[str, Any]:
    """Return the modal that asks who takes a session over: those who are `offered`, the next in turn first, or anyone.

    `asked` has been asked already and has not answered.
    """
    fields: list[Block] = []
    if asked is not None:
        fields.append(section(say(language, "control.asked_already", user=user(asked))))
    if offered:
        options = [Option(value=each, text=MarkdownTextObject(text=user(each))) for each in offered[:MOST_OPTIONS]]
        radio = RadioButtonsElement(action_id=AMONG, options=options)
        label = say(language, "control.among_label")
        fields.append(InputBlock(block_id=AMONG, label=label, element=radio, optional=True))
    label = say(language, "control.anyone_label")
    anyone = UserSelectElement(action_id=ANYONE)
    fields.append(InputBlock(block_id=ANYONE, label=label, element=anyone, optional=True))
    return _modal(language, "control.hand_over_title", HAND_OVER_MODAL, occasion, fields, submit="control.ask_submit")


def given(view: Mapping[str, Any], name: str) -> str | None:
    """Return what was typed or chosen in a field of these modals."""
    held = view["state"]["values"].get(name, {}).get(name, {})
    option = (held.get("selected_option") or {}).get("value")
    found = option or held.get("selected_user") or held.get("selected_date") or held.get("selected_time")
    value = found or held.get("value")
    return str(value) if value else None


def notice(language: Language, said: Message) -> dict[str, Any]:
    """Return the modal that says how it went."""
    return modal(language, say(language, "control.done_title"), said.blocks)


def request(language: Language, occasion: Occasion, place: str, who: str) -> Message:
    """Return the message to somebody who is asked to take a session over."""
    text = say(language, "control.request", who=user(who), channel=channel(place), **named(language, occasion))
    accept = button(say(language, "control.accept"), values.HAND_OVER_ACCEPT, occasion.target.pack())
    accept.style = "primary"
    decline = button(say(language, "control.decline"), values.HAND_OVER_DECLINE, occasion.target.pack())
    return message(text, [section(text), actions(accept, decline)])


def asked(language: Language, occasion: Occasion, who: str) -> Message:
    """Return the answer to who asked: until the other accepts the host stays."""
    facts = {"asked": user(who), "host": user(occasion.host)}
    return plain(say(language, "control.asked", **facts, **named(language, occasion)))


def accepted(language: Language, occasion: Occasion) -> Message:
    """Return the answer to who has taken a session over."""
    return plain(say(language, "control.accepted", **named(language, occasion)))


def accepted_told(language: Language, occasion: Occasion, new: str) -> Message:
    """Return the message to the host before: they are free of it."""
    return plain(say(language, "control.accepted_told", new=user(new), **named(language, occasion)))


def declined(language: Language, occasion: Occasion) -> Message:
    """Return the answer to who has declined."""
    return plain(say(language, "control.declined", host=user(occasion.host), **named(language, occasion)))


def declined_told(language: Language, occasion: Occasion, who: str) -> Message:
    """Return the message to the host, who can choose another."""
    text = say(language, "control.declined_told", who=user(who), **named(language, occasion))
    again = button(say(language, "control.choose_another"), values.HAND_OVER, occasion.target.pack())
    return message(text, [section(text), actions(again)])


def _modal(
    language: Language, title: str, callback: str, occasion: Occasion, fields: Sequence[Block], *, submit: str
) -> dict[str, Any]:
    opening = section(say(language, "control.about", **named(language, occasion)))
    return modal(
        language, say(language, title), [opening, *fields], callback=callback, metadata=occasion.target.pack(),
        submit=say(language, submit),
    )  # fmt: skip
