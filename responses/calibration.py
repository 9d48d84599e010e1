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

    The first fourteen batches were written to one specification: each has a counterpart to most off-topic lines of the
    others, what strangers ask has none. So the thresholds are those of the fourteen batches that have a brief of their
    own (statements and figures of speech among them), in four folds of whole batches. As little is declined as leaves
    92 % of off-topic declined (92.9 from 0.5 on, 91.8 from 0.6 on; of all batches 94.7 and 94.0). Answered is from 0.95
    on: from 0.9 on five questions in a hundred more would be answered at once, and 0.7 fewer answered or offered (92.3;
    of all batches 94.6). Of off-topic 0.8 % is answered, of questions 1.8 % wrongly (of all batches 0.8 and 1.3).
    Those without the encoder are of fourteen batches; they were not chosen anew.
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
