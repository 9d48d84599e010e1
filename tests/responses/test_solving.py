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


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows of the kernel were made, each time that some were."""
    counts: list[int] = []
    plain = Kernel.rows

    def rows(kernel: Kernel, indices: np.ndarray) -> Matrix:
        counts.append(len(indices))
        return plain(kernel, indices)

    monkeypatch.setattr(Kernel, "rows", rows)
    monkeypatch.setattr("responses.solving._BLOCK", 50)
    return counts


@pytest.mark.parametrize(("room", "kept"), [(0, 0), (2, 2), (99, 4)])
def test_rows_that_do_not_fit_into_memory_are_made_again(
    kernel: Kernel, made: list[int], room: int, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("responses.solving._SHARE_KEPT", 1)
    monkeypatch.setattr("responses.solving.memory_size", lambda: room * 50 * len(TEXTS) * 2)  # in half precision
    heard: list[int] = []
    solved(TARGETS, kernel, lambda done, _: heard.append(done))
    blocks = len(TEXTS) // 50
    steps = (len(heard) - 1) // blocks
    assert steps > 1
    assert len(made) == 1 + blocks + (steps - 1) * (
        blocks - kept
    )  # the landmarks; all once; in each step what is not kept


def test_with_every_sample_a_landmark_few_steps_are_needed(kernel: Kernel, made: list[int]) -> None:
    heard: list[int] = []
    solved(TARGETS, kernel, lambda done, _: heard.append(done))
    assert (len(heard) - 1) // (len(TEXTS) // 50) <= 4


def test_it_says_when_it_did_not_get_there(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("responses.solving._LANDMARKS", 2)
    monkeypatch.setattr("responses.solving._MOST_STEPS", 2)
    solved(TARGETS, kernel, None)
    assert "not quite solved for" in caplog.text


def test_progress_ends_where_it_says(kernel: Kernel) -> None:
    heard: list[tuple[int, int]] = []
    solved(TARGETS, kernel, lambda done, of: heard.append((done, of)))
    assert heard[0][0] == 0
    assert heard[-1][0] == heard[-1][1] > 0
    assert len({of for _, of in heard}) == 1
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


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
