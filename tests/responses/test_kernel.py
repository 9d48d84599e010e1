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
    assert kernel.kind == "2:0"


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


@pytest.fixture
def few_directions(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    """Three directions of the encoder's, learnt from samples that differ in the first three of its dimensions."""
    monkeypatch.setattr("responses.kernel._ENOUGH", 50)
    monkeypatch.setattr("responses.kernel._DIRECTIONS", 3)
    return Kernel([f"text {number}" for number in range(60)], Turned(), TURNED.copy())


CHANCE = np.random.default_rng(5)
TURNED = np.concatenate(
    [CHANCE.standard_normal((60, 3)) * [4, 2, 1], 0.001 * CHANCE.standard_normal((60, 5))], axis=1
).astype(np.float32)  # fmt: skip
TURNED /= np.linalg.norm(TURNED, axis=1, keepdims=True)


class Turned:
    """An encoder that knows the vectors of "text 0" to "text 59" in TURNED."""

    name, dimensions = "turned", 8

    def encode(self, text: str) -> np.ndarray:
        return TURNED[int(text.split()[1])]


def test_of_many_samples_the_directions_in_which_they_differ_are_kept(few_directions: Kernel) -> None:
    assert few_directions.vectors is not None
    assert few_directions.vectors.shape == (60, 3)
    np.testing.assert_allclose(np.linalg.norm(few_directions.vectors, axis=1), 1, atol=1e-5)
    for index in (0, 31, 59):
        alike = few_directions.similarities(f"text {index}")
        assert alike.argmax() == index
        assert alike[index] == pytest.approx(1, abs=1e-4)


def test_what_is_kept_orders_the_samples_as_all_directions_do(
    few_directions: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("responses.kernel._ENOUGH", 10_000)
    whole = Kernel(few_directions.texts, Turned(), TURNED.copy())
    assert whole.vectors is not None
    assert few_directions.vectors is not None
    assert whole.vectors.shape == (60, 8)
    for index in range(60):
        cosines = [kernel.vectors @ kernel.vectors[index] for kernel in (whole, few_directions)]  # type: ignore[index,operator]
        assert np.corrcoef(*cosines)[0, 1] > 0.9


def test_a_later_sample_and_a_question_are_seen_as_the_first_ones_are(few_directions: Kernel) -> None:
    before = TURNED.copy()
    more = few_directions.extended(["text 7"], TURNED[[7]].copy())
    np.testing.assert_allclose(more.similarities("text 7")[[7, 60]], 1, atol=1e-4)
    np.testing.assert_array_equal(TURNED, before)  # the encoder's own vectors are nobody else's to change
    assert more.kind == few_directions.kind == "2:3"


def test_larger_differences_are_made_less_of(few_directions: Kernel) -> None:
    sizes = np.linalg.svd(TURNED - TURNED.mean(axis=0), compute_uv=False)[:3]
    assert few_directions.vectors is not None
    evened = np.linalg.svd(few_directions.vectors - few_directions.vectors.mean(axis=0), compute_uv=False)
    assert 1 < evened[0] / evened[2] < sizes[0] / sizes[2]
