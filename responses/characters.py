"""How alike questions are by their characters: 4- to 6-grams weighted by rarity, held as postings in numpy."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from responses.grams import fold, gram_hashes

Scores = NDArray[np.float32]
_SIZES = range(4, 7)
_MOST_COUNTED = 255  # times that a gram occurs in a text
_BUDGET = 250_000  # postings read for one question; the rarest grams first, so that the time has a bound


class CharacterIndex:
    """The samples' n-grams; `similarities` compares a question with all of them. Immutable."""

    def __init__(self, texts: Sequence[str], like: "CharacterIndex | None" = None) -> None:
        """Index `texts`; how rare a gram is, the samples of `like` say, if it is given, instead of these."""
        self.size = len(texts)
        self._like = like
        grams, owners, counts = _counted(texts)
        starts = _starts(grams)
        self._grams = grams[starts]
        self._ends = np.append(starts, len(grams)).astype(np.int32)  # gram i has the postings ends[i] to ends[i + 1]
        frequency = np.diff(self._ends)
        self._rarity = like.rarity(self._grams) if like else _rarity(self.size, frequency)
        # Three bytes a posting; with its weight ready to use it would be eight, and 16 MB more in all.
        self._owners = owners.astype(np.min_scalar_type(self.size))
        self._counts = counts.clip(max=_MOST_COUNTED).astype(np.uint8)
        weights = _DAMPED[self._counts] * np.repeat(self._rarity, frequency)
        weights *= weights
        self._norms = np.sqrt(np.bincount(owners, weights=weights, minlength=self.size)).astype(np.float32)

    def similarities(self, question: str) -> Scores:
        """Return the cosine of `question` with each sample, 0 to 1."""
        _, hashes = gram_hashes([fold(question)], _SIZES)
        grams, counts = np.unique(hashes, return_counts=True)
        if not len(grams) or not len(self._grams):
            return np.zeros(self.size, dtype=np.float32)
        places, known = self._find(grams)
        weights = _damped(counts) * (self._like.rarity(grams) if self._like else self._weighed(places, known))
        weights /= np.linalg.norm(weights)
        return self._gathered(places[known], weights[known])

    def rarity(self, grams: NDArray[np.uint32]) -> Scores:
        """Return how rare grams (their hashes) are among these samples; one that none has is the rarest."""
        return self._weighed(*self._find(grams)) if len(self._grams) else np.ones(len(grams), dtype=np.float32)

    def _find(self, grams: NDArray[np.uint32]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return where grams stand among the known ones, and which of them are known."""
        places = np.searchsorted(self._grams, grams).clip(max=len(self._grams) - 1)
        return places, self._grams[places] == grams

    def _weighed(self, places: NDArray[np.intp], known: NDArray[np.bool_]) -> Scores:
        return np.where(known, self._rarity[places], _rarity(self.size, np.zeros(1)))

    def _gathered(self, places: NDArray[np.intp], weights: Scores) -> Scores:
        """Return the weighted sum of the grams' postings, a number a sample."""
        starts = self._ends[places].astype(np.int64)
        lengths = self._ends[places + 1] - starts
        order = np.argsort(lengths)
        order = order[np.cumsum(lengths[order]) <= _BUDGET]
        starts, lengths, weights, places = starts[order], lengths[order], weights[order], places[order]
        # One index of all the postings: each list's start, plus 0, 1, 2 … within the list.
        before = np.cumsum(lengths) - lengths
        index = np.arange(lengths.sum()) + np.repeat(starts - before, lengths)
        owners = self._owners[index]
        products = _DAMPED[self._counts[index]] * np.repeat(self._rarity[places], lengths)
        products /= self._norms[owners]
        products *= np.repeat(weights, lengths)
        return np.bincount(owners, weights=products, minlength=self.size).astype(np.float32)


def _counted(texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int32], NDArray[np.intp]]:
    """Return each gram of each text once: its hash, its text's index, how often it occurs; by hash, then by text.

    Sorts one array in place: with np.unique over pairs the peak was 130 MB, which a process never gives back.
    """
    owners, hashes = gram_hashes([fold(text) for text in texts], _SIZES)
    pairs = hashes.astype(np.uint64)
    pairs <<= np.uint64(32)
    pairs |= owners.astype(np.uint64)
    del owners, hashes
    pairs.sort()
    starts = _starts(pairs)
    counts = np.diff(starts, append=len(pairs))
    pairs = pairs[starts]
    return (pairs >> np.uint64(32)).astype(np.uint32), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int32), counts


def _starts(ordered: NDArray[np.unsignedinteger]) -> NDArray[np.intp]:
    """Return where each value begins in a sorted array."""
    return np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)])


def _rarity(size: int, frequency: NDArray[np.floating] | NDArray[np.integer]) -> Scores:
    rarity: Scores = (np.log((1 + size) / (1 + frequency)) + 1).astype(np.float32)
    return rarity


def _damped(counts: NDArray[np.integer]) -> Scores:
    """Return what a gram counts that occurs so often in a text: the second time less than the first."""
    damped: Scores = 1 + np.log(counts).astype(np.float32)
    return damped


_DAMPED = _damped(np.arange(_MOST_COUNTED + 1).clip(min=1))  # by how often a gram occurs
