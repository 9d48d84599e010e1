"""`python -m bot ask`: one question answered for a person, or a stream of them for a program."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from bot.cli.output import DONE, FOUND_FAULTS, complain
from config.settings import ConfigError, Settings, load_settings
from responses.answering import Answer, Declined, Outcome, answer
from responses.encoder import load_encoder
from responses.faults import ContentError
from responses.knowledge import Knowledge, load_knowledge
from responses.plain import as_text

_DIGITS = 4  # of a score


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `ask` to the command line."""
    parser = subparsers.add_parser("ask", help="answer a question about incident communication")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("question", nargs="?", help="the question, in quotes")
    what.add_argument("--jsonl", action="store_true", help='read {"question": "…"} lines, write a result a line')
    parser.add_argument(
        "--lessons", nargs="+", type=Path, metavar="FILE", help="instead of the configured lessons files"
    )


def run(args: argparse.Namespace) -> int:
    """Answer what `args` asks; return 0, 1 if an input line was bad, or 2 for faulty settings or files."""
    try:
        settings = load_settings(**({"lessons": tuple(args.lessons)} if args.lessons else {}))
        # With other lessons the configured samples are of use as far as they are about them.
        knowledge = _load(settings, skip_unknown=bool(args.lessons))
    except ConfigError as error:
        return complain(error.faults)
    except ContentError as error:
        return complain(map(str, error.faults))
    if args.jsonl:
        return stream(knowledge, sys.stdin, sys.stdout)
    text = as_text(answer(args.question, knowledge), knowledge.book)
    print(text.encode(sys.stdout.encoding or "utf-8", "replace").decode(sys.stdout.encoding or "utf-8"))
    return DONE


def stream(knowledge: Knowledge, stdin: TextIO, stdout: TextIO) -> int:
    """Answer each line of `stdin` with a line of `stdout`, in order, at once; return 1 if any line was bad."""
    code = DONE
    for number, line in _lines(stdin):
        try:
            question = _question(line)
        except ValueError as error:
            code = FOUND_FAULTS
            result: dict[str, Any] = {"error": str(error), "line": number}
        else:
            result = as_json(question, answer(question, knowledge))
        # As ASCII: whatever the question holds, lone surrogates too, any stream can take it.
        print(json.dumps(result), file=stdout, flush=True)
    return code


def as_json(question: str, outcome: Outcome) -> dict[str, Any]:
    """Return an outcome in the form that the command line promises (design.md, section 6)."""
    status = "answered" if isinstance(outcome, Answer) else "declined" if isinstance(outcome, Declined) else "suggested"
    lessons = [
        {"id": candidate.lesson.id, "score": round(candidate.score, _DIGITS)} for candidate in outcome.candidates
    ]
    return {"question": question, "status": status, "lessons": lessons, "language": outcome.detected}


def _load(settings: Settings, *, skip_unknown: bool) -> Knowledge:
    return load_knowledge(
        settings.lessons,
        settings.phrasings,
        encoder=load_encoder() if settings.encoder else None,
        cache_dir=settings.cache,
        progress=show_progress,
        skip_unknown=skip_unknown,
    )


def show_progress(done: int, total: int) -> None:
    """Say on stderr how far learning from changed files is: it may take minutes."""
    print(
        f"learning from the samples: {done} of {total}",
        end="\n" if done >= total else "\r",
        file=sys.stderr,
        flush=True,
    )


def _lines(stdin: TextIO) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank with their numbers; bytes that are no UTF-8 are replaced."""
    raw = getattr(stdin, "buffer", None)
    texts = stdin if raw is None else (line.decode("utf-8", "replace") for line in raw)
    return ((number, text) for number, text in enumerate(texts, 1) if text.strip())


def _question(line: str) -> str:
    """Return the question in a line; raise ValueError with what is wrong with it."""
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from error
    except RecursionError as error:
        raise ValueError("not JSON that can be read: nested too deeply") from error
    if not isinstance(entry, dict) or not isinstance(entry.get("question"), str):
        raise ValueError('must be an object with a text: {"question": "…"}')
    question: str = entry["question"]
    return question
