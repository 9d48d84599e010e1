"""What Candor does with a question: answer with one lesson, suggest up to three, or decline."""

from dataclasses import dataclass
from typing import Literal

from responses.calibration import decide
from responses.followups import Part, language_asked, part_asked
from responses.knowledge import Knowledge
from responses.language import Detected
from responses.lessons import Lesson
from responses.phrases import Language, as_language
from responses.text import clean

SHOWN = 3  # candidates in an outcome, and suggestions at most


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lesson and how well it fits the question, 0 to 1."""

    lesson: Lesson
    score: float


@dataclass(frozen=True, slots=True)
class _Outcome:
    question: str
    language: Language  # to write in
    detected: Detected  # of the question itself; "und" when it is none of the four
    candidates: tuple[Candidate, ...]  # best first, at most three


@dataclass(frozen=True, slots=True)
class Answer(_Outcome):
    """One lesson, or the part of it that a follow-up asked for."""

    lesson: Lesson
    part: Part = "whole"


@dataclass(frozen=True, slots=True)
class Suggestions(_Outcome):
    """Not sure which: the candidates are offered."""


@dataclass(frozen=True, slots=True)
class Declined(_Outcome):
    """No lesson on that ("off_topic"), or nothing was asked ("empty")."""

    reason: Literal["empty", "off_topic"] = "off_topic"


Outcome = Answer | Suggestions | Declined


@dataclass(frozen=True, slots=True)
class ThreadContext:
    """The lesson that the thread is about, and the language it was last shown in."""

    lesson_id: str
    language: Language


def answer(question: str, knowledge: Knowledge, thread: ThreadContext | None = None) -> Outcome:
    """Return what to say to `question`, as it came from Slack (still escaped, of any length).

    In the thread of an answered question a short follow-up ("why?", "and in Italian?") stays with its lesson;
    anything else is a question of its own.
    """
    asked = clean(question)
    if not any(character.isalnum() for character in asked):
        language = thread.language if thread else "en"
        return Declined(asked, language, "und", (), reason="empty")
    if thread and (followed := _follow_up(asked, knowledge, thread)):
        return followed
    detected = knowledge.languages.detect(asked)
    language = as_language(detected) if detected != "und" or thread is None else thread.language
    ranking = knowledge.matcher.rank(asked)
    candidates = tuple(Candidate(knowledge.book.lessons[name], score) for name, score in ranking.best(SHOWN))
    decision = decide(ranking) if candidates else "declined"
    if decision == "answered":
        return Answer(asked, language, detected, candidates, candidates[0].lesson)
    return (Suggestions if decision == "suggested" else Declined)(asked, language, detected, candidates)


def open_lesson(lesson_id: str, language: Language, knowledge: Knowledge) -> Answer | None:
    """Return the lesson that a button names, or None when the book no longer has it."""
    lesson = knowledge.book.lessons.get(lesson_id)
    if lesson is None:
        return None
    return Answer(lesson.text(language).title, language, language, (Candidate(lesson, 1.0),), lesson)


def _follow_up(asked: str, knowledge: Knowledge, thread: ThreadContext) -> Answer | None:
    lesson = knowledge.book.lessons.get(thread.lesson_id)
    if lesson is None:
        return None
    here = (Candidate(lesson, 1.0),)
    if wanted := language_asked(asked):
        return Answer(asked, wanted, wanted, here, lesson)
    if named := part_asked(asked):
        part, language = named
        return Answer(asked, language or thread.language, language or "und", here, lesson, part)
    return None
