"""What curators see, held against the local workspace's reading of Slack's limits."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.local.limits import LONGEST_BLOCKS, MOST_VIEW_BLOCKS, check_message, check_view
from bot.local.mrkdwn import notifies_everyone
from responses.blocks import learning
from responses.blocks.message import Message
from responses.blocks.topics import help_message
from responses.blocks.values import ButtonValue
from responses.gaps import Gap, Kept
from responses.knowledge import Knowledge
from responses.lessons import LessonBook, load_lessons
from responses.phrases import LANGUAGES, Language, say
from responses.phrasings import samples_of_book

SIGNS = ("&<>" * 200)[:500]
ALIVE = "<!channel> <@U0BEN0001> <https://evil.example|click> @here #general *bold*"
NO_HELP = Message("help", [{"type": "divider"}])
EMPTY = LessonBook(lessons={}, sources={})
ORIGIN = {"channel": "C1", "ts": "1.2"}


def gap(text: str = "How do we tell the regulator?", number: int = 7, **more: Any) -> Gap:
    values = {"language": "en", "status": "declined", "nearest": None} | more
    question = Kept(number, text, **values)
    return Gap(question, [question])


def many(count: int, text: str, **more: Any) -> list[Gap]:
    return [gap(text, number, **more) for number in range(1, count + 1)]


def plain_texts(blocks: list[dict[str, Any]]) -> list[str]:
    """The small grey texts, as a person reads them."""
    found = [block["elements"][0] for block in blocks if block["type"] == "context"]
    return [each["text"] for each in found if each["type"] == "plain_text"]


def buttons(blocks: list[dict[str, Any]]) -> list[tuple[str, str]]:
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    return [(each["action_id"], each.get("value", "")) for row in rows for each in row if each["type"] == "button"]


def test_digest_shows_each_question_with_its_count_and_what_became_of_it(book: LessonBook) -> None:
    twice = gap("Do we owe an apology?", 3, status="disputed", nearest="say-sorry")
    twice.asked.append(twice.shown)
    message = learning.digest("en", [twice, gap()], book, 5, 1)
    assert plain_texts(message.blocks) == [
        "“Do we owe an apology?” · asked 2 times · the answer did not help · nearest: Say sorry &lt;now&gt;",
        "“How do we tell the regulator?” · asked once · no lesson found",
    ]
    assert buttons(message.blocks) == [
        (action, number) for number in ("3", "7") for action in ("gap_belongs", "gap_off_topic", "gap_write")
    ]
    assert message.text.startswith(say("en", "learning.digest_title"))
    assert "2 open questions" in message.text
    assert "5 answers" in message.text


@pytest.mark.parametrize(("count", "more"), [(10, None), (11, "1 more"), (40, "30 more")])
def test_digest_shows_ten_and_counts_the_others(book: LessonBook, count: int, more: str | None) -> None:
    message = learning.digest("en", many(count, "How?"), book, 0, 0)
    assert len(plain_texts(message.blocks)) == 10
    last = json.dumps(message.blocks[-1])
    assert more in last if more else "more in my App Home" not in last


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", [SIGNS, "&" * 500, "😀" * 500, "x" * 500, "word & " * 71])
def test_ten_questions_of_500_characters_fit_into_one_message(
    shipped: Knowledge, language: Language, text: str
) -> None:
    longest = max(shipped.book, key=lambda lesson: len(lesson.text(language).title)).id
    message = learning.digest(language, many(40, text, nearest=longest), shipped.book, 10**6, 10**6)
    check_message(message.text, message.blocks)
    assert len(json.dumps(message.blocks, ensure_ascii=False)) < LONGEST_BLOCKS
    # Enough of each is left to know it by.
    assert all(len(shown) > 90 for shown in plain_texts(message.blocks))


def test_a_question_is_shown_in_full_up_to_280_characters() -> None:
    shown = [plain_texts(learning.home("en", [gap(text)], EMPTY, NO_HELP)["blocks"]) for text in ("w" * 280, "w" * 281)]
    assert [len(each.partition("”")[0]) - 1 for (each,) in shown] == [280, 280]
    assert [each.partition("”")[0][-1] for (each,) in shown] == ["w", "…"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["How do we tell the regulator?", SIGNS])
def test_home_of_a_curator_with_40_gaps_is_within_slacks_limits(
    shipped: Knowledge, language: Language, text: str
) -> None:
    topics = help_message(shipped.book, language, ["`/candor`", "`/candor-review`", "`/candor-updates`"])
    view = learning.home(language, many(40, text, nearest="real-apology"), shipped.book, topics)
    check_view(view, kinds=("home",))
    assert len(view["blocks"]) <= MOST_VIEW_BLOCKS
    assert len(plain_texts(view["blocks"])) == 25
    assert view["blocks"][-len(topics.blocks) :] == topics.blocks


def test_home_of_everybody_else_is_the_help_alone(book: LessonBook) -> None:
    assert learning.home("en", None, book, NO_HELP) == {"type": "home", "blocks": NO_HELP.blocks}


def test_home_of_a_curator_says_when_nothing_waits(book: LessonBook) -> None:
    view = learning.home("it", [], book, NO_HELP)
    check_view(view, kinds=("home",))
    assert say("it", "learning.home_none") in json.dumps(view, ensure_ascii=False)
    assert buttons(view["blocks"]) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_modals_pass_slacks_checks_and_carry_where_they_came_from(shipped: Knowledge, language: Language) -> None:
    asked = gap(SIGNS, 12)
    for view in (
        learning.belongs_modal(language, asked, shipped.book, ORIGIN),
        learning.write_modal(language, asked, ORIGIN),
    ):
        check_view(view, kinds=("modal",))
        assert json.loads(view["private_metadata"]) == {"channel": "C1", "ts": "1.2", "question": 12}


def test_every_lesson_can_be_picked(shipped: Knowledge) -> None:
    view = learning.belongs_modal("fil", gap(), shipped.book, ORIGIN)
    (block,) = [each for each in view["blocks"] if each.get("block_id") == learning.LESSON_BLOCK]
    assert block["element"]["action_id"] == learning.LESSON_PICK
    values = [option["value"] for group in block["element"]["option_groups"] for option in group["options"]]
    assert sorted(ButtonValue.unpack(value).lesson_id for value in values) == sorted(shipped.book.lessons)


@pytest.mark.parametrize("language", [*LANGUAGES, "und"])
@pytest.mark.parametrize(
    "text", ["How?", 'Is "sorry" enough: yes & no # maybe \\ {[*', SIGNS, "'" * 500, "ñ 日本 😀", "- a: b", "~"]
)
def test_the_stub_is_a_lesson_that_passes_the_check(tmp_path: Path, language: str, text: str) -> None:
    path = tmp_path / "lessons.yaml"
    path.write_text(learning.lesson_stub(gap(text, language=language)), encoding="utf-8")
    book = load_lessons([path])
    written = "en" if language == "und" else language
    assert [s.text for s in samples_of_book(book) if s.language == written and s.text == text] == [text]
    assert len(book) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_ruling_is_confirmed_with_who_what_and_a_way_back(book: LessonBook, language: Language) -> None:
    lesson = book.lessons["say-sorry"]
    belongs = learning.ruled(language, "U1", "Q & A?", lesson, 5)
    declined = learning.ruled(language, "U1", "Q & A?", None, 5)
    title = "Chiedete scusa" if language == "it" else "Say sorry &lt;now&gt;"
    assert title in belongs.text
    assert title not in declined.text
    for message in (belongs, declined):
        check_message(message.text, message.blocks)
        assert "<@U1>" in message.text
        assert "Q &amp; A?" in message.text
        assert message.blocks[0]["text"]["text"] == message.text
        assert buttons(message.blocks) == [("ruling_undo", "5")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["wanted", "undone"])
def test_notes_name_the_curator_and_the_question(language: Language, key: str) -> None:
    message = learning.noted(language, key, "U1", SIGNS)
    check_message(message.text, message.blocks)
    assert "<@U1>" in message.text
    assert "&amp;&lt;&gt;" in message.text


def test_what_a_person_wrote_never_comes_alive(book: LessonBook) -> None:
    """Angle brackets are escaped; names and "@here" without them stand only where Slack is told to read no names."""
    asked = gap(ALIVE)
    messages = [
        learning.digest("en", [asked], book, 0, 0),
        learning.ruled("en", "U1", ALIVE, None, 5),
        learning.ruled("en", "U1", ALIVE, book.lessons["say-sorry"], 5),
        learning.noted("en", "wanted", "U1", ALIVE),
        learning.noted("en", "undone", "U1", ALIVE),
    ]
    for message in messages:
        assert not notifies_everyone(message.text, message.blocks)
        whole = json.dumps([message.text, message.blocks])
        assert "&lt;!channel&gt;" in whole
        assert [part for part in ("<!", "<@U0BEN", "<https") if part in whole] == []
        assert all(_is_left_as_it_is(node) for node in _texts(message.blocks) if "@here" in node["text"])
    views = [
        learning.home("en", [asked], book, NO_HELP),
        learning.belongs_modal("en", asked, book, ORIGIN),
        learning.write_modal("en", asked, ORIGIN),
    ]
    for view in views:
        assert all(_is_left_as_it_is(node) for node in _texts(view["blocks"]) if "@here" in node["text"])


def _is_left_as_it_is(node: dict[str, Any]) -> bool:
    return node["type"] == "plain_text" or node.get("verbatim") is True


def _texts(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for each in node for found in _texts(each)]
    if not isinstance(node, dict):
        return []
    own = [node] if node.get("type") in {"plain_text", "mrkdwn"} and isinstance(node.get("text"), str) else []
    return own + [found for each in node.values() for found in _texts(each)]
