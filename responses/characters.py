"""How alike questions are by their characters: 4- to 6-grams weighted by rarity, held as postings in numpy."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from responses.grams import fold, gram_hashes

Scores = NDArray[np.float32]
_SIZES = range(4, 7)
_BUDGET = 250_000  # postings read for one question; the rarest grams first, so that the time has a bound


class CharacterIndex:
    """The samples' n-grams; `similarities` compares a question with all of them. Immutable."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.size = len(texts)
        grams, owners, counts = _counted(texts)
        starts = _starts(grams)
        self._grams = grams[starts]
        self._ends = np.append(starts, len(grams)).astype(np.int32)  # gram i has the postings ends[i] to ends[i + 1]
        frequency = np.diff(self._ends)
        self._rarity = _rarity(self.size, frequency)
        weights = _damped(counts) * np.repeat(self._rarity, frequency)
        norms = np.sqrt(np.bincount(owners, weights=weights * weights, minlength=self.size)).astype(np.float32)
        weights /= norms[owners]
        self._owners, self._weights = owners, weights

    def similarities(self, question: str) -> Scores:
        """Return the cosine of `question` with each sample, 0 to 1."""
        _, hashes = gram_hashes([fold(question)], _SIZES)
        grams, counts = np.unique(hashes, return_counts=True)
        if not len(grams) or not len(self._grams):
            return np.zeros(self.size, dtype=np.float32)
        places = np.searchsorted(self._grams, grams).clip(max=len(self._grams) - 1)
        known = self._grams[places] == grams
        weights = _damped(counts) * np.where(known, self._rarity[places], _rarity(self.size, np.zeros(1)))
        weights /= np.linalg.norm(weights)
        return self._gathered(places[known], weights[known])

    def _gathered(self, places: NDArray[np.intp], weights: Scores) -> Scores:
        """Return the weighted sum of the grams' postings, a number a sample."""
        starts = self._ends[places].astype(np.int64)
        lengths = self._ends[places + 1] - starts
        order = np.argsort(lengths)
        order = order[np.cumsum(lengths[order]) <= _BUDGET]
        starts, lengths, weights = starts[order], lengths[order], weights[order]
        # One index of all the postings: each list's start, plus 0, 1, 2 … within the list.
        before = np.cumsum(lengths) - lengths
        index = np.arange(lengths.sum()) + np.repeat(starts - before, lengths)
        products = self._weights[index] * np.repeat(weights, lengths)
        return np.bincount(self._owners[index], weights=products, minlength=self.size).astype(np.float32)


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
