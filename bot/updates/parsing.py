"""What `/candor-updates …` asks for: text in, a request out, or a UserError that says what to type instead."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from bot.errors import UserError
from bot.updates.model import StartRequest
from bot.updates.programme import WEEKDAYS

MOST_WEEKS = 104
LONGEST_TITLE = 150  # a header block's limit

OTHER_NAMES = {
    "lunedì": 0, "martedì": 1, "mercoledì": 2, "giovedì": 3, "venerdì": 4, "sabato": 5, "domenica": 6,
    "montag": 0, "dienstag": 1, "mittwoch": 2, "donnerstag": 3, "freitag": 4, "samstag": 5, "sonntag": 6,
    "lunes": 0, "martes": 1, "miyerkules": 2, "huwebes": 3, "biyernes": 4, "sabado": 5, "linggo": 6,
}  # fmt: skip
SHORT_NAMES = {name[:length]: day for day, name in enumerate(WEEKDAYS) for length in (3, 4, 5, len(name))}
DAYS = OTHER_NAMES | SHORT_NAMES
QUOTES = (('"', '"'), ("'", "'"), ("“", "”"), ("„", "“"), ("„", "”"), ("«", "»"), ("»", "«"))

OPTION = re.compile(
    r"(?:^|\s+)(?:(?P<day>on)\s+(?P<weekday>[^\W\d_]+?)s?"
    r"|(?P<at>at)\s+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})"
    r"|(?P<in>in)\s+(?P<zone>[A-Za-z][\w+\-]*(?:/[\w+\-]+)*)"
    r"|(?P<for>for)\s+(?P<weeks>\d{1,6})\s+weeks?)\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Command:
    """A parsed `/candor-updates` command; `start` comes with what to start, `show` and `end` with a number."""

    name: Literal["start", "list", "show", "end", "help"]
    start: StartRequest | None = None
    number: int | None = None


def parse(text: str) -> Command:
    """Read what follows `/candor-updates`; raises UserError for what cannot be understood."""
    word, _, rest = text.strip().partition(" ")
    match word.lower():
        case "" | "help":
            return Command("help")
        case "list":
            return Command("list")
        case "start":
            return Command("start", start=parse_start(rest))
        case "show" | "end" as name:
            return Command("show" if name == "show" else "end", number=_number(name, rest))
        case _:
            raise UserError("updates.unknown_command", word=word)


def parse_start(text: str) -> StartRequest:
    """Read `TITLE [on WEEKDAY] [at HH:MM] [in ZONE] [for N weeks]`, the options in any order.

    Options are read from the end for as long as they make sense, so that a title may hold "on", "at" and "in".
    """
    request = StartRequest(title="")
    rest = text.strip()
    while (match := OPTION.search(rest)) and (changed := _apply(request, match)):
        request, rest = changed, rest[: match.start()]
    title = _unquoted(rest.strip())
    if not title:
        raise UserError("updates.no_title")
    if len(title) > LONGEST_TITLE:
        raise UserError("updates.long_title", limit=LONGEST_TITLE)
    return replace(request, title=title)


def _unquoted(title: str) -> str:
    """Return a title without the quotes around it; quotes around a part of it stay."""
    for opening, closing in QUOTES:
        inside = title[1:-1]
        if title.startswith(opening) and title.endswith(closing) and not {opening, closing} & {*inside}:
            return inside.strip()
    return title


def _apply(request: StartRequest, match: re.Match[str]) -> StartRequest | None:
    """Return the request with one more option, None where the words turn out to be part of the title."""
    readers: dict[str, Callable[[StartRequest, re.Match[str]], StartRequest | None]] = {
        "day": _weekday, "at": _time, "in": _zone, "for": _weeks,
    }  # fmt: skip
    return next(read(request, match) for name, read in readers.items() if match[name])


def _weekday(request: StartRequest, match: re.Match[str]) -> StartRequest | None:
    name = match["weekday"].lower()
    day = DAYS.get(name, DAYS.get(name + "s"))  # the pattern leaves out a last s: "on Wednesdays"
    return None if day is None or request.weekday is not None else replace(request, weekday=day)


def _time(request: StartRequest, match: re.Match[str]) -> StartRequest | None:
    if request.at is not None:
        return None
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 23 or minute > 59:
        raise UserError("updates.bad_time", given=f"{match['hour']}:{match['minute']}")
    return replace(request, at=time(hour, minute))


def _zone(request: StartRequest, match: re.Match[str]) -> StartRequest | None:
    given = match["zone"]
    if request.zone is not None:
        return None
    name = next((known for known in available_timezones() if known.lower() == given.lower()), None)
    if name is None and "/" in given:
        raise UserError("updates.bad_zone", given=given)
    if name is None or not ("/" in name or name.isupper()):
        return None  # "Outage in checkout", "Outage in Japan": words of the title, though tzdata has a zone Japan
    return replace(request, zone=ZoneInfo(name))


def _weeks(request: StartRequest, match: re.Match[str]) -> StartRequest | None:
    if request.weeks is not None:
        return None
    weeks = int(match["weeks"])
    if not 1 <= weeks <= MOST_WEEKS:
        raise UserError("updates.bad_weeks", limit=MOST_WEEKS)
    return replace(request, weeks=weeks)


def _number(name: str, rest: str) -> int:
    given = rest.strip().lstrip("#")
    if not given.isascii() or not given.isdigit() or len(given) > 9:
        raise UserError("updates.no_number", command=name)
    return int(given)
