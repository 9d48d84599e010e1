"""What a matcher's scores mean: how likely each lesson is right, and whether that is enough to answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Decision = Literal["answered", "suggested", "declined"]


@dataclass(frozen=True, slots=True)
class Calibration:
    """How scores become probabilities, and what probability an answer needs.

    Chosen by cross-validation over batches of samples (`python -m tests.benchmarks.answers --calibrate`), for a
    question from a voice that no sample has; nothing in it depends on a lesson or on how many there are.

    Batches were written to one specification, so each has a counterpart to most off-topic lines of the others; what
    strangers ask has none. With the two nearest lines of every other batch taken away, four batches with copies
    between them declined 5.6 points less off-topic (92.1 instead of 97.7 % at 0.3), and answered 3 to 4 times as much
    of it. So what is to hold for strangers is asked of cross-validation with a margin of 3.7 points and a factor of
    2.5: 95.7 % declined for 92, 0.8 % answered for 2; and then as little is declined, and as much answered, as that
    allows. Fourteen batches in seven folds: 95.8, 0.8; a right lesson answered or offered: 96.2, a wrong one: 0.9.
    """

    sharpness: float  # a score's difference of 1 / sharpness makes a lesson e times as likely
    answer_from: float  # probability of the best lesson
    decline_from: float  # probability that no lesson is right


WITH_ENCODER = Calibration(sharpness=21.0, answer_from=0.95, decline_from=0.5)
BY_CHARACTERS = Calibration(sharpness=18.0, answer_from=0.95, decline_from=0.1)
NEIGHBOURS = Calibration(sharpness=70.0, answer_from=0.8, decline_from=0.15)  # of a very large book


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """How likely each lesson is the right one, and how likely none is; together they add up to 1."""

    lessons: Sequence[str]
    scores: NDArray[np.float32]
    off_topic: float
    calibration: Calibration

    def best(self, count: int) -> list[tuple[str, float]]:
        """Return the `count` best lessons with their scores, best first."""
        order = np.argsort(-self.scores, kind="stable")[:count]
        return [(self.lessons[index], float(self.scores[index])) for index in order]


def calibrated(lessons: Sequence[str], scores: NDArray[np.float32], calibration: Calibration) -> Ranking:
    """Return the ranking for a matcher's scores: one a lesson, and the last one for "none of them"."""
    odds = np.exp((scores - scores.max()) * calibration.sharpness)
    odds /= odds.sum()
    return Ranking(lessons, odds[:-1], float(odds[-1]), calibration)


def decide(ranking: Ranking) -> Decision:
    """Return what to do with a ranking that has at least one lesson."""
    if ranking.off_topic >= ranking.calibration.decline_from:
        return "declined"
    (_, top), *_ = ranking.best(1)
    return "answered" if top >= ranking.calibration.answer_from else "suggested"
