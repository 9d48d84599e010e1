"""How well questions find their lesson: `python -m tests.benchmarks.answers` (`make bench-answers`).

Cross-validated over the batches of samples: each fold of batches is asked of a Candor that learnt from the others, so
that no voice is tested on itself. Beside it, in the same run, what a simpler bot would do. Question sets that nobody
learns from (`question_sets`) are asked of Candor as it ships. Every question goes through `answering.answer`, as in
Slack.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from responses.answering import answer
from responses.calibration import BY_CHARACTERS, WITH_ENCODER
from responses.encoder import Encoder, load_encoder
from responses.knowledge import SHIPPED, Knowledge, load_knowledge
from responses.matching import Stores, learn
from responses.phrasings import Sample, samples_of_book
from responses.vectors import VectorFile, text_key
from responses.weights import Weights
from tests.benchmarks.calibrating import calibrate
from tests.benchmarks.pictures import line_chart
from tests.benchmarks.question_sets import question_sets
from tests.benchmarks.scoring import LANGUAGES, Result, confusions, reliability, report, share, split, worst
from tests.benchmarks.simple_rankers import baselines

PROCESSES = 2
FOLDS = 4  # each of whole batches
CURVE = (1, 2, 4, 8, 14, 20)  # batches learnt from, then all
PICTURES = Path(__file__).with_name("pictures")


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


@dataclass(frozen=True)
class Task:
    """Learn from some batches, with the encoder or not, and ask some questions; `odds`: of every lesson, too."""

    batches: frozenset[str]
    questions: tuple[Sample, ...]
    by_meaning: bool
    odds: bool = False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--calibrate", action="store_true", help="only cross-validation, with the thresholds that it chooses"
    )
    parser.add_argument("--quick", action="store_true", help="only Candor as it ships on the separate question sets")
    parser.add_argument("--pictures", type=Path, default=PICTURES, metavar="DIR", help="where the SVG files go")
    args = parser.parse_args()
    bench = Bench(load_encoder())
    if args.calibrate:
        bench.cross_validate(args.pictures)
        return
    bench.count_samples()
    if not args.quick:
        bench.cross_validate(args.pictures)
        baselines(bench.samples, bench.own, bench.encoder)
    bench.separate_sets()
    if not args.quick:
        bench.learning_curve(args.pictures)


class Bench:
    """What is measured, and the processes that do it."""

    def __init__(self, encoder: Encoder | None) -> None:
        self.encoder = Remembering(encoder) if encoder else None
        self.views = [True, False] if encoder else [False]
        files = [SHIPPED / "lessons.yaml"], [SHIPPED / "phrasings.yaml"]
        self.shipped = {view: load_knowledge(*files, encoder=self.encoder if view else None) for view in self.views}
        knowledge = self.shipped[self.views[0]]
        self.samples, self.own = knowledge.phrasings.samples, list(samples_of_book(knowledge.book))
        self.batches = sorted({sample.batch for sample in self.samples})
        self.sets = list(question_sets(set(knowledge.book.lessons)))

    def count_samples(self) -> None:
        counts = Counter((s.batch, s.language if s.lesson else f"off {s.language}") for s in self.samples)
        columns = [*LANGUAGES, *(f"off {language}" for language in LANGUAGES)]
        print(f"## samples\n{'batch':6}" + "".join(f"{column:>8}" for column in columns))
        for batch in self.batches:
            print(f"{batch:6}" + "".join(f"{counts[batch, column]:8}" for column in columns))

    def cross_validate(self, pictures: Path) -> None:
        curves = {}
        for view in self.views:
            parts = list(self._run(self._folds(view)))
            results = [result for some, _ in parts for result in some]
            name = "with the encoder" if view else "WITHOUT the encoder"
            report(f"cross-validated by batch, {name}", results)
            print(f"\n## thresholds {name}")
            odds, now = np.concatenate([odds for _, odds in parts]), WITH_ENCODER if view else BY_CHARACTERS
            calibrate([result.sample for result in results], odds, list(self.shipped[view].book.lessons), now)
            if view == self.views[0]:
                confusions(results)
            curves[name.lower()] = [(score, right) for score, right, _ in reliability(split(results)[0])]
        ticks = [0, 0.2, 0.4, 0.6, 0.8, 1]
        curves["as sure as right"] = [(0.0, 0.0), (1.0, 1.0)]
        title = "How often the first lesson is right, by its score"
        line_chart(pictures / "reliability.svg", title, "score of the first lesson", curves, x=ticks, y=ticks)

    def separate_sets(self) -> None:
        for name, questions in self.sets:
            say(f"asking {name}")
            for view in self.views:
                results = [Result.of(question, answer(question.text, self.shipped[view])) for question in questions]
                report(f"{name}, {'with' if view else 'WITHOUT'} the encoder", results)
                if view == self.views[0] and questions[0].batch == "own":
                    worst(results)

    def learning_curve(self, pictures: Path) -> None:
        """Draw how many questions of the separate sets find their lesson first, by how many batches were learnt."""
        questions = tuple(question for _, some in self.sets for question in some if question.lesson)
        counts = sorted({count for count in CURVE if count < len(self.batches)} | {len(self.batches)})
        tasks = [Task(frozenset(self.batches[:count]), questions, view) for view in self.views for count in counts]
        lines: dict[str, list[tuple[float, float]]] = {}
        print("\n## learning curve: right lesson first, by batches learnt (in the order of the file)")
        for task, (results, _) in zip(tasks, self._run(tasks), strict=True):
            for name, some in self.sets:
                chosen = [r for r in results if r.sample.batch == some[0].batch]
                label = f"{some[0].batch}{'' if task.by_meaning else ', characters'}"
                value = share(chosen, lambda r: r.first)
                lines.setdefault(label, []).append((len(task.batches), value))
                print(f"{len(task.batches)} batches, {name}, {'with' if task.by_meaning else 'without'}: {value:.1f}")
        x, y = counts, [40, 50, 60, 70, 80, 90, 100]
        line_chart(pictures / "learning-curve.svg", "Right lesson first (%)", "batches learnt from", lines, x=x, y=y)

    def _folds(self, view: bool) -> list[Task]:
        folds = [fold for start in range(FOLDS) if (fold := {*self.batches[start::FOLDS]})]
        return [
            Task(frozenset({*self.batches} - fold), tuple(s for s in self.samples if s.batch in fold), view, odds=True)
            for fold in folds
        ]

    def _run(self, tasks: Sequence[Task]) -> Iterator[tuple[list[Result], np.ndarray]]:
        """Yield each task's results and odds, in order; as many at a time as there are processes."""
        global _bench  # what forked processes find in their memory need not be sent to them
        _bench = self
        with ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork")) as pool:
            for number, results in enumerate(pool.map(_done, tasks), 1):
                say(f"{number} of {len(tasks)} matchers learnt and asked")
                yield results

    def done(self, task: Task) -> tuple[list[Result], np.ndarray]:
        knowledge = self._learnt(task)
        results = [Result.of(question, answer(question.text, knowledge)) for question in task.questions]
        rankings = [knowledge.matcher.rank(question.text) for question in task.questions if task.odds]
        return results, np.array([np.append(ranking.scores, ranking.off_topic) for ranking in rankings])

    def _learnt(self, task: Task) -> Knowledge:
        base = self.shipped[task.by_meaning]
        samples = [*self.own, *(sample for sample in self.samples if sample.batch in task.batches)]
        encoder = self.encoder if task.by_meaning else None
        matcher = learn(samples, list(base.book.lessons), encoder, Stores(SHIPPED), start=Weights.none())
        return replace(base, matcher=matcher)


_bench: Bench


def _done(task: Task) -> tuple[list[Result], np.ndarray]:
    return _bench.done(task)


def say(progress: str) -> None:
    print(progress, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
