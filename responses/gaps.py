"""Which kept questions are the same question: near-duplicates are counted together, so that a curator rules once."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

ALIKE = 0.5  # share of common character trigrams, from which two questions count as one


@dataclass(frozen=True)
class Kept:
    """A question that found no answer, or whose answer did not help."""

    number: int
    text: str
    language: str
    status: str
    nearest: str | None


@dataclass(frozen=True)
class Gap:
    """One question as the curators see it: the wording that is shown, and everybody's, the newest first."""

    shown: Kept
    asked: list[Kept] = field(default_factory=list)

    @property
    def numbers(self) -> list[int]:
        """Which kept questions these are."""
        return [question.number for question in self.asked]

    @property
    def count(self) -> int:
        """How often it was asked."""
        return len(self.asked)


def group(questions: Iterable[Kept]) -> list[Gap]:
    """Return the gaps behind `questions` (newest first), the most asked first, then the newest."""
    places: dict[str, int] = {}
    gaps: list[tuple[Gap, int]] = []
    for question in questions:
        shape = _shape(question.text, places)
        found = next((gap for gap, other in gaps if _alike(shape, other)), None)
        if found is None:
            found = Gap(question)
            gaps.append((found, shape))
        found.asked.append(question)
    return sorted((gap for gap, _ in gaps), key=lambda gap: -gap.count)


def gap_with(number: int, gaps: Iterable[Gap]) -> Gap | None:
    """Return the gap that question `number` belongs to, shown in that question's own words; None if it is in none."""
    for gap in gaps:
        for question in gap.asked:
            if question.number == number:
                return replace(gap, shown=question)
    return None


def trigrams(text: str) -> set[str]:
    """Return the character trigrams of `text`; signs, capitals and spacing make no difference."""
    words = " ".join("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split())
    padded = f" {words} "
    return {padded[start : start + 3] for start in range(max(len(padded) - 2, 1))}


def _shape(text: str, places: dict[str, int]) -> int:
    """Return the trigrams of `text` as bits, each at its place in `places`: ten times as fast to compare as sets."""
    return sum(1 << places.setdefault(trigram, len(places)) for trigram in trigrams(text))


def _alike(one: int, other: int) -> bool:
    common = (one & other).bit_count()
    return common >= ALIKE * (one.bit_count() + other.bit_count() - common)
