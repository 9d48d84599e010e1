"""What an answer costs beside the encoder, also in a very large book: `python -m tests.benchmarks.answer_speed`."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TypeVar

import numpy as np

from responses.answering import answer
from responses.encoder import load_encoder
from responses.knowledge import SHIPPED, Knowledge, Ruling, load_knowledge
from responses.matching import Stores, learn
from responses.phrasings import Sample

LESSONS = 10_000
SAMPLES_EACH = 8
QUESTIONS = 200
RULINGS = 10
Thing = TypeVar("Thing")


class Noise:
    """An encoder that takes no time: what is measured beside it is the ranking alone."""

    name, dimensions = "noise", 384

    def __init__(self) -> None:
        self._random = np.random.default_rng(7)

    def encode(self, _text: str) -> np.ndarray:
        return self._random.standard_normal(self.dimensions, dtype=np.float32)


def main() -> None:
    random.seed(7)
    encoder = load_encoder()
    begun = perf_counter()
    knowledge = load_knowledge([SHIPPED / "lessons.yaml"], [SHIPPED / "phrasings.yaml"], encoder=encoder)
    print(f"knowledge ready in {perf_counter() - begun:.2f} s, the process takes {resident():.0f} MB")
    texts = [sample.text for sample in random.sample(knowledge.phrasings.samples, QUESTIONS)]
    if encoder:
        # In turns: whatever else the machine does slows both alike.
        pairs = [(milliseconds(encoder.encode, [t]), milliseconds(lambda q: answer(q, knowledge), [t])) for t in texts]
        alone, whole = np.median(pairs, axis=0)
        print(f"an answer takes {whole:.2f} ms, the encoder alone {alone:.2f} ms: {whole / alone:.3f} times as long")
    else:
        print(f"an answer takes {milliseconds(lambda q: answer(q, knowledge), texts):.2f} ms, by characters alone")
    learning(knowledge, texts)
    large_book([sample.text.split() for sample in knowledge.phrasings.samples])


def learning(knowledge: Knowledge, texts: Sequence[str]) -> None:
    """Print how long a curator's ruling on a question takes to be learnt."""
    rulings = [Ruling(f"{text} and {number}", "en", "transparency") for number, text in enumerate(texts[:RULINGS])]
    taken = milliseconds(lambda ruling: knowledge.with_rulings([ruling]), rulings)
    print(f"a ruling is learnt in {taken:.0f} ms beside {len(knowledge.phrasings)} samples")


def large_book(words: Sequence[Sequence[str]]) -> None:
    """Print how long a very large book takes to load from the cache, and to answer from."""
    samples, lessons = synthetic(words), [f"l{number}" for number in range(LESSONS)]
    with TemporaryDirectory() as folder:
        stores = Stores(cache=Path(folder))
        learn(samples, lessons, Noise(), stores)
        begun = perf_counter()
        ranker = learn(samples, lessons, Noise(), stores)
        loaded = perf_counter() - begun
    asked = [sample.text for sample in random.sample(samples, QUESTIONS)]
    print(
        f"{LESSONS} lessons, {len(samples)} samples: loaded from the cache in {loaded:.2f} s,"
        f" a question ranked in {milliseconds(ranker.rank, asked):.2f} ms, both beside the encoder"
    )


def synthetic(words: Sequence[Sequence[str]]) -> list[Sample]:
    """Return samples mixed from real ones: as many different n-grams as people would bring."""
    return [
        Sample(" ".join([*random.choice(words)[:7], *random.choice(words)[-6:], str(number)]), "en", f"l{lesson}", "x")
        for lesson in range(LESSONS)
        for number in range(SAMPLES_EACH)
    ]


def milliseconds(work: Callable[[Thing], object], things: Sequence[Thing]) -> float:
    """Return the median time of `work` on one thing."""
    times = []
    for thing in things:
        begun = perf_counter()
        work(thing)
        times.append(perf_counter() - begun)
    return float(np.median(times)) * 1000


def resident() -> float:
    """Return the memory of this process in MB (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


if __name__ == "__main__":
    main()
