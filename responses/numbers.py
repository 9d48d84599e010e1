"""Which numbers of a text have changed: what readers of last week's update compare first."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"\S+")
_DIGIT = re.compile(r"\d")
_EDGES = ".,;:!?()[]{}\"'„“”«»‘’…*_~`"


@dataclass(frozen=True)
class ChangedNumber:
    """A number at `start` to `end` of the new text; `old` is what stood in its place, None where nothing did."""

    start: int
    end: int
    old: str | None


@lru_cache(maxsize=256)  # a board asks again for each width it tries
def changed_numbers(old: str, new: str) -> Sequence[ChangedNumber]:
    """Return the numbers (dates, percentages, "AES-256") of `new` that `old` does not have in that place.

    Between what both texts begin and end with, as many numbers as before replace those one by one; of more or fewer
    only the ones that are not among the old are marked, without saying what each had been. Linear in the lengths.
    """
    before, now = _without_common_ends(list(_WORD.finditer(old)), list(_WORD.finditer(new)))
    was, found = _numbers(before), _numbers(now)
    if len(was) == len(found):
        pairs = zip(was, found, strict=True)
        return tuple(ChangedNumber(start, end, gone) for (gone, _, _), (number, start, end) in pairs if gone != number)
    left = Counter(number for number, _, _ in was)
    changed = []
    for number, start, end in found:
        left[number] -= 1
        if left[number] < 0:
            changed.append(ChangedNumber(start, end, None))
    return tuple(changed)


Words = Sequence[re.Match[str]]


def _without_common_ends(before: Words, now: Words) -> tuple[Words, Words]:
    shorter = min(len(before), len(now))
    head = next((i for i in range(shorter) if before[i][0] != now[i][0]), shorter)
    most = shorter - head
    tail = next((i for i in range(most) if before[-1 - i][0] != now[-1 - i][0]), most)
    return before[head : len(before) - tail], now[head : len(now) - tail]


def _numbers(words: Words) -> list[tuple[str, int, int]]:
    found = []
    for word in words:
        number = word[0].strip(_EDGES)
        if _DIGIT.search(number):
            start = word.start() + word[0].index(number)
            found.append((number, start, start + len(number)))
    return found
