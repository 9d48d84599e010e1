"""How alike a question and each sample are: half by meaning (where there is an encoder), half by characters."""

from collections.abc import Sequence
from copy import copy

import numpy as np
from numpy.typing import NDArray

from responses.characters import CharacterIndex, Scores
from responses.encoder import Encoder, Vector
from responses.vectors import Matrix

# Cross-validated over batches, and flat around here: shares from 0.4 to 0.7 and widths from 1 to 3 differ by a point.
_MEANING_SHARE = 0.5
_MEANING_WIDTH = 2.0
# The directions in which samples differ most are kept. Of 384, 160 hold 80 % of the differences; no fewer lessons come
# first with 192, 0.1 % fewer with 160, 0.5 % with 128. Evening them out a little makes up for some of what is lost.
_DIRECTIONS = 160
_EVENING = 0.25
_AT_A_TIME = 512
_VERSION = 2  # counted up where likenesses change: weights that were solved for with others are of no use then
_ENOUGH = 4_000  # samples: of fewer, one cannot tell in which directions questions to come will differ


class Kernel:
    """The samples as they are compared with questions; a text compared with itself gives 1. Immutable."""

    def __init__(self, texts: Sequence[str], encoder: Encoder | None, vectors: Matrix | None) -> None:
        """Learn how the samples' vectors (changed in place) differ, if there is an encoder."""
        self.texts = tuple(texts)
        self._characters: tuple[CharacterIndex, ...] = (CharacterIndex(texts),)
        self._encoder = encoder
        self._vectors: tuple[Matrix, ...] = ()
        if vectors is not None and len(vectors):
            # All questions about incidents point one way; what tells them apart is where they differ from the mean.
            self._mean = vectors.mean(axis=0)
            around = _around(self._mean, vectors)
            self._directions = _directions(around)
            self._vectors = (_of_length_1(_turned(around, self._directions)),)

    def extended(self, texts: Sequence[str], vectors: Matrix | None) -> "Kernel":
        """Return this kernel with more samples at its end, their vectors taken over; most of both is held once.

        What the first samples say of all of them stays as it is: their mean, and how rare a gram is.
        """
        more = copy(self)
        more.texts = (*self.texts, *texts)
        more._characters = (*self._characters, CharacterIndex(texts, like=self._characters[0]))
        if self._vectors and vectors is not None:
            more._vectors = (*self._vectors, self._seen(vectors))
        return more

    @property
    def kind(self) -> str:
        """Return how it compares: weights are good for the kind only that they were solved for with."""
        return f"{_VERSION}:{self.vectors.shape[1] if self.vectors is not None else 0}"

    @property
    def size(self) -> int:
        """How many samples there are."""
        return len(self.texts)

    @property
    def vectors(self) -> Matrix | None:
        """Return the first samples' vectors as they are compared, of length 1; None without an encoder."""
        return self._vectors[0] if self._vectors else None

    def similarities(self, question: str) -> Scores:
        """Return how alike `question` is to each sample, 0 to 1."""
        similar, vector = self.parts(question)
        return similar if vector is None else _mixed(self._cosines(vector), similar)

    def parts(self, question: str) -> tuple[Scores, Vector | None]:
        """Return the question's likeness to each sample by characters, and its vector as the samples' are."""
        similar = self._by_characters(question)
        if self._encoder is None or not self._vectors:
            return similar, None
        return similar, self._seen(self._encoder.encode(question)[None].copy())[0]

    def some(self, rows: NDArray[np.int64], similar: Scores, vector: Vector | None) -> Scores:
        """Return how alike a question with these parts is to some of the first samples only."""
        if vector is None or self.vectors is None:
            return similar[rows]
        return _mixed(self.vectors[rows] @ vector, similar[rows])

    def rows(self, indices: NDArray[np.int64]) -> Matrix:
        """Return how alike these samples are to each sample, one row a sample."""
        similar = np.stack([self._by_characters(self.texts[index]) for index in indices])
        if not self._vectors:
            return similar
        return _mixed(self._cosines(np.stack([self._vector(index) for index in indices])), similar)

    def _by_characters(self, question: str) -> Scores:
        return np.concatenate([part.similarities(question) for part in self._characters])

    def _cosines(self, vectors: Matrix) -> Matrix:
        """Return the cosines of one vector, or of each row of several, with the samples' vectors."""
        return np.concatenate([vectors @ part.T for part in self._vectors], axis=-1)

    def _seen(self, vectors: Matrix) -> Matrix:
        """Return `vectors`, which are spoilt by it, as the samples' are compared."""
        return _of_length_1(_around(self._mean, vectors) @ self._directions)

    def _vector(self, index: int) -> Vector:
        first, *others = self._vectors
        found: Vector = first[index] if index < len(first) else np.concatenate(others)[index - len(first)]
        return found


def _around(mean: Vector, vectors: Matrix) -> Matrix:
    """Return the directions of `vectors`, changed in place, as seen from `mean`."""
    vectors -= mean
    return _of_length_1(vectors)


def _of_length_1(vectors: Matrix) -> Matrix:
    """Return `vectors`, changed in place, each of length 1."""
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True).clip(min=1e-9)
    return vectors


def _turned(vectors: Matrix, directions: Matrix) -> Matrix:
    """Return `vectors @ directions`, some at a time: for all at once BLAS would keep 40 MB of its own."""
    turned = np.empty((len(vectors), directions.shape[1]), dtype=np.float32)
    for begin in range(0, len(vectors), _AT_A_TIME):
        np.matmul(vectors[begin : begin + _AT_A_TIME], directions, out=turned[begin : begin + _AT_A_TIME])
    return turned


def _directions(vectors: Matrix) -> Matrix:
    """Return the directions in which `vectors` differ most, a column each, the larger differences made less of."""
    count, dimensions = vectors.shape
    if count < _ENOUGH or dimensions <= _DIRECTIONS:
        return np.eye(dimensions, dtype=np.float32)
    sizes, directions = np.linalg.eigh(vectors.T @ vectors / np.float32(count))  # ascending
    evened = directions / sizes.clip(min=1e-6) ** np.float32(_EVENING)
    return evened[:, -_DIRECTIONS:].astype(np.float32)


def _mixed(cosines: NDArray[np.float32], similar: NDArray[np.float32]) -> NDArray[np.float32]:
    cosines -= 1
    cosines *= _MEANING_WIDTH
    np.exp(cosines, out=cosines)
    cosines *= _MEANING_SHARE
    similar *= 1 - _MEANING_SHARE
    cosines += similar
    return cosines
