"""Question sets that are for measuring only: nobody learns from them, no threshold is chosen by them."""

import json
from collections.abc import Iterator
from pathlib import Path

import yaml

from responses.phrasings import Sample

OWN = Path(__file__).with_name("questions.yaml")
SHARED = Path(__file__).parents[3] / "shared" / "samples"


def question_sets(lessons: set[str]) -> Iterator[tuple[str, list[Sample]]]:
    """Yield the sets by name: the two beside the project where they are there, and the project's own."""
    for name in ("a", "b"):
        questions = list(_shared(name, lessons))
        if questions:
            yield f"development set {name} (../shared/samples)", questions
    yield "the project's own set (tests/benchmarks/questions.yaml)", list(_own())


def _shared(name: str, lessons: set[str]) -> Iterator[Sample]:
    for path in (SHARED / f"{name}.jsonl", SHARED / f"{name}_off.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            entry = json.loads(line)
            if entry.get("id") in lessons or "id" not in entry:
                yield Sample(entry["q"], entry["lang"], entry.get("id"), name)


def _own() -> Iterator[Sample]:
    questions = yaml.safe_load(OWN.read_text(encoding="utf-8"))
    for lesson, by_language in {**questions["lessons"], None: questions["off_topic"]}.items():
        for language, texts in by_language.items():
            for text in texts:
                yield Sample(text, language, lesson, "own")
