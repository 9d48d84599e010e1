"""How text is taken apart into character n-grams, many texts at a time, without a dictionary of grams."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Owners = NDArray[np.int32]
Hashes = NDArray[np.uint32]
_SIGNS = re.compile(r"[\W_]+")
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2^64 divided by the golden ratio: Knuth's multiplicative hash


def fold(text: str) -> str:
    """Return `text` in small letters without accents and signs, one space around every word.

    People type "perche" for "perché": accents would part what belongs together.
    """
    if not text.isascii():
        text = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    return f" {_SIGNS.sub(' ', text.casefold()).strip()} "


def gram_hashes(texts: Sequence[str], sizes: range) -> tuple[Owners, Hashes]:
    """Return every n-gram of the folded texts as two arrays: the index of its text, and its 32-bit hash.

    Hashes stand for the grams: of 300,000 different ones about ten share a hash with another.
    """
    points = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), dtype=np.uint32)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    owners = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    rolling = np.zeros(len(points), dtype=np.uint64)
    found: list[tuple[Owners, Hashes]] = [(np.empty(0, np.int32), np.empty(0, np.uint32))]
    for size in range(1, min(sizes.stop, len(points) + 1)):
        rolling = rolling[: len(points) - size + 1] + points[size - 1 :]
        rolling *= _MULTIPLIER
        if size in sizes:
            whole = owners[: len(rolling)] == owners[size - 1 :]  # not from the end of one text into the next
            found.append((owners[: len(rolling)][whole], (rolling[whole] >> np.uint64(32)).astype(np.uint32)))
    all_owners, all_hashes = zip(*found, strict=True)
    return np.concatenate(all_owners), np.concatenate(all_hashes)
