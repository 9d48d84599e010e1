from pathlib import Path

import numpy as np
import pytest

from responses.vectors import VectorFile, text_key, vectors_of, write_vectors
from tests.responses.fakes import WordEncoder

TEXTS = ["one text", "another text", "a third one"]


def test_vectors_come_in_the_order_of_the_texts() -> None:
    matrix = vectors_of(TEXTS, WordEncoder())
    np.testing.assert_array_equal(matrix, np.stack([WordEncoder().encode(text) for text in TEXTS]))


def test_only_what_is_missing_is_encoded(tmp_path: Path) -> None:
    cache = tmp_path / "deep" / "vectors.npz"
    vectors_of(TEXTS[:2], WordEncoder(), cache=cache)
    second = WordEncoder()
    matrix = vectors_of([*reversed(TEXTS)], second, cache=cache)
    assert second.asked == [TEXTS[2]]
    third = WordEncoder()
    again = vectors_of(TEXTS, third, cache=cache)
    assert not third.asked
    np.testing.assert_allclose(again, matrix[::-1], atol=0.005)
    np.testing.assert_allclose(np.einsum("ij,ij->i", again, matrix[::-1]), 1, atol=0.001)


def test_shipped_vectors_are_read_and_never_written(tmp_path: Path) -> None:
    shipped, cache = tmp_path / "shipped.npz", tmp_path / "cache.npz"
    vectors_of(TEXTS[:2], WordEncoder(), cache=shipped)
    before = shipped.read_bytes()
    encoder = WordEncoder()
    vectors_of(TEXTS, encoder, shipped=shipped, cache=cache)
    assert encoder.asked == [TEXTS[2]]
    assert shipped.read_bytes() == before
    assert VectorFile.read(cache).find(text_key("words-1", TEXTS[2])) is not None
    assert VectorFile.read(cache).find(text_key("words-1", TEXTS[0])) is None


def test_vectors_of_another_model_are_not_used(tmp_path: Path) -> None:
    cache = tmp_path / "vectors.npz"
    vectors_of(TEXTS, WordEncoder("words-1"), cache=cache)
    newer = WordEncoder("words-2")
    vectors_of(TEXTS, newer, cache=cache)
    assert newer.asked == TEXTS


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 cut off"])
def test_damaged_cache_is_made_again(tmp_path: Path, content: bytes) -> None:
    cache = tmp_path / "vectors.npz"
    cache.write_bytes(content)
    vectors_of(TEXTS, WordEncoder(), cache=cache)
    again = WordEncoder()
    vectors_of(TEXTS, again, cache=cache)
    assert not again.asked


def test_cut_off_cache_is_made_again(tmp_path: Path) -> None:
    cache = tmp_path / "vectors.npz"
    vectors_of(TEXTS, WordEncoder(), cache=cache)
    whole = cache.read_bytes()
    for length in (10, len(whole) // 2, len(whole) - 5):
        cache.write_bytes(whole[:length])
        encoder = WordEncoder()
        vectors_of(TEXTS, encoder, cache=cache)
        assert encoder.asked == TEXTS


def test_cache_of_another_shape_is_not_used(tmp_path: Path) -> None:
    cache = tmp_path / "vectors.npz"
    np.savez(cache, keys=np.zeros(3, "V16"), codes=np.zeros((2, 4), np.int8), scales=np.zeros(3, np.float32))
    assert VectorFile.read(cache).find(b"\0" * 16) is None


def test_disk_that_refuses_is_no_fault(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert len(vectors_of(TEXTS, WordEncoder(), cache=blocked / "vectors.npz")) == 3


def test_nothing_is_left_beside_the_cache(tmp_path: Path) -> None:
    write_vectors(tmp_path / "vectors.npz", [b"k" * 16], np.ones((1, 4), np.float32))
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.npz"]


def test_progress_is_told_from_first_to_last() -> None:
    heard: list[tuple[int, int]] = []
    vectors_of([f"text {number}" for number in range(120)], WordEncoder(), progress=lambda *at: heard.append(at))
    assert heard[0] == (0, 120)
    assert heard[-1] == (120, 120)
    assert len(heard) > 3


def test_nothing_to_do_is_silent(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    vectors_of([], WordEncoder(), cache=tmp_path / "v.npz", progress=lambda *at: heard.append(at))
    assert not heard
