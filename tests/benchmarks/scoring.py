"""What counts as right, and the tables and lists that say how often it was."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from responses.answering import Answer, Outcome, Suggestions
from responses.phrasings import Sample

LANGUAGES = ("en", "it", "de", "fil")
LENGTHS = ("short", "medium", "long")
BOOTSTRAPS = 1000
RANDOM = np.random.default_rng(2020)
HEAD = (
    f"{'':7} {'first':>18} {'in three':>9} {'answered or offered':>20} {'answered wrong':>15} {'answered':>9}"
    f" | off-topic: {'declined':>16} {'or suggested':>16}"
)


@dataclass(frozen=True, slots=True)
class Result:
    """One question: what was right, what came out. Small, since it crosses processes."""

    sample: Sample
    decision: str
    names: tuple[str, ...]  # best first, at most three
    score: float  # of the first
    double: bool

    @classmethod
    def of(cls, sample: Sample, outcome: Outcome) -> "Result":
        suggested = "suggested" if isinstance(outcome, Suggestions) else "declined"
        return cls(
            sample,
            "answered" if isinstance(outcome, Answer) else suggested,
            tuple(candidate.lesson.id for candidate in outcome.candidates),
            outcome.candidates[0].score if outcome.candidates else 0.0,
            isinstance(outcome, Answer) and outcome.also is not None,
        )

    @property
    def first(self) -> bool:
        return self.names[:1] == (self.sample.lesson,)

    @property
    def offered(self) -> bool:
        """Whether the right lesson is answered or among the suggestions."""
        shown = {"answered": 2 if self.double else 1, "suggested": 3, "declined": 0}[self.decision]
        return self.sample.lesson in self.names[:shown]

    @property
    def wrong(self) -> bool:
        return self.decision == "answered" and not self.first

    @property
    def length(self) -> str:
        words = len(self.sample.text.split())
        return "short" if words < 7 else "medium" if words < 15 else "long"


def report(title: str, results: Sequence[Result]) -> None:
    """Print the figures by language and by length, with 95 % intervals that treat a lesson's questions as one."""
    on, off = split(results)
    print(f"\n## {title}: {len(on)} questions, {len(off)} off-topic\n{HEAD}")
    for name, chosen in views(results):
        asked, strange = split(chosen)
        declined = interval(strange, lambda r: r.decision == "declined", key=lambda r: r.sample.text)
        quiet = interval(strange, lambda r: r.decision != "answered", key=lambda r: r.sample.text)
        three = share(asked, lambda r: r.sample.lesson in r.names)
        print(
            f"{name:7} {interval(asked, lambda r: r.first):>18} {three:9.1f}"
            f" {interval(asked, lambda r: r.offered):>20} {interval(asked, lambda r: r.wrong):>15}"
            f" {share(asked, lambda r: r.decision == 'answered'):9.1f} | {declined:>27} {quiet:>16}"
        )
    doubles = [result for result in on if result.double]
    print(
        f"gap between English and the weakest other language: {language_gap(on):.1f} points; answered as two "
        f"questions: {len(doubles)} ({sum(r.first for r in doubles)} of them with the right lesson first)",
        flush=True,
    )


def split(results: Sequence[Result]) -> tuple[list[Result], list[Result]]:
    """Return the results of questions that have a lesson, and of those that have none."""
    return [r for r in results if r.sample.lesson], [r for r in results if not r.sample.lesson]


def views(results: Sequence[Result]) -> Iterator[tuple[str, list[Result]]]:
    yield "all", list(results)
    for language in LANGUAGES:
        yield language, [r for r in results if r.sample.language == language]
    for length in LENGTHS:
        yield length, [r for r in results if r.length == length]


def share(results: Sequence[Result], hit: Callable[[Result], bool]) -> float:
    return 100 * sum(map(hit, results)) / max(len(results), 1)


def interval(
    results: Sequence[Result],
    hit: Callable[[Result], bool],
    key: Callable[[Result], str | None] = lambda r: r.sample.lesson,
) -> str:
    """Return a share with its interval: lessons are drawn, not questions, since those of one lesson go together."""
    groups: dict[str | None, list[int]] = {}
    for result in results:
        groups.setdefault(key(result), []).append(hit(result))
    if not groups:
        return "-"
    sums = np.array([[sum(hits), len(hits)] for hits in groups.values()])
    drawn = sums[RANDOM.integers(0, len(sums), (BOOTSTRAPS, len(sums)))].sum(axis=1)
    low, high = np.percentile(100 * drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    return f"{share(results, hit):.1f} ({low:.0f}-{high:.0f})"


def language_gap(on: Sequence[Result]) -> float:
    by = {
        language: share([r for r in on if r.sample.language == language], lambda r: r.first) for language in LANGUAGES
    }
    return by["en"] - min(value for language, value in by.items() if language != "en")


def confusions(results: Sequence[Result]) -> None:
    """Print which lessons are taken for which others most often."""
    pairs = Counter((r.sample.lesson, r.names[0]) for r in results if r.sample.lesson and not r.first)
    print("most often taken for another: " + "; ".join(f"{a} for {b} {n}" for (a, b), n in pairs.most_common(12)))


def worst(results: Sequence[Result], count: int = 10) -> None:
    """Print the wrong answers that were given with the most confidence."""
    wrong = sorted((r for r in results if r.wrong), key=lambda r: -r.score)
    print(f"\nthe {min(count, len(wrong))} worst errors (of {len(wrong)} wrong answers):")
    for r in wrong[:count]:
        print(
            f"  {r.score:.2f} {r.names[0]} for {r.sample.lesson or 'off-topic'} ({r.sample.language}): {r.sample.text}"
        )


def reliability(results: Sequence[Result], bins: int = 10) -> list[tuple[float, float, int]]:
    """Return for each tenth of the scores: mean score, share that was right (0 to 1), how many."""
    scores = np.array([r.score for r in results])
    right = np.array([r.first for r in results])
    place = np.minimum((scores * bins).astype(int), bins - 1)
    return [
        (float(scores[place == b].mean()), float(right[place == b].mean()), int((place == b).sum()))
        for b in range(bins)
        if (place == b).any()
    ]
