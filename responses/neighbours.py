"""Which lessons fit a question in a book too large to solve for: those of the most similar samples.

Less sure than `weights` (on Candor's own book 82 % instead of 88 % come first), but its time hardly grows with the
book (2 ms for 10,000 lessons with 80,000 samples): it looks at every lesson's mean and best character match, and at
the samples of the most promising ones only.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from responses.calibration import NEIGHBOURS, Ranking, calibrated
from responses.kernel import Kernel
from responses.vectors import Matrix
from responses.weights import OFF_TOPIC, Weights

_SHORTLIST = 48  # lessons whose samples are looked at one by one
_NEAREST = 4  # samples whose mean likeness is a lesson's score
_NOWHERE = np.float32(-1e3)  # the score of a lesson that is not on the shortlist


class Neighbours:
    """Compares questions with the most similar samples. Immutable.

    The samples of the kernel stand lesson by lesson, off-topic ones first: `labels` ascend from OFF_TOPIC.
    """

    def __init__(self, lessons: Sequence[str], labels: NDArray[np.int32], kernel: Kernel) -> None:
        self.weights = Weights.none()
        self._lessons = tuple(lessons)
        self.kernel = kernel
        counts = np.bincount(labels - OFF_TOPIC, minlength=len(lessons) + 1)
        self._ends = np.cumsum(counts)
        self._starts = self._ends - counts
        self._sampled = np.flatnonzero(counts[1:])  # lessons with a sample at all
        self._means = _means(kernel.vectors, self._starts[1:], self._ends[1:])

    def rank(self, question: str) -> Ranking:
        """Return the ranking of every lesson for a cleaned question."""
        similar, vector = self.kernel.parts(question)
        scores = np.full(len(self._lessons) + 1, _NOWHERE, dtype=np.float32)
        shortlist = self._shortlist(similar, vector)
        groups = np.append(shortlist + 1, 0)  # off-topic samples are group 0, and the last score
        scores[np.append(shortlist, len(self._lessons))] = self._scores(groups, similar, vector)
        return calibrated(self._lessons, scores, NEIGHBOURS)

    def _shortlist(self, similar: Matrix, vector: Matrix | None) -> NDArray[np.int64]:
        if not len(self._sampled):
            return self._sampled
        promise = np.maximum.reduceat(similar, self._starts[1:][self._sampled])
        if vector is not None and self._means is not None:
            promise += np.dot(self._means, vector)[self._sampled]
        if len(promise) <= _SHORTLIST:
            return self._sampled
        return self._sampled[np.argpartition(-promise, _SHORTLIST)[:_SHORTLIST]]

    def _scores(self, groups: NDArray[np.int64], similar: Matrix, vector: Matrix | None) -> Matrix:
        """Return the mean likeness of each group's nearest samples, 0 for a group without any."""
        lengths = self._ends[groups] - self._starts[groups]
        width = max(int(lengths.max()), _NEAREST)
        places = np.arange(width)
        inside = places < lengths[:, None]
        likeness = np.zeros(inside.shape, dtype=np.float32)
        rows = np.add.outer(self._starts[groups], places)[inside]
        likeness[inside] = self.kernel.some(rows, similar, vector)
        likeness.partition(width - _NEAREST, axis=1)
        nearest = likeness[:, -_NEAREST:]
        total: Matrix = nearest.sum(axis=1) / np.minimum(lengths, _NEAREST).clip(min=1).astype(np.float32)
        return total


def _means(vectors: Matrix | None, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Matrix | None:
    """Return the mean direction of each lesson's samples; zeros for a lesson without any."""
    if vectors is None:
        return None
    means = np.zeros((len(starts), vectors.shape[1]), dtype=np.float32)
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if end > start:
            mean = vectors[start:end].mean(axis=0)
            means[index] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return means
