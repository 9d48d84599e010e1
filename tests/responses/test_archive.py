from pathlib import Path

import numpy as np
import pytest

from responses.archive import read_arrays, write_arrays


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.npz"
    write_arrays(path, {"x": np.arange(3), "y": np.array(["a", "bb"])})
    read = read_arrays(path, "x", "y")
    assert read is not None
    assert list(read["x"]) == [0, 1, 2]
    assert list(read["y"]) == ["a", "bb"]
    assert path.stat().st_mode & 0o777 == 0o644
    assert [file.name for file in path.parent.iterdir()] == ["a.npz"]


def test_old_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    for number in (1, 2):
        write_arrays(path, {"x": np.array([number])})
    read = read_arrays(path, "x")
    assert read is not None
    assert read["x"][0] == 2


@pytest.mark.parametrize("names", [("x", "z"), ("z",)])
def test_other_names_are_not_there(tmp_path: Path, names: tuple[str, ...]) -> None:
    write_arrays(tmp_path / "a.npz", {"x": np.arange(3)})
    assert read_arrays(tmp_path / "a.npz", *names) is None


def test_damage_anywhere_is_found_or_harmless(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    write_arrays(path, {"x": np.arange(500)})
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + b"\xff\x00\xff" + whole[at + 3 :])
        read = read_arrays(path, "x")
        assert read is None or len(read["x"]) == 500
    for length in range(0, len(whole), 50):
        path.write_bytes(whole[:length])
        assert read_arrays(path, "x") is None


def test_pickles_are_not_opened(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.array([{"a": 1}], dtype=object))
    assert read_arrays(tmp_path / "a.npz", "x") is None


def test_missing_file_and_no_file(tmp_path: Path) -> None:
    assert read_arrays(tmp_path / "a.npz", "x") is None
    assert read_arrays(tmp_path, "x") is None
    assert read_arrays(None, "x") is None
