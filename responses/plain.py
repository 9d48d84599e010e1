"""How an outcome reads as plain text: in a terminal, and as the notification text of a message."""

from collections.abc import Iterator

from responses.answering import Answer, Declined, Outcome
from responses.lessons import Lesson, LessonBook, LessonText, Source
from responses.phrases import LANGUAGES, Language, say


def as_text(outcome: Outcome, book: LessonBook) -> str:
    """Return the outcome as lines of plain text; never empty."""
    match outcome:
        case Answer():
            return "\n".join(_answer(outcome, book))
        case Declined(reason="empty"):
            return say(outcome.language, "answers.empty")
        case Declined():
            return f"{say(outcome.language, 'answers.declined')} {say(outcome.language, 'answers.declined_scope')}"
        case _:
            titles = (candidate.lesson.text(outcome.language).title for candidate in outcome.candidates)
            return "\n".join((say(outcome.language, "answers.suggest"), *(f"- {title}" for title in titles)))


def titled(answer: Answer) -> str:
    """Return what stands above an answer: the lesson's title, and "Why" or "An example" if that was asked for."""
    title = answer.lesson.text(answer.language).title
    if answer.part == "why":
        return f"{title} · {say(answer.language, 'answers.why')}"
    if answer.part == "example":
        return f"{title} · {say(answer.language, 'answers.example')}"
    return title


def heading_of_steps(lesson: Lesson, language: Language) -> str:
    """Return what stands above the steps of a lesson or of a fact."""
    return say(language, f"answers.steps_{lesson.kind}")


def describe(source: Source, language: Language) -> str:
    """Return what is said of a source beside its title: publisher, date, and the language it is written in."""
    known = source.language in LANGUAGES
    name = say(language, f"answers.language_{source.language}") if known else source.language
    written_in = say(language, "answers.source_language", language=name)
    return ", ".join(part for part in (source.publisher, source.date, written_in) if part)


def _answer(answer: Answer, book: LessonBook) -> Iterator[str]:
    language, lesson = answer.language, answer.lesson
    text = lesson.text(language)
    yield titled(answer)
    yield from _PARTS[answer.part](lesson, text, language, book)
    if answer.also:
        yield from _also(answer.also, answer.also.text(language), language, book)


def _also(lesson: Lesson, text: LessonText, language: Language, book: LessonBook) -> Iterator[str]:
    yield from _part(say(language, "answers.also"), "", text.title, text.advice)
    yield from _steps(lesson, text, language, book)
    yield from _sources(lesson, text, language, book)


def _whole(lesson: Lesson, text: LessonText, language: Language, book: LessonBook) -> Iterator[str]:
    yield text.advice
    yield from _steps(lesson, text, language, book)
    yield from _words(lesson, text, language, book)
    yield from _case(text, language)
    yield from _check(lesson, text, language)
    yield from _sources(lesson, text, language, book)
    related = book.related(lesson)
    if related:
        yield from _part(say(language, "answers.related"), *(f"- {other.text(language).title}" for other in related))
    if language not in lesson.texts:
        yield from ("", say(language, "answers.only_english"))


def _why(lesson: Lesson, text: LessonText, language: Language, book: LessonBook) -> Iterator[str]:
    yield text.advice
    yield from _case(text, language)
    yield from _check(lesson, text, language)


def _example(lesson: Lesson, text: LessonText, language: Language, book: LessonBook) -> Iterator[str]:
    yield from _case(text, language)
    yield from _words(lesson, text, language, book)


def _steps(lesson: Lesson, text: LessonText, language: Language, book: LessonBook) -> Iterator[str]:
    yield from _part(heading_of_steps(lesson, language), *(f"{n}. {step}" for n, step in enumerate(text.steps, 1)))


def _words(lesson: Lesson, text: LessonText, language: Language, book: LessonBook) -> Iterator[str]:
    yield from _part(say(language, "answers.words"), f"> {text.words}")


def _zoom(lesson: Lesson, text: LessonText, language: Language, book: LessonBook) -> Iterator[str]:
    yield from _part(say(language, "answers.zoom"), text.zoom or say(language, "answers.no_zoom"))


def _yahoo(lesson: Lesson, text: LessonText, language: Language, book: LessonBook) -> Iterator[str]:
    yield from _part(say(language, "answers.yahoo"), text.yahoo or say(language, "answers.no_yahoo"))


def _sources(lesson: Lesson, text: LessonText, language: Language, book: LessonBook) -> Iterator[str]:
    sources = [book.sources[name] for name in lesson.sources]
    lines = (f"- {source.title} ({describe(source, language)}) {source.url or ''}".rstrip() for source in sources)
    yield from _part(say(language, "answers.sources"), *lines)


def _case(text: LessonText, language: Language) -> Iterator[str]:
    if text.zoom:
        yield from _part(say(language, "answers.zoom"), text.zoom)
    if text.yahoo:
        yield from _part(say(language, "answers.yahoo"), text.yahoo)


def _check(lesson: Lesson, text: LessonText, language: Language) -> Iterator[str]:
    yield from _part(say(language, f"answers.verdict_{lesson.verdict}"), *([text.check] if text.check else []))


def _part(heading: str, *lines: str) -> Iterator[str]:
    yield from ("", heading, *lines)


_PARTS = {
    "whole": _whole,
    "why": _why,
    "example": _example,
    "zoom": _zoom,
    "yahoo": _yahoo,
    "steps": _steps,
    "words": _words,
    "sources": _sources,
}
