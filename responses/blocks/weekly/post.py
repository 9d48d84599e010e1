"""What the channel sees of a session: the written update, or an honest reminder; or that a week was missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block, ButtonElement, HeaderBlock, PlainTextObject

from responses import dates
from responses.blocks.message import SECTION_LENGTH, Message, actions, button, context, escaped, section
from responses.blocks.updates import LONGEST_HEADER, message, user
from responses.blocks.weekly import commitments as board
from responses.blocks.weekly import questions as box
from responses.blocks.weekly import values
from responses.blocks.weekly.parts import CommitmentLine, QuestionLine
from responses.blocks.weekly.values import Target
from responses.phrases import Language, say, say_count
from responses.text import escape

# Of the some 13,000 characters that Slack takes in one message: what the host wrote, and what Candor keeps book of.
TEXT_ROOM = 5500
BOARD_ROOM, CHANGES_ROOM, ANSWERS_ROOM = 2000, 1200, 2000
Cause = Literal["unwritten", "unsent"]
_MISSED: dict[Cause, str] = {"unwritten": "sessions.missed_unwritten", "unsent": "sessions.missed_unsent"}


@dataclass(frozen=True)
class Part:
    """One point of the agenda: its kind ("text", "commitments", "questions", "changes"), title and text, if any."""

    kind: str
    title: str
    text: str = ""


@dataclass(frozen=True)
class Occasion:
    """Which session a post is about; `week` is None outside the rhythm, `weeks` None where no end is planned.

    `late` is None for a post on time; `next_at` None where no other session follows.
    """

    target: Target
    title: str
    week: int | None
    weeks: int | None
    host: str
    due_at: datetime
    zone: ZoneInfo
    late: timedelta | None
    next_at: datetime | None


@dataclass(frozen=True)
class Content:
    """What a written update consists of; `update` is its id, None in a preview."""

    update: int | None
    parts: Sequence[Part]
    nothing_new: bool
    commitments: Sequence[CommitmentLine]
    answered: Sequence[QuestionLine]
    waiting: int


def update_post(language: Language, occasion: Occasion, content: Content) -> Message:
    """Return a written update as it is posted; what does not fit is cut, with a button that shows the whole."""
    heading = _heading(language, occasion)
    blocks: list[Block] = [_header(heading), context(say(language, "sessions.by", host=user(occasion.host)))]
    if occasion.late is not None:
        blocks.append(section(_late(language, occasion, occasion.late, "sessions.update_late")))
    if content.nothing_new:
        blocks.append(section(say(language, "sessions.nothing_new")))
    bodies, cut = _bodies(language, content)
    blocks += [section(f"*{escape(part.title)}*\n{body}") for part, body in bodies]
    blocks.append(context(what_next(language, occasion)))
    blocks.append(actions(*_buttons(language, occasion.target, content, cut=cut)))
    return message(escape(f"{heading}. ") + say(language, "sessions.is_posted"), blocks)


def reminder(language: Language, occasion: Occasion, agenda: Sequence[tuple[str, int]]) -> Message:
    """Return the post for an hour at which nothing is written: who is to write, the agenda, the next date."""
    heading = _heading(language, occasion)
    lines = [say(language, "updates.expected", host=user(occasion.host))]
    if occasion.late is not None:
        lines.append(_late(language, occasion, occasion.late, "updates.late"))
    points = [say(language, "updates.agenda"), *agenda_lines(language, agenda)]
    target = occasion.target.pack()
    blocks: list[Block] = [
        _header(heading), section(*lines), section(*points), context(what_next(language, occasion)),
        actions(
            button(say(language, "sessions.write"), values.WRITE, target),
            button(say(language, "sessions.ask"), values.ASK, target),
        ),
    ]  # fmt: skip
    return message(escape(f"{heading}. ") + lines[0], blocks)


def missed(language: Language, weeks: Sequence[int], hours: int, cause: Cause, occasion: Occasion) -> Message:
    """Return the one post that says which weeks were missed and why; `occasion` is that of the last of them."""
    named = ", ".join(map(str, weeks))
    title = escape(occasion.title)
    text = say_count(language, _MISSED[cause], len(weeks), title=title, weeks=named, hours=hours)
    if occasion.next_at is not None:
        text += "\n" + what_next(language, occasion)
    return message(
        text, [section(text), actions(button(say(language, "sessions.ask"), values.ASK, occasion.target.pack()))]
    )


def agenda_lines(language: Language, items: Sequence[tuple[str, int]]) -> list[str]:
    """Return the agenda's points with their minutes."""
    return [
        say(language, "updates.agenda_item", number=number, title=escape(title), minutes=minutes)
        for number, (title, minutes) in enumerate(items, start=1)
    ]


