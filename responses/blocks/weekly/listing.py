"""How the running series are listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from responses import dates
from responses.blocks.message import Message, escaped, section
from responses.blocks.updates import LONGEST_HEADER, channel, joined, message, plain
from responses.blocks.weekly.post import week_of
from responses.phrases import Language, say, say_count


@dataclass(frozen=True)
class Line:
    """One series in the list; `week` and `next_at` are None when all its sessions are over."""

    number: int
    title: str
    channel: str
    weeks: int | None
    zone: ZoneInfo
    week: int | None
    next_at: datetime | None
    paused_until: datetime | None = None


def listing(language: Language, lines: Sequence[Line], *, hidden: int = 0) -> Message:
    """Return the answer to `list`; `hidden` is how many running series are not among the lines."""
    if not lines:
        return plain(say(language, "updates.none"))
    texts = [say(language, "updates.list"), *(_line(language, line) for line in lines)]
    if hidden > 0:
        texts.append(say_count(language, "updates.and_more", hidden))
    return message(texts[0], [section(part) for part in joined(texts)])


def _line(language: Language, line: Line) -> str:
    # Escaped, 150 characters may become 750, and thirty such lines more than Slack takes in one message.
    parts = [f"*{line.number}*", escaped(line.title, LONGEST_HEADER), channel(line.channel)]
    if line.week is None or line.next_at is None:
        parts.append(say(language, "updates.all_over"))
    else:
        parts += [week_of(language, line.week, line.weeks), dates.moment(language, line.next_at, line.zone)]
    if line.paused_until is not None:
        until = dates.day(language, line.paused_until.astimezone(line.zone).date())
        parts.append(f"*{say(language, 'updates.paused_until', day=until)}*")
    return " · ".join(parts)
