"""Which of the four languages a question is written in, or "und" when it is none of them."""

import unicodedata
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from responses.grams import fold, gram_hashes
from responses.phrases import LANGUAGES, Language

Detected = Literal["en", "it", "de", "fil", "und"]

_SIZES = range(1, 6)
_SMOOTHING = 0.3  # added to each count
_LATIN_SHARE = 0.6  # of a question's letters, at least
_KNOWN_SHARE = 0.83  # of what is known of a question's grams on average: less is junk or another language


class LanguageDetector:
    """Naive Bayes over character 1- to 5-grams, learnt from sample questions. Immutable.

    Taglish counts as Filipino, as it does in the samples.
    """

    def __init__(self, texts: Sequence[str], languages: Sequence[Language]) -> None:
        kept: list[NDArray[np.uint32]] = []
        folded = [fold(text) for text in texts]
        for language in LANGUAGES:
            _, hashes = gram_hashes(
                [text for text, of in zip(folded, languages, strict=True) if of == language], _SIZES
            )
            hashes.sort()
            kept.append(hashes)
        self._grams = _common(kept)
        counts = np.stack([_occurrences(self._grams, hashes) for hashes in kept], axis=1)
        # Good and Turing: new text has as many unknown grams as the old has that occur once.
        self._least_known = _KNOWN_SHARE * counts.sum() / max(sum(map(len, kept)), 1)
        rates = (counts + _SMOOTHING) / (counts.sum(axis=0) + _SMOOTHING * max(len(counts), 1))
        self._weights = np.log(rates).astype(np.float32)

    def detect(self, question: str) -> Detected:
        """Return the language of a cleaned question; "und" for junk and for other languages."""
        if not _mostly_latin(question) or not len(self._grams):
            return "und"
        _, hashes = gram_hashes([fold(question)], _SIZES)
        places = np.searchsorted(self._grams, hashes).clip(max=len(self._grams) - 1)
        known = places[self._grams[places] == hashes]
        if len(known) < self._least_known * len(hashes):
            return "und"
        return LANGUAGES[int(self._weights[known].sum(axis=0).argmax())]


def _mostly_latin(question: str) -> bool:
    letters = [character for character in question if character.isalpha()]
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return bool(letters) and latin >= _LATIN_SHARE * len(letters)


def _common(languages: Sequence[NDArray[np.uint32]]) -> NDArray[np.uint32]:
    """Return the grams that occur more than once: the others say little and would take half of the memory."""
    together = np.concatenate(languages)
    together.sort()
    return np.unique(together[1:][together[1:] == together[:-1]])


def _occurrences(grams: NDArray[np.uint32], ordered: NDArray[np.uint32]) -> NDArray[np.float32]:
    ends = np.searchsorted(ordered, grams, side="right") - np.searchsorted(ordered, grams, side="left")
    return ends.astype(np.float32)
