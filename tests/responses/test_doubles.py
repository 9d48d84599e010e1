from collections.abc import Mapping

import numpy as np
import pytest

from responses.calibration import WITH_ENCODER, Ranking
from responses.doubles import two_lessons
from responses.weights import Weights

BOTH = "do we say sorry, and how often do we write?"
FIRST, SECOND = "do we say sorry", "how often do we write?"
SURE, UNSURE, OFF = [0.97, 0.01, 0.01, 0.01], [0.5, 0.3, 0.1, 0.1], [0.1, 0.05, 0.05, 0.8]
SORRY, OFTEN, OTHER = SURE, [0.01, 0.96, 0.02, 0.01], [0.01, 0.01, 0.97, 0.01]


class Told:
    """Ranks each question as it is told to, and notes what it was asked."""

    weights = Weights.none()

    def __init__(self, by_question: Mapping[str, list[float]]) -> None:
        self._by_question = by_question
        self.asked: list[str] = []

    def rank(self, question: str) -> Ranking:
        self.asked.append(question)
        return ranking(self._by_question[question])


def ranking(odds: list[float]) -> Ranking:
    return Ranking(("sorry", "often", "other"), np.array(odds[:3], np.float32), odds[3], WITH_ENCODER)


def test_two_lessons_best_of_the_whole_first() -> None:
    told = Told({FIRST: SORRY, SECOND: OFTEN})
    pair = two_lessons(BOTH, ranking([0.3, 0.6, 0.05, 0.05]), told)
    assert pair is not None
    assert [name for name, _ in pair] == ["often", "sorry"]
    assert [score for _, score in pair] == pytest.approx([0.96, 0.96])


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        (SORRY, (SORRY, SORRY)),  # both ask for the same
        (SORRY, (SORRY, UNSURE)),
        (SORRY, (OFF, OFTEN)),
        (OTHER, (SORRY, OFTEN)),  # the message as a whole is about something else
        (OFF, (SORRY, OFTEN)),
    ],
)
def test_what_is_not_sure_to_be_two(whole: list[float], parts: tuple[list[float], list[float]]) -> None:
    assert two_lessons(BOTH, ranking(whole), Told(dict(zip((FIRST, SECOND), parts, strict=True)))) is None


def test_single_question_is_not_ranked_again() -> None:
    told = Told({})
    assert two_lessons("do we say sorry to everybody?", ranking(SORRY), told) is None
    assert told.asked == []
