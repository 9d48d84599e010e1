"""How an outcome looks in Slack: an answer with its sources, up to three suggestions, or a plain refusal."""

from collections.abc import Callable, Iterator

from slack_sdk.models.blocks import Block, ButtonElement, DividerBlock

from responses.answering import Answer, Declined, Outcome, Suggestions
from responses.blocks.message import (
    Message,
    actions,
    button,
    columns,
    context,
    message,
    plain_context,
    section,
)
from responses.blocks.values import (
    ANSWER_HELPFUL,
    ANSWER_SHARE,
    ANSWER_UNHELPFUL,
    LESSON_OPEN,
    TOPICS_OPEN,
    ButtonValue,
)
from responses.followups import Part
from responses.lessons import Lesson, LessonBook, Source
from responses.phrases import Language, say
from responses.plain import as_text, describe, heading_of_steps, titled
from responses.text import escape, shorten

_QUOTED = 200  # characters of a question that are shown again
_RELATED = 4  # buttons
_SOURCES = 8  # lines


def render(
    outcome: Outcome,
    book: LessonBook,
    *,
    share: bool = False,
    feedback: bool = False,
    kept: bool = False,
    hint: bool = False,
    quote: bool = False,
    reference: str = "",
) -> Message:
    """Return the message for an outcome.

    `share` adds "Share to channel" (for private answers), `feedback` "Helpful / Not helpful", `hint` the line
    on follow-ups (for threads); `kept` says that a declined question was kept for the curators; `quote` shows
    the question on top. `reference` is the caller's own and comes back in every button's value.
    """
    blocks: list[Block] = []
    if quote and outcome.question:
        asked = say(outcome.language, "answers.asked", question=shorten(outcome.question, _QUOTED))
        blocks.append(plain_context(asked))
    match outcome:
        case Answer():
            blocks += _answer(outcome, book)
            if hint and outcome.part == "whole":
                blocks.append(context(escape(say(outcome.language, "answers.follow_up"))))
            blocks += _buttons(outcome, share=share, feedback=feedback, reference=reference)
        case Suggestions():
            blocks += _suggestions(outcome, reference)
        case Declined():
            blocks += _declined(outcome, kept=kept, reference=reference)
    text = as_text(outcome, book)
    if kept and isinstance(outcome, Declined) and outcome.reason == "off_topic":
        text += f" {say(outcome.language, 'answers.declined_kept')}"
    return message(text, blocks)


def _answer(answer: Answer, book: LessonBook) -> Iterator[Block]:
    lesson, language = answer.lesson, answer.language
    text = lesson.text(language)
    if answer.part == "whole":
        yield section(_bold(titled(answer)), escape(text.advice))
    else:
        yield context(_bold(titled(answer)))
    for part in _PARTS[answer.part]:
        yield from part(lesson, language, book)
    if answer.also:
        yield from _also(answer.also, language, book)
    if answer.part == "whole":
        yield from _related(lesson, answer.also, language, book)


def _also(lesson: Lesson, language: Language, book: LessonBook) -> Iterator[Block]:
    """Show the second lesson in short: two whole ones would not fit into one message."""
    text = lesson.text(language)
    yield DividerBlock()
    yield context(_bold(say(language, "answers.also")))
    yield section(_bold(text.title), escape(text.advice))
    yield from _steps(lesson, language, book)
    yield from _sources(lesson, language, book)
    yield actions(_open(lesson, language, label=say(language, "answers.button_open")))


def _advice(lesson: Lesson, language: Language, book: LessonBook) -> Iterator[Block]:
    yield section(escape(lesson.text(language).advice))


def _steps(lesson: Lesson, language: Language, book: LessonBook) -> Iterator[Block]:
    steps = (f"{number}. {escape(step)}" for number, step in enumerate(lesson.text(language).steps, 1))
    yield section(_bold(heading_of_steps(lesson, language)), *steps)


def _words(lesson: Lesson, language: Language, book: LessonBook) -> Iterator[Block]:
    quoted = (f">{escape(line)}" for line in lesson.text(language).words.splitlines())
    yield section(_bold(say(language, "answers.words")), *quoted)


