"""What Candor knows: lessons in four languages, each with its sources, and which lessons files it refuses."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from responses.faults import ContentError
from responses.phrases import Language
from responses.reading import Document, read_yaml

Verdict = Literal["supported", "partly", "overstated", "disputed", "advice"]
Topic = Literal["own", "tell", "repair", "listen", "case"]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=220)]
Step = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=180)]
Story = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Asked = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Frozen):
    """Where a lesson comes from: an article, the public record, or a document of the team's own."""

    kind: Literal["article", "record", "internal"]
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    publisher: Annotated[str, StringConstraints(max_length=120)] = ""
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")] = "en"
    date: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}){0,2}$")] | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>|]+$", max_length=1000)] | None = None

    @field_validator("date", mode="before")
    @classmethod
    def _year_as_text(cls, value: object) -> object:
        return str(value) if isinstance(value, int) else value


class LessonText(_Frozen):
    """A lesson in one language."""

    title: Title
    advice: Sentence
    steps: Annotated[tuple[Step, ...], Field(min_length=3, max_length=5)]
    words: Prose
    zoom: Story | None = None
    yahoo: Story | None = None
    check: Prose | None = None


class Lesson(_Frozen):
    """One piece of advice or one fact, with what the public record says of it."""

    id: Slug
    kind: Literal["lesson", "fact"] = "lesson"
    topic: Topic | None = None
    verdict: Verdict = "advice"
    articles: tuple[str, ...] = ()
    record: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    questions: Mapping[Language, tuple[Asked, ...]] = Field(default_factory=dict)
    en: LessonText
    it: LessonText | None = None
    de: LessonText | None = None
    fil: LessonText | None = None

    def text(self, language: Language) -> LessonText:
        """Return the lesson in `language`, or in English where a team wrote no more."""
        return self.texts.get(language, self.en)

    @cached_property
    def texts(self) -> Mapping[Language, LessonText]:
        """Every language that this lesson is written in."""
        every: dict[Language, LessonText | None] = {"en": self.en, "it": self.it, "de": self.de, "fil": self.fil}
        return {language: text for language, text in every.items() if text is not None}

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of its sources, articles first."""
        return self.articles + self.record


class LessonBook(_Frozen):
    """Every lesson by id, in the order of the files, and every source by id."""

    lessons: Mapping[str, Lesson]
    sources: Mapping[str, Source]

    def __iter__(self) -> Iterator[Lesson]:  # type: ignore[override]  # a book is read lesson by lesson
        return iter(self.lessons.values())

    def __len__(self) -> int:
        return len(self.lessons)

    def related(self, lesson: Lesson) -> tuple[Lesson, ...]:
        """Return the lessons that `lesson` names as related."""
        return tuple(self.lessons[name] for name in lesson.related)


def load_lessons(paths: Sequence[Path]) -> LessonBook:
    """Return the book that the files make together.

    Raises ContentError with every fault of every file: an unknown or missing key, a wrong length, an id given
    twice (also across files), a lesson without any source, a source or a related lesson that does not exist.
    """
    documents = [read_yaml(path) for path in paths]
    sources: dict[str, Source] = {}
    lessons: dict[str, Lesson] = {}
    places: list[tuple[Document, int, Lesson]] = []
    for document in documents:
        _check_top(document)
        for name, source in _sources(document):
            if name in sources:
                document.fault(("sources", name), "is given twice")
            sources[name] = source
        for index, lesson in _lessons(document):
            if lesson.id in lessons:
                document.fault(("lessons", index, "id"), f'"{lesson.id}" is given twice')
            lessons[lesson.id] = lesson
            places.append((document, index, lesson))
    if not any(document.faults for document in documents):
        _check_references(places, lessons, sources)
    faults = [fault for document in documents for fault in document.faults]
    if faults:
        raise ContentError(faults)
    return LessonBook(lessons=lessons, sources=sources)


def _check_top(document: Document) -> None:
    if document.faults:
        return
    if not isinstance(document.value, dict):
        document.fault((), "must have `sources:` and `lessons:` at its top")
        document.value = {"lessons": []}
    for key in document.value.keys() - {"sources", "lessons"}:
        document.fault((key,), "is not a known key: a lessons file has `sources:` and `lessons:`")
    if "lessons" not in document.value:
        document.fault((), "has no `lessons:`")


def _sources(document: Document) -> Iterator[tuple[str, Source]]:
    entries = _part(document, "sources", "must be a mapping from a source's id to the source")
    for name in entries if isinstance(entries, dict) else ():
        source = document.validate(Source, ("sources", name))
        if source:
            yield name, source


def _lessons(document: Document) -> Iterator[tuple[int, Lesson]]:
    entries = _part(document, "lessons", "must be a list of lessons")
    for index in range(len(entries) if isinstance(entries, list) else 0):
        lesson = document.validate(Lesson, ("lessons", index))
        if lesson:
            yield index, lesson


def _part(document: Document, key: str, message: str) -> object:
    value = (document.value or {}).get(key)
    if value is not None and not isinstance(value, {"sources": dict, "lessons": list}[key]):
        document.fault((key,), message)
    return value


def _check_references(
    places: Iterable[tuple[Document, int, Lesson]], lessons: Mapping[str, Lesson], sources: Mapping[str, Source]
) -> None:
    for document, index, lesson in places:
        here = ("lessons", index)
        if not lesson.sources:
            document.fault((*here, "articles"), "the lesson has no source: name one under `articles:` or `record:`")
        for key, names, known, what in (
            ("articles", lesson.articles, sources, "source"),
            ("record", lesson.record, sources, "source"),
            ("related", lesson.related, lessons, "lesson"),
        ):
            for position, name in enumerate(names):
                if name not in known:
                    document.fault((*here, key, position), f'there is no {what} "{name}"')
        _check_verdict(document, index, lesson)


def _check_verdict(document: Document, index: int, lesson: Lesson) -> None:
    if lesson.verdict == "advice":
        return
    for language, text in lesson.texts.items():
        if text.check is None:
            document.fault(("lessons", index, language, "check"), f"is missing (the verdict is {lesson.verdict})")
