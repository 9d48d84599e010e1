import ctypes
import os
from pathlib import Path

import pytest

from responses.memory import give_back, memory_size


def test_giving_back_does_no_harm() -> None:
    give_back()


def test_other_c_libraries_have_no_such_call(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []
    monkeypatch.setattr(ctypes, "CDLL", lambda name: asked.append(name) or object())
    give_back()
    assert asked == [None]


@pytest.mark.parametrize(
    ("limit", "expected"), [("1000000\n", 1_000_000), ("max\n", 4096 * 5_000), (None, 4096 * 5_000)]
)
def test_a_container_may_have_less_memory_than_the_machine(
    limit: str | None, expected: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if limit is not None:
        (tmp_path / "memory.max").write_text(limit)
    monkeypatch.setattr("responses.memory._CONTAINER", (tmp_path / "memory.max", tmp_path / "other"))
    monkeypatch.setattr(os, "sysconf", {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 5_000}.__getitem__)
    assert memory_size() == expected


def test_where_nobody_says_how_much_memory_there_is_it_is_not_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("responses.memory._CONTAINER", ())
    monkeypatch.delattr(os, "sysconf_names")
    assert memory_size() == 2_000_000_000
