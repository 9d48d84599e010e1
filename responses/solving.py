"""How the weights of kernel ridge regression are found: for all samples at once, or for a few that are new.

They are those that give each sample 1 for its own lesson and 0 for the others, as nearly as `_RIDGE` lets them.
"""

import logging

import numpy as np
from numpy.typing import NDArray

from responses.kernel import Kernel
from responses.memory import memory_size
from responses.vectors import Matrix, Progress

_RIDGE = np.float32(0.1)
_BLOCK = 512  # samples whose rows of the kernel are made at a time
_SHARE_KEPT = 0.3  # of all memory, for rows of the kernel; twice as much would not leave room for a second process
_LANDMARKS = 1_000  # samples that say roughly what all say
_NEARLY = 0.01  # of the targets is left over: 99 in 100 questions have the three first lessons of the exact solution
_MOST_STEPS = 30  # about 20 are needed
_SWEEPS = 2  # over new samples and a background
_BACKGROUND = 256  # samples: a ruling is to be live within a second
_BACKGROUND_OF_A_LESSON = 1024  # samples, where a whole lesson is new
_log = logging.getLogger(__name__)


def solved(targets: Matrix, kernel: Kernel, progress: Progress | None) -> Matrix:
    """Return the weights of all samples: conjugate gradients, made ready by landmarks (Nyström's approximation).

    Block Gauss-Seidel, as in `mended`, is after eight sweeps still farther off than this is after 15 steps; exactly
    solved for, half a point more of the development sets' questions had their lesson among the first three.
    """
    if not kernel.size:
        return targets
    order = np.random.default_rng(0).permutation(kernel.size)
    blocks = [order[begin : begin + _BLOCK] for begin in range(0, kernel.size, _BLOCK)]
    kept = _Kept(kernel)
    known, damping = _known(kernel.rows(order[:_LANDMARKS]).T, order[:_LANDMARKS])
    total = _MOST_STEPS * kernel.size
    matrix, rest = np.zeros_like(targets), targets.copy()
    direction, before = np.zeros_like(targets), np.ones_like(targets[0])
    for step in range(_MOST_STEPS):
        left = np.linalg.norm(rest, axis=0) > _NEARLY * np.linalg.norm(targets, axis=0)
        if not left.any():
            break
        ready = rest - known @ (damping * (known.T @ rest))
        now = left * (rest * ready).sum(axis=0)  # a column that is solved stays as it is
        direction = ready + direction * (now / before)
        image = _RIDGE * direction
        for number, block in enumerate(blocks):
            if progress:
                progress(step * kernel.size + number * _BLOCK, total)
            image[block] += kept.rows(block) @ direction
        pace = now / np.where(left, (direction * image).sum(axis=0), 1)
        matrix += direction * pace
        rest -= image * pace
        before = np.where(left, now, 1)
    else:
        _log.warning("the samples' weights are not quite solved for after %d steps", _MOST_STEPS)
    if progress:
        progress(total, total)
    return matrix


def _known(columns: Matrix, landmarks: NDArray[np.int64]) -> tuple[Matrix, Matrix]:
    """Return the main directions of the kernel as its `columns` of the landmarks show them, and how steep each is.

    Nyström's approximation; directions by twice an eigenvalue problem, since 32 bits are too few for an inverse.
    """
    inner = columns[landmarks].astype(np.float64)
    sizes, axes = np.linalg.eigh((inner + inner.T) / 2)
    sound = sizes > 1e-3
    spread = columns @ (axes[:, sound] / np.sqrt(sizes[sound])).astype(np.float32)
    sizes, axes = np.linalg.eigh((spread.T @ spread).astype(np.float64))
    steep = sizes > _RIDGE
    directions = spread @ (axes[:, steep] / np.sqrt(sizes[steep])).astype(np.float32)
    damping = sizes[steep] / (sizes[steep] + _RIDGE)
    return directions, damping.astype(np.float32)[:, None]


def mended(matrix: Matrix, targets: Matrix, stale: NDArray[np.int64], kernel: Kernel) -> Matrix:
    """Return `matrix` with the `stale` samples solved for, against a background: block Gauss-Seidel."""
    chance = np.random.default_rng(0)
    background = _BACKGROUND if matrix.any(axis=0).all() else _BACKGROUND_OF_A_LESSON
    order = chance.permutation(_with_background(stale, kernel.size, background, chance))
    blocks = [order[begin : begin + _BLOCK] for begin in range(0, len(order), _BLOCK)]
    kept = _Kept(kernel)
    matrix = matrix.copy()
    for _ in range(_SWEEPS):
        for block in blocks:
            likeness = kept.rows(block)
            rest = targets[block] - likeness @ matrix - _RIDGE * matrix[block]
            own = likeness[:, block] + _RIDGE * np.eye(len(block), dtype=np.float32)
            matrix[block] += np.linalg.solve(own, rest)
    return matrix


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
    """The kernel's rows, kept from step to step as far as they fit: making them takes most of the time."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._room = int(memory_size() * _SHARE_KEPT)
        self._rows: dict[int, NDArray[np.float16]] = {}

    def rows(self, block: NDArray[np.int64]) -> Matrix:
        """Return how alike the samples in `block` are to each sample; a block is told by its first sample."""
        first = int(block[0])
        if first in self._rows:
            return self._rows[first].astype(np.float32)
        made = self._kernel.rows(block)
        if made.nbytes // 2 <= self._room:
            self._rows[first] = made.astype(np.float16)
            self._room -= made.nbytes // 2
        return made
