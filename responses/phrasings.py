"""What people ask: sample questions of each lesson, and questions that no lesson answers, batch by batch."""

import gc
import marshal
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from responses.duplicates import near_duplicates
from responses.faults import ContentError
from responses.lessons import LessonBook
from responses.phrases import LANGUAGES, Language
from responses.reading import Document, Location, read_yaml

Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


@dataclass(frozen=True, slots=True)
class Sample:
    """A question with the lesson that answers it, or None when Candor must decline it."""

    text: str
    language: Language
    lesson: str | None
    batch: str


@dataclass(frozen=True, slots=True)
class Phrasings:
    """Every sample, in the order of the files."""

    samples: tuple[Sample, ...] = ()

    def counts(self) -> Mapping[tuple[str | None, Language], int]:
        """Return how many samples there are for each lesson (None: off-topic) and language."""
        return Counter((sample.lesson, sample.language) for sample in self.samples)

    def __len__(self) -> int:
        return len(self.samples)


class _Batch(BaseModel):
    # Pydantic would keep thousands of short questions for good, each in the middle of memory that is free otherwise.
    model_config = ConfigDict(extra="forbid", cache_strings="none")

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    voices: str = ""
    lessons: Mapping[str, Mapping[Language, list[Question]]] = Field(default_factory=dict)
    off_topic: Mapping[Language, list[Question]] = Field(default_factory=dict)


@dataclass(slots=True)
class _Reader:
    """Collects samples over files; knows every question read so far, so that none has two answers."""

    book: LessonBook
    skip_unknown: bool
    samples: list[Sample] = field(default_factory=list)
    answers: dict[str, str | None] = field(default_factory=dict)
    places: list[tuple[Document, Location]] = field(default_factory=list)  # of each sample

    def read(self, document: Document) -> None:
        if document.faults:
            return
        if not isinstance(document.value, dict) or not isinstance(document.value.get("batches"), list):
            document.fault((), "must have a list `batches:` at its top")
            return
        for key in document.value.keys() - {"batches"}:
            document.fault((key,), "is not a known key: a phrasings file has `batches:`")
        for index in range(len(document.value["batches"])):
            batch = document.validate(_Batch, ("batches", index))
            if batch:
                self._read_batch(document, index, batch)

    def _read_batch(self, document: Document, index: int, batch: _Batch) -> None:
        here = ("batches", index)
        for lesson, by_language in batch.lessons.items():
            if lesson in self.book.lessons:
                self._read_list(document, (*here, "lessons", lesson), lesson, by_language, batch.name)
            elif not self.skip_unknown:
                document.fault((*here, "lessons", lesson), f'there is no lesson "{lesson}"')
        self._read_list(document, (*here, "off_topic"), None, batch.off_topic, batch.name)

    def _read_list(
        self,
        document: Document,
        here: tuple[str | int, ...],
        lesson: str | None,
        by_language: Mapping[Language, list[Question]],
        batch: str,
    ) -> None:
        for language, questions in by_language.items():
            for position, question in enumerate(questions):
                known = self.answers.setdefault(question.casefold(), lesson)
                if known != lesson:
                    where = f'of lesson "{known}"' if known else "off-topic"
                    document.fault((*here, language, position), f"is already a sample {where}")
                self.samples.append(Sample(question, language, lesson, batch))
                self.places.append((document, (*here, language, position)))

    def check_likeness(self) -> None:
        """Note a fault for each sample that is a copy or a light edit of an earlier one in its language."""
        for language in LANGUAGES:
            numbers = [number for number, sample in enumerate(self.samples) if sample.language == language]
            found: dict[int, int] = {}
            for earlier, later in near_duplicates([self.samples[number].text for number in numbers]):
                found.setdefault(numbers[later], numbers[earlier])
            for later, earlier in found.items():
                document, place = self.places[later]
                other, where = self.places[earlier]
                file = "" if other is document else f"{other.file}, "
                document.fault(place, f"too like {file}line {other.line(where)}")


def load_phrasings(
    paths: Sequence[Path], book: LessonBook, *, skip_unknown: bool = False, unlike: bool = False
) -> Phrasings:
    """Return the samples of all files.

    Raises ContentError with every fault: an unknown key, language or lesson id, an empty question, a question
    with two answers. With `skip_unknown`, samples of lessons that `book` lacks are left out instead: for
    trying another lessons file with the configured samples. With `unlike`, a sample that is a copy or a light edit
    of an earlier one is a fault, too: it does no harm to answers, but flatters every measurement of them.
    """
    collecting = gc.isenabled()
    gc.disable()  # a third of a second less: there is nothing to collect before all is read
    try:
        packed = _packed(_read(paths, book, skip_unknown=skip_unknown, unlike=unlike))
    finally:
        if collecting:
            gc.enable()
    gc.collect()  # what YAML was parsed into hangs together in circles
    return Phrasings(tuple(Sample(*fields) for fields in marshal.loads(packed)))  # noqa: S302 -- our own, of a line before


def _read(paths: Sequence[Path], book: LessonBook, *, skip_unknown: bool, unlike: bool) -> list[Sample]:
    documents = [read_yaml(path) for path in paths]
    reader = _Reader(book, skip_unknown)
    for document in documents:
        reader.read(document)
    if unlike:
        reader.check_likeness()
    faults = [fault for document in documents for fault in document.faults]
    if faults:
        raise ContentError(faults)
    return reader.samples


def _packed(samples: Sequence[Sample]) -> bytes:
    """Return the samples as one block of memory.

    As they are read they stand all over what the file was parsed into, which could not be given back: packed they let
    go of it, and unpacked they stand side by side. That is 40 MB for 50,000 of them.
    """
    return marshal.dumps([(sample.text, sample.language, sample.lesson, sample.batch) for sample in samples])


def samples_of_book(book: LessonBook) -> Iterator[Sample]:
    """Yield what the lessons themselves say of what they answer: titles, advice, and a team's own questions."""
    for lesson in book:
        for language, text in lesson.texts.items():
            yield Sample(text.title, language, lesson.id, "book")
            yield Sample(text.advice, language, lesson.id, "book")
        for language, questions in lesson.questions.items():
            for question in questions:
                yield Sample(question, language, lesson.id, "book")
