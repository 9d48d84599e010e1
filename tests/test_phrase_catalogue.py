"""Every phrase in four languages, each one that is used and no other."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from bot.listeners import COMMANDS
from bot.updates.model import Cadence, HolidayPolicy, Status
from config.settings import HERE
from responses.blocks.weekly.parts import Field
from responses.blocks.weekly.record import CAUSES
from responses.dates import length
from responses.lessons import Lesson, Topic, Verdict
from responses.outcomes import OUTCOMES, Fate
from responses.phrases import LANGUAGES, catalogue, say

ROOT = HERE.parent

# The keys that are put together at run time: how they begin, and all that can follow.
DYNAMIC = {
    "commands.": [command.removeprefix("/") for command in COMMANDS],
    "answers.steps_": get_args(Lesson.model_fields["kind"].annotation),
    "answers.language_": LANGUAGES,
    "answers.verdict_": get_args(Verdict),
    "answers.topic_": [*get_args(Topic), "other"],
    "answers.": ["zoom", "yahoo"],
    "closing.fate_": get_args(Fate),
    "closing.weeks_": OUTCOMES,
    "commitments.change_": get_args(Field),
    "learning.": ["wanted", "undone"],
    "learning.status_": ["suggested", "declined", "disputed"],
    "updates.status_": get_args(Status),
    "updates.cause_": CAUSES,
    "start.label_": [  # the fields of the form
        "title",
        "channel",
        "audiences",
        "outlets",
        "hosts",
        "deputy",
        "first_date",
        "at",
        "zone",
        "other_zone",
        "cadence",
        "weeks",
        "language",
        "holidays",
        "other_holidays",
        "holiday_policy",
        "commitments",
    ],
    "start.change_": [  # the changes that `amending.told` tells
        key.removeprefix("history.changed_") for key in catalogue() if key.startswith("history.changed_")
    ],
    "start.heading_": get_args(Cadence),
    "start.rhythm_": get_args(Cadence),
    "start.cadence_": get_args(Cadence),
    "start.policy_": get_args(HolidayPolicy),
    "history.": [key.removeprefix("history.") for key in catalogue() if key.startswith("history.")],
    "updates.undelivered_hint_": ["invite", "archived", "unknown", "other"],
}


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for package in ("bot", "responses"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def places(text: str) -> list[str]:
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name is not None})


@pytest.mark.parametrize("key", catalogue())
def test_a_phrase_exists_in_four_languages_with_the_same_places(key):
    texts = catalogue()[key]
    assert tuple(texts) == LANGUAGES
    assert all(isinstance(text, str) and text and text == text.strip() for text in texts.values())
    assert len({tuple(places(text)) for text in texts.values()}) == 1, {
        each: places(text) for each, text in texts.items()
    }


@pytest.mark.parametrize("key", [key for key in catalogue() if key.endswith(".one")])
def test_what_is_counted_has_both_forms_with_the_same_places(key):
    """But for the count itself: "once" needs none."""
    other = key.removesuffix(".one") + ".other"
    for language in LANGUAGES:
        one, many = ({*places(catalogue()[each][language])} - {"count"} for each in (key, other))
        assert one == many


def test_no_phrase_is_left_in_english():
    """A sentence of some length that is the same in two languages was forgotten, or stands twice on purpose."""
    same = {
        key for key, texts in catalogue().items()
        for language in LANGUAGES[1:]
        if texts[language] == texts["en"] and len(re.sub(r"\{\w+\}", "", texts["en"])) > 12
    }  # fmt: skip
    assert same == set()


def test_code_in_a_phrase_is_the_same_in_every_language():
    """What is to be typed is typed in English, but for words in capitals, which stand for something."""
    for key, texts in catalogue().items():
        typed = {
            language: sorted(part.split()[0] for part in re.findall(r"`([^`{]+)", text) if part.startswith("/"))
            for language, text in texts.items()
        }
        assert len({tuple(each) for each in typed.values()}) == 1, key


def test_no_file_of_phrases_gives_a_key_twice():
    for path in sorted((ROOT / "responses" / "phrases").glob("*.yaml")):
        keys = re.findall(r"^([\w.-]+):", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert len(keys) == len({*keys}), path.name


def literal_keys() -> set[str]:
    """Every string of the code that looks like the key of a phrase."""
    areas = "|".join({key.partition(".")[0] for key in catalogue()})
    shape = re.compile(rf"(?:{areas})\.[a-z_.-]+")
    return {
        node.value
        for path, tree in sources()
        if "storage" not in path.parts  # there "sessions.id" is a column
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and shape.fullmatch(node.value)
    }


def dynamic_keys() -> Iterator[tuple[str, str]]:
    """Yield the literal beginning of each key that is put together, with where it stands."""
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"say", "say_count"}:
                key = node.args[1]
                if isinstance(key, ast.JoinedStr) and isinstance(key.values[0], ast.Constant):
                    yield key.values[0].value, f"{path.name}:{node.lineno}"


def test_every_phrase_that_is_used_exists():
    keys = catalogue()
    counted = {key.rpartition(".")[0] for key in keys if key.endswith((".one", ".other"))}
    # Prefixes of keys that are put together are no keys themselves.
    missing = {key for key in literal_keys() if key not in keys and key not in counted and key not in DYNAMIC}
    assert missing == set()
    assert {begin + end for begin, ends in DYNAMIC.items() for end in ends} <= set(keys) | counted


def test_every_key_that_is_put_together_is_listed_here():
    assert {begin for begin, _ in dynamic_keys()} == set(DYNAMIC)


def test_every_phrase_is_used():
    used = literal_keys() | {begin + end for begin, ends in DYNAMIC.items() for end in ends}
    used |= {f"{key}.{form}" for key in used for form in ("one", "other")}
    assert set(catalogue()) - used == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_commas_separate_exactly_the_names_of_days_and_months(language):
    assert [len(say(language, f"dates.{name}").split(",")) for name in ("weekdays", "months")] == [7, 12]
    assert length(language, timedelta(minutes=1)) != length(language, timedelta(minutes=2))
