"""How the weekly update looks in Slack: the reminder in the channel and the answers to /candor-updates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block, HeaderBlock, PlainTextObject

from responses import dates
from responses.blocks.message import SECTION_LENGTH, Message, context, escaped, section
from responses.phrases import Language, say, say_count
from responses.text import escape

LONGEST_HEADER = 150
Week = tuple[int, datetime, str, datetime | None, str | None]  # number, due, status, posted at, cause
MOST_DATES = 20  # in one answer; the rest is counted


@dataclass(frozen=True)
class Reminder:
    """What the reminder of one session says; `late` is None when it is on time, `next_at` None at the last one."""

    title: str
    week: int
    weeks: int
    host: str
    agenda: Sequence[tuple[str, int]]
    due_at: datetime
    zone: ZoneInfo
    late: timedelta | None
    next_at: datetime | None


def reminder(language: Language, content: Reminder) -> Message:
    """Return the post that opens a session: which week, who writes, the agenda, the next date."""
    heading = say(language, "updates.week", week=content.week, weeks=content.weeks, title=content.title)
    lines = [say(language, "updates.expected", host=user(content.host))]
    if content.late is not None:
        lateness = dates.length(language, content.late)
        due = dates.moment_for_all(language, content.due_at, content.zone)
        lines.append(say(language, "updates.late", lateness=lateness, due=due))
    agenda = [say(language, "updates.agenda"), *_agenda(language, content.agenda)]
    blocks: list[Block] = [
        HeaderBlock(text=PlainTextObject(text=escaped(heading, LONGEST_HEADER))),
        section(*lines),
        section(*agenda),
        context(_what_next(language, content)),
    ]
    return message(escape(f"{heading}. ") + lines[0], blocks)


def _agenda(language: Language, items: Sequence[tuple[str, int]]) -> list[str]:
    return [
        say(language, "updates.agenda_item", number=number, title=escape(title), minutes=minutes)
        for number, (title, minutes) in enumerate(items, start=1)
    ]


def _what_next(language: Language, content: Reminder) -> str:
    if content.next_at is None:
        return say(language, "updates.last", weeks=content.weeks)
    return say(language, "updates.next", moment=dates.moment_for_all(language, content.next_at, content.zone))


def missed(
    language: Language, title: str, weeks: Sequence[int], hours: int, next_at: datetime | None, zone: ZoneInfo
) -> Message:
    """Return the one post that says which weeks were missed, and when the next session is."""
    named = ", ".join(map(str, weeks))
    text = say_count(language, "updates.missed", len(weeks), title=escape(title), weeks=named, hours=hours)
    if next_at is not None:
        text += "\n" + say(language, "updates.next", moment=dates.moment_for_all(language, next_at, zone))
    return message(text, [section(text)])


@dataclass(frozen=True)
class Started:
    """What the answer to `/candor-updates start` says."""

    number: int
    title: str
    channel: str
    host: str
    zone: ZoneInfo
    zone_was_given: bool
    sessions: Sequence[datetime]
    clock_changes: Sequence[int]
    can_post: bool


def started(language: Language, content: Started) -> Message:
    """Return the answer to `start`: all dates in the zone and in UTC, clock changes marked."""
    names = {"title": escape(content.title), "number": content.number, "channel": channel(content.channel)}
    first = dates.moment_for_all(language, content.sessions[0], content.zone)
    count = len(content.sessions)
    text = say(language, "updates.started", count=count, first=first, host=user(content.host), **names)
    notes = [say(language, "updates.how_to_end", number=content.number)]
    if not content.zone_was_given:
        notes.insert(0, say(language, "updates.zone_taken", zone=content.zone.key))
    if not content.can_post:
        notes.append(say(language, "updates.invite", channel=channel(content.channel)))
    return message(text, [section(text), section(_all_dates(language, content)), section(*notes)])


def _all_dates(language: Language, content: Started) -> str:
    lines = [say(language, "updates.dates")]
    for week, due_at in enumerate(content.sessions[:MOST_DATES], start=1):
        moment = dates.moment(language, due_at, content.zone)
        line = say(language, "updates.date_line", week=week, moment=moment, utc=f"{due_at.astimezone(UTC):%H:%M}")
        change = f" · {say(language, 'updates.clock_change')}" if week in content.clock_changes else ""
        lines.append(line + change)
    hidden = len(content.sessions) - MOST_DATES
    return "\n".join([*lines, *([say_count(language, "updates.and_more", hidden)] if hidden > 0 else [])])


@dataclass(frozen=True)
class Line:
    """One series in the list; `week` and `next_at` are None when all its sessions are over."""

    number: int
    title: str
    channel: str
    weeks: int
    zone: ZoneInfo
    week: int | None
    next_at: datetime | None


def listing(language: Language, lines: Sequence[Line], *, hidden: int = 0) -> Message:
    """Return the answer to `list`; `hidden` is how many running series are not among the lines."""
    if not lines:
        return plain(say(language, "updates.none"))
    texts = [say(language, "updates.list"), *(_line(language, line) for line in lines)]
    if hidden > 0:
        texts.append(say_count(language, "updates.and_more", hidden))
    return message(texts[0], [section(part) for part in _parts(texts)])


def _line(language: Language, line: Line) -> str:
    # Escaped, 150 characters may become 750, and thirty such lines more than Slack takes in one message.
    names = {"number": line.number, "title": escaped(line.title, LONGEST_HEADER), "channel": channel(line.channel)}
    if line.week is None or line.next_at is None:
        return say(language, "updates.list_done", weeks=line.weeks, **names)
    moment = dates.moment(language, line.next_at, line.zone)
    return say(language, "updates.list_line", week=line.week, weeks=line.weeks, moment=moment, **names)


@dataclass(frozen=True)
class Record:
    """A series with what became of each week."""

    number: int
    title: str
    channel: str
    owner: str
    host: str
    zone: ZoneInfo
    weeks: Sequence[Week]
    ended_at: datetime | None
    ended_by: str | None


def record(language: Language, content: Record) -> Message:
    """Return the answer to `show`: every planned week and what became of it, and the on-time rate."""
    past = [status for _, _, status, _, _ in content.weeks if status in {"posted", "late", "missed"}]
    names = {"title": escape(content.title), "number": content.number, "channel": channel(content.channel)}
    people = {"owner": user(content.owner), "host": user(content.host)}
    rate = {"on_time": past.count("posted"), "past": len(past)}
    texts = [say(language, "updates.show", zone=content.zone.key, **names, **people, **rate)]
    if content.ended_at is not None:
        moment = dates.moment(language, content.ended_at, content.zone)
        texts.append(say(language, "updates.ended_on", moment=moment, who=user(content.ended_by or content.owner)))
    texts += [_week(language, content.zone, week) for week in content.weeks]
    return message(texts[0], [section(part) for part in _parts(texts)])


def _week(language: Language, zone: ZoneInfo, planned: Week) -> str:
    week, due, status, posted, cause = planned
    line = f"{week}. {dates.wall(language, due, zone)}: {say(language, f'updates.status_{status}')}"
    if status == "late" and posted is not None:
        line += f" (+{dates.length(language, posted - due)})"
    return f"{line} (`{escape(cause)}`)" if cause else line


def ended(language: Language, title: str, number: int, *, now: bool) -> Message:
    """Return the answer to `end`; `now` is False when it had ended before."""
    key = "updates.ended" if now else "updates.already_ended"
    return plain(say(language, key, title=escape(title), number=number))


def announce_ended(language: Language, title: str, who: str, week: int, weeks: int) -> Message:
    """Return the post that tells the channel that a series was ended early."""
    values = {"title": escape(title), "who": user(who), "week": week, "weeks": weeks}
    return plain(say(language, "updates.announce_ended", **values))


def undelivered(language: Language, place: str, error: str) -> Message:
    """Return the direct message that tells why a post did not arrive and what to do."""
    hints = {
        "not_in_channel": "invite", "channel_not_found": "invite", "is_archived": "archived", "unknown": "unknown",
    }  # fmt: skip
    hint = say(language, f"updates.undelivered_hint_{hints.get(error, 'other')}")
    return plain(say(language, "updates.undelivered", channel=channel(place), error=escape(error), hint=hint))


def user(user_id: str) -> str:
    """Return the mention of a user."""
    return f"<@{user_id}>"


def channel(channel_id: str) -> str:
    """Return the link to a channel."""
    return f"<#{channel_id}>"


def message(text: str, blocks: Sequence[Block]) -> Message:
    """Return a message whose `text`, too, is mrkdwn: it may hold mentions, and what people wrote is escaped in it."""
    return Message(text, [block.to_dict() for block in blocks])


def plain(text: str) -> Message:
    """Return a message of one section."""
    return message(text, [section(text)])


def _parts(lines: Sequence[str]) -> list[str]:
    """Join lines to as few texts as fit into sections."""
    parts: list[str] = []
    for line in lines:
        if parts and len(parts[-1]) + len(line) < SECTION_LENGTH:
            parts[-1] += "\n" + line
        else:
            parts.append(line)
    return parts
