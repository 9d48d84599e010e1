import pytest

from responses.answering import Answer, Candidate, Declined, Suggestions
from responses.followups import PARTS, Part
from responses.lessons import LessonBook, Source
from responses.phrases import LANGUAGES, Language, say
from responses.plain import as_text, describe


def answered(book: LessonBook, language: Language = "en", part: Part = "whole") -> Answer:
    lesson = book.lessons["say-sorry"]
    return Answer("sorry?", language, language, (Candidate(lesson, 0.9),), lesson, part)


def test_whole_answer_has_everything_in_order(book: LessonBook) -> None:
    text = as_text(answered(book), book)
    expected = [
        "Say sorry <now>",
        "Say sorry to those you hurt & mean it.",
        say("en", "answers.steps_lesson"),
        "1. Write it.",
        "3. Send it.",
        "> We are sorry for [what happened].",
        "Zoom said sorry.",
        say("en", "answers.yahoo"),
        "Yahoo did not say sorry.",
        say("en", "answers.verdict_overstated"),
        "The articles overstate it.",
        "A <b>letter</b> & more (Press, 2020-04-01, in English) https://example.org/?a=1&b=2",
        "- Feed the cat",
    ]
    places = [text.index(part) for part in expected]
    assert places == sorted(places)


def test_language_that_a_lesson_lacks_is_english_and_says_so(book: LessonBook) -> None:
    assert say("de", "answers.only_english") in as_text(answered(book, "de"), book)
    assert say("it", "answers.only_english") not in as_text(answered(book, "it"), book)


@pytest.mark.parametrize("part", [part for part in PARTS if part != "whole"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_parts_are_shorter_than_the_whole(book: LessonBook, part: Part, language: Language) -> None:
    text = as_text(answered(book, language, part), book)
    assert len(text) < len(as_text(answered(book, language), book))
    title, _, asked = text.splitlines()[0].partition(" · ")
    assert title == book.lessons["say-sorry"].text(language).title
    assert asked == (say(language, f"answers.{part}") if part in {"why", "example"} else "")


@pytest.mark.parametrize("part", ["zoom", "yahoo"])
def test_what_the_sources_do_not_say_is_said(book: LessonBook, part: Part) -> None:
    assert say("it", f"answers.no_{part}") in as_text(answered(book, "it", part), book)


def test_suggestions_are_listed(book: LessonBook) -> None:
    candidates = tuple(Candidate(lesson, 0.4) for lesson in book)
    text = as_text(Suggestions("?", "it", "it", candidates), book)
    assert text.splitlines() == [say("it", "answers.suggest"), "- Chiedete scusa", "- Feed the cat"]


def test_declined_says_so_plainly(book: LessonBook) -> None:
    assert as_text(Declined("x", "de", "de", ()), book).startswith(say("de", "answers.declined"))
    assert as_text(Declined("", "fil", "und", (), reason="empty"), book) == say("fil", "answers.empty")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (Source(kind="record", title="T", publisher="P", language="de", date="2020-04"), "P, 2020-04, auf Deutsch"),
        (Source(kind="record", title="T", language="it"), "auf Italienisch"),
        (Source(kind="record", title="T", language="nl"), "auf nl"),
    ],
)
def test_source_is_described(source: Source, text: str) -> None:
    assert describe(source, "de") == text
