import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import bot.__main__
from bot.cli.ask import as_json, stream
from config.settings import HERE
from responses.answering import answer
from responses.knowledge import Knowledge, load_knowledge
from responses.lessons import load_lessons


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge([HERE / "lessons.yaml"], [HERE / "phrasings.yaml"], encoder=None)


def streamed(knowledge: Knowledge, data: bytes) -> tuple[int, list[dict[str, Any]]]:
    out = io.StringIO()
    code = stream(knowledge, io.TextIOWrapper(io.BytesIO(data), encoding="ascii"), out)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


QUESTIONS = [
    "boss wants to blame the vendor for our outage",
    "how do i rename the waiting room in zoom",
    "come ci scusiamo?",
]


def test_a_line_in_is_a_line_out_in_order(knowledge: Knowledge) -> None:
    code, results = streamed(knowledge, "\n".join(json.dumps({"question": q}) for q in QUESTIONS).encode())
    assert code == 0
    assert [result["question"] for result in results] == QUESTIONS
    for result in results:
        assert list(result) == ["question", "status", "lessons", "language"]
        assert result["status"] in {"answered", "suggested", "declined"}
        assert result["language"] in {"en", "it", "de", "fil", "und"}
        scores = [lesson["score"] for lesson in result["lessons"]]
        assert len(scores) == 3
        assert scores == sorted(scores, reverse=True)
        assert all(set(lesson) == {"id", "score"} and 0 <= lesson["score"] <= 1 for lesson in result["lessons"])
    assert [result["status"] for result in results[:2]] == ["answered", "declined"]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"not json", "not JSON"),
        (b'{"question": ', "not JSON"),
        (b"[1]", "must be an object"),
        (b'"text"', "must be an object"),
        (b"{}", "must be an object"),
        (b'{"question": 3}', "must be an object"),
        (b'{"question": null}', "must be an object"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_bad_line_is_told_and_the_rest_goes_on(knowledge: Knowledge, line: bytes, error: str) -> None:
    good = json.dumps({"question": QUESTIONS[0]}).encode()
    code, results = streamed(knowledge, good + b"\n" + line + b"\n" + good + b"\n")
    assert code == 1
    assert [sorted(result) for result in results] == [
        ["language", "lessons", "question", "status"],
        ["error", "line"],
        ["language", "lessons", "question", "status"],
    ]
    assert results[1]["line"] == 2
    assert error in results[1]["error"]


@pytest.mark.parametrize(
    ("line", "question"),
    [
        (b'{"question": "caf\xe9 \xff"}', "caf� �"),
        (b'{"question": "\\ud800 lone"}', "\ud800 lone"),
        (b'{"question": "nul \\u0000 byte"}', "nul \0 byte"),
        (b'{"question": ""}', ""),
        (b'{"question": "' + b"word " * 5000 + b'"}', "word " * 5000),
    ],
)
def test_any_text_is_answered_and_given_back(knowledge: Knowledge, line: bytes, question: str) -> None:
    code, (result,) = streamed(knowledge, line)
    assert code == 0
    assert result["question"] == question


def test_blank_lines_and_line_ends_of_all_kinds(knowledge: Knowledge) -> None:
    code, results = streamed(knowledge, b'\n  \n{"question": "a"}\r\n\nbad\r\n{"question": "b"}')
    assert code == 1
    assert [result.get("question") for result in results] == ["a", None, "b"]
    assert results[1]["line"] == 5


def test_nothing_in_nothing_out(knowledge: Knowledge) -> None:
    assert streamed(knowledge, b"") == (0, [])


def test_empty_question_has_no_lessons(knowledge: Knowledge) -> None:
    assert as_json("", answer("", knowledge)) == {
        "question": "",
        "status": "declined",
        "lessons": [],
        "language": "und",
    }


def test_person_gets_text(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDOR_ENCODER", "false")
    assert bot.__main__.main(["ask", QUESTIONS[0]]) == 0
    title = load_lessons([HERE / "lessons.yaml"]).lessons["acknowledge-mistake"].en.title
    assert capsys.readouterr().out.startswith(title)


@pytest.mark.parametrize("arguments", [[], ["--jsonl", "question"], ["two", "questions"], ["--nonsense"]])
def test_wrong_use(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        bot.__main__.main(["ask", *arguments])
    assert caught.value.code == 2


def test_faulty_lessons_are_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lessons.yaml"
    path.write_text("lessons:\n  - id: x\n")
    assert bot.__main__.main(["ask", "--jsonl", "--lessons", str(path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"{path}:2: lessons.x.en: is missing" in captured.err


def test_missing_lessons_are_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert bot.__main__.main(["ask", "--jsonl", "--lessons", "none.yaml"]) == 2
    assert "none.yaml" in capsys.readouterr().err


def test_other_lessons_file_is_answered_from(tmp_path: Path) -> None:
    """As a program would use it: another process, a pipe, a file of one's own."""
    path = tmp_path / "own.yaml"
    path.write_text(
        "sources: {h: {kind: internal, title: Handbook}}\n"
        "lessons:\n"
        "  - id: fire-drill\n    articles: [h]\n"
        "    questions: {en: [where do we meet when there is a fire drill]}\n"
        "    en: {title: Fire drill, advice: Meet at the gate., steps: [a, b, c], words: We meet at the gate.}\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "--jsonl", "--lessons", str(path)],
        input=b'{"question": "where do we meet at the fire drill"}\n',
        capture_output=True,
        cwd=HERE.parent,
        env={"PATH": "/usr/bin:/bin", "CANDOR_CACHE": str(tmp_path / "cache"), "CANDOR_ENCODER": "false"},
        check=True,
    )
    (result,) = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [lesson["id"] for lesson in result["lessons"]] == ["fire-drill"]
    assert result["status"] == "answered"
