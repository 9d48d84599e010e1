"""What simpler bots would reach on the same split: the lesson of the most similar sample."""

import sys
from collections.abc import Callable, Mapping, Sequence

import bm25s
import numpy as np

from responses.characters import CharacterIndex
from responses.encoder import Encoder
from responses.phrasings import Sample


def baselines(samples: Sequence[Sample], own: Sequence[Sample], encoder: Encoder | None) -> None:
    """Print what simpler rankers reach on the same split: the lesson of the most similar sample."""
    hits: dict[str, list[tuple[bool, bool]]] = {}
    for batch in sorted({sample.batch for sample in samples}):
        learnt = [s for s in (*own, *samples) if s.batch != batch and s.lesson]
        asked = [s for s in samples if s.batch == batch and s.lesson]
        for name, rank in simple_rankers(learnt, encoder).items():
            for sample in asked:
                best = nearest_lessons(rank(sample.text), learnt)
                hits.setdefault(name, []).append((best[0] == sample.lesson, sample.lesson in best))
    print("\n## simpler rankers, cross-validated on the same split (first / in three)")
    for name, pairs in hits.items():
        first, three = np.mean(pairs, axis=0) * 100
        print(f"{name:40} {first:5.1f} {three:5.1f}")
    sys.stdout.flush()


def simple_rankers(learnt: Sequence[Sample], encoder: Encoder | None) -> Mapping[str, Callable[[str], np.ndarray]]:
    texts = [sample.text for sample in learnt]
    words = bm25s.BM25()
    words.index(bm25s.tokenize(texts, stopwords=None, show_progress=False), show_progress=False)
    vocabulary = set(words.vocab_dict)
    characters = CharacterIndex(texts)

    def by_words(question: str) -> np.ndarray:
        tokens = bm25s.tokenize([question], stopwords=None, show_progress=False, return_ids=False)[0]
        known = [token for token in tokens if token in vocabulary]
        return words.get_scores(known) if known else np.zeros(len(texts), np.float32)

    rankers = {"BM25, highest": by_words, "character TF-IDF, highest cosine": characters.similarities}
    if encoder:
        vectors = np.stack([encoder.encode(text) for text in texts])
        rankers["the bare encoder, highest cosine"] = lambda question: vectors @ encoder.encode(question)
    return rankers


def nearest_lessons(scores: np.ndarray, learnt: Sequence[Sample]) -> list[str]:
    best: list[str] = []
    for index in np.argsort(-scores):
        name = learnt[index].lesson
        if name and name not in best:
            best.append(name)
        if len(best) == 3:
            break
    return best
