"""The board of commitments in a modal, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    HeaderBlock,
    InteractiveElement,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from responses.blocks.message import actions, button, context, escaped
from responses.blocks.modal import modal as frame
from responses.blocks.weekly.commitments import line
from responses.blocks.weekly.parts import CommitmentLine
from responses.blocks.weekly.values import COMMITMENT_ADD, COMMITMENT_EDIT, COMMITMENTS_BACK, COMMITMENTS_ON, Target
from responses.phrases import Language, say

BOARD_MODAL, TOLD_MODAL = "weekly_commitments", "weekly_commitments_told"
A_PAGE = 20
WIDTH = 280  # characters of a text on the board; opened, it is seen in full
HEADER_LENGTH = 150


@dataclass(frozen=True)
class BoardPage:
    """One page of the board, from 0; one that is not there (any more) is the last."""

    series: int
    title: str
    lines: Sequence[CommitmentLine]
    page: int
    may_change: bool


def board_modal(language: Language, content: BoardPage, metadata: str) -> dict[str, Any]:
    """Return a page of the board; each commitment opens, and those who may change them see it on the button."""
    last = max((len(content.lines) - 1) // A_PAGE, 0)
    page = min(max(content.page, 0), last)
    open_label = say(language, "commitments.change" if content.may_change else "commitments.read")
    blocks: list[Block] = [HeaderBlock(text=PlainTextObject(text=escaped(content.title, HEADER_LENGTH)))]
    for each in content.lines[page * A_PAGE : (page + 1) * A_PAGE]:
        text = line(language, each, WIDTH, with_reasons=True)
        opens = button(open_label, COMMITMENT_EDIT, Target(content.series, item=each.id).pack())
        blocks.append(SectionBlock(text=MarkdownTextObject(text=text, verbatim=True), accessory=opens))
    if not content.lines:
        blocks.append(context(say(language, "commitments.none")))
    if last:
        blocks.append(context(say(language, "modals.page", page=page + 1, pages=last + 1)))
    blocks += _below(language, content, page, last)
    return modal(language, BOARD_MODAL, say(language, "commitments.title"), blocks, metadata)


def _below(language: Language, content: BoardPage, page: int, last: int) -> list[Block]:
    found: list[InteractiveElement] = []
    if page > 0:
        value = Target(content.series, item=page - 1).pack()
        found.append(button(say(language, "modals.previous_page"), COMMITMENTS_BACK, value))
    if page < last:
        found.append(
            button(say(language, "modals.next_page"), COMMITMENTS_ON, Target(content.series, item=page + 1).pack())
        )
    if content.may_change:
        found.append(button(say(language, "commitments.add"), COMMITMENT_ADD, Target(content.series).pack()))
    return [actions(*found)] if found else []


def told_modal(language: Language, text: str, metadata: str) -> dict[str, Any]:
    """Return a modal that only says why something cannot be done."""
    return modal(language, TOLD_MODAL, say(language, "commitments.title"), [verbatim(text)], metadata)


def verbatim(text: str) -> SectionBlock:
    """Return a section in which Slack makes no link or mention of "#general" or "@here" in a person's words."""
    return SectionBlock(text=MarkdownTextObject(text=text, verbatim=True))


def modal(
    language: Language, callback: str, title: str, blocks: Sequence[Block], metadata: str, *, submit: bool = False
) -> dict[str, Any]:
    """Return a modal; one with `submit` is a form."""
    save = say(language, "modals.save") if submit else None
    return frame(language, title, blocks, callback=callback, metadata=metadata, submit=save)
