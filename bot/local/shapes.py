"""Small checks out of which the rules for blocks are put together, reporting in Slack's own words."""

import re
from collections.abc import Callable, Mapping

from bot.local.state import Json, JsonObject

Check = Callable[[Json, str, "Problems"], None]
_URL = re.compile(r"^(https?|mailto|slack|ftp|tel):\S+$", re.IGNORECASE)


class Problems:
    """The faults found so far, as Slack's response_metadata.messages has them."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, pointer: str, words: str) -> None:
        """Note a fault at a JSON pointer."""
        self.found.append(f"[ERROR] {words} [json-pointer:{pointer}]")

    def extend(self, found: list[str]) -> None:
        """Note faults found elsewhere."""
        self.found.extend(found)


def string(most: int, *, least: int = 1) -> Check:
    """A string of `least` to `most` characters."""

    def check(value: Json, at: str, problems: Problems) -> None:
        if not isinstance(value, str):
            problems.add(at, "must be a string")
        elif len(value) > most:
            problems.add(at, f"must be less than {most + 1} characters")
        elif len(value) < least:
            problems.add(at, f"must be more than {least - 1} characters")

    return check


def boolean(value: Json, at: str, problems: Problems) -> None:
    """A boolean."""
    if not isinstance(value, bool):
        problems.add(at, "must be a boolean")


def number(least: int | None = None, most: int | None = None) -> Check:
    """A whole number within bounds."""

    def check(value: Json, at: str, problems: Problems) -> None:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or (least is not None and value < least) or (most is not None and value > most):
            problems.add(at, f"must be a whole number from {least} to {most}")

    return check


def pattern(expression: str, words: str) -> Check:
    """A string that matches a regular expression in full."""

    def check(value: Json, at: str, problems: Problems) -> None:
        if not isinstance(value, str) or not re.fullmatch(expression, value):
            problems.add(at, words)

    return check


def one_of(*choices: str) -> Check:
    """One of some words."""

    def check(value: Json, at: str, problems: Problems) -> None:
        if value not in choices:
            problems.add(at, f"value must be one of: {', '.join(choices)}")

    return check


def url(most: int) -> Check:
    """An absolute URL."""

    def check(value: Json, at: str, problems: Problems) -> None:
        string(most)(value, at, problems)
        if isinstance(value, str) and not _URL.match(value):
            problems.add(at, "must be a valid URL")

    return check


def anything(value: Json, at: str, problems: Problems) -> None:
    """Whatever: a field we know of and do not judge."""


def items(check: Check, *, most: int, least: int = 1) -> Check:
    """A list whose elements all pass."""

    def check_all(value: Json, at: str, problems: Problems) -> None:
        if not isinstance(value, list):
            problems.add(at, "must be an array")
            return
        if len(value) > most:
            problems.add(at, f"no more than {most} items allowed")
        if len(value) < least:
            problems.add(at, f"no fewer than {least} items allowed")
        for index, each in enumerate(value):
            check(each, f"{at}/{index}", problems)

    return check_all


def obj(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these fields and no others."""
    known = {**required, **(optional or {})}

    def check(value: Json, at: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.add(at, "must be an object")
            return
        for key in required:
            if key not in value:
                problems.add(at, f"missing required field: {key}")
        for key, held in value.items():
            if key in known:
                known[key](held, f"{at}/{key}", problems)
            else:
                problems.add(at, f"invalid additional property: {key}")

    return check


def by_type(kinds: Mapping[str, Check], what: str) -> Check:
    """An object whose `type` decides which check it must pass."""

    def check(value: Json, at: str, problems: Problems) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind is None:
            problems.add(at, "missing required field: type")
        elif not isinstance(kind, str) or kind not in kinds:
            problems.add(f"{at}/type", f"unsupported {what} type: {kind}")
        else:
            kinds[kind](value, at, problems)

    return check


def plain_text(most: int, *, least: int = 1) -> Check:
    """A plain_text object."""
    return _text(("plain_text",), most, least)


def any_text(most: int) -> Check:
    """A plain_text or mrkdwn object."""
    return _text(("plain_text", "mrkdwn"), most, 1)


def _text(kinds: tuple[str, ...], most: int, least: int) -> Check:
    own = {
        "plain_text": obj({"type": anything, "text": string(most, least=least)}, {"emoji": boolean}),
        "mrkdwn": obj({"type": anything, "text": string(most, least=least)}, {"verbatim": boolean}),
    }
    return by_type({kind: own[kind] for kind in kinds}, "text")


def unique(values: list[JsonObject], key: str, at: str, problems: Problems) -> None:
    """Note every value of `key` that appears twice in a list of objects."""
    seen: set[str] = set()
    for index, each in enumerate(values):
        name = each.get(key) if isinstance(each, dict) else None
        if isinstance(name, str) and name in seen:
            problems.add(f"{at}/{index}/{key}", f"{key} already exists: {name}")
        elif isinstance(name, str):
            seen.add(name)
