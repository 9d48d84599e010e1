from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from responses.faults import ContentError
from responses.knowledge import SHIPPED
from responses.lessons import LessonBook, load_lessons
from responses.phrases import LANGUAGES
from responses.phrasings import Sample, load_phrasings, samples_of_book
from tests.responses.conftest import PHRASINGS

Write = Callable[[str, str], Path]


def test_samples_come_with_lesson_language_and_batch(phrasings_file: Path, book: LessonBook) -> None:
    phrasings = load_phrasings([phrasings_file], book)
    assert len(phrasings) == 9
    assert phrasings.samples[0] == Sample("how do we apologise to our users", "en", "say-sorry", "one")
    assert phrasings.counts()["say-sorry", "it"] == 2
    assert phrasings.counts()[None, "en"] == 2


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("own-lesson:", "cat-lesson:", 'batches.one.lessons.cat-lesson: there is no lesson "cat-lesson"'),
        ('it: ["come', 'es: ["come', "batches.one.lessons.say-sorry.es"),
        ("voices: somebody", "voice: somebody", "batches.one.voice: is not a known key"),
        ("do we owe them an apology", "", "batches.one.lessons.say-sorry.en.2: is empty"),
        (
            "book a flight to rome",
            "WHEN does the cat get its food",
            'off_topic.en.1: is already a sample of lesson "own-lesson"',
        ),
        (
            "when does the cat get its food",
            "how do we apologise to our users",
            "own-lesson.en.0: is already a sample of lesson",
        ),
        ('["when does the cat get its food"]', "when does the cat get its food", "own-lesson.en: must be a list"),
        ("batches:", "batch:", "must have a list `batches:`"),
    ],
)
def test_fault_is_told_with_its_line(write: Write, book: LessonBook, old: str, new: str, fault: str) -> None:
    changed = dedent(PHRASINGS).replace(old, new, 1)
    with pytest.raises(ContentError) as caught:
        load_phrasings([write("phrasings.yaml", changed)], book)
    assert any(fault in str(one) for one in caught.value.faults), str(caught.value)
    lines = changed.splitlines()
    assert all(new.split(" ")[0].strip('[]"') in lines[one.line - 1] or one.line == 1 for one in caught.value.faults)


def test_samples_of_unknown_lessons_may_be_skipped(write: Write, book: LessonBook) -> None:
    path = write("phrasings.yaml", PHRASINGS.replace("own-lesson:", "cat-lesson:"))
    assert len(load_phrasings([path], book, skip_unknown=True)) == 8


def test_same_sample_twice_for_one_lesson_is_no_fault(phrasings_file: Path, book: LessonBook) -> None:
    assert len(load_phrasings([phrasings_file, phrasings_file], book)) == 18


def test_light_edit_of_a_sample_is_a_fault_where_that_is_asked(write: Write, book: LessonBook) -> None:
    edited = PHRASINGS.replace('"sorry letter after the outage"', '"how do we apologise to your users?"')
    path = write("phrasings.yaml", edited.replace(', "how do we apologise to your', ',\n "how do we apologise to your'))
    assert len(load_phrasings([path], book)) == 9
    with pytest.raises(ContentError) as caught:
        load_phrasings([path], book, unlike=True)
    assert [str(fault) for fault in caught.value.faults] == [
        f"{path}:8: batches.one.lessons.say-sorry.en.1: too like line 7"
    ]


def test_copy_in_another_file_names_that_file(phrasings_file: Path, write: Write, book: LessonBook) -> None:
    other = write("more.yaml", 'batches: [{name: two, off_topic: {en: ["Book a flight to Rome!"]}}]')
    with pytest.raises(ContentError, match=f"more.yaml:1: .*too like {phrasings_file}, line 12"):
        load_phrasings([phrasings_file, other], book, unlike=True)


def test_same_words_in_two_languages_are_two_samples(write: Write, book: LessonBook) -> None:
    path = write("p.yaml", "batches: [{name: two, off_topic: {en: [zoom login], de: [zoom login]}}]")
    assert len(load_phrasings([path], book, unlike=True)) == 2


def test_lessons_are_samples_of_themselves(book: LessonBook) -> None:
    samples = list(samples_of_book(book))
    assert Sample("who feeds the office cat", "en", "own-lesson", "book") in samples
    assert Sample("Chiedete scusa", "it", "say-sorry", "book") in samples
    assert not any(sample.language == "de" for sample in samples)


def test_shipped_samples_cover_every_lesson_in_every_language() -> None:
    book = load_lessons([SHIPPED / "lessons.yaml"])
    counts = load_phrasings([SHIPPED / "phrasings.yaml"], book).counts()
    thin = [
        (lesson, language)
        for lesson in [*book.lessons, None]
        for language in LANGUAGES
        if counts[lesson, language] < 20
    ]
    assert not thin
