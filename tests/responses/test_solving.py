import numpy as np
import pytest

from responses.kernel import Kernel
from responses.solving import mended, solved
from responses.vectors import Matrix, vectors_of
from tests.responses.fakes import WordEncoder

WHO = ("users", "customers", "clients", "shops", "nurses", "teachers", "drivers", "guests", "members", "readers")
WHAT = ("say sorry to the", "publish a plan for the", "tell the", "what do we owe the", "is there a lunch for the")
TEXTS = [f"{what} {who} of number {number}" for number, who in enumerate(WHO * 4) for what in WHAT]
COLUMNS = np.array([number % len(WHAT) for number in range(len(TEXTS))])
TARGETS = np.eye(len(WHAT) + 1, dtype=np.float32)[COLUMNS]  # the last column has no sample


@pytest.fixture(scope="module")
def kernel() -> Kernel:
    encoder = WordEncoder()
    return Kernel(TEXTS, encoder, vectors_of(TEXTS, encoder))


@pytest.fixture(scope="module")
def exact(kernel: Kernel) -> Matrix:
    likeness = kernel.rows(np.arange(len(TEXTS))).astype(float)
    found: Matrix = np.linalg.solve(likeness + 0.1 * np.eye(len(TEXTS)), TARGETS)
    return found


@pytest.mark.parametrize(("block", "landmarks"), [(512, 1000), (32, 1000), (64, 20), (7, 3)])
def test_all_samples_are_solved_for_in_blocks_and_by_few_landmarks(
    kernel: Kernel, exact: Matrix, block: int, landmarks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("responses.solving._BLOCK", block)
    monkeypatch.setattr("responses.solving._LANDMARKS", landmarks)
    monkeypatch.setattr("responses.solving._NEARLY", 1e-4)
    monkeypatch.setattr("responses.solving._MOST_STEPS", 80)
    np.testing.assert_allclose(solved(TARGETS, kernel, None), exact, atol=5e-3)  # rows are kept in half precision


def test_as_shipped_the_scores_are_nearly_the_exact_ones(kernel: Kernel, exact: Matrix) -> None:
    found = solved(TARGETS, kernel, None)
    for question in ("do we say sorry to our users", "a plan for whom", "lunch"):
        alike = kernel.similarities(question)
        np.testing.assert_allclose(alike @ found, alike @ exact, atol=0.02)


def test_rows_that_do_not_fit_into_memory_are_made_again(
    kernel: Kernel, exact: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def rows(self: Kernel, indices: np.ndarray) -> Matrix:
        made.append(len(indices))
        return plain(self, indices)

    plain = Kernel.rows
    monkeypatch.setattr(Kernel, "rows", rows)
    monkeypatch.setattr("responses.solving._BLOCK", 50)
    monkeypatch.setattr("responses.solving._room", lambda: 2 * 50 * len(TEXTS) * 2)  # for two blocks
    np.testing.assert_allclose(kernel.similarities(TEXTS[0]) @ solved(TARGETS, kernel, None), TARGETS[0], atol=0.2)
    blocks = len(TEXTS) // 50
    steps = (len(made) - 1 - 2) / (blocks - 2)  # the landmarks and two blocks once, the others in each step
    assert steps == int(steps) > 1


def test_progress_ends_where_it_says(kernel: Kernel) -> None:
    heard: list[tuple[int, int]] = []
    solved(TARGETS, kernel, lambda done, of: heard.append((done, of)))
    assert heard[0][0] == 0
    assert heard[-1][0] == heard[-1][1] > 0
    shares = [done / of for done, of in heard]
    assert shares == sorted(shares)


def test_no_samples_have_no_weights() -> None:
    assert solved(np.zeros((0, 1), np.float32), Kernel([], None, None), None).shape == (0, 1)


@pytest.mark.parametrize("block", [512, 16])
def test_a_few_new_samples_are_mended_in(
    kernel: Kernel, exact: Matrix, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("responses.solving._BLOCK", block)
    stale = np.array([3, 50, 51])
    start = exact.astype(np.float32)
    start[stale] = 0
    found = mended(start, TARGETS, stale, kernel)
    assert not start[stale].any()
    for row in stale:
        assert (kernel.similarities(TEXTS[row]) @ found).argmax() == COLUMNS[row]
