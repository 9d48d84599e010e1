"""What `/candor-updates …` asks for: text in, a request out, or a UserError that says what to type instead."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time
from difflib import get_close_matches
from typing import Literal, get_args
from zoneinfo import ZoneInfo, available_timezones

from bot.errors import UserError
from bot.updates.days import NAMES, OTHER_NAMES, Day, read_day
from bot.updates.model import StartRequest
from bot.updates.programme import WEEKDAYS

MOST_WEEKS = 104
LONGEST_TITLE = 150  # a header block's limit
# From here on a word is taken for a weekday with a slip of the finger: "Blursday" has 0.75, "money" 0.73.
ALIKE = 0.74
QUOTES = (('"', '"'), ("'", "'"), ("“", "”"), ("„", "“"), ("„", "”"), ("«", "»"), ("»", "«"))

# Those that stand alone or with a series' number; the others say more.
Plain = Literal["list", "help"]
Numbered = Literal["show", "change", "resume", "now", "commitments", "questions", "export", "end"]
Detailed = Literal["pause", "skip", "move", "owner"]
Name = Literal["start"] | Plain | Numbered | Detailed
KNOWN = (
    "start", "list", "show", "change", "pause", "resume", "skip", "move", "now", "owner", "commitments", "questions",
    "export", "end", "help",
)  # fmt: skip

_HOUR = r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>[ap]\.?m\.?)?"
OPTION = re.compile(
    r"(?:^|\s+)(?:(?P<day>on)\s+(?P<weekday>[^\W\d_]+?)s?"
    rf"|(?P<at>at)\s+{_HOUR}"
    r"|(?P<in>in)\s+(?P<zone>[A-Za-z][\w+\-]*(?:/[\w+\-]+)*)"
    r"|(?P<for>for)\s+(?P<weeks>\d{1,6})\s+weeks?)\s*$",
    re.IGNORECASE,
)
_AT_THE_END = re.compile(rf"\s+at\s+{_HOUR}\s*$", re.IGNORECASE)
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True)
class Command:
    """A parsed `/candor-updates` command.

    `start` comes with what to start, or without it for the modal; those that are about a series with its number;
    `pause` and `move` with a day, `move` perhaps with a time; `skip` with a reason; `owner` with a user's id.
    """

    name: Name
    start: StartRequest | None = None
    number: int = 0
    day: Day | None = None
    at: time | None = None
    reason: str = ""
    user: str = ""


def mentioned(raw: str) -> str | None:
    """Return the id of the last user whom a command mentions, as Slack sends it: `<@U123|name>`."""
    found = _MENTION.findall(raw)
    return found[-1] if found else None


def parse(text: str, user: str | None = None) -> Command:
    """Read what follows `/candor-updates`, cleaned of Slack's markup; `user` is whom it mentioned.

    Raises UserError for what cannot be understood.
    """
    given, _, rest = text.strip().partition(" ")
    word = given.lower() or "help"
    if word == "start":
        return Command("start", start=parse_start(rest) if rest.strip() else None)
    for plain in get_args(Plain):
        if word == plain:
            return Command(plain)
    for numbered in get_args(Numbered):
        if word == numbered:
            return Command(numbered, number=_number(word, rest))
    if word in DETAILED:
        first, _, tail = rest.strip().partition(" ")
        return DETAILED[word](_number(word, first), tail.strip(), user)
    raise UserError("updates.unknown_command", word=given, known=", ".join(f"`{name}`" for name in KNOWN))


def _pause(number: int, tail: str, _user: str | None) -> Command:
    return Command("pause", number=number, day=_day("pause", "until", number, tail))


def _skip(number: int, tail: str, _user: str | None) -> Command:
    reason = _after("because", tail)
    if not reason:
        raise UserError("updates.no_reason", number=number)
    return Command("skip", number=number, reason=reason)


def _move(number: int, tail: str, _user: str | None) -> Command:
    match = _AT_THE_END.search(tail)
    at = _wall_clock(match) if match else None
    if match and at is not None:
        tail = tail[: match.start()]
    return Command("move", number=number, day=_day("move", "to", number, tail), at=at)


def _owner(number: int, _tail: str, user: str | None) -> Command:
    if user is None:
        raise UserError("updates.no_person", number=number)
    return Command("owner", number=number, user=user)


DETAILED: dict[str, Callable[[int, str, str | None], Command]] = {
    "pause": _pause, "skip": _skip, "move": _move, "owner": _owner,
}  # fmt: skip


def _day(command: str, word: str, number: int, tail: str) -> Day:
    given = _after(word, tail)
    if not given:
        raise UserError("updates.no_date", command=command, number=number, word=word)
    day = read_day(given)
    if day is None:
        raise UserError("updates.no_such_day", given=given)
    return day


def _after(word: str, tail: str) -> str:
    """Return what follows a word that may be left out."""
    first, _, rest = tail.partition(" ")
    return rest.strip() if first.lower() == word else tail


def parse_start(text: str) -> StartRequest:
    """Read `TITLE [on WEEKDAY] [at HH:MM] [in ZONE] [for N weeks]`, the options in any order.

    Options are read from the end for as long as they make sense, so that a title may hold "on", "at" and "in". Raises
    UserError for one that cannot be, and for a word that was probably meant to be a weekday.
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
    day = NAMES.get(name, NAMES.get(name + "s"))  # the pattern leaves out a last s: "on Wednesdays"
    if request.weekday is not None:
        return None
    if day is None and (near := get_close_matches(name, (*WEEKDAYS, *OTHER_NAMES), 1, ALIKE)):
        raise UserError("updates.no_such_weekday", given=match["weekday"], near=near[0].capitalize())
    return None if day is None else replace(request, weekday=day)


def _time(request: StartRequest, match: re.Match[str]) -> StartRequest | None:
    at = _wall_clock(match) if request.at is None else None
    return None if at is None else replace(request, at=at)


def _wall_clock(match: re.Match[str]) -> time | None:
    """Return a time such as 10:00, 10.30, 10am or 10; None for a bare number that is no hour: "Boiling at 42"."""
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), (match["half"] or "").lower()[:1]
    if hour > 23 and not match["minute"] and not half:
        return None
    if minute > 59 or not (1 <= hour <= 12 if half else hour <= 23):
        raise UserError("updates.bad_time", given=re.sub(r"^\s*at\s+", "", match[0].strip(), flags=re.IGNORECASE))
    return time(hour % 12 + (12 if half == "p" else 0) if half else hour, minute)


def _zone(request: StartRequest, match: re.Match[str]) -> StartRequest | None:
    given = match["zone"]
    if request.zone is not None:
        return None
    zone = find_zone(given)
    if zone is None and "/" in given:
        raise UserError("updates.bad_zone", given=given)
    if zone is None or not ("/" in zone.key or zone.key.isupper()):
        return None  # "Outage in checkout", "Outage in Japan": words of the title, though tzdata has a zone Japan
    return replace(request, zone=zone)


def find_zone(given: str) -> ZoneInfo | None:
    """Return the zone of that IANA name, however it is capitalised."""
    name = next((known for known in available_timezones() if known.lower() == given.lower()), None)
    return ZoneInfo(name) if name else None


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
