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

    def __init__(self, texts: Sequence[str], like: "CharacterIndex | None" = None) -> None:
        """Index `texts`; how rare a gram is, the samples of `like` say, if it is given, instead of these."""
        self.size = len(texts)
        self._like = like
        grams, owners = _postings(texts)
        starts = _starts(grams)
        self._grams = grams[starts]
        self._ends = np.append(starts, len(grams)).astype(np.int32)  # gram i has the postings ends[i] to ends[i + 1]
        rarity = self._rarities(np.arange(len(self._grams)))
        # How often a gram occurs in a text is not kept: half as much memory again, and no more lessons come first.
        self._owners = owners.astype(np.min_scalar_type(self.size))
        squares = np.repeat(rarity * rarity, np.diff(self._ends))
        norms = np.sqrt(np.bincount(owners, weights=squares, minlength=self.size))
        self._norms = norms.clip(min=1e-9).astype(np.float32)  # 0 for a text too short for a gram

    def similarities(self, question: str) -> Scores:
        """Return the cosine of `question` with each sample, 0 to 1."""
        _, hashes = gram_hashes([fold(question)], _SIZES)
        grams = np.unique(hashes)
        if not len(grams) or not len(self._grams):
            return np.zeros(self.size, dtype=np.float32)
        places, known = self._find(grams)
        weights = self._like.rarity(grams) if self._like else self._weighed(places, known)
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
        return np.where(known, self._own_rarities(places), _rarity(self.size, np.zeros(1)))

    def _rarities(self, places: NDArray[np.intp]) -> Scores:
        return self._like.rarity(self._grams[places]) if self._like else self._own_rarities(places)

    def _own_rarities(self, places: NDArray[np.intp]) -> Scores:
        return _rarity(self.size, self._ends[places + 1] - self._ends[places])

    def _gathered(self, places: NDArray[np.intp], weights: Scores) -> Scores:
        """Return the weighted sum of the grams' postings, a number a sample."""
        starts = self._ends[places].astype(np.int64)
        lengths = self._ends[places + 1] - starts
        order = np.argsort(lengths)
        order = order[np.cumsum(lengths[order]) <= _BUDGET]
        starts, lengths, products = starts[order], lengths[order], (weights * self._rarities(places))[order]
        # One index of all the postings: each list's start, plus 0, 1, 2 … within the list.
        before = np.cumsum(lengths) - lengths
        owners = self._owners[np.arange(lengths.sum()) + np.repeat(starts - before, lengths)]
        sums = np.bincount(owners, weights=np.repeat(products, lengths), minlength=self.size)
        return (sums / self._norms).astype(np.float32)


def _postings(texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """Return each gram of each text once: its hash and its text's index; by hash, then by text.

    Sorts one array in place: with np.unique over pairs the peak was 130 MB, which a process never gives back.
    """
    owners, hashes = gram_hashes([fold(text) for text in texts], _SIZES)
    pairs = hashes.astype(np.uint64)
    pairs <<= np.uint64(32)
    pairs |= owners.astype(np.uint64)
    del owners, hashes
    pairs.sort()
    pairs = pairs[_starts(pairs)]
    return (pairs >> np.uint64(32)).astype(np.uint32), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int32)


def _starts(ordered: NDArray[np.unsignedinteger]) -> NDArray[np.intp]:
    """Return where each value begins in a sorted array."""
    return np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)])


def _rarity(size: int, frequency: NDArray[np.floating] | NDArray[np.integer]) -> Scores:
    rarity: Scores = (np.log((1 + size) / (1 + frequency)) + 1).astype(np.float32)
    return rarity