def what_next(language: Language, occasion: Occasion) -> str:
    """Return when the next session is, or that this was the last."""
    if occasion.next_at is not None:
        return say(language, "updates.next", moment=dates.moment_for_all(language, occasion.next_at, occasion.zone))
    return say(language, "updates.last", weeks=occasion.weeks or occasion.week or 1)


def week_of(language: Language, week: int, weeks: int | None) -> str:
    """Return "Week 3 of 13", or "Week 3" where no end is planned."""
    return say(language, "sessions.week_of" if weeks else "sessions.week", week=week, weeks=weeks)


def whole(language: Language, parts: Sequence[Part]) -> list[str]:
    """Return everything that the host wrote, in pieces that fit into sections."""
    texts = [(part.title, part.text) for part in parts if part.kind == "text" and part.text]
    pieces: list[str] = []
    for title, text in texts:
        written = escape(text)
        pieces += [f"*{escape(title)}*", *_pieces(written)]
    return pieces


def _pieces(written: str) -> list[str]:
    """Cut escaped text at spaces or line ends, never inside an escape sequence, into lengths that a section takes."""
    pieces: list[str] = []
    while len(written) > SECTION_LENGTH:
        end = max(written.rfind("\n", 0, SECTION_LENGTH), written.rfind(" ", 0, SECTION_LENGTH))
        end = end if end > 0 else written.rfind("&", 0, SECTION_LENGTH)
        end = end if end > 0 else SECTION_LENGTH
        pieces.append(written[:end])
        written = written[end:].lstrip()
    return [*pieces, written] if written else pieces


def _heading(language: Language, occasion: Occasion) -> str:
    if occasion.week is None:
        return say(language, "sessions.urgent", title=occasion.title)
    return f"{week_of(language, occasion.week, occasion.weeks)}: {occasion.title}"


def _header(heading: str) -> HeaderBlock:
    return HeaderBlock(text=PlainTextObject(text=escaped(heading, LONGEST_HEADER)))


def _late(language: Language, occasion: Occasion, late: timedelta, key: str) -> str:
    due = dates.moment_for_all(language, occasion.due_at, occasion.zone)
    return say(language, key, lateness=dates.length(language, late), due=due)


def _bodies(language: Language, content: Content) -> tuple[list[tuple[Part, str]], bool]:
    """Return each part that has something to say with its mrkdwn, and whether anything of it was cut."""
    texts = [part for part in content.parts if part.kind == "text" and part.text]
    room = min(TEXT_ROOM // max(len(texts), 1), SECTION_LENGTH - LONGEST_HEADER * 5)
    bodies, cut = [], False
    for part in content.parts:
        body = escaped(part.text, room) if part.kind == "text" else _kept(language, part.kind, content)
        cut = cut or (part.kind == "text" and body != escape(part.text))
        if body:
            bodies.append((part, body))
    return bodies, cut


def _kept(language: Language, kind: str, content: Content) -> str:
    """Return what Candor itself keeps book of."""
    if kind == "commitments":
        return "\n".join(board.board(language, content.commitments, BOARD_ROOM))
    if kind == "changes":
        changed = board.changes(language, content.commitments, CHANGES_ROOM)
        nothing = [say(language, "sessions.nothing_late")] if content.commitments else []
        return "\n".join(changed or nothing)
    lines = list(box.answered(language, content.answered, ANSWERS_ROOM))
    if content.waiting:
        lines.append(say_count(language, "sessions.waiting", content.waiting))
    return "\n".join(lines)


def _buttons(language: Language, target: Target, content: Content, *, cut: bool) -> list[ButtonElement]:
    buttons = [button(say(language, "sessions.ask"), values.ASK, target.pack())]
    if cut and content.update is not None:
        own = Target(target.series, target.session, content.update)
        buttons.insert(0, button(say(language, "sessions.read_in_full"), values.READ_IN_FULL, own.pack()))
    buttons.append(button(say(language, "sessions.commitments"), values.COMMITMENTS, target.pack()))
    if content.waiting:
        buttons.append(button(say(language, "sessions.questions"), values.QUESTIONS, target.pack()))
    return buttons
