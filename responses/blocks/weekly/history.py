"""How the changes of a series are told: who did what and when, from what to what."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from responses import dates
from responses.blocks.message import escaped
from responses.blocks.updates import channel, user
from responses.phrases import Language, say
from responses.text import escape

LONGEST_DETAIL = 200
MENTIONS_ROOM = 1500
NOTHING = "–"
# The details that are a date, or a date and a time in the series' zone; of others of that name, people write the text.
DATED: Mapping[str, frozenset[str]] = {
    "commitment_dated": frozenset({"new"}),
    "commitment_moved": frozenset({"old", "new"}),
    "commitment_undated": frozenset({"old"}),
    "moved": frozenset({"old", "new"}),
    "paused": frozenset({"until"}),
}
_DATED = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})(?: (?P<time>\d{2}:\d{2}))?")


@dataclass(frozen=True)
class Change:
    """One line of the history: `what` is a key of the phrases, `by` None for Candor itself."""

    at: datetime
    by: str | None
    what: str
    details: Mapping[str, Any]


def change_line(language: Language, zone: ZoneInfo, change: Change) -> str:
    """Return one change: when, and what was done by whom."""
    return f"{dates.wall(language, change.at, zone)}: {change_text(language, change)}"


def change_text(language: Language, change: Change) -> str:
    """Return what was done by whom."""
    who = user(change.by) if change.by else "Candor"
    return say(language, f"history.{change.what}", who=who, **_details(language, change))


def proposed_text(language: Language, change: Change) -> str:
    """Return what would be changed about a series, before anybody has confirmed it."""
    return say(language, f"start.change_{change.what.removeprefix('changed_')}", **_details(language, change))


def _details(language: Language, change: Change) -> dict[str, object]:
    dated = DATED.get(change.what, frozenset())
    return {
        name: _dated(language, value) if name in dated else _detail(language, name, value)
        for name, value in change.details.items()
    }


def _dated(language: Language, value: object) -> str:
    match = _DATED.fullmatch(str(value or ""))
    if match is None:
        return escaped(str(value or NOTHING), LONGEST_DETAIL)
    day = _day(language, match["day"])
    return say(language, "dates.wall", day=day, time=match["time"]) if match["time"] else day


def _detail(language: Language, name: str, value: object) -> object:
    """Return a detail as it is shown: by what its name says it is, without "old_" and "new_"."""
    kind = name.removeprefix("old_").removeprefix("new_")
    if kind in DETAILS:
        return DETAILS[kind](language, value) or NOTHING
    return (escaped(value, LONGEST_DETAIL) if isinstance(value, str) else value) or NOTHING


def _users(_language: Language, value: Any) -> str:
    return within([user(each) for each in str(value or "").split()], MENTIONS_ROOM)


def _places(_language: Language, value: Any) -> str:
    return within([channel(each) for each in str(value or "").split()], MENTIONS_ROOM)


def _day(language: Language, value: Any) -> str:
    return dates.day(language, date.fromisoformat(value)) if value else ""


DETAILS: dict[str, Callable[[Language, Any], str]] = {
    "user": _users,
    "users": _users,
    "places": _places,
    "date": _day,
    "weeks": lambda language, value: str(value) if value else say(language, "start.until_ended"),
    "country": lambda language, value: escape(value) if value else say(language, "start.no_holidays"),
    "policy": lambda language, value: say(language, f"start.policy_{value}"),
    "cadence": lambda language, value: say(language, f"start.cadence_{value}"),
    "language": lambda language, value: say(language, f"answers.language_{value}"),
}


def within(mentions: Sequence[str], room: int) -> str:
    """Return mentions in a row, at most `room` characters of them."""
    text = ""
    for mention in mentions:
        if len(text) + len(mention) + 2 > room:
            return f"{text} …"
        text += f", {mention}" if text else mention
    return text
