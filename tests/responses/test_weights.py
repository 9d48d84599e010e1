from pathlib import Path

import numpy as np
import pytest

from responses.kernel import Kernel
from responses.weights import OFF_TOPIC, Weights, fitted, weights_for

LESSONS = ("sorry", "plan")
TEXTS = [
    *(f"say sorry to the {who} for the outage" for who in ("users", "customers", "clients", "shops", "nurses")),
    *(f"publish a plan with {what} for the fixes" for what in ("dates", "owners", "steps", "weeks", "goals")),
    *(f"what is the weather in {where} tomorrow" for where in ("rome", "oslo", "cebu", "bonn", "york")),
]
LABELS = np.array([0] * 5 + [1] * 5 + [OFF_TOPIC] * 5, dtype=np.int32)
KEYS = [text.encode().ljust(60)[-16:] + bytes([number]) for number, text in enumerate(TEXTS)]
KERNEL = Kernel(TEXTS, None, None)


def exactly(labels: np.ndarray = LABELS) -> np.ndarray:
    """The solution, by one system of equations."""
    likeness = KERNEL.rows(np.arange(len(TEXTS)))
    return np.linalg.solve(likeness + 0.1 * np.eye(len(TEXTS)), np.eye(3)[labels])


@pytest.fixture
def learnt() -> Weights:
    weights, solved = weights_for(KEYS, LABELS, LESSONS, KERNEL, known=[])
    assert solved
    return weights


def test_weights_solve_the_ridge_regression(learnt: Weights) -> None:
    np.testing.assert_allclose(learnt.matrix, exactly(), atol=1e-3)


@pytest.mark.parametrize(
    ("question", "column"),
    [("do we say sorry to the users", 0), ("should we publish the plan with dates", 1), ("weather in rome", 2)],
)
def test_questions_score_highest_where_they_belong(learnt: Weights, question: str, column: int) -> None:
    assert (KERNEL.similarities(question) @ learnt.matrix).argmax() == column


def test_known_weights_are_taken_as_they_are(learnt: Weights) -> None:
    again, solved = weights_for(KEYS, LABELS, LESSONS, KERNEL, known=[learnt])
    assert not solved
    np.testing.assert_array_equal(again.matrix, learnt.matrix)


def test_weights_move_with_the_order_of_samples_and_lessons(learnt: Weights) -> None:
    order = [*range(14, -1, -1)]
    labels = np.array([{0: 1, 1: 0, OFF_TOPIC: OFF_TOPIC}[int(LABELS[index])] for index in order], dtype=np.int32)
    moved, stale = learnt.carried_over([KEYS[index] for index in order], labels, ("plan", "sorry"))
    assert not len(stale)
    np.testing.assert_array_equal(moved.matrix, learnt.matrix[order][:, [1, 0, 2]])


def test_new_sample_is_mended_in(learnt: Weights) -> None:
    first = learnt.carried_over(KEYS[1:], LABELS[1:], LESSONS)[0]
    weights, solved = weights_for(KEYS, LABELS, LESSONS, KERNEL, known=[first])
    assert solved
    assert (KERNEL.similarities(TEXTS[0]) @ weights.matrix).argmax() == 0


def test_sample_that_moved_to_another_lesson_is_learnt_anew(learnt: Weights) -> None:
    labels = LABELS.copy()
    labels[0] = 1
    _, stale = learnt.carried_over(KEYS, labels, LESSONS)
    assert list(stale) == [0]
    weights, _ = weights_for(KEYS, labels, LESSONS, KERNEL, known=[learnt])
    scores = KERNEL.similarities(TEXTS[0]) @ weights.matrix
    assert scores.argmax() == 1


def test_new_lesson_gets_a_column(learnt: Weights) -> None:
    labels = LABELS.copy()
    labels[[0, 1]] = 2
    weights, _ = weights_for(KEYS, labels, (*LESSONS, "new"), KERNEL, known=[learnt])
    assert weights.matrix.shape == (15, 4)
    assert (KERNEL.similarities(TEXTS[0]) @ weights.matrix).argmax() == 2


def test_new_lesson_leaves_the_other_questions_alone() -> None:
    texts = [
        f"{start} number {n} of the {end}"
        for start in ("sorry letter", "dated plan")
        for n in range(60)
        for end in ("day", "week")
    ]
    new = [f"voucher number {n} of the day and week" for n in range(8)]
    keys = [number.to_bytes(16) for number in range(len(texts) + len(new))]
    labels = np.repeat(np.arange(2, dtype=np.int32), len(texts) // 2)
    before, _ = weights_for(keys[: len(texts)], labels, LESSONS, Kernel(texts, None, None), known=[])
    kernel = Kernel([*texts, *new], None, None)
    with_new = np.append(labels, np.full(len(new), 2, np.int32))
    after, _ = weights_for(keys, with_new, (*LESSONS, "new"), kernel, known=[before])
    for question, lesson in (("number 7 of the day and week", 2), ("sorry letter", 0), ("dated plan number 9", 1)):
        assert (kernel.similarities(question) @ after.matrix).argmax() == lesson
    old = np.stack([kernel.similarities(text) for text in texts]) @ after.matrix
    assert np.abs(old[:, 2]).max() < 0.2


def test_when_most_samples_are_gone_all_is_learnt_anew(learnt: Weights) -> None:
    kept = [0, 1, 5, 6, 10]
    kernel = Kernel([TEXTS[index] for index in kept], None, None)
    weights, solved = weights_for([KEYS[index] for index in kept], LABELS[kept], LESSONS, kernel, known=[learnt])
    assert solved
    likeness = kernel.rows(np.arange(5))
    expected = np.linalg.solve(likeness + 0.1 * np.eye(5), np.eye(3)[LABELS[kept]])
    np.testing.assert_allclose(weights.matrix, expected, atol=1e-3)


def test_best_known_weights_are_started_from(learnt: Weights) -> None:
    half = learnt.carried_over(KEYS[:7], LABELS[:7], LESSONS)[0]
    _, solved = weights_for(KEYS, LABELS, LESSONS, KERNEL, known=[half, learnt])
    assert not solved


def test_file_brings_back_what_was_written(learnt: Weights, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "weights.npz"
    learnt.write(path)
    read = Weights.read(path)
    assert (read.keys.tolist(), read.lessons) == (learnt.keys.tolist(), learnt.lessons)
    np.testing.assert_array_equal(read.labels, learnt.labels)
    np.testing.assert_allclose(read.matrix, learnt.matrix, atol=1e-3)
    assert [file.name for file in path.parent.iterdir()] == ["weights.npz"]


@pytest.mark.parametrize("content", [None, b"", b"damaged"])
def test_file_that_cannot_be_read_knows_nothing(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "weights.npz"
    if content is not None:
        path.write_bytes(content)
    assert not len(Weights.read(path).keys)


def test_file_of_another_shape_knows_nothing(tmp_path: Path, learnt: Weights) -> None:
    path = tmp_path / "weights.npz"
    Weights(learnt.keys[1:], learnt.labels[1:], learnt.lessons, learnt.matrix).write(path)
    assert not len(Weights.read(path).keys)


def test_progress_reaches_the_end() -> None:
    heard: list[tuple[int, int]] = []
    start, stale = Weights.none().carried_over(KEYS, LABELS, LESSONS)
    fitted(start, stale, 0, KERNEL, lambda *at: heard.append(at))
    assert heard[-1][0] == heard[-1][1] > 0
