"""How alike a question and each sample are: half by meaning (where there is an encoder), half by characters."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from responses.characters import CharacterIndex, Scores
from responses.encoder import Encoder, Vector
from responses.vectors import Matrix

# Cross-validated over batches, and flat around here: shares from 0.4 to 0.7 and widths from 1 to 3 differ by a point.
_MEANING_SHARE = 0.5
_MEANING_WIDTH = 2.0


class Kernel:
    """The samples as they are compared with questions; a text compared with itself gives 1. Immutable."""

    def __init__(self, texts: Sequence[str], encoder: Encoder | None, vectors: Matrix | None) -> None:
        """Take the samples' vectors over (they are changed in place) if there is an encoder."""
        self.size = len(texts)
        self._texts = tuple(texts)
        self._characters = CharacterIndex(texts)
        self._encoder = encoder
        self._vectors: Matrix | None = None
        if vectors is not None and len(vectors):
            # All questions about incidents point one way; what tells them apart is where they differ from the mean.
            self._mean = vectors.mean(axis=0)
            vectors -= self._mean
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True).clip(min=1e-9)
            self._vectors = vectors

    @property
    def vectors(self) -> Matrix | None:
        """Return the samples' vectors, of length 1 around their mean; None without an encoder."""
        return self._vectors

    def similarities(self, question: str) -> Scores:
        """Return how alike `question` is to each sample, 0 to 1."""
        similar, vector = self.parts(question)
        return similar if vector is None or self._vectors is None else _mixed(self._vectors @ vector, similar)

    def parts(self, question: str) -> tuple[Scores, Vector | None]:
        """Return the question's likeness to each sample by characters, and its vector as the samples' are."""
        similar = self._characters.similarities(question)
        if self._encoder is None or self._vectors is None:
            return similar, None
        vector = self._encoder.encode(question) - self._mean
        return similar, vector / max(float(np.linalg.norm(vector)), 1e-9)

    def some(self, rows: NDArray[np.int64], similar: Scores, vector: Vector | None) -> Scores:
        """Return how alike a question with these parts is to the samples in `rows` only."""
        if vector is None or self._vectors is None:
            return similar[rows]
        return _mixed(self._vectors[rows] @ vector, similar[rows])

    def rows(self, indices: NDArray[np.int64]) -> Matrix:
        """Return how alike these samples are to each sample, one row a sample."""
        similar = np.stack([self._characters.similarities(self._texts[index]) for index in indices])
        if self._vectors is None:
            return similar
        return _mixed(self._vectors[indices] @ self._vectors.T, similar)


def _mixed(cosines: NDArray[np.float32], similar: NDArray[np.float32]) -> NDArray[np.float32]:
    cosines -= 1
    cosines *= _MEANING_WIDTH
    np.exp(cosines, out=cosines)
    cosines *= _MEANING_SHARE
    similar *= 1 - _MEANING_SHARE
    cosines += similar
    return cosines
