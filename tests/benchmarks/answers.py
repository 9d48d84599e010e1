"""How well questions find their lesson: `python -m tests.benchmarks.answers` (`make bench-answers`).

Cross-validated over the batches of samples: each batch is asked of a matcher that learnt from the others, so that
no voice is tested on itself. Beside it, in the same run, what a simpler bot would do. Question sets that nobody learns
from (../shared/samples, if there) are asked of the matcher as it ships.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from responses.calibration import Ranking, decide
from responses.encoder import Encoder, load_encoder
from responses.knowledge import SHIPPED
from responses.lessons import load_lessons
from responses.matching import Stores, learn
from responses.phrasings import Sample, load_phrasings, samples_of_book
from responses.vectors import VectorFile, text_key
from responses.weights import Weights
from tests.benchmarks.simple_rankers import baselines

SHARED = Path(__file__).parents[3] / "shared" / "samples"
LANGUAGES = ("en", "it", "de", "fil")
BOOTSTRAPS = 1000
RANDOM = np.random.default_rng(2020)


@dataclass(frozen=True)
class Result:
    """One question: what was right, what came out."""

    sample: Sample
    ranking: Ranking

    @property
    def decision(self) -> str:
        return decide(self.ranking)

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.ranking.best(3)]

    @property
    def first(self) -> bool:
        return self.names[0] == self.sample.lesson

    @property
    def offered(self) -> bool:
        """Whether the right lesson is answered or among the suggestions."""
        shown = {"answered": 1, "suggested": 3, "declined": 0}[self.decision]
        return self.sample.lesson in self.names[:shown]


class Remembering:
    """The encoder, but texts whose vector is shipped or known are not encoded again."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._shipped = VectorFile.read(SHIPPED / "vectors.npz")
        self._known: dict[str, np.ndarray] = {}
        self.name, self.dimensions = encoder.name, encoder.dimensions

    def encode(self, text: str) -> np.ndarray:
        found = self._shipped.find(text_key(self.name, text))
        if found is None:
            found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._encoder.encode(text)
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calibrate", action="store_true", help="say which thresholds cross-validation chooses")
    parser.add_argument("--questions", type=Path, help="one more question set to ask, in the shape of a batch")
    parser.add_argument("--quick", action="store_true", help="only the shipped matcher on the separate question sets")
    args = parser.parse_args()
    book = load_lessons([SHIPPED / "lessons.yaml"])
    samples = list(load_phrasings([SHIPPED / "phrasings.yaml"], book).samples)
    own = list(samples_of_book(book))
    lessons = list(book.lessons)
    encoder = load_encoder()
    remembering = Remembering(encoder) if encoder else None
    views = [remembering, None] if remembering else [None]
    if args.calibrate:
        for view in views:
            calibrate(cross_validate(samples, own, lessons, view), view)
        return
    if not args.quick:
        for view in views:
            results = list(cross_validate(samples, own, lessons, view))
            report(f"cross-validated by batch, {'with' if view else 'WITHOUT'} the encoder", results)
            if view or len(views) == 1:
                confusions(results)
        baselines(samples, own, remembering)
    for name, questions in separate_sets(set(lessons), args.questions):
        for view in views:
            matcher = learn([*own, *samples], lessons, view, Stores(SHIPPED))
            results = [Result(question, matcher.rank(question.text)) for question in questions]
            report(f"{name}, {'with' if view else 'WITHOUT'} the encoder", results)


def cross_validate(
    samples: Sequence[Sample],
    own: Sequence[Sample],
    lessons: Sequence[str],
    encoder: Encoder | None,
    reverse: bool = False,
) -> Iterator[Result]:
    """Ask each batch of the others; with `reverse`, all other batches of each one: a harder, stranger voice."""
    for batch in sorted({sample.batch for sample in samples}):
        inside = [sample for sample in samples if sample.batch == batch]
        outside = [sample for sample in samples if sample.batch != batch]
        learnt, asked = (inside, outside) if reverse else (outside, inside)
        matcher = learn([*own, *learnt], lessons, encoder, Stores(SHIPPED), start=Weights.none())
        for sample in asked:
            yield Result(sample, matcher.rank(sample.text))


def report(title: str, results: Sequence[Result]) -> None:
    """Print the figures by language, with 95 % intervals that treat a lesson's questions as one."""
    on = [result for result in results if result.sample.lesson]
    off = [result for result in results if not result.sample.lesson]
    print(f"\n## {title}: {len(on)} questions, {len(off)} off-topic")
    print(
        f"{'':6} {'first':>18} {'in three':>9} {'answered or offered':>24} {'answered wrong':>18} {'answered':>9}"
        f" | off: {'declined':>8} {'or suggested':>12}"
    )
    for language in ("all", *LANGUAGES):
        chosen = [r for r in on if language in ("all", r.sample.language)]
        strange = [r for r in off if language in ("all", r.sample.language)]
        first = interval(chosen, lambda r: r.first)
        three = share(chosen, lambda r: r.sample.lesson in r.names)
        offered = interval(chosen, lambda r: r.offered)
        wrong = interval(chosen, lambda r: r.decision == "answered" and not r.first)
        answered = share(chosen, lambda r: r.decision == "answered")
        declined = share(strange, lambda r: r.decision == "declined")
        quiet = share(strange, lambda r: r.decision != "answered")
        print(
            f"{language:6} {first:>18} {three:9.1f} {offered:>24} {wrong:>18} {answered:9.1f}"
            f" | {declined:13.1f} {quiet:12.1f}"
        )
    sys.stdout.flush()


