from typing import Any

import pytest

from responses.blocks.message import Message
from responses.blocks.topics import help_message, topics
from responses.blocks.values import TOPIC_PICK, ButtonValue
from responses.knowledge import Knowledge
from responses.lessons import LessonBook
from responses.phrases import LANGUAGES, Language, say


def menu(message: Message) -> dict[str, Any]:
    (element,) = [e for block in message.blocks if block["type"] == "actions" for e in block["elements"]]
    assert element["action_id"] == TOPIC_PICK
    return element


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_lesson_is_listed_once_in_a_group(shipped: Knowledge, language: Language) -> None:
    message = topics(shipped.book, language)
    groups = menu(message)["option_groups"]
    names = [ButtonValue.unpack(option["value"]).lesson_id for group in groups for option in group["options"]]
    assert sorted(names) == sorted(shipped.book.lessons)
    assert {ButtonValue.unpack(option["value"]).language for group in groups for option in group["options"]} == {
        language
    }
    assert groups[0]["label"]["text"] == say(language, "answers.topic_own")
    assert say(language, "answers.topics_title") in message.text
    assert len(message.blocks) <= 50
    assert all(len(block["text"]["text"]) <= 3000 for block in message.blocks if block["type"] == "section")


def test_titles_are_escaped_and_lessons_without_a_topic_come_last(book: LessonBook) -> None:
    message = topics(book, "en")
    sections = [block["text"]["text"] for block in message.blocks if block["type"] == "section"]
    assert sections[0].splitlines()[1] == "• Say sorry &lt;now&gt;"
    assert sections[-1].splitlines() == [f"*{say('en', 'answers.topic_other')}*", "• Feed the cat"]


def test_thousands_of_lessons_stay_within_slacks_limits(book: LessonBook) -> None:
    lesson = book.lessons["own-lesson"]
    many = {f"l{n}": lesson.model_copy(update={"id": f"l{n}"}) for n in range(5000)}
    message = topics(LessonBook(lessons=many, sources=book.sources), "de")
    (group,) = menu(message)["option_groups"]
    assert len(group["options"]) == 100
    (listed,) = [block["text"]["text"] for block in message.blocks if block["type"] == "section"]
    assert listed.splitlines()[-1] == "• " + say("de", "answers.topics_more", count=4985)


def test_empty_book_has_no_menu() -> None:
    message = topics(LessonBook(lessons={}, sources={}), "en")
    assert all(block["type"] != "actions" for block in message.blocks)
    assert message.text


def test_help_shows_usage_and_topics(book: LessonBook) -> None:
    message = help_message(book, "it", ["`/candor DOMANDA`", "`/candor-updates list`"])
    assert message.blocks[1]["elements"][0]["text"] == "`/candor DOMANDA`\n`/candor-updates list`"
    assert message.blocks[2:] == topics(book, "it").blocks
    assert message.text == say("it", "answers.help_title")
    assert len(help_message(book, "it", []).blocks) == len(message.blocks) - 1
