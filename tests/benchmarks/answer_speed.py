"""What an answer costs beside the encoder, also in a very large book: `python -m tests.benchmarks.answer_speed`."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

import numpy as np

from responses.answering import answer
from responses.encoder import load_encoder
from responses.knowledge import SHIPPED, load_knowledge
from responses.matching import Stores, learn
from responses.phrasings import Sample

LESSONS = 10_000
SAMPLES_EACH = 8
QUESTIONS = 200


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
    words = [sample.text.split() for sample in knowledge.phrasings.samples]
    samples = list(synthetic(words))
    ranker = learn(samples, [f"l{number}" for number in range(LESSONS)], Noise(), Stores())
    asked = [sample.text for sample in random.sample(samples, QUESTIONS)]
    print(f"{LESSONS} lessons, {len(samples)} samples: {milliseconds(ranker.rank, asked):.2f} ms beside the encoder")


def synthetic(words: Sequence[Sequence[str]]) -> list[Sample]:
    """Return samples mixed from real ones: as many different n-grams as people would bring."""
    return [
        Sample(" ".join([*random.choice(words)[:7], *random.choice(words)[-6:], str(number)]), "en", f"l{lesson}", "x")
        for lesson in range(LESSONS)
        for number in range(SAMPLES_EACH)
    ]


def milliseconds(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return the median time of `work` on a text."""
    times = []
    for text in texts:
        begun = perf_counter()
        work(text)
        times.append(perf_counter() - begun)
    return float(np.median(times)) * 1000


def resident() -> float:
    """Return the memory of this process in MB (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


if __name__ == "__main__":
    main()
