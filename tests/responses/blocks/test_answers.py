import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from responses.answering import Answer, Candidate, Declined, Suggestions
from responses.blocks.answers import render
from responses.blocks.message import Message
from responses.blocks.values import (
    ANSWER_HELPFUL,
    ANSWER_SHARE,
    ANSWER_UNHELPFUL,
    LESSON_OPEN,
    TOPICS_OPEN,
    ButtonValue,
)
from responses.followups import PARTS, Part
from responses.knowledge import Knowledge
from responses.lessons import Lesson, LessonBook
from responses.phrases import LANGUAGES, Language, say
from responses.text import QUESTION_LENGTH, escape


def answered(lesson: Lesson, language: Language = "en", part: Part = "whole") -> Answer:
    return Answer("what now?", language, language, (Candidate(lesson, 0.9),), lesson, part)


def texts(message: Message) -> Iterator[str]:
    """Every text in the blocks."""

    def walk(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            if isinstance(value.get("text"), str):
                yield value["text"]
            for child in value.values():
                yield from walk(child)
        elif isinstance(value, list):
            for child in value:
                yield from walk(child)

    return walk(message.blocks)


def buttons(message: Message) -> dict[str, dict[str, Any]]:
    elements = [e for block in message.blocks if block["type"] == "actions" for e in block["elements"]]
    assert len({e["action_id"] for e in elements}) == len(elements)
    return {element["action_id"]: element for element in elements}


def check_limits(message: Message) -> None:
    assert message.text.strip()
    assert len(message.text) <= 4000
    assert 0 < len(message.blocks) <= 50
    assert len(message.text) + sum(map(len, texts(message))) < 13_000
    for block in message.blocks:
        if block["type"] == "section" and "text" in block:
            assert 0 < len(block["text"]["text"]) <= 3000
        for field in block.get("fields", []):
            assert 0 < len(field["text"]) <= 2000
        if block["type"] == "actions":
            assert 0 < len(block["elements"]) <= 25
            assert all(0 < len(element["text"]["text"]) <= 75 for element in block["elements"])
            assert all(len(element["value"]) <= 2000 for element in block["elements"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_lesson_and_part_fits_in_every_language(shipped: Knowledge, language: Language) -> None:
    for lesson in shipped.book:
        for part in PARTS:
            message = render(
                answered(lesson, language, part), shipped.book, share=True, feedback=True, hint=True, quote=True
            )
            check_limits(message)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_pair_of_lessons_fits_in_every_language(shipped: Knowledge, language: Language) -> None:
    reference = "é" * QUESTION_LENGTH
    for lesson, also in permutations(shipped.book, 2):
        outcome = replace(answered(lesson, language), also=also)
        message = render(outcome, shipped.book, share=True, feedback=True, hint=True, reference=reference)
        check_limits(message)
        assert len(json.dumps(message.blocks, ensure_ascii=False, separators=(",", ":"))) < 13_200
        assert f"{LESSON_OPEN}:{also.id}" in buttons(message)


def test_second_lesson_is_shown_in_short(book: LessonBook) -> None:
    outcome = replace(answered(book.lessons["say-sorry"]), also=book.lessons["own-lesson"])
    message = render(outcome, book)
    shown = list(texts(message))
    place = shown.index(f"*{escape(say('en', 'answers.also'))}*")
    rest = "\n".join(shown[place:])
    for part in ("Feed the cat at eight.", "1. Open the tin.", "Our handbook"):
        assert part in rest
    assert "The cat has eaten." not in rest
    assert buttons(message)[f"{LESSON_OPEN}:own-lesson"]["text"]["text"] == say("en", "answers.button_open")
    assert shown.index("*Say sorry &lt;now&gt;*\nSay sorry to those you hurt &amp; mean it.") < place


def test_whole_answer_shows_everything(book: LessonBook) -> None:
    shown = "\n".join(texts(render(answered(book.lessons["say-sorry"]), book)))
    for part in (
        "*Say sorry &lt;now&gt;*",
        "Say sorry to those you hurt &amp; mean it.",
        "1. Write it.",
        ">We are sorry for [what happened].",
        "Zoom said sorry.",
        "Yahoo did not say sorry.",
        escape(say("en", "answers.verdict_overstated")),
        "<https://example.org/?a=1&amp;b=2|A &lt;b&gt;letter&lt;/b&gt; &amp; more> (Press, 2020-04-01, in English)",
    ):
        assert part in shown


def test_zoom_and_yahoo_stand_side_by_side(book: LessonBook) -> None:
    blocks = render(answered(book.lessons["say-sorry"]), book).blocks
    (fields,) = [block["fields"] for block in blocks if "fields" in block]
    assert [field["text"].splitlines()[1] for field in fields] == ["Zoom said sorry.", "Yahoo did not say sorry."]


def test_source_without_address_is_no_link(book: LessonBook) -> None:
    shown = "\n".join(texts(render(answered(book.lessons["own-lesson"]), book)))
    assert "• Our handbook (2024, in English)" in shown


def test_related_lessons_open_by_button_in_the_same_language(book: LessonBook) -> None:
    element = buttons(render(answered(book.lessons["say-sorry"], "it"), book))[f"{LESSON_OPEN}:own-lesson"]
    assert element["text"]["text"] == "Feed the cat"
    assert ButtonValue.unpack(element["value"]) == ButtonValue("own-lesson", "it")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, set()),
        ({"share": True}, {ANSWER_SHARE}),
        ({"feedback": True}, {ANSWER_HELPFUL, ANSWER_UNHELPFUL}),
        ({"share": True, "feedback": True}, {ANSWER_SHARE, ANSWER_HELPFUL, ANSWER_UNHELPFUL}),
    ],
)
def test_buttons_come_when_asked_for(book: LessonBook, options: dict[str, bool], expected: set[str]) -> None:
    message = render(answered(book.lessons["own-lesson"]), book, reference="q7", **options)
    assert set(buttons(message)) == expected
    for element in buttons(message).values():
        assert ButtonValue.unpack(element["value"]) == ButtonValue("own-lesson", "en", "q7")