def _case(lesson: Lesson, language: Language, book: LessonBook) -> Iterator[Block]:
    text = lesson.text(language)
    told = [(name, story) for name, story in (("zoom", text.zoom), ("yahoo", text.yahoo)) if story]
    if told:
        yield columns(*((_bold(say(language, f"answers.{name}")), escape(story)) for name, story in told))


def _zoom(lesson: Lesson, language: Language, book: LessonBook) -> Iterator[Block]:
    story = lesson.text(language).zoom or say(language, "answers.no_zoom")
    yield section(_bold(say(language, "answers.zoom")), escape(story))


def _yahoo(lesson: Lesson, language: Language, book: LessonBook) -> Iterator[Block]:
    story = lesson.text(language).yahoo or say(language, "answers.no_yahoo")
    yield section(_bold(say(language, "answers.yahoo")), escape(story))


def _check(lesson: Lesson, language: Language, book: LessonBook) -> Iterator[Block]:
    check = lesson.text(language).check
    yield section(_bold(say(language, f"answers.verdict_{lesson.verdict}")), *([escape(check)] if check else []))


def _sources(lesson: Lesson, language: Language, book: LessonBook) -> Iterator[Block]:
    lines = (_source(book.sources[name], language) for name in lesson.sources[:_SOURCES])
    yield context(_bold(say(language, "answers.sources")), *lines)


def _source(source: Source, language: Language) -> str:
    title = escape(source.title)
    linked = f"<{escape(source.url)}|{title}>" if source.url else title
    return f"• {linked} ({escape(describe(source, language))})"


def _related(lesson: Lesson, also: Lesson | None, language: Language, book: LessonBook) -> Iterator[Block]:
    others = [other for other in book.related(lesson) if other is not also][:_RELATED]
    if others:
        yield DividerBlock()
        yield context(_bold(say(language, "answers.related")))
        yield actions(*(_open(other, language) for other in others))
    if language not in lesson.texts:
        yield context(escape(say(language, "answers.only_english")))


def _suggestions(outcome: Suggestions, reference: str) -> Iterator[Block]:
    lessons = [candidate.lesson for candidate in outcome.candidates]
    yield section(escape(say(outcome.language, "answers.suggest")))
    yield actions(*(_open(lesson, outcome.language, reference) for lesson in lessons))
    yield actions(_topics(outcome.language, reference))


def _declined(outcome: Declined, *, kept: bool, reference: str) -> Iterator[Block]:
    language = outcome.language
    if outcome.reason == "empty":
        yield section(escape(say(language, "answers.empty")))
    else:
        yield section(_bold(say(language, "answers.declined")), escape(say(language, "answers.declined_scope")))
        if kept:
            yield context(escape(say(language, "answers.declined_kept")))
    yield actions(_topics(language, reference))


def _buttons(answer: Answer, *, share: bool, feedback: bool, reference: str) -> Iterator[Block]:
    language = answer.language
    value = ButtonValue(answer.lesson.id, language, reference).pack()
    buttons: list[ButtonElement] = []
    if feedback:
        buttons.append(button(say(language, "answers.button_helpful"), ANSWER_HELPFUL, value))
        buttons.append(button(say(language, "answers.button_unhelpful"), ANSWER_UNHELPFUL, value))
    if share:
        buttons.append(button(say(language, "answers.button_share"), ANSWER_SHARE, value))
    if buttons:
        yield actions(*buttons)


def _open(lesson: Lesson, language: Language, reference: str = "", label: str = "") -> ButtonElement:
    value = ButtonValue(lesson.id, language, reference).pack()
    return button(label or lesson.text(language).title, f"{LESSON_OPEN}:{lesson.id}", value)


def _topics(language: Language, reference: str) -> ButtonElement:
    value = ButtonValue("", language, reference).pack()
    return button(say(language, "answers.button_topics"), TOPICS_OPEN, value)


def _bold(heading: str) -> str:
    return f"*{escape(heading)}*"


_PARTS: dict[Part, tuple[Callable[[Lesson, Language, LessonBook], Iterator[Block]], ...]] = {
    "whole": (_steps, _words, _case, _check, _sources),
    "why": (_advice, _case, _check),
    "example": (_case, _words),
    "zoom": (_zoom,),
    "yahoo": (_yahoo,),
    "steps": (_steps,),
    "words": (_words,),
    "sources": (_sources,),
}
