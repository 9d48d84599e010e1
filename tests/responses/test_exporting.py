from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from responses.exporting import VOICES, Export, appended, as_batch, choose
from responses.knowledge import Ruling
from responses.lessons import LessonBook
from responses.phrases import LANGUAGES
from responses.phrasings import Phrasings, Sample, load_phrasings
from responses.text import clean

NONE = Phrasings()
ASKED = "Can pigeons carry bad news?"


def ruling(text: str = ASKED, lesson: str | None = "say-sorry", language: str = "en") -> Ruling:
    return Ruling(text, language, lesson)  # type: ignore[arg-type]


def samples(*made: tuple[str, str | None]) -> Phrasings:
    return Phrasings(tuple(Sample(text, "en", lesson, "a") for text, lesson in made))


# --- which ---


def test_new_rulings_are_chosen_in_their_order(book: LessonBook) -> None:
    made = (ruling("one?"), ruling("two?", None, "it"), ruling("three?", "own-lesson"))
    assert choose(made, book, NONE) == Export(made, ())


@pytest.mark.parametrize("known", [ASKED, ASKED.upper()])
@pytest.mark.parametrize("lesson", ["say-sorry", None])
def test_what_is_a_sample_already_is_left_out_in_silence(book: LessonBook, known: str, lesson: str | None) -> None:
    assert choose([ruling(lesson=lesson)], book, samples((known, lesson))) == Export((), ())


def test_a_lessons_own_questions_are_samples_too(book: LessonBook) -> None:
    assert choose([ruling("Who feeds the office cat", "own-lesson")], book, NONE) == Export((), ())


@pytest.mark.parametrize(("ruled", "stands"), [("say-sorry", None), (None, "say-sorry"), ("say-sorry", "own-lesson")])
def test_what_the_files_say_otherwise_is_left_out_with_a_word(
    book: LessonBook, ruled: str | None, stands: str | None
) -> None:
    """A question may have one answer only in the files: which, is for a person to decide."""
    chosen = choose([ruling(lesson=ruled)], book, samples((ASKED.lower(), stands)))
    assert chosen.rulings == ()
    (line,) = chosen.left_out
    assert f'"{ASKED}"' in line
    assert all(name in line for name in (ruled, stands) if name)


def test_a_lesson_that_vanished_is_left_out_with_a_word(book: LessonBook) -> None:
    chosen = choose([ruling(lesson="gone"), ruling("two?")], book, NONE)
    assert chosen.rulings == (ruling("two?"),)
    assert chosen.left_out == (f'"{ASKED}": there is no lesson "gone" any more',)


def test_of_two_rulings_on_the_same_words_the_later_counts(book: LessonBook) -> None:
    chosen = choose([ruling(), ruling(f" {ASKED.upper()} ", None)], book, NONE)
    assert chosen == Export((ruling(ASKED.upper(), None),), ())


# --- how it is written ---


def test_a_batch_looks_like_those_of_the_file() -> None:
    made = [ruling('Is "sorry" enough?'), ruling("two?", None, "fil"), ruling("zwei?", language="de"), ruling("2?")]
    assert as_batch("rulings-2026-03-02", made) == (
        "  - name: rulings-2026-03-02\n"
        f'    voices: "{VOICES}"\n'
        "    lessons:\n"
        "      say-sorry:\n"
        "        en:\n"
        '          - "Is \\"sorry\\" enough?"\n'
        '          - "2?"\n'
        "        de:\n"
        '          - "zwei?"\n'
        "    off_topic:\n"
        "      fil:\n"
        '        - "two?"\n'
    )


def test_without_lessons_or_without_off_topic_the_key_is_left_out() -> None:
    assert "lessons:" not in as_batch("r", [ruling(lesson=None)])
    assert "off_topic:" not in as_batch("r", [ruling()])


@given(st.text(min_size=1).map(clean).filter(bool), st.sampled_from(["say-sorry", None]), st.sampled_from(LANGUAGES))
def test_whatever_was_asked_comes_back_as_it_was(text: str, lesson: str | None, language: str) -> None:
    (batch,) = yaml.safe_load(as_batch("r", [ruling(text, lesson, language)]))
    assert (batch["lessons"][lesson] if lesson else batch["off_topic"]) == {language: [text]}


@pytest.mark.parametrize("text", ["x " * 250, "\ufffe \uffff", "日本 😀", "'\"\\", "- a: b # c", "null", "~", "{[*&!"])
def test_a_question_is_one_line_in_double_quotes(text: str) -> None:
    lines = as_batch("r", [ruling(text)]).splitlines()
    assert len(lines) == 6
    assert lines[-1].startswith('          - "')
    assert yaml.safe_load(lines[-1]) == [text]


# --- at the end of a file ---


FILES = {
    "two spaces": "# why\nbatches:\n  - name: a  # mine\n    off_topic: {en: [lunch]}\n# the end\n",
    "none": "batches:\n- name: a\n  off_topic:\n    en: [lunch]\n",
    "four": "batches:\n    - name: a\n      off_topic: {en: [lunch]}\n",
    "no end of line": "batches:\n  - name: a\n    off_topic: {en: [lunch]}",
    "blank lines": "batches:\n  - name: a\n    off_topic: {en: [lunch]}\n\n\n",
    "Windows": "# why\r\nbatches:\r\n  - name: a\r\n    off_topic: {en: [lunch]}\r\n",
    "byte order mark": "\ufeffbatches:\n  - name: a\n    off_topic: {en: [lunch]}\n",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_appended_it_is_the_last_batch_and_all_else_is_as_it_was(tmp_path: Path, book: LessonBook, text: str) -> None:
    path = tmp_path / "phrasings.yaml"
    result = appended(text, "rulings-2026-03-02", [ruling(), ruling("cake?", None)])
    assert result.startswith(text)
    path.write_bytes(result.encode())
    found = load_phrasings([path], book).samples
    assert [(sample.text, sample.lesson, sample.batch) for sample in found] == [
        ("lunch", None, "a"),
        (ASKED, "say-sorry", "rulings-2026-03-02"),
        ("cake?", None, "rulings-2026-03-02"),
    ]
    assert ("\r\n" in text) == (result.count("\r\n") == result.count("\n"))


def test_appending_twice_makes_two_batches(
    write: Callable[[str, str], Path], phrasings_file: Path, book: LessonBook
) -> None:
    text = phrasings_file.read_text()
    for name in ("first", "second"):
        text = appended(text, name, [ruling(f"{name}?")])
    assert {"first", "second"} <= {sample.batch for sample in load_phrasings([write("more.yaml", text)], book).samples}
