from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from responses.faults import ContentError
from responses.knowledge import SHIPPED
from responses.lessons import LessonBook, load_lessons
from responses.phrases import LANGUAGES
from tests.responses.conftest import LESSONS

Write = Callable[[str, str], Path]


def faults_of(*paths: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load_lessons(paths)
    return [f"{fault.line}: {fault.key}: {fault.message}" for fault in caught.value.faults]


def test_book_holds_lessons_and_sources(book: LessonBook) -> None:
    assert list(book.lessons) == ["say-sorry", "own-lesson"]
    assert len(book) == 2
    assert [lesson.id for lesson in book] == ["say-sorry", "own-lesson"]
    sorry = book.lessons["say-sorry"]
    assert sorry.sources == ("letter",)
    assert [lesson.id for lesson in book.related(sorry)] == ["own-lesson"]
    assert book.sources["handbook"].date == "2024"


def test_text_falls_back_to_english(book: LessonBook) -> None:
    sorry = book.lessons["say-sorry"]
    assert sorry.text("it").title == "Chiedete scusa"
    assert sorry.text("de") is sorry.en
    assert set(sorry.texts) == {"en", "it"}


def test_book_cannot_be_changed(book: LessonBook) -> None:
    with pytest.raises(ValueError, match="frozen"):
        book.lessons["say-sorry"].verdict = "advice"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("articles: [letter]", "articles: []", "lessons.say-sorry.articles: the lesson has no source"),
        ("articles: [letter]", "articles: [letters]", 'lessons.say-sorry.articles.0: there is no source "letters"'),
        ("related: [own-lesson]", "related: [other]", 'lessons.say-sorry.related.0: there is no lesson "other"'),
        ("- id: own-lesson", "- id: say-sorry", 'lessons.say-sorry.id: "say-sorry" is given twice'),
        ("- id: own-lesson", "- id: Own Lesson", "lessons.Own Lesson.id: is not written as expected"),
        ("verdict: overstated", "verdict: wrong", "lessons.say-sorry.verdict: must be one of 'supported'"),
        (
            "steps: [Open the tin., Fill the bowl., Wash up.]",
            "steps: [Open.]",
            "own-lesson.en.steps: has too few entries",
        ),
        ("title: Feed the cat", f"title: {'x' * 61}", "own-lesson.en.title: is too long: at most 60"),
        ("title: Feed the cat", "title: ''", "own-lesson.en.title: is empty"),
        ("title: Feed the cat", "titel: Feed the cat", "own-lesson.en.titel: is not a known key"),
        ("title: Feed the cat", "titel: Feed the cat", "own-lesson.en.title: is missing"),
        ("check: Gli articoli esagerano.", "", "say-sorry.it.check: is missing (the verdict is overstated)"),
        ("date: 2024", "date: yesterday", "sources.handbook.date: is not written as expected"),
        ('url: "https://', 'url: "javascript:', "sources.letter.url: is not written as expected"),
        ("kind: internal", "kind: rumour", "sources.handbook.kind: must be one of"),
        ("en: [who feeds", "es: [who feeds", "lessons.own-lesson.questions.es"),
        ("sources:", "source:", "source: is not a known key"),
        ("lessons:", "lesons:", "has no `lessons:`"),
    ],
)
def test_fault_is_told_with_its_line(write: Write, old: str, new: str, fault: str) -> None:
    text = dedent(LESSONS)
    assert old in text
    changed = text.replace(old, new, 1)
    told = faults_of(write("lessons.yaml", changed))
    (match,) = [line for line in told if fault in line]
    number = int(match.partition(":")[0])
    key = match.split(": ")[1].split(".")[-1]
    # The line holds the key, or begins the entry or the list in which it is missing or stands.
    assert 1 <= number <= len(changed.splitlines())
    if key in changed.splitlines()[number - 1]:
        return
    assert "is missing" in match or key.isdigit() or "has no" in match


def test_every_fault_is_told_at_once(write: Write) -> None:
    text = LESSONS.replace("articles: [letter]", "articels: [letter]").replace("words: The cat has eaten.", "")
    told = faults_of(write("lessons.yaml", text))
    assert len(told) == 2


def test_ids_are_unique_over_files(write: Write, lessons_file: Path) -> None:
    second = write("second.yaml", LESSONS)
    assert {line.partition(": ")[2] for line in faults_of(lessons_file, second)} == {
        "sources.letter: is given twice",
        "sources.handbook: is given twice",
        'lessons.say-sorry.id: "say-sorry" is given twice',
        'lessons.own-lesson.id: "own-lesson" is given twice',
    }


def test_second_file_may_use_the_first_ones_sources_and_lessons(write: Write, lessons_file: Path) -> None:
    own = """
        lessons:
          - id: third
            articles: [letter]
            related: [say-sorry]
            en: {title: T, advice: A, steps: [a, b, c], words: W}
    """
    assert list(load_lessons([lessons_file, write("own.yaml", own)]).lessons) == ["say-sorry", "own-lesson", "third"]


@pytest.mark.parametrize(
    "text", ["- a\n- b\n", "just text\n", "lessons: 3\n", "lessons: [3]\n", "sources: 3\nlessons: []\n"]
)
def test_other_shapes_are_faults(write: Write, text: str) -> None:
    assert faults_of(write("lessons.yaml", text))


def test_shipped_lessons_speak_all_four_languages() -> None:
    book = load_lessons([SHIPPED / "lessons.yaml"])
    assert len(book) == 35
    for lesson in book:
        assert set(lesson.texts) == set(LANGUAGES), lesson.id
        assert lesson.topic, lesson.id
        keys = {language: {key for key, value in text if value} for language, text in lesson.texts.items()}
        assert all(keys[language] == keys["en"] for language in LANGUAGES), lesson.id
