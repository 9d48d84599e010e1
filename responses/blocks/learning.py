"""How curators see the questions without a good answer: the weekly digest, App Home, the modals and the rulings."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    MarkdownTextObject,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
)

from responses.blocks.message import Message, actions, button, context, section
from responses.blocks.modal import modal
from responses.blocks.topics import lesson_menu
from responses.gaps import Gap
from responses.lessons import Lesson, LessonBook
from responses.phrases import Language, as_language, say, say_count
from responses.text import escape, shorten

GAP_BELONGS, GAP_OFF_TOPIC, GAP_WRITE = "gap_belongs", "gap_off_topic", "gap_write"
RULING_UNDO = "ruling_undo"
BELONGS_MODAL, WRITE_MODAL = "gap_belongs_modal", "gap_write_modal"
LESSON_BLOCK, LESSON_PICK, STUB_BLOCK = "lesson", "lesson_pick", "yaml"
IN_DIGEST = 10
IN_HOME = 25
QUOTED = 280


def digest(language: Language, gaps: Sequence[Gap], book: LessonBook, helpful: int, unhelpful: int) -> Message:
    """Return the weekly post to the curators' channel; `helpful` and `unhelpful` count the week's clicks."""
    title = say(language, "learning.digest_title")
    values = {"helpful": helpful, "unhelpful": unhelpful}
    intro = say_count(language, "learning.digest_intro", len(gaps), **values)
    blocks: list[Block] = [HeaderBlock(text=PlainTextObject(text=title)), section(intro)]
    blocks += _gaps(language, gaps[:IN_DIGEST], book)
    if len(gaps) > IN_DIGEST:
        blocks.append(context(say_count(language, "learning.digest_more", len(gaps) - IN_DIGEST)))
    return Message(f"{title}. {intro}", [block.to_dict() for block in blocks])


def home(language: Language, gaps: Sequence[Gap] | None, book: LessonBook, topics: Message) -> dict[str, Any]:
    """Return App Home as a view: for a curator the gaps (None for everybody else), then what can be asked."""
    blocks: list[dict[str, Any]] = []
    if gaps is not None:
        head: list[Block] = [HeaderBlock(text=PlainTextObject(text=say(language, "learning.digest_title")))]
        head += _gaps(language, gaps[:IN_HOME], book) if gaps else [context(say(language, "learning.home_none"))]
        blocks = [block.to_dict() for block in [*head, DividerBlock()]]
    return {"type": "home", "blocks": blocks + topics.blocks}


def _gaps(language: Language, gaps: Sequence[Gap], book: LessonBook) -> Iterator[Block]:
    for gap in gaps:
        facts = [
            say_count(language, "learning.asked", gap.count),
            say(language, f"learning.status_{gap.shown.status}"),
        ]
        nearest = book.lessons.get(gap.shown.nearest or "")
        if nearest:
            title = nearest.text(language).title
            facts.append(say(language, "learning.nearest", title=title))
        yield _quoted(gap, *facts)
        value = str(gap.shown.number)
        yield actions(
            button(say(language, "learning.belongs"), GAP_BELONGS, value),
            button(say(language, "learning.off_topic"), GAP_OFF_TOPIC, value),
            button(say(language, "learning.write"), GAP_WRITE, value),
        )


def belongs_modal(language: Language, gap: Gap, book: LessonBook, origin: dict[str, str]) -> dict[str, Any]:
    """Return the modal that asks which lesson a question belongs to; `origin` comes back on submission."""
    menu = lesson_menu(book, language, LESSON_PICK)
    blocks: list[Block] = [
        _quoted(gap),
        InputBlock(block_id=LESSON_BLOCK, label=say(language, "learning.belongs_label"), element=menu),
    ]
    return _modal(language, BELONGS_MODAL, "learning.belongs_title", blocks, gap, origin)


def write_modal(language: Language, gap: Gap, origin: dict[str, str]) -> dict[str, Any]:
    """Return the modal that shows what a lesson for this question looks like in a lessons file."""
    text = PlainTextInputElement(action_id="yaml", multiline=True, initial_value=lesson_stub(gap))
    blocks: list[Block] = [
        section(say(language, "learning.write_how")),
        InputBlock(block_id=STUB_BLOCK, label=say(language, "learning.write_label"), element=text, optional=True),
    ]
    return _modal(language, WRITE_MODAL, "learning.write_title", blocks, gap, origin)


def lesson_stub(gap: Gap) -> str:
    """Return a lesson in YAML with this question as its first sample, to be filled in."""
    question = json.dumps(gap.shown.text, ensure_ascii=False)
    return f"""sources:
  our-handbook: {{kind: internal, title: "Our incident handbook", language: en}}
lessons:
  - id: our-lesson
    kind: lesson
    verdict: advice
    record: [our-handbook]
    questions: {{{as_language(gap.shown.language)}: [{question}]}}
    en:
      title: "…"
      advice: "…"
      steps: ["…", "…", "…"]
      words: "…"
"""


def ruled(language: Language, who: str, question: str, lesson: Lesson | None, number: int) -> Message:
    """Return the confirmation of a ruling (without a lesson: off-topic), with a button that undoes it."""
    values = {"who": f"<@{who}>", "question": _short(question)}
    if lesson is None:
        text = say(language, "learning.ruled_off_topic", **values)
    else:
        text = say(language, "learning.ruled_lesson", **values, title=escape(lesson.text(language).title))
    undo = actions(button(say(language, "learning.undo"), RULING_UNDO, str(number)))
    return Message(text, [_verbatim(text), undo.to_dict()])


def noted(language: Language, key: str, who: str, question: str) -> Message:
    """Return a line on a question, `key` being `wanted` or `undone`."""
    text = say(language, f"learning.{key}", who=f"<@{who}>", question=_short(question))
    return Message(text, [_verbatim(text)])


def _quoted(gap: Gap, *facts: str) -> Block:
    """Return a question in small grey text that Slack formats in no way, with facts on it."""
    text = " · ".join([f"“{_short(gap.shown.text)}”", *map(escape, facts)])
    return ContextBlock(elements=[PlainTextObject(text=text, emoji=False)])


def _short(question: str) -> str:
    """Return what is shown of a question, escaped; less of one that is all signs: ten have to fit into a message."""
    shown = escape(shorten(question, QUOTED))
    return shown if len(shown) <= 2 * QUOTED else escape(shorten(question, QUOTED // 3))


def _verbatim(text: str) -> dict[str, Any]:
    """Return a section in which Slack makes no link or mention of "#general" or "@here" in a person's words."""
    return SectionBlock(text=MarkdownTextObject(text=text, verbatim=True)).to_dict()


def _modal(
    language: Language, callback: str, title: str, blocks: Sequence[Block], gap: Gap, origin: dict[str, str]
) -> dict[str, Any]:
    metadata = json.dumps({**origin, "question": gap.shown.number})
    save = say(language, "modals.save")
    return modal(language, say(language, title), blocks, callback=callback, metadata=metadata, submit=save)
