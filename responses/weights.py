"""What each sample counts for each lesson: kernel ridge regression, kept in a file and mended where samples changed.

The score of a lesson is the sum over the samples of (likeness to the question) x (the sample's weight for the lesson).
The weights are those that give each sample 1 for its own lesson and 0 for the others, as nearly as `_RIDGE` lets them;
the off-topic samples are a lesson of their own, the last column.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from responses.archive import read_arrays, write_arrays
from responses.kernel import Kernel
from responses.vectors import Matrix, Progress

_RIDGE = np.float32(0.1)
_BLOCK = 512  # samples solved for at a time: bounds the memory at 512 rows of the kernel
_MOST_KEPT = 1_800_000_000  # bytes of kernel rows: all of them for 30,000 samples; only where all are solved for
_SWEEPS = 4  # over all samples; the third already ranks as the exact solution does
_MENDING_SWEEPS = 2  # over new samples and a background
_BACKGROUND = 256  # samples: a ruling is to be live within a second
_BACKGROUND_OF_A_LESSON = 1024  # samples, where a whole lesson is new
_MOSTLY_NEW = 0.1  # share of samples that came or went, from which on all are gone over
OFF_TOPIC = -1  # as a label, and as the number of its column
_GONE = -2  # of a lesson's column


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """`matrix[sample, lesson]`, the last column for off-topic; `keys` and `labels` say which samples it is for."""

    keys: tuple[bytes, ...]
    labels: NDArray[np.int32]  # number of each sample's lesson, OFF_TOPIC for none
    lessons: tuple[str, ...]
    matrix: Matrix

    @classmethod
    def none(cls) -> "Weights":
        """Return weights for no samples."""
        return cls((), np.empty(0, np.int32), (), np.empty((0, 1), np.float32))

    @classmethod
    def read(cls, path: Path) -> "Weights":
        """Return the weights in `path`, none if it is missing or damaged: they can be made again."""
        stored = read_arrays(path, "keys", "labels", "lessons", "matrix")
        if stored is None:
            return cls.none()
        keys, labels = stored["keys"], stored["labels"].astype(np.int32)
        lessons, matrix = tuple(map(str, stored["lessons"])), stored["matrix"].astype(np.float32)
        sound = matrix.shape == (len(keys), len(lessons) + 1) and labels.shape == keys.shape
        return cls(tuple(key.tobytes() for key in keys), labels, lessons, matrix) if sound else cls.none()

    def write(self, path: Path) -> None:
        """Write to `path`, in half precision: no score changes by more than a thousandth."""
        size = len(self.keys[0]) if self.keys else 1
        arrays = {
            "keys": np.frombuffer(b"".join(self.keys), dtype=f"V{size}"),
            "labels": self.labels,
            "lessons": np.array(self.lessons, dtype=str),
            "matrix": self.matrix.astype(np.float16),
        }
        write_arrays(path, arrays)

    def carried_over(
        self, keys: Sequence[bytes], labels: NDArray[np.int32], lessons: Sequence[str]
    ) -> tuple["Weights", NDArray[np.int64]]:
        """Return these weights laid out for other samples, and which of those samples they do not know."""
        row_of = {key: row for row, key in enumerate(self.keys)}
        rows = np.fromiter((row_of.get(key, -1) for key in keys), dtype=np.int64, count=len(keys))
        column_of = {name: column for column, name in enumerate(lessons)}
        columns = np.array([*(column_of.get(name, _GONE) for name in self.lessons), OFF_TOPIC])
        known = rows >= 0
        known[known] = columns[self.labels[rows[known]]] == labels[known]
        matrix = np.zeros((len(keys), len(lessons) + 1), dtype=np.float32)
        stays = columns != _GONE
        matrix[np.ix_(known, columns[stays])] = self.matrix[np.ix_(rows[known], stays)]
        return Weights(tuple(keys), labels, tuple(lessons), matrix), np.flatnonzero(~known)


def fitted(start: Weights, stale: NDArray[np.int64], gone: int, kernel: Kernel, progress: Progress | None) -> Weights:
    """Return `start` with the `stale` samples solved for, or all of them if many came or went.

    Block Gauss-Seidel: the kernel is made a block of rows at a time.
    """
    many = len(stale) + gone > _MOSTLY_NEW * kernel.size
    chance = np.random.default_rng(0)
    new_lesson = not start.matrix.any(axis=0).all()
    background = _BACKGROUND_OF_A_LESSON if new_lesson else _BACKGROUND
    rows = np.arange(kernel.size) if many else _with_background(stale, kernel.size, background, chance)
    sweeps = _SWEEPS if many else _MENDING_SWEEPS
    targets = np.zeros_like(start.matrix)
    targets[np.arange(len(start.labels)), start.labels] = 1  # OFF_TOPIC, -1, is the last column
    matrix = start.matrix.copy()
    # Neighbours in the file are alike; a block of samples from everywhere is solved in fewer sweeps.
    order = chance.permutation(rows)
    blocks = [order[begin : begin + _BLOCK] for begin in range(0, len(order), _BLOCK)]
    kept = _Kept(kernel, len(order))
    done = 0
    for _ in range(sweeps):
        for block in blocks:
            likeness = kept.rows(block)
            rest = targets[block] - likeness @ matrix - _RIDGE * matrix[block]
            own = likeness[:, block] + _RIDGE * np.eye(len(block), dtype=np.float32)
            matrix[block] += np.linalg.solve(own, rest)
            done += len(block)
            if progress:
                progress(done, sweeps * len(order))
    return Weights(start.keys, start.labels, start.lessons, matrix)


def _with_background(
    stale: NDArray[np.int64], size: int, background: int, chance: np.random.Generator
) -> NDArray[np.int64]:
    """Return the samples to solve for where few are new: those, and some of the others.

    Any two questions are a little alike: new samples alone would lift their lesson for every question, and the others
    take that back. Without them a new lesson with eight samples took 99 of 100 questions; with them, none of 175.
    """
    others = np.setdiff1d(np.arange(size), stale)
    return np.concatenate([stale, chance.choice(others, min(background, len(others)), replace=False)])


class _Kept:
    """The kernel's rows, kept from sweep to sweep if they fit: making them takes most of the time."""

    def __init__(self, kernel: Kernel, count: int) -> None:
        self._kernel = kernel
        self._fits = count * kernel.size * np.dtype(np.float16).itemsize <= _MOST_KEPT
        self._rows: dict[int, NDArray[np.float16]] = {}

    def rows(self, block: NDArray[np.int64]) -> Matrix:
        """Return how alike the samples in `block` are to each sample; a block is told by its first sample."""
        first = int(block[0])
        if first in self._rows:
            return self._rows[first].astype(np.float32)
        made = self._kernel.rows(block)
        if self._fits:
            self._rows[first] = made.astype(np.float16)
        return made


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
