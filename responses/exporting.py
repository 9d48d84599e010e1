"""Which rulings are worth keeping as sample questions, and how they stand in a phrasings file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from responses.knowledge import Ruling
from responses.lessons import LessonBook
from responses.phrases import LANGUAGES
from responses.phrasings import Phrasings, samples_of_book
from responses.text import clean

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
VOICES = "people whose questions the curators ruled on"


@dataclass(frozen=True, slots=True)
class Export:
    """The rulings to write down, and a line on each that cannot be."""

    rulings: tuple[Ruling, ...]
    left_out: tuple[str, ...]


def choose(standing: Iterable[Ruling], book: LessonBook, phrasings: Phrasings) -> Export:
    """Return which of the rulings (oldest first; a later one on the same text outdoes an earlier) make new samples.

    Left out are those that are samples already, and, with a reason, those that a phrasings file cannot hold.
    """
    latest = {clean(ruling.text).casefold(): ruling for ruling in standing}
    known = {sample.text.casefold(): sample.lesson for sample in samples_of_book(book)}
    known |= {sample.text.casefold(): sample.lesson for sample in phrasings.samples}
    fresh: list[Ruling] = []
    left_out: list[str] = []
    for key, ruling in latest.items():
        text, lesson = clean(ruling.text), ruling.lesson_id
        if lesson is not None and lesson not in book.lessons:
            left_out.append(f'"{text}": there is no lesson "{lesson}" any more')
        elif key not in known:
            fresh.append(Ruling(text, ruling.language, lesson))
        elif known[key] != lesson:
            stands = _where(known[key])
            left_out.append(f'"{text}": ruled to be {_where(lesson)}, but in the files it is {stands}: move it there')
    return Export(tuple(fresh), tuple(left_out))


def appended(text: str, name: str, rulings: Sequence[Ruling]) -> str:
    """Return the text of a phrasings file with the rulings as its last batch, all else as it was."""
    end = "\r\n" if "\r\n" in text else "\n"
    batch = as_batch(name, rulings, _indent(text)).replace("\n", end)
    return text + ("" if text.endswith("\n") else end) + batch


def as_batch(name: str, rulings: Sequence[Ruling], indent: int = 2) -> str:
    """Return the rulings as an entry of `batches:`, each line of it `indent` spaces in."""
    return "".join(f"{' ' * indent}{line}\n" for line in _lines(name, rulings))


def _lines(name: str, rulings: Sequence[Ruling]) -> Iterator[str]:
    yield f"- name: {name}"
    yield f"  voices: {_quoted(VOICES)}"
    lessons = list(dict.fromkeys(ruling.lesson_id for ruling in rulings if ruling.lesson_id is not None))
    if lessons:
        yield "  lessons:"
    for lesson in lessons:
        yield f"    {lesson}:"
        yield from _by_language([ruling for ruling in rulings if ruling.lesson_id == lesson], "      ")
    off_topic = [ruling for ruling in rulings if ruling.lesson_id is None]
    if off_topic:
        yield "  off_topic:"
        yield from _by_language(off_topic, "    ")


def _by_language(rulings: Sequence[Ruling], indent: str) -> Iterator[str]:
    for language in LANGUAGES:
        texts = [ruling.text for ruling in rulings if ruling.language == language]
        if texts:
            yield f"{indent}{language}:"
            yield from (f"{indent}  - {_quoted(text)}" for text in texts)


def _quoted(text: str) -> str:
    """Return text as YAML in double quotes, on one line, whatever is in it."""
    quoted: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=float("inf"))
    return quoted.rstrip("\n")


def _indent(text: str) -> int:
    """Return how far in the entries of `batches:` stand."""
    node: Any = yaml.compose(text.removeprefix("\ufeff"), Loader=_LOADER)
    entries = (value.start_mark.column for key, value in node.value if key.value == "batches")
    return int(next(entries, 2))


def _where(lesson: str | None) -> str:
    return f'a sample of lesson "{lesson}"' if lesson else "off-topic"
