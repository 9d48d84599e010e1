"""What each sample counts for each lesson: kernel ridge regression, kept in a file and mended where samples changed.

The score of a lesson is the sum over the samples of (likeness to the question) x (the sample's weight for the lesson);
the off-topic samples are a lesson of their own, the last column.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from responses.archive import read_arrays, write_arrays
from responses.kernel import Kernel
from responses.solving import mended, solved
from responses.vectors import Matrix, Progress

_MOSTLY_NEW = 0.1  # share of samples that came or went, from which on all are gone over
OFF_TOPIC = -1  # as a label, and as the number of its column
_GONE = -2  # of a lesson's column


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """`matrix[sample, lesson]`, the last column for off-topic; `keys` and `labels` say which samples it is for."""

    keys: NDArray[np.void]  # as bytes objects they would take four times the memory
    labels: NDArray[np.int32]  # number of each sample's lesson, OFF_TOPIC for none
    lessons: tuple[str, ...]
    matrix: Matrix

    @classmethod
    def none(cls) -> "Weights":
        """Return weights for no samples."""
        return cls(_joined([]), np.empty(0, np.int32), (), np.empty((0, 1), np.float32))

    @classmethod
    def read(cls, path: Path) -> "Weights":
        """Return the weights in `path`, none if it is missing or damaged: they can be made again."""
        stored = read_arrays(path, "keys", "labels", "lessons", "matrix")
        if stored is None:
            return cls.none()
        keys, labels = stored["keys"], stored["labels"].astype(np.int32)
        lessons, matrix = tuple(map(str, stored["lessons"])), stored["matrix"].astype(np.float32)
        sound = matrix.shape == (len(keys), len(lessons) + 1) and labels.shape == keys.shape
        return cls(keys, labels, lessons, matrix) if sound else cls.none()

    def write(self, path: Path) -> None:
        """Write to `path`, in half precision: no score changes by more than a thousandth."""
        arrays = {
            "keys": self.keys,
            "labels": self.labels,
            "lessons": np.array(self.lessons, dtype=str),
            "matrix": self.matrix.astype(np.float16),
        }
        write_arrays(path, arrays)

    def carried_over(
        self, keys: Sequence[bytes], labels: NDArray[np.int32], lessons: Sequence[str]
    ) -> tuple["Weights", NDArray[np.int64]]:
        """Return these weights laid out for other samples, and which of those samples they do not know."""
        row_of = {key.tobytes(): row for row, key in enumerate(self.keys)}
        rows = np.fromiter((row_of.get(key, -1) for key in keys), dtype=np.int64, count=len(keys))
        column_of = {name: column for column, name in enumerate(lessons)}
        columns = np.array([*(column_of.get(name, _GONE) for name in self.lessons), OFF_TOPIC])
        known = rows >= 0
        known[known] = columns[self.labels[rows[known]]] == labels[known]
        matrix = np.zeros((len(keys), len(lessons) + 1), dtype=np.float32)
        stays = columns != _GONE
        matrix[np.ix_(known, columns[stays])] = self.matrix[np.ix_(rows[known], stays)]
        return Weights(_joined(keys), labels, tuple(lessons), matrix), np.flatnonzero(~known)


def _joined(keys: Sequence[bytes]) -> NDArray[np.void]:
    """Return keys, all of one length, as one array."""
    return np.frombuffer(b"".join(keys), dtype=f"V{len(keys[0]) if keys else 1}")


def fitted(start: Weights, stale: NDArray[np.int64], gone: int, kernel: Kernel, progress: Progress | None) -> Weights:
    """Return `start` with the `stale` samples solved for, or all of them if many came or went."""
    targets = np.zeros_like(start.matrix)
    targets[np.arange(len(start.labels)), start.labels] = 1  # OFF_TOPIC, -1, is the last column
    if len(stale) + gone > _MOSTLY_NEW * kernel.size:
        matrix = solved(targets, kernel, progress)
    else:
        matrix = mended(start.matrix, targets, stale, kernel)
    return Weights(start.keys, start.labels, start.lessons, matrix)


def weights_for(
    keys: Sequence[bytes],
    labels: NDArray[np.int32],
    lessons: Sequence[str],
    kernel: Kernel,
    *,
    known: Sequence[Weights],
    progress: Progress | None = None,
) -> tuple[Weights, bool]:
    """Return the weights of these samples, and whether any had to be solved for.

    Starts from the first of `known` that has them all, else from the one that knows most of them.
    """
    best, stale = Weights.none().carried_over(keys, labels, lessons)
    gone = 0
    for weights in known:
        candidate, unknown = weights.carried_over(keys, labels, lessons)
        if len(unknown) < len(stale):
            best, stale = candidate, unknown
            gone = len(weights.keys) - (len(keys) - len(unknown))
        if not len(stale):
            break
    if not len(stale) and gone <= _MOSTLY_NEW * len(keys):
        return best, False
    return fitted(best, stale, gone, kernel, progress), True
