"""What a message to Slack is: notification text and blocks, within Slack's limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    InteractiveElement,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from responses.text import escape, shorten

MOST_BLOCKS = 50
SECTION_LENGTH = 3000
FIELD_LENGTH = 2000
BUTTON_LENGTH = 75
LONGEST_ESCAPE = len("&amp;")
TEXT_LENGTH = 3000  # of the notification text; Slack advises at most 4,000


@dataclass(frozen=True, slots=True)
class Message:
    """A message to post: `text` for notifications and screen readers, `blocks` as Slack takes them."""

    text: str
    blocks: list[dict[str, Any]]


def message(text: str, blocks: Sequence[Block]) -> Message:
    """Return a message; `text` is plain and gets escaped here, the blocks hold escaped text already."""
    return Message(escaped(text, TEXT_LENGTH), [block.to_dict() for block in blocks[:MOST_BLOCKS]])


def escaped(text: str, length: int) -> str:
    """Return plain `text` escaped and at most `length` characters long, no escape sequence cut in two."""
    room = length
    while len(result := escape(shorten(text, room))) > length:
        room -= max((len(result) - length) // LONGEST_ESCAPE, 1)
    return result


def section(*lines: str) -> SectionBlock:
    """Return a section of lines that are mrkdwn already; lines that don't fit are left out."""
    return SectionBlock(text=MarkdownTextObject(text=_fitting(lines, SECTION_LENGTH)))


def columns(*fields: Sequence[str]) -> SectionBlock:
    """Return a section of two columns, each of lines that are mrkdwn already."""
    return SectionBlock(fields=[MarkdownTextObject(text=_fitting(lines, FIELD_LENGTH)) for lines in fields])


def context(*lines: str) -> ContextBlock:
    """Return small grey text of lines that are mrkdwn already."""
    return ContextBlock(elements=[MarkdownTextObject(text=_fitting(lines, SECTION_LENGTH))])


def plain_context(text: str) -> ContextBlock:
    """Return small grey text that Slack formats in no way: for what a person wrote."""
    return ContextBlock(elements=[PlainTextObject(text=escaped(text, FIELD_LENGTH), emoji=False)])


def button(label: str, action_id: str, value: str) -> ButtonElement:
    """Return a button with a plain label."""
    return ButtonElement(text=escaped(label, BUTTON_LENGTH), action_id=action_id, value=value)


def actions(*elements: InteractiveElement) -> ActionsBlock:
    """Return a row of buttons and menus."""
    return ActionsBlock(elements=list(elements))


def _fitting(lines: Sequence[str], length: int) -> str:
    kept: list[str] = []
    for line in lines:
        if sum(map(len, kept)) + len(kept) + len(line) <= length:
            kept.append(line)
    return "\n".join(kept) or "…"