def share(results: Sequence[Result], hit: Callable[[Result], bool]) -> float:
    return 100 * sum(map(hit, results)) / max(len(results), 1)


def interval(results: Sequence[Result], hit: Callable[[Result], bool]) -> str:
    """Return a share with its interval: lessons are drawn, not questions, since those of one lesson go together."""
    groups: dict[str | None, list[int]] = {}
    for result in results:
        groups.setdefault(result.sample.lesson, []).append(hit(result))
    sums = np.array([[sum(hits), len(hits)] for hits in groups.values()])
    drawn = sums[RANDOM.integers(0, len(sums), (BOOTSTRAPS, len(sums)))].sum(axis=1)
    low, high = np.percentile(100 * drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    return f"{share(results, hit):.1f} ({low:.0f}-{high:.0f})"


def confusions(results: Sequence[Result]) -> None:
    """Print which lessons are taken for which others most often."""
    pairs = Counter((r.sample.lesson, r.names[0]) for r in results if r.sample.lesson and not r.first)
    print("most often taken for another: " + "; ".join(f"{a} for {b} {n}" for (a, b), n in pairs.most_common(12)))


def separate_sets(lessons: set[str], more: Path | None) -> Iterator[tuple[str, list[Sample]]]:
    """Yield the question sets that lie beside the project: for measuring, never learnt from."""
    for name in ("a", "b"):
        questions: list[Sample] = []
        for path in (SHARED / f"{name}.jsonl", SHARED / f"{name}_off.jsonl"):
            for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
                entry = json.loads(line)
                if entry.get("id") in lessons or "id" not in entry:
                    questions.append(Sample(entry["q"], entry["lang"], entry.get("id"), name))
        if questions:
            yield f"development set {name}", questions
    if more:
        batch = yaml.safe_load(more.read_text(encoding="utf-8"))
        by_lesson = {**batch["lessons"], None: batch.get("off_topic", {})}
        yield (
            more.name,
            [
                Sample(question, language, name, more.stem)
                for name, by_language in by_lesson.items()
                for language, questions in by_language.items()
                for question in questions
            ],
        )


def calibrate(results: Iterator[Result], encoder: Encoder | None) -> None:
    """Print the sharpness of the best log-likelihood, then what each pair of thresholds would do."""
    asked = list(results)
    truth = np.array(
        [list(r.ranking.lessons).index(r.sample.lesson) if r.sample.lesson else len(r.ranking.lessons) for r in asked]
    )
    logs = np.log(np.clip([np.append(r.ranking.scores, r.ranking.off_topic) for r in asked], 1e-30, 1))
    now = asked[0].ranking.calibration.sharpness
    print(f"\n## calibration {'with' if encoder else 'WITHOUT'} the encoder: {len(asked)} questions")
    likelihoods = {s: log_likelihood(logs * (s / now), truth) for s in range(4, 121)}
    sharpness = max(likelihoods, key=lambda s: likelihoods[s])
    print(f"sharpness {sharpness}: log-likelihood {likelihoods[sharpness]:.3f}")
    odds = np.exp(logs * (sharpness / now))
    odds /= odds.sum(axis=1, keepdims=True)
    on = truth < odds.shape[1] - 1
    order = np.argsort(-odds[:, :-1], axis=1)[:, :3]
    top = odds[np.arange(len(odds)), order[:, 0]]
    for decline in (0.1, 0.15, 0.2, 0.3, 0.4, 0.5):
        kept = odds[:, -1] < decline
        print(
            f"decline from {decline}: off-topic declined {100 * (~kept[~on]).mean():.1f}, questions declined "
            f"{100 * (~kept[on]).mean():.1f}"
        )
        for answer in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            said = kept & (top >= answer)
            right = order[:, 0] == truth
            offered = (said & right) | (kept & ~said & (order == truth[:, None]).any(axis=1))
            print(
                f"    answer from {answer}: answered {100 * said[on].mean():.1f}, "
                f"wrong {100 * (said & ~right)[on].mean():.1f}, "
                f"answered or offered {100 * offered[on].mean():.1f}, off-topic answered {100 * said[~on].mean():.1f}"
            )
    sys.stdout.flush()


def log_likelihood(logs: np.ndarray, truth: np.ndarray) -> float:
    highest = logs.max(axis=1, keepdims=True)
    totals = highest[:, 0] + np.log(np.exp(logs - highest).sum(axis=1))
    return float((logs[np.arange(len(logs)), truth] - totals).mean())


if __name__ == "__main__":
    main()
