from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field

from responses.reading import read_yaml

Write = Callable[[str, str], Path]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    steps: list[str] = Field(min_length=2)


def test_plain_values_with_the_line_of_every_key(write: Write) -> None:
    document = read_yaml(write("a.yaml", "# head\nname: x\nlist:\n  - id: one\n    on: 2020-04-01\n    n: 3\n"))
    assert document.value == {"name": "x", "list": [{"id": "one", "on": "2020-04-01", "n": 3}]}
    assert (document.lines["name",], document.lines["list", 0], document.lines["list", 0, "n"]) == (2, 4, 6)
    assert not document.faults


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("", 1, "is empty"),
        ("a: 1\nb: [1, 2\n", 3, "is not valid YAML"),
        ("a: 1\nwords: - what? }: x\n", 2, "is not valid YAML"),
        ("a: 1\n\tb: 2\n", 2, "is not valid YAML"),
        ("a: 1\nb:\n  c: 1\n  c: 2\n", 4, "b.c: is given twice"),
        ("a: &x [1]\nb: *x\n", 2, "b: is an alias"),
        ("a: &x\n  b: *x\n", 2, "a.b: is an alias"),
        ("a: 1\nb: !!python/object:os.system x\n", 2, "b: has a tag"),
        ("a: 1\n---\nb: 2\n", 2, "is not valid YAML"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_readable_fault(write: Write, text: str, line: int, part: str) -> None:
    path = write("a.yaml", text)
    (fault,) = read_yaml(path).faults
    assert (fault.file, fault.line) == (str(path), line)
    assert part in str(fault)
    assert "\n" not in str(fault)


def test_file_that_is_not_there_or_no_file(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        (fault,) = read_yaml(path).faults
        assert "cannot be read" in fault.message


def test_bytes_that_are_no_text_are_told_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\nb: caf\xe9\n")
    (fault,) = read_yaml(path).faults
    assert (fault.line, fault.message) == (2, "is not UTF-8 text")


def test_deep_nesting_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("[" * 5000 + "]" * 5000)
    assert read_yaml(path).faults


def test_model_faults_name_line_and_entry(write: Write) -> None:
    document = read_yaml(write("a.yaml", "list:\n  - id: one\n    steps: [a]\n    stepz: 1\n  - id: [3]\n"))
    assert document.validate(Entry, ("list", 0)) is None
    assert document.validate(Entry, ("list", 1)) is None
    assert {(fault.line, fault.key, fault.message) for fault in document.faults} == {
        (3, "list.one.steps", "has too few entries: at least 2"),
        (4, "list.one.stepz", "is not a known key"),
        (5, "list.1.id", "must be text (put it in quotes)"),
        (5, "list.1.steps", "is missing"),
    }
