from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from responses.answering import Answer, Declined, Suggestions, ThreadContext, answer, open_lesson
from responses.calibration import Ranking
from responses.knowledge import Knowledge
from responses.matching import Ranker
from responses.phrases import Language

THREAD = ThreadContext("real-apology", "en")


def test_sure_question_is_answered_in_its_language(shipped: Knowledge) -> None:
    outcome = answer("chef will dem dienstleister die schuld geben, dabei war es unser fehler", shipped)
    assert isinstance(outcome, Answer)
    assert (outcome.lesson.id, outcome.part) == ("acknowledge-mistake", "whole")
    assert (outcome.language, outcome.detected) == ("de", "de")
    assert outcome.candidates[0].lesson is outcome.lesson


def test_candidates_are_three_and_best_first(shipped: Knowledge) -> None:
    for question in ("should we tell customers before we know the cause?", "how do I rename a slack channel"):
        scores = [candidate.score for candidate in answer(question, shipped).candidates]
        assert len(scores) == 3
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)


def test_unsure_question_gets_suggestions(shipped: Knowledge) -> None:
    assert isinstance(answer("should we tell customers before we know the cause?", shipped), Suggestions)


def test_off_topic_question_is_declined(shipped: Knowledge) -> None:
    outcome = answer("how do i rename the waiting room in zoom", shipped)
    assert isinstance(outcome, Declined)
    assert outcome.reason == "off_topic"
    assert len(outcome.candidates) == 3


@pytest.mark.parametrize("question", ["", "  ", "???", "<@U123>", "🔥", "\0", "​", "<!channel>"])
def test_nothing_asked(shipped: Knowledge, question: str) -> None:
    outcome = answer(question, shipped)
    assert isinstance(outcome, Declined)
    assert (outcome.reason, outcome.candidates, outcome.detected) == ("empty", (), "und")


def test_nothing_asked_in_a_thread_keeps_its_language(shipped: Knowledge) -> None:
    assert answer("?", shipped, ThreadContext("real-apology", "it")).language == "it"


def test_language_that_cannot_be_told_is_answered_in_english_or_the_threads(shipped: Knowledge) -> None:
    question = "что сказать клиентам после утечки данных?"
    assert (answer(question, shipped).language, answer(question, shipped).detected) == ("en", "und")
    assert answer(question, shipped, ThreadContext("real-apology", "de")).language == "de"


@pytest.mark.parametrize(
    ("reply", "part", "language"),
    [
        ("why?", "why", "en"),
        ("an example?", "example", "en"),
        ("what did Yahoo do?", "yahoo", "en"),
        ("Yahoo?", "yahoo", "en"),
        ("perché?", "why", "it"),
        ("ein Beispiel?", "example", "de"),
        ("and in Italian?", "whole", "it"),
        ("auf Deutsch?", "whole", "de"),
        ("sa Filipino?", "whole", "fil"),
        ("<@U0CANDOR> why?", "why", "en"),
    ],
)
def test_follow_up_stays_with_its_lesson(shipped: Knowledge, reply: str, part: str, language: Language) -> None:
    outcome = answer(reply, shipped, THREAD)
    assert isinstance(outcome, Answer)
    assert (outcome.lesson.id, outcome.part, outcome.language) == ("real-apology", part, language)


def test_follow_up_keeps_to_the_threads_language(shipped: Knowledge) -> None:
    outcome = answer("Yahoo?", shipped, ThreadContext("real-apology", "fil"))
    assert outcome.language == "fil"


def test_other_replies_in_a_thread_are_questions_of_their_own(shipped: Knowledge) -> None:
    outcome = answer("what is zoombombing", shipped, THREAD)
    assert isinstance(outcome, Answer)
    assert outcome.lesson.id == "zoombombing"


DOUBLES = [
    ("should we apologise publicly, and how often do we post updates after that?", {"real-apology", "regular-updates"}),
    ("come chiediamo scusa ai clienti? e ogni quanto pubblichiamo aggiornamenti?", {"real-apology", "regular-updates"}),
    ("Wie entschuldigen wir uns richtig und was ist eigentlich Zoombombing?", {"real-apology", "zoombombing"}),
    ("paano ba mag-sorry nang totoo, at gaano kadalas mag-update?", {"real-apology", "regular-updates"}),
]


@pytest.mark.parametrize(("question", "lessons"), DOUBLES)
def test_two_questions_in_one_message_get_two_lessons(shipped: Knowledge, question: str, lessons: set[str]) -> None:
    outcome = answer(question, shipped)
    assert isinstance(outcome, Answer)
    assert outcome.also is not None
    assert {outcome.lesson.id, outcome.also.id} == lessons
    assert [candidate.lesson for candidate in outcome.candidates[:2]] == [outcome.lesson, outcome.also]
    scores = [candidate.score for candidate in outcome.candidates]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)


def test_context_before_a_question_is_no_second_question(shipped: Knowledge) -> None:
    outcome = answer("we run payroll for dentists. it was our deploy. do we admit it was our fault?", shipped)
    assert isinstance(outcome, Answer)
    assert (outcome.lesson.id, outcome.also) == ("acknowledge-mistake", None)


class Counting:
    """A ranker that counts how often it is asked."""

    def __init__(self, ranker: Ranker) -> None:
        self._ranker, self.weights, self.asked = ranker, ranker.weights, 0

    def rank(self, question: str) -> Ranking:
        self.asked += 1
        return self._ranker.rank(question)


def test_same_question_is_ranked_once(small: Knowledge) -> None:
    counting = Counting(small.matcher)
    knowledge = replace(small, matcher=counting)
    asked = ["do we owe them an apology", "do we  owe them an apology ", "<@U1> do we owe them an apology"]
    assert len({answer(question, knowledge).key for question in asked}) == 1
    assert counting.asked == 1
    answer("sorry letter after the outage", knowledge)
    assert counting.asked == 2


def test_thread_writes_a_remembered_question_in_its_own_language(small: Knowledge) -> None:
    question = "что сказать клиентам"
    outcomes = [answer(question, small, thread) for thread in (None, ThreadContext("say-sorry", "it"))]
    assert [outcome.language for outcome in outcomes] == ["en", "it"]
    assert outcomes[0].key != outcomes[1].key


def test_without_a_thread_why_is_no_follow_up(shipped: Knowledge) -> None:
    assert not isinstance(answer("why?", shipped), Answer)


def test_thread_of_a_lesson_that_is_gone(shipped: Knowledge) -> None:
    assert not isinstance(answer("why?", shipped, ThreadContext("gone", "en")), Answer)


def test_button_opens_its_lesson(shipped: Knowledge) -> None:
    outcome = open_lesson("real-apology", "it", shipped)
    assert outcome is not None
    assert (outcome.lesson.id, outcome.language) == ("real-apology", "it")
    assert open_lesson("gone", "it", shipped) is None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec=None), max_size=300))
def test_any_text_gets_an_outcome(shipped_by_characters: Knowledge, question: str) -> None:
    assert isinstance(answer(question, shipped_by_characters), Answer | Suggestions | Declined)
