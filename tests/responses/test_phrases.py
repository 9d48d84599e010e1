"""`say` and its kin; what the phrases themselves must hold is in tests/test_catalogue.py."""

import pytest

from responses.phrases import LANGUAGES, as_language, catalogue, say, say_count


def test_a_phrase_is_filled_in_in_its_language():
    assert [say(language, "dates.minutes.other", count=5) for language in LANGUAGES] == [
        "5 minutes", "5 minuti", "5 Minuten", "5 minuto",
    ]  # fmt: skip


@pytest.mark.parametrize(("count", "form"), [(0, "other"), (1, "one"), (2, "other"), (-1, "other")])
def test_a_count_chooses_its_form(count, form):
    assert say_count("en", "dates.hours", count) == say("en", f"dates.hours.{form}", count=count)


def test_values_are_put_in_as_they_are():
    hostile = "{title} {0} %s {__class__} <b>"
    assert say("en", "sessions.urgent", title=hostile) == f"Update outside the weekly rhythm: {hostile}"


@pytest.mark.parametrize("key", ["updates.nothing", "nothing", "nothing.week", "week"])
def test_an_unknown_key_is_a_fault_of_the_code(key):
    with pytest.raises(KeyError):
        say("en", key)


def test_a_missing_value_is_a_fault_of_the_code():
    with pytest.raises(KeyError, match="title"):
        say("en", "sessions.urgent")


@pytest.mark.parametrize(
    ("code", "language"),
    [*((language, language) for language in LANGUAGES), ("und", "en"), ("", "en"), ("fr", "en"), ("EN", "en")],
)
def test_any_other_language_is_english(code, language):
    assert as_language(code) == language


def test_the_catalogue_is_read_once():
    assert catalogue() is catalogue()
