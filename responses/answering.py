"""What Candor does with a question: answer with one lesson or two, suggest up to three, or decline."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

from responses.calibration import Decision, decide
from responses.doubles import two_lessons
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

    @property
    def key(self) -> Hashable:
        """Return what tells this outcome from all others of the same knowledge."""
        return type(self).__name__, self.question, self.language, tuple(c.lesson.id for c in self.candidates)


@dataclass(frozen=True, slots=True)
class Answer(_Outcome):
    """One lesson, or the part of it that a follow-up asked for; `also` answers a second question in the message."""

    lesson: Lesson
    part: Part = "whole"
    also: Lesson | None = None

    @property
    def key(self) -> Hashable:
        """Return what tells this answer from all others of the same knowledge."""
        return "Answer", self.question, self.language, self.lesson.id, self.part, self.also and self.also.id


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


@dataclass(frozen=True, slots=True)
class _Judgement:
    """What is thought of a question wherever it is asked."""

    detected: Detected
    candidates: tuple[Candidate, ...]
    decision: Decision
    double: bool = False  # the first two candidates answer a question each


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
    judged = knowledge.recent.get_or_make(("judged", asked), lambda: _judge(asked, knowledge))
    language = as_language(judged.detected) if judged.detected != "und" or thread is None else thread.language
    own = (asked, language, judged.detected, judged.candidates)
    if judged.decision == "answered":
        return Answer(*own, judged.candidates[0].lesson, also=judged.candidates[1].lesson if judged.double else None)
    return Suggestions(*own) if judged.decision == "suggested" else Declined(*own)


def open_lesson(lesson_id: str, language: Language, knowledge: Knowledge) -> Answer | None:
    """Return the lesson that a button names, or None when the book no longer has it."""
    lesson = knowledge.book.lessons.get(lesson_id)
    if lesson is None:
        return None
    return Answer(lesson.text(language).title, language, language, (Candidate(lesson, 1.0),), lesson)


def _judge(asked: str, knowledge: Knowledge) -> _Judgement:
    detected = knowledge.languages.detect(asked)
    ranking = knowledge.matcher.rank(asked)
    best = ranking.best(SHOWN)
    pair = two_lessons(asked, ranking, knowledge.matcher) if best else None
    if pair:
        named = {name for name, _ in pair}
        # The third one is only there for completeness and must not stand above the two.
        rest = [(name, min(score, pair[1][1])) for name, score in best if name not in named]
        best = [*pair, *rest][:SHOWN]
    candidates = tuple(Candidate(knowledge.book.lessons[name], score) for name, score in best)
    decision: Decision = "answered" if pair else decide(ranking) if best else "declined"
    return _Judgement(detected, candidates, decision, double=pair is not None)


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
