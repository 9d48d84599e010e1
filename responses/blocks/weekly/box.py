"""The modals with the questions of a series: the list, page by page, and one question, where it is answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    CheckboxesElement,
    DividerBlock,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
)

from responses import dates
from responses.blocks.message import BUTTON_LENGTH, SECTION_LENGTH, actions, button, context, escaped
from responses.blocks.updates import LONGEST_HEADER, user
from responses.blocks.weekly import questions as box
from responses.blocks.weekly import values
from responses.blocks.weekly.asking import FIELD, LONGEST, Spot, modal
from responses.blocks.weekly.parts import QuestionLine
from responses.blocks.weekly.values import Target
from responses.phrases import Language, say, say_count
from responses.text import shorten

QUESTIONS_MODAL, QUESTION_MODAL = "weekly_questions_modal", "weekly_question_modal"
ON_PAGE = 20  # two blocks each: Slack takes 100
MOST_OPTIONS = 100
ASIDE = "aside"


@dataclass(frozen=True)
class Page:
    """One page of the list: of the open questions, or of the answered ones; `mine` count the reader already."""

    title: str
    lines: Sequence[QuestionLine]
    pages: int
    open: int
    answered: int
    mine: Collection[int]
    may_ask: bool


@dataclass(frozen=True)
class Shown:
    """One question in full: those merged into it by number and text, and `others` that it may be merged into."""

    line: QuestionLine
    merged: Sequence[tuple[int, str]]
    others: Sequence[QuestionLine]
    may_answer: bool
    counted: bool


def block_of(name: str, number: int) -> str:
    """Return the block_id of an input for one question: what was typed for another must not stand in it."""
    return f"{name}:{number}"


def list_modal(language: Language, spot: Spot, page: Page, notice: str = "") -> dict[str, Any]:
    """Return a page of the list."""
    count = page.answered if spot.answered else page.open
    key = "audience.answered_count" if spot.answered else "audience.open_count"
    blocks: list[Block] = [box.verbatim(notice), DividerBlock()] if notice else []
    blocks.append(box.verbatim(say_count(language, key, count, title=escaped(page.title, LONGEST_HEADER))))
    for line in page.lines:
        blocks += _listed(language, spot, line, counted=line.id in page.mine)
    if page.pages > 1:
        blocks.append(context(say(language, "modals.page", page=spot.page + 1, pages=page.pages)))
    return modal(
        language, QUESTIONS_MODAL, say(language, "audience.list_title"),
        [*blocks, *_ways(language, spot, page)], spot,
    )  # fmt: skip


def _listed(language: Language, spot: Spot, line: QuestionLine, *, counted: bool) -> list[Block]:
    text = f"{box.headed(language, line)}\n{box.facts(language, line)}"
    if counted:
        text += f" · {say(language, 'audience.yours')}"
    target = Target(spot.series, item=line.id).pack()
    buttons = [button(say(language, "audience.open"), values.QUESTION_OPEN, target)]
    if line.answer is None and not counted:
        buttons.insert(0, button(say(language, "audience.vote"), values.VOTE, target))
    return [box.verbatim(text), actions(*buttons)]


def _ways(language: Language, spot: Spot, page: Page) -> list[Block]:
    ways: list[ButtonElement] = []
    if spot.page > 0:
        back = replace(spot, page=spot.page - 1).pack()
        ways.append(button(say(language, "modals.previous_page"), values.QUESTIONS_BACK, back))
    if spot.page + 1 < page.pages:
        onwards = replace(spot, page=spot.page + 1).pack()
        ways.append(button(say(language, "modals.next_page"), values.QUESTIONS_ON, onwards))
    other = replace(spot, page=0, answered=not spot.answered).pack()
    if spot.answered:
        ways.append(button(say(language, "audience.show_open", count=page.open), values.QUESTIONS_SWITCH, other))
    elif page.answered:
        shown = say(language, "audience.show_answered", count=page.answered)
        ways.append(button(shown, values.QUESTIONS_SWITCH, other))
    if page.may_ask:
        ways.append(button(say(language, "audience.ask_title"), values.ASK, Target(spot.series).pack()))
    return [DividerBlock(), actions(*ways)] if ways else []


def question_modal(language: Language, spot: Spot, shown: Shown, notice: str = "") -> dict[str, Any]:
    """Return one question in full, and, for those who may, what it takes to answer it or merge it."""
    line = shown.line
    blocks: list[Block] = [box.verbatim(notice), DividerBlock()] if notice else []
    blocks += [*box.whole(line.text), context(_told(language, shown)), *_merged(language, shown)]
    if shown.may_answer:
        blocks += _inputs(language, shown)
    elif line.answer is not None:
        by = say(language, "audience.answer_by", who=user(line.answered_by or ""))
        blocks += [box.verbatim(by), *box.whole(line.answer)]
    ways = [button(say(language, "audience.back"), values.QUESTIONS_LIST, replace(spot, question=None).pack())]
    if line.answer is None and not shown.counted:
        vote = Target(spot.series, item=line.id).pack()
        ways.insert(0, button(say(language, "audience.vote"), values.VOTE, vote))
    title = say(language, "audience.one_title", number=line.id)
    submit = say(language, "modals.save") if shown.may_answer else None
    return modal(language, QUESTION_MODAL, title, [*blocks, actions(*ways)], spot, submit)


def _told(language: Language, shown: Shown) -> str:
    told = f"{box.facts(language, shown.line)} · {dates.day(language, shown.line.asked_on)}"
    return f"{told} · {say(language, 'audience.yours')}" if shown.counted else told


def _merged(language: Language, shown: Shown) -> list[Block]:
    if not shown.merged:
        return []
    heading = say(language, "audience.merged_here")
    lines = [box.quoted(language, number, text) for number, text in shown.merged]
    return [box.verbatim("\n".join([heading, *box.fitting(language, lines, SECTION_LENGTH - len(heading) - 1)]))]


def _inputs(language: Language, shown: Shown) -> list[Block]:
    line = shown.line
    answer = PlainTextInputElement(
        action_id=FIELD, multiline=True, max_length=LONGEST, initial_value=line.answer or None
    )  # fmt: skip
    aside = Option(value=ASIDE, text=PlainTextObject(text=say(language, "audience.set_aside_option")))
    inputs: list[Block] = [
        _input(language, "answer", line.id, answer),
        _input(language, "set_aside", line.id, CheckboxesElement(action_id=FIELD, options=[aside])),
    ]
    if shown.others:
        others = [_option(each) for each in shown.others[:MOST_OPTIONS]]
        inputs.append(_input(language, "merge", line.id, StaticSelectElement(action_id=FIELD, options=others)))
    return inputs


def _input(
    language: Language, name: str, number: int, element: PlainTextInputElement | CheckboxesElement | StaticSelectElement
) -> InputBlock:
    labels = {
        "answer": ("audience.answer_label", "audience.answer_hint"),
        "set_aside": ("audience.set_aside_label", "audience.set_aside_hint"),
        "merge": ("audience.merge_label", "audience.merge_hint"),
    }
    label, hint = (say(language, key) for key in labels[name])
    return InputBlock(
        block_id=block_of(name, number), label=label, hint=PlainTextObject(text=hint), element=element, optional=True
    )


def _option(line: QuestionLine) -> Option:
    text = escaped(shorten(f"{line.id}. {' '.join(line.text.split())}", BUTTON_LENGTH), BUTTON_LENGTH)
    return Option(value=str(line.id), text=PlainTextObject(text=text))
