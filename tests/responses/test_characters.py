from math import log, sqrt

import numpy as np
import pytest

import responses.characters
from responses.characters import CharacterIndex
from responses.grams import fold

TEXTS = ["we lost your data", "We lost your data!", "the outage lasted a day", "perché non avete avvisato", "xyz"]


def plainly(question: str, texts: list[str]) -> list[float]:
    """The same cosine, written with dictionaries."""

    def counted(text: str) -> dict[str, float]:
        folded = fold(text)
        grams = [folded[at : at + size] for size in (4, 5, 6) for at in range(len(folded) - size + 1)]
        return dict.fromkeys(grams, 1.0)

    vectors = [counted(text) for text in texts]
    rarity = {g: log((1 + len(texts)) / (1 + sum(g in v for v in vectors))) + 1 for v in vectors for g in v}
    unseen = log(1 + len(texts)) + 1

    def weighted(counts: dict[str, float]) -> dict[str, float]:
        weights = {gram: count * rarity.get(gram, unseen) for gram, count in counts.items()}
        norm = sqrt(sum(weight**2 for weight in weights.values()))
        return {gram: weight / norm for gram, weight in weights.items()}

    asked = weighted(counted(question))
    return [sum(asked.get(gram, 0) * weight for gram, weight in weighted(vector).items()) for vector in vectors]


@pytest.mark.parametrize("question", [*TEXTS, "your data was lost by us", "day day day day", "nothing alike"])
def test_likeness_is_the_cosine_of_weighted_grams(question: str) -> None:
    found = CharacterIndex(TEXTS).similarities(question)
    np.testing.assert_allclose(found, plainly(question, TEXTS), atol=1e-5)


def test_accents_case_and_signs_make_no_difference() -> None:
    found = CharacterIndex(TEXTS).similarities("PERCHE non avete avvisato??")
    assert found[3] == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("question", ["", "?", "🔥", "ab"])
def test_question_without_grams_is_like_nothing(question: str) -> None:
    assert CharacterIndex(TEXTS).similarities(question).max() == 0


def test_how_rare_a_gram_is_may_be_taken_from_another_index() -> None:
    question = "was the outage longer than a day"
    later = CharacterIndex(TEXTS[2:], like=CharacterIndex(TEXTS))
    np.testing.assert_allclose(later.similarities(question), plainly(question, TEXTS)[2:], atol=1e-5)


@pytest.mark.parametrize("others", [[], [""], ["?"]])
def test_where_the_other_index_knows_nothing_all_grams_are_as_rare(others: list[str]) -> None:
    index = CharacterIndex(TEXTS, like=CharacterIndex(others))
    assert index.similarities(TEXTS[2])[2] == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("times", [2, 200, 300])
def test_gram_that_occurs_very_often_does_no_harm(times: int) -> None:
    text = "day " * times
    assert CharacterIndex([text, *TEXTS]).similarities(text)[0] == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("texts", [[], [""], ["a", ""]])
def test_index_of_nothing(texts: list[str]) -> None:
    assert list(CharacterIndex(texts).similarities("we lost your data")) == [0] * len(texts)


def test_time_is_bounded_by_leaving_common_grams_out(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"the same words again {number}{number + 1}{number + 2}" for number in range(100, 150)]
    index = CharacterIndex(texts)
    assert index.similarities("the same words again 120121122").argmax() == 20
    monkeypatch.setattr(responses.characters, "_BUDGET", 60)
    bounded = index.similarities("the same words again 120121122")
    assert bounded.argmax() == 20
    assert np.count_nonzero(bounded) < 50
