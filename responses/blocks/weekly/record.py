"""The record of a series: what became of each week, its commitments and changes; in a message, and whole in a modal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block

from responses import dates
from responses.blocks.message import Message, actions, button, escaped, section
from responses.blocks.modal import modal
from responses.blocks.updates import channel, joined, message, user
from responses.blocks.weekly import commitments as board
from responses.blocks.weekly import values
from responses.blocks.weekly.history import MENTIONS_ROOM, Change, change_line, within
from responses.blocks.weekly.parts import CommitmentLine
from responses.blocks.weekly.values import Target
from responses.phrases import Language, say, say_count
from responses.text import escape

# Of the some 13,000 characters that Slack takes in one message.
WEEKS_ROOM, BOARD_ROOM, HISTORY_ROOM = 4500, 2000, 2000
LONGEST_CAUSE = 200
LINES_A_PAGE = 80
LONGEST_TITLE_OF_A_MODAL = 24
HOLIDAY = "holiday: "
CAUSES = ("paused", "ended", "not_written", "not_sent_in_time")


@dataclass(frozen=True)
class Week:
    """One week of the record; `host` is who writes or wrote it, `moved_from` where the rule had put it."""

    week: int
    due_at: datetime
    moved_from: datetime | None
    status: str
    host: str
    posted_at: datetime | None
    cause: str | None
    closed_by: str | None


@dataclass(frozen=True)
class Record:
    """A series with what became of each week and what was changed in it, oldest first.

    `on_time` is how many updates came on time, of how many that were due and not skipped.
    """

    number: int
    title: str
    channel: str
    audiences: Sequence[str]
    cadence: str
    owner: str
    hosts: Sequence[str]
    deputy: str | None
    zone: ZoneInfo
    on_time: tuple[int, int]
    next_at: datetime | None
    paused_until: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    weeks: Sequence[Week]
    commitments: Sequence[CommitmentLine]
    history: Sequence[Change]


def record(language: Language, content: Record) -> Message:
    """Return the answer to `show`; what does not fit is counted, and a button shows the whole."""
    head = _head(language, content)
    blocks: list[Block] = [section(part) for part in joined(head)]
    weeks = [week_line(language, content.zone, week) for week in content.weeks]
    changes = [change_line(language, content.zone, change) for change in content.history]
    shown = [*_around(language, content, weeks)]
    blocks += [section(part) for part in joined(shown)]
    if content.commitments:
        lines = board.board(language, content.commitments, BOARD_ROOM)
        blocks.append(section(f"*{say(language, 'sessions.commitments')}*", *lines))
    if changes:
        last = _last(language, changes, HISTORY_ROOM)
        blocks.append(section(f"*{say(language, 'updates.history')}*", *last))
    return message(head[0], [*blocks, actions(*_buttons(language, content))])


def _head(language: Language, content: Record) -> list[str]:
    names = {"title": escape(content.title), "number": content.number, "channel": channel(content.channel)}
    hosts = within([user(host) for host in content.hosts], MENTIONS_ROOM)
    rate = {"on_time": content.on_time[0], "past": content.on_time[1]}
    names |= {"zone": content.zone.key, "owner": user(content.owner), "host": hosts}
    lines = [say(language, "updates.show", **names, **rate)]
    if content.deputy:
        lines.append(say(language, "updates.deputy", deputy=user(content.deputy)))
    if content.audiences:
        places = within([channel(place) for place in content.audiences], MENTIONS_ROOM)
        lines.append(say(language, "updates.goes_also_to", places=places))
    if content.cadence == "monthly":
        lines.append(say(language, "updates.monthly"))
    if content.paused_until is not None:
        until = dates.day(language, content.paused_until.astimezone(content.zone).date())
        lines.append(f"*{say(language, 'updates.paused_until', day=until)}*")
    if content.ended_at is not None:
        moment = dates.moment(language, content.ended_at, content.zone)
        by = content.ended_by
        lines.append(
            say(language, "updates.ended_on", moment=moment, who=user(by))
            if by else say(language, "updates.came_to_its_end", moment=moment)
        )  # fmt: skip
    elif content.next_at is not None:
        moment = dates.moment_for_all(language, content.next_at, content.zone)
        lines.append(say(language, "updates.next", moment=moment))
    return lines


def week_line(language: Language, zone: ZoneInfo, week: Week) -> str:
    """Return what became of a week: its date, its status, the cause, and who writes it."""
    line = f"{week.week}. {dates.wall(language, week.due_at, zone)}: {say(language, f'updates.status_{week.status}')}"
    if week.status == "late" and week.posted_at is not None:
        line += f" (+{dates.length(language, week.posted_at - week.due_at)})"
    if week.cause and week.status in {"skipped", "missed", "awaiting"}:
        line += f" ({cause(language, week.cause)})"
    if week.moved_from is not None and week.status != "skipped":
        line += f" ({say(language, 'updates.moved_from', moment=dates.wall(language, week.moved_from, zone))})"
    who = week.closed_by if week.status == "skipped" else week.host
    return f"{line} · {user(who)}" if who else line


def cause(language: Language, given: str) -> str:
    """Return why a week was skipped or missed as mrkdwn: Candor's own causes in words, people's as they wrote them."""
    if given in CAUSES:
        return say(language, f"updates.cause_{given}")
    if given.startswith(HOLIDAY):
        name = escaped(given.removeprefix(HOLIDAY), LONGEST_CAUSE)
        return say(language, "updates.cause_holiday", name=name)
    return escaped(given, LONGEST_CAUSE)


def _around(language: Language, content: Record, weeks: Sequence[str]) -> list[str]:
    """Return the weeks that fit, those around the next one first; the others are counted."""
    open_ones = (place for place, week in enumerate(content.weeks) if week.status in {"planned", "awaiting", "queued"})
    first = last = next(open_ones, len(weeks))
    room = WEEKS_ROOM
    while first > 0 or last < len(weeks):
        grow_back = first > 0 and (len(weeks) - last < first or last == len(weeks))
        line = weeks[first - 1] if grow_back else weeks[last]
        if len(line) + 1 > room:
            break
        room -= len(line) + 1
        first, last = (first - 1, last) if grow_back else (first, last + 1)
    before = [say_count(language, "updates.and_more", first)] if first else []
    after = [say_count(language, "updates.and_more", len(weeks) - last)] if last < len(weeks) else []
    return [*before, *weeks[first:last], *after]


def _last(language: Language, lines: Sequence[str], room: int) -> list[str]:
    """Return the last lines that fit, the oldest first, after a line that counts the others."""
    kept: list[str] = []
    for line in reversed(lines):
        if len(line) + 1 > room:
            break
        room -= len(line) + 1
        kept.insert(0, line)
    hidden = len(lines) - len(kept)
    return [*([say_count(language, "updates.and_more", hidden)] if hidden else []), *kept]


def _buttons(language: Language, content: Record) -> list[Any]:
    target = Target(content.number).pack()
    buttons = [button(say(language, "updates.whole_record"), values.RECORD, target)]
    if content.commitments:
        buttons.append(button(say(language, "sessions.commitments"), values.COMMITMENTS, target))
    return [*buttons, button(say(language, "sessions.questions"), values.QUESTIONS, target)]


def whole(language: Language, content: Record, page: int) -> dict[str, Any]:
    """Return the modal with one page (from 0) of the whole record: every week, then every change."""
    lines = [week_line(language, content.zone, week) for week in content.weeks]
    lines += [f"*{say(language, 'updates.history')}*"] if content.history else []
    lines += [change_line(language, content.zone, change) for change in content.history]
    pages = max(-(-len(lines) // LINES_A_PAGE), 1)
    page = min(max(page, 0), pages - 1)
    blocks: list[Block] = [section(part) for part in joined(lines[page * LINES_A_PAGE : (page + 1) * LINES_A_PAGE])]
    turns = [
        button(say(language, key), f"{values.RECORD_PAGE}:{to}", _page(content.number, to))
        for key, to in (("modals.previous_page", page - 1), ("modals.next_page", page + 1))
        if 0 <= to < pages
    ]
    shown = [*blocks, *([actions(*turns)] if turns else [])]
    return modal(language, say(language, "updates.whole_record"), shown)


def _page(number: int, page: int) -> str:
    return Target(number, None, page).pack()
