"""The example in the README: it loads beside Candor's own lessons, and its questions are answered at once."""

import re
from pathlib import Path

import pytest
import yaml

from responses.answering import Answer, Declined, answer
from responses.knowledge import SHIPPED, Knowledge, load_knowledge
from responses.lessons import load_lessons

QUESTIONS = Path(__file__).parents[1] / "benchmarks" / "questions.yaml"
README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    section = README.read_text(encoding="utf-8").partition("\n## Your own lessons\n")[2]
    found = re.search(r"```yaml\n(.*?)```", section, re.DOTALL)
    assert found, "README.md has no section “Your own lessons” with an example"
    path = tmp_path_factory.mktemp("own") / "our-lessons.yaml"
    path.write_text(found[1], encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def with_example(shipped: Knowledge, example: Path) -> Knowledge:
    files = [SHIPPED / "lessons.yaml", example]
    return load_knowledge(files, [SHIPPED / "phrasings.yaml"], encoder=shipped.encoder)


def test_example_loads_alone(example: Path) -> None:
    (lesson,) = load_lessons([example])
    assert (lesson.id, list(lesson.texts)) == ("vouchers", ["en"])
    assert len(lesson.questions["en"]) == 6


def test_its_questions_are_answered_at_once(with_example: Knowledge, example: Path) -> None:
    for question in yaml.safe_load(example.read_text(encoding="utf-8"))["lessons"][0]["questions"]["en"]:
        outcome = answer(question, with_example)
        assert isinstance(outcome, Answer), question
        assert outcome.lesson.id == "vouchers"


@pytest.mark.parametrize(
    "question",
    [
        "should every customer get a voucher for the downtime",
        "do we send coupons to everybody who lost an order?",
        "diamo un buono sconto ai clienti dopo il guasto?",
        "Geben wir den Kunden nach dem Ausfall einen Gutschein?",
        "bibigyan ba natin ng voucher ang customers pagkatapos ng outage?",
    ],
)
def test_other_words_and_languages_find_it(with_example: Knowledge, question: str) -> None:
    outcome = answer(question, with_example)
    assert not isinstance(outcome, Declined)
    assert "vouchers" in [candidate.lesson.id for candidate in outcome.candidates]


def test_questions_about_other_lessons_keep_them(with_example: Knowledge) -> None:
    by_lesson = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))["lessons"]
    asked = [(texts[0], lesson) for lesson, by_language in by_lesson.items() for texts in by_language.values()]
    found = [answer(question, with_example).candidates[0].lesson.id for question, _ in asked]
    assert found.count("vouchers") <= 1
    assert sum(name == lesson for name, (_, lesson) in zip(found, asked, strict=True)) > 0.88 * len(asked)
