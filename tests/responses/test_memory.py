import ctypes

import pytest

from responses.memory import give_back


def test_giving_back_does_no_harm() -> None:
    give_back()


def test_other_c_libraries_have_no_such_call(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []
    monkeypatch.setattr(ctypes, "CDLL", lambda name: asked.append(name) or object())
    give_back()
    assert asked == [None]