def test_hint_on_follow_ups_only_under_a_whole_answer(book: LessonBook) -> None:
    hint = say("en", "answers.follow_up")
    lesson = book.lessons["say-sorry"]
    assert hint in texts(render(answered(lesson), book, hint=True))
    assert hint not in texts(render(answered(lesson), book))
    assert hint not in texts(render(answered(lesson, part="why"), book, hint=True))


@pytest.mark.parametrize(
    ("part", "shown", "hidden"),
    [
        ("why", "mean it", "Write it."),
        ("example", "Zoom said sorry.", "Write it."),
        ("zoom", "Zoom said sorry.", "Yahoo did not"),
        ("yahoo", "Yahoo did not say sorry.", "Zoom said"),
        ("steps", "Write it.", "mean it"),
        ("words", "We are sorry for", "Write it."),
        ("sources", "Press", "Write it."),
    ],
)
def test_part_shows_that_part(book: LessonBook, part: Part, shown: str, hidden: str) -> None:
    together = "\n".join(texts(render(answered(book.lessons["say-sorry"], part=part), book)))
    assert shown in together
    assert hidden not in together


def test_example_where_there_is_no_story_gives_the_words(book: LessonBook) -> None:
    together = "\n".join(texts(render(answered(book.lessons["own-lesson"], part="example"), book)))
    assert "The cat has eaten." in together


def test_lesson_in_english_only_says_so(book: LessonBook) -> None:
    note = say("de", "answers.only_english")
    assert note in texts(render(answered(book.lessons["say-sorry"], "de"), book))
    assert note not in texts(render(answered(book.lessons["say-sorry"], "it"), book))


def test_suggestions_are_up_to_three_buttons(book: LessonBook) -> None:
    candidates = tuple(Candidate(lesson, 0.4) for lesson in book)
    message = render(Suggestions("?", "it", "it", candidates), book, reference="q7")
    found = buttons(message)
    assert list(found) == [f"{LESSON_OPEN}:say-sorry", f"{LESSON_OPEN}:own-lesson", TOPICS_OPEN]
    assert found[f"{LESSON_OPEN}:say-sorry"]["text"]["text"] == "Chiedete scusa"
    assert ButtonValue.unpack(found[f"{LESSON_OPEN}:say-sorry"]["value"]) == ButtonValue("say-sorry", "it", "q7")
    assert say("it", "answers.suggest") in message.text
    check_limits(message)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kept", [True, False])
def test_declined_says_so_and_offers_the_topics(book: LessonBook, language: Language, kept: bool) -> None:
    message = render(Declined("weather?", language, language, ()), book, kept=kept)
    together = "\n".join(texts(message))
    assert say(language, "answers.declined") in message.text
    assert escape(say(language, "answers.declined")) in together
    assert (say(language, "answers.declined_kept") in together) is kept
    assert (say(language, "answers.declined_kept") in message.text) is kept
    assert list(buttons(message)) == [TOPICS_OPEN]


def test_nothing_asked_gets_help(book: LessonBook) -> None:
    message = render(Declined("", "en", "und", (), reason="empty"), book, kept=True)
    assert message.text == escape(say("en", "answers.empty"))
    assert say("en", "answers.declined_kept") not in "\n".join(texts(message))


@pytest.mark.parametrize("question", ["<!channel> *now* <https://evil.example|bank>", "& " * 250, "x" * 500])
def test_quoted_question_is_escaped_short_and_plain(book: LessonBook, question: str) -> None:
    outcome = Declined(question, "en", "en", ())
    first = render(outcome, book, quote=True).blocks[0]["elements"][0]
    assert first["type"] == "plain_text"
    assert len(first["text"]) <= 2000
    assert "<" not in first["text"]
    assert len(first["text"].replace("&amp;", "&")) < 240


def test_nothing_from_a_lesson_or_a_question_can_call_anybody(book: LessonBook) -> None:
    lesson = book.lessons["say-sorry"]
    bad = lesson.model_copy(
        update={"en": lesson.en.model_copy(update={"title": "<!channel>", "words": "<@U1>\n<!here>"})}
    )
    message = render(answered(bad), book, quote=True)
    dumped = json.dumps(message.blocks) + message.text
    for call in ("<!", "<@"):
        assert call not in dumped
