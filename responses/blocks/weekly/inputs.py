"""The inputs of a modal: each in a block that is called like its field, with its label from the phrases."""

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    InputBlock,
    InputInteractiveElement,
    Option,
    RadioButtonsElement,
    StaticSelectElement,
)

from responses.phrases import Language, say
from responses.text import shorten

VALUE = "value"  # the action_id of every field; its block_id is the field's name
OPTION_LENGTH = 75


def field(
    language: Language, name: str, element: InputInteractiveElement, *, optional: bool = False, hint: str | None = None
) -> InputBlock:
    """Return the block of a field; `hint` is the key of a phrase."""
    label = say(language, f"start.label_{name}")
    tip = say(language, hint) if hint else None
    return InputBlock(block_id=name, label=label, element=element, optional=optional, hint=tip)


def select(options: Sequence[tuple[str, str]], current: str) -> StaticSelectElement:
    """Return a menu of (value, text), one of which is chosen."""
    choices = [choice(value, text) for value, text in options]
    return StaticSelectElement(action_id=VALUE, options=choices, initial_option=_current(choices, current))


def radio(options: Sequence[tuple[str, str]], current: str) -> RadioButtonsElement:
    """Return radio buttons of (value, text), one of which is chosen."""
    choices = [choice(value, text) for value, text in options]
    return RadioButtonsElement(action_id=VALUE, options=choices, initial_option=_current(choices, current))


def _current(choices: Sequence[Option], current: str) -> Option:
    return next((option for option in choices if option.value == current), choices[0])


def choice(value: str, text: str) -> Option:
    """Return one choice of a menu."""
    return Option(value=value, label=shorten(text, OPTION_LENGTH))
