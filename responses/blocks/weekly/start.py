"""How a series is announced, and what is said to whoever starts or changes it: all dates, before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block, HeaderBlock, PlainTextObject

from responses import dates
from responses.blocks.message import Message, actions, button, context, escaped, section
from responses.blocks.updates import LONGEST_HEADER, channel, joined, message, user
from responses.blocks.weekly import commitments as board
from responses.blocks.weekly import values
from responses.blocks.weekly.parts import CommitmentLine
from responses.blocks.weekly.values import Target
from responses.phrases import Language, say, say_count
from responses.text import escape

MOST_DATES = 20  # in one answer; the rest is counted
BOARD_ROOM = 2500
LONGEST_HOLIDAY = 80


@dataclass(frozen=True)
class Date:
    """Where one week falls and who hosts it; `holiday` is the one on the rule's own date, `zone` the series'.

    `returned_from` is to where a person had moved it, from where a new rule takes it back.
    """

    week: int
    due_at: datetime
    zone: ZoneInfo
    host: str
    holiday: str | None = None
    moved_from: datetime | None = None
    skipped: bool = False
    clock_change: bool = False
    returned_from: datetime | None = None


@dataclass(frozen=True)
class Outline:
    """A series as it is announced; `weeks` is None where no end is planned, `first_at` where no session follows."""

    title: str
    channel: str
    audiences: Sequence[str]
    owner: str
    hosts: Sequence[str]
    deputy: str | None
    weekday: int
    at: time
    zone: ZoneInfo
    cadence: str
    weeks: int | None
    first_at: datetime | None


def announcement(language: Language, series: int, outline: Outline, commitments: Sequence[CommitmentLine]) -> Message:
    """Return the first post of a series: the rhythm, the first date, who writes, what was promised, how to ask."""
    heading = say(language, f"start.heading_{outline.cadence}", title=outline.title)
    lines = [say(language, "start.promise", owner=user(outline.owner), rhythm=rhythm(language, outline))]
    lines += _first(language, outline)
    lines.append(who_writes(language, outline.hosts, outline.deputy))
    blocks: list[Block] = [_header(heading), section(*lines)]
    if commitments:
        shown = board.board(language, commitments, BOARD_ROOM)
        blocks.append(section(f"*{say(language, 'sessions.commitments')}*", *shown))
    target = Target(series).pack()
    buttons = [button(say(language, "sessions.ask"), values.ASK, target)]
    if commitments:
        buttons.append(button(say(language, "sessions.commitments"), values.COMMITMENTS, target))
    blocks += [context(say(language, "start.how_to_ask")), actions(*buttons)]
    return message(escape(f"{heading}. ") + lines[0], blocks)


def rhythm(language: Language, outline: Outline) -> str:
    """Return "every Wednesday at 10:00 (Europe/Berlin), 13 sessions"."""
    named = {"weekday": dates.weekday(language, outline.weekday), "time": f"{outline.at:%H:%M}"}
    times = say(language, f"start.rhythm_{outline.cadence}", zone=outline.zone.key, **named)
    return f"{times}, {how_many(language, outline.weeks)}"


def how_many(language: Language, weeks: int | None) -> str:
    """Return "13 sessions", or that they go on until the series is ended."""
    return say(language, "start.until_ended") if weeks is None else say_count(language, "start.sessions", weeks)


def who_writes(language: Language, hosts: Sequence[str], deputy: str | None) -> str:
    """Return who writes the updates, in turn where there are several, and who stands in."""
    named = ", ".join(map(user, hosts))
    line = say(language, "start.host" if len(hosts) == 1 else "start.hosts", host=named)
    return f"{line} {say(language, 'start.stands_in', deputy=user(deputy))}" if deputy else line


def _first(language: Language, outline: Outline) -> list[str]:
    if outline.first_at is None:
        return []
    return [say(language, "start.first", moment=dates.moment_for_all(language, outline.first_at, outline.zone))]


def _header(heading: str) -> HeaderBlock:
    return HeaderBlock(text=PlainTextObject(text=escaped(heading, LONGEST_HEADER)))


@dataclass(frozen=True)
class Started:
    """What the answer to `start` says; `closed` are the places where Candor cannot post yet."""

    number: int
    outline: Outline
    zone_was_given: bool
    dates: Sequence[Date]
    closed: Sequence[str]


def started(language: Language, content: Started) -> Message:
    """Return the answer to `start`: all dates in the zone and in UTC, clock changes and holidays marked."""
    text = started_text(language, content)
    lines = [dates_heading(language, content.outline.zone), *date_lines(language, content.dates[:MOST_DATES])]
    hidden = len(content.dates) - MOST_DATES
    lines += [say_count(language, "updates.and_more", hidden)] if hidden > 0 else []
    parts = [*joined(lines), *joined(notes(language, content))]
    return message(text, [section(text), *(section(part) for part in parts)])


def started_text(language: Language, content: Started) -> str:
    """Return the one sentence that says what was set up."""
    outline = content.outline
    names = {"title": escape(outline.title), "number": content.number, "channel": channel(outline.channel)}
    first = dates.moment_for_all(language, outline.first_at, outline.zone) if outline.first_at else "–"
    sessions, hosts = how_many(language, outline.weeks), ", ".join(map(user, outline.hosts))
    return say(language, "updates.started", sessions=sessions, first=first, host=hosts, **names)


def notes(language: Language, content: Started) -> list[str]:
    """Return what whoever started a series should know and do next."""
    lines = [say(language, "updates.how_to_end", number=content.number)]
    if not content.zone_was_given:
        lines.insert(0, say(language, "updates.zone_taken", zone=content.outline.zone.key))
    return [*lines, *invitations(language, content.closed)]


def invitations(language: Language, closed: Sequence[str]) -> list[str]:
    """Return what to do about each place where Candor cannot post."""
    return [say(language, "updates.invite", channel=channel(place)) for place in closed]


def dates_heading(language: Language, zone: ZoneInfo, key: str = "updates.dates") -> str:
    """Return the heading of the dates with their zone: without it, each of them fits on one line."""
    return f"{say(language, key)} ({zone.key})"


def date_lines(language: Language, planned: Sequence[Date], own_zone: ZoneInfo | None = None) -> list[str]:
    """Return a line for each week: local and UTC, in the reader's own zone where it is a third, what is unusual, who.

    Where a session is moved, both days are shown; where it is left out, the day it would have been.
    """
    return [_date_line(language, each, own_zone) for each in planned]


def _date_line(language: Language, each: Date, own_zone: ZoneInfo | None) -> str:
    parts = [f"{each.week}. {dates.wall(language, each.due_at, each.zone)}", _elsewhere(each, "UTC", UTC)]
    if own_zone is not None and _differs(each, own_zone):
        parts.append(_elsewhere(each, own_zone.key, own_zone))
    if each.clock_change:
        parts.append(f"*{say(language, 'updates.clock_change')}*")
    parts += _unusual(language, each)
    if each.returned_from is not None:
        moment = dates.wall(language, each.returned_from, each.zone)
        parts.append(f"*{say(language, 'start.moved_back', moment=moment)}*")
    if not each.skipped:
        parts.append(user(each.host))
    return " · ".join(parts)


def _differs(each: Date, own_zone: ZoneInfo) -> bool:
    offsets = [each.due_at.astimezone(zone).utcoffset() for zone in (own_zone, each.zone, UTC)]
    return offsets[0] not in offsets[1:]


def _elsewhere(each: Date, name: str, zone: tzinfo) -> str:
    """Return the time in another zone, with the date where that is another."""
    there = each.due_at.astimezone(zone)
    same_day = there.date() == each.due_at.astimezone(each.zone).date()
    return f"{there:%H:%M} {name}" if same_day else f"{there:%Y-%m-%d %H:%M} {name}"


def _unusual(language: Language, each: Date) -> list[str]:
    if each.holiday is None and each.skipped:
        return [f"*{say(language, 'updates.status_skipped')}*"]
    if each.holiday is None:
        day = dates.wall(language, each.moved_from, each.zone) if each.moved_from else ""
        return [f"*{say(language, 'updates.moved_from', moment=day)}*"] if day else []
    name = escaped(each.holiday, LONGEST_HOLIDAY)
    if each.skipped:
        return [f"*{say(language, 'start.holiday_skipped', name=name)}*"]
    if each.moved_from is not None:
        day = dates.day(language, each.moved_from.astimezone(each.zone).date())
        return [f"*{say(language, 'start.holiday_moved', name=name, day=day)}*"]
    return [f"*{say(language, 'start.holiday_kept', name=name)}*"]


def rhythm_changed(language: Language, series: int, outline: Outline, who: str) -> Message:
    """Return the post that tells the channel of another day, time, zone or rhythm."""
    rhythm_now = rhythm(language, outline)
    values_in = {"who": user(who), "title": escaped(outline.title, LONGEST_HEADER), "rhythm": rhythm_now}
    lines = [say(language, "start.rhythm_changed", **values_in)]
    if outline.first_at is not None:
        moment = dates.moment_for_all(language, outline.first_at, outline.zone)
        lines.append(say(language, "updates.next", moment=moment))
    ask = button(say(language, "sessions.ask"), values.ASK, Target(series).pack())
    return message(lines[0], [section(*lines), actions(ask)])
