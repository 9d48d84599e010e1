"""Which samples are copies or light edits of others: by the character n-grams that they share."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from responses.grams import fold, gram_hashes

_SIZES = range(4, 5)
# Share of all their n-grams that two texts have in common. Looked at pair by pair in four languages: from here on one
# is the other with a word changed ("… fails with exit code 137"); under 0.6, two people met the same trouble.
TOO_LIKE = 0.65
_ROUNDING = 1e-6
_SHARED = 4  # of their rarest n-grams that two texts must share to be compared at all


def near_duplicates(texts: Sequence[str], too_like: float = TOO_LIKE) -> list[tuple[int, int]]:
    """Return the pairs of texts, earlier one first, whose n-grams are alike (Jaccard) by `too_like` or more.

    Exact, and quick since hardly any pair is compared: two sets that alike must share some of their rarest few
    (prefix filtering: Chaudhuri, Ganti, Kaushik, "A primitive operator for similarity joins", 2006; that several
    must be shared: Wang, Li, Feng, "Can we beat the prefix filtering?", 2012).
    """
    grams = _by_rarity(texts)
    sizes = np.array([len(own) for own in grams])
    needed = np.ceil(too_like * sizes - _ROUNDING).astype(int)  # n-grams in common, at least
    rare = [own[: len(own) - need + _SHARED] for own, need in zip(grams, needed, strict=True)]
    owners = np.repeat(np.arange(len(texts)), [len(own) for own in rare])
    together = np.concatenate([*rare, np.empty(0, np.int64)])
    order = np.argsort(together, kind="stable")
    owners, ends = owners[order], np.searchsorted(together[order], np.arange(together.max(initial=0) + 2))
    found: list[tuple[int, int]] = []
    for index, own in enumerate(rare):
        earlier = [owners[ends[gram] : ends[gram + 1]] for gram in own]
        shared = np.bincount(np.concatenate([*earlier, np.empty(0, np.int64)]), minlength=index)[:index]
        near = np.flatnonzero(shared >= np.minimum(_SHARED, np.maximum(needed[:index], needed[index])))
        found += [(other, index) for other in near.tolist() if _alike(grams[other], grams[index], too_like)]
    return found


def _alike(one: NDArray[np.int64], other: NDArray[np.int64], too_like: float) -> bool:
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common > 0 and common >= too_like * (len(one) + len(other) - common) - _ROUNDING


def _by_rarity(texts: Sequence[str]) -> list[NDArray[np.int64]]:
    """Return each text's different n-grams, the rarest first, each as its place in the order of rarity."""
    owners, hashes = gram_hashes([fold(text) for text in texts], _SIZES)
    pairs = np.unique(np.stack([owners.astype(np.int64), hashes.astype(np.int64)]), axis=1)
    known, which, counts = np.unique(pairs[1], return_inverse=True, return_counts=True)
    places = np.empty(len(known), dtype=np.int64)
    places[np.argsort(counts, kind="stable")] = np.arange(len(known))
    ends = np.searchsorted(pairs[0], np.arange(len(texts) + 1)).tolist()
    return [np.sort(places[which[begin:end]]) for begin, end in pairwise(ends)]
