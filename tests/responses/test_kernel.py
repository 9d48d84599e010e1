from collections.abc import Sequence

import numpy as np
import pytest

from responses.kernel import Kernel
from responses.vectors import Matrix, vectors_of
from tests.responses.fakes import WordEncoder

TEXTS = ["tell the customers now", "say sorry to the users", "publish the plan", "freeze the features"]


@pytest.fixture
def by_both() -> Kernel:
    encoder = WordEncoder()
    return Kernel(TEXTS, encoder, vectors_of(TEXTS, encoder))


def test_a_text_is_most_like_itself(by_both: Kernel) -> None:
    for index, text in enumerate(TEXTS):
        alike = by_both.similarities(text)
        assert alike[index] == pytest.approx(1, abs=1e-4)
        assert alike.argmax() == index


def test_rows_are_what_the_samples_would_be_as_questions(by_both: Kernel) -> None:
    rows = by_both.rows(np.array([2, 0]))
    np.testing.assert_allclose(rows, [by_both.similarities(TEXTS[2]), by_both.similarities(TEXTS[0])], atol=1e-5)


def test_likeness_stays_between_nothing_and_one(by_both: Kernel) -> None:
    for question in ("", "zzz", "customers", *TEXTS):
        alike = by_both.similarities(question)
        assert alike.min() >= 0
        assert alike.max() <= 1 + 1e-4


def test_without_an_encoder_characters_are_all_there_is() -> None:
    kernel = Kernel(TEXTS, None, None)
    assert kernel.similarities("something else entirely").max() < 0.3
    assert kernel.similarities(TEXTS[1])[1] == pytest.approx(1, abs=1e-5)


def test_samples_that_are_all_the_same_do_no_harm() -> None:
    encoder = WordEncoder()
    kernel = Kernel(["same", "same"], encoder, vectors_of(["same", "same"], encoder))
    assert np.isfinite(kernel.similarities("same")).all()


@pytest.mark.parametrize("encoder", [None, WordEncoder()])
def test_more_samples_are_compared_like_the_first_ones(encoder: WordEncoder | None) -> None:
    new = ["give the customers a plan", "freeze the plan"]

    def vectors(texts: Sequence[str]) -> Matrix | None:
        return vectors_of(texts, encoder) if encoder else None

    first = Kernel(TEXTS, encoder, vectors(TEXTS))
    more = first.extended(new[:1], vectors(new[:1])).extended(new[1:], vectors(new[1:]))
    assert more.texts == (*TEXTS, *new)
    for question in ("tell the users", "give them a plan", "nothing alike"):
        alike = more.similarities(question)
        np.testing.assert_array_equal(alike[: len(TEXTS)], first.similarities(question))
        assert alike.min() >= 0
    for index, text in enumerate(more.texts):
        assert more.similarities(text)[index] == pytest.approx(1, abs=1e-4)
    rows = more.rows(np.array([5, 0, 4]))
    np.testing.assert_allclose(rows, [more.similarities(more.texts[index]) for index in (5, 0, 4)], atol=1e-5)
    assert first.size == len(TEXTS)


def test_no_samples() -> None:
    encoder = WordEncoder()
    assert len(Kernel([], encoder, vectors_of([], encoder)).similarities("anything")) == 0
