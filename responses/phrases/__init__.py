"""Every sentence that users see, in English, Italian, German and Filipino: `say("de", "answers.declined")`.

The files beside this one hold them, one file an area, the four languages of a sentence side by side, so that a
translator sees what belongs together and a test can tell that nothing is missing.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import yaml

Language = Literal["en", "it", "de", "fil"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Return every phrase as `{"area.key": {"en": …, "it": …, "de": …, "fil": …}}`, read once."""
    phrases: dict[str, Mapping[str, str]] = {}
    for path in sorted(Path(__file__).parent.glob("*.yaml")):
        entries = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        phrases |= {f"{path.stem}.{key}": texts for key, texts in entries.items()}
    return phrases


def say(language: Language, key: str, /, **values: object) -> str:
    """Return the phrase `key` ("area.key") in `language` with `{name}` places filled in.

    Values are put in as they are: whoever passes text that came from a person escapes it first.
    Raises KeyError for an unknown key or a missing value: a fault of the code, found by the tests.
    """
    return catalogue()[key][language].format(**values)


def say_count(language: Language, key: str, count: int, /, **values: object) -> str:
    """Like `say`, choosing `key.one` or `key.other` by `count`, which the phrase may use as `{count}`."""
    return say(language, f"{key}.{'one' if count == 1 else 'other'}", count=count, **values)


def as_language(code: str) -> Language:
    """Return `code` as one of the four languages, English for anything else ("und" included)."""
    return next((language for language in LANGUAGES if language == code), "en")
