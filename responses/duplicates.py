"""Which samples are copies or light edits of others: by the character n-grams that they share."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from responses.grams import fold, gram_hashes

_SIZES = range(4, 5)
# Share of all their n-grams that two texts have in common. Looked at pair by pair in four languages: from here on one
# is the other with a word changed ("… fails with exit code 137"); under 0.6, two people met the same trouble.
TOO_LIKE = 0.65
_ROUNDING = 1e-6


def near_duplicates(texts: Sequence[str], too_like: float = TOO_LIKE) -> list[tuple[int, int]]:
    """Return the pairs of texts, earlier one first, whose n-grams are alike (Jaccard) by `too_like` or more.

    Exact, and quick since hardly any pair is compared: two sets that alike must share one of their rarest few
    (prefix filtering: Chaudhuri, Ganti, Kaushik, "A primitive operator for similarity joins", 2006).
    """
    grams = _grams(texts)
    frequency = dict(zip(*np.unique(np.concatenate([*grams, np.empty(0, np.uint32)]), return_counts=True), strict=True))
    found: list[tuple[int, int]] = []
    sets: list[frozenset[int]] = []
    by_gram: dict[int, list[int]] = {}
    for index, own in enumerate(grams):
        ordered = sorted(own.tolist(), key=lambda gram: (frequency[gram], gram))
        sets.append(frozenset(ordered))
        rare = ordered[: len(ordered) - int(np.ceil(too_like * len(ordered) - _ROUNDING)) + 1]
        near = {other for gram in rare for other in by_gram.get(gram, ())}
        found += [(other, index) for other in sorted(near) if _alike(sets[other], sets[index], too_like)]
        for gram in rare:
            by_gram.setdefault(gram, []).append(index)
    return found


def _alike(one: frozenset[int], other: frozenset[int], too_like: float) -> bool:
    smaller, larger = sorted((len(one), len(other)))
    if smaller < too_like * larger:
        return False
    common = len(one & other)
    return common >= too_like * (smaller + larger - common)


def _grams(texts: Sequence[str]) -> list[NDArray[np.uint32]]:
    """Return each text's different n-grams."""
    owners, hashes = gram_hashes([fold(text) for text in texts], _SIZES)
    order = np.argsort(owners, kind="stable")
    ends = np.searchsorted(owners[order], np.arange(len(texts) + 1))
    return [np.unique(hashes[order][begin:end]) for begin, end in _pairs(ends)]


def _pairs(ends: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    return zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
