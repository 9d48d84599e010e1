"""What Candor writes to people about a session: the preparation, the nudges, the escalation."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, ButtonElement, DividerBlock

from responses import dates
from responses.blocks.message import Message, actions, button, escaped, section
from responses.blocks.updates import LONGEST_HEADER, channel, message, user
from responses.blocks.weekly import commitments as board
from responses.blocks.weekly import questions as box
from responses.blocks.weekly import values
from responses.blocks.weekly.parts import CommitmentLine, QuestionLine
from responses.blocks.weekly.post import Occasion, week_of
from responses.phrases import Language, say

CHANGES_ROOM, QUESTIONS_ROOM, PROMISED_ROOM = 2500, 2500, 1500


@dataclass(frozen=True)
class Preparation:
    """What a host should know a day before; `promised` is what the last update said would come."""

    channel: str
    commitments: Sequence[CommitmentLine]
    questions: Sequence[QuestionLine]
    promised: str
    written: bool


def preparation(language: Language, occasion: Occasion, content: Preparation) -> Message:
    """Return the message to the host before a session, with what is open and what can be done."""
    opening = say(language, "sessions.prepare", **_named(language, occasion, content.channel))
    if content.written:
        opening += "\n" + say(language, "sessions.already_written")
    blocks: list[Block] = [section(opening)]
    for heading, lines in _known(language, content):
        blocks.append(section(f"*{say(language, heading)}*", *lines))
    return message(opening, [*blocks, *_doing(language, occasion)])


def nudge(language: Language, occasion: Occasion, place: str, *, again: bool) -> Message:
    """Return the message to a host whose update is overdue."""
    key = "sessions.nudge_again" if again else "sessions.nudge"
    text = say(language, key, **_named(language, occasion, place))
    return message(text, [section(text), *_doing(language, occasion)])


def escalation(language: Language, occasion: Occasion, place: str, *, own: bool) -> Message:
    """Return the message to owner or deputy a day after an update was due; `own`: it was theirs to write."""
    named = _named(language, occasion, place)
    missing = say(language, "sessions.escalate", host=user(occasion.host), **named)
    text = say(language, "sessions.escalate_own", **named) if own else missing
    return message(text, [section(text), *_doing(language, occasion)])


def not_posted(language: Language, occasion: Occasion, place: str, *, paused: bool) -> Message:
    """Return the message to the author of an update that was written and could not be posted, or fell into a pause."""
    key = "sessions.not_posted_paused" if paused else "sessions.not_posted"
    text = say(language, key, number=occasion.target.series, **_named(language, occasion, place))
    return message(text, [section(text)])


def _named(language: Language, occasion: Occasion, place: str) -> dict[str, str]:
    week = "" if occasion.week is None else week_of(language, occasion.week, occasion.weeks)
    due = dates.moment_for_all(language, occasion.due_at, occasion.zone)
    return {"title": escaped(occasion.title, LONGEST_HEADER), "week": week, "due": due, "channel": channel(place)}


def _known(language: Language, content: Preparation) -> list[tuple[str, list[str]]]:
    promised = [escaped(content.promised, PROMISED_ROOM)] if content.promised else []
    known = [
        ("sessions.commitments_due", board.changes(language, content.commitments, CHANGES_ROOM)),
        ("sessions.questions_open", box.waiting(language, content.questions, QUESTIONS_ROOM)),
        ("sessions.promised", promised),
    ]
    return [(heading, list(lines)) for heading, lines in known if lines]


def _doing(language: Language, occasion: Occasion) -> list[Block]:
    def one(key: str, action: str) -> ButtonElement:
        return button(say(language, key), action, occasion.target.pack())

    write = one("sessions.write", values.WRITE)
    write.style = "primary"
    return [
        actions(write, one("sessions.nothing_new_button", values.NOTHING_NEW)),
        DividerBlock(),
        actions(
            one("sessions.hand_over", values.HAND_OVER), one("sessions.move", values.MOVE),
            one("sessions.skip", values.SKIP),
            one("sessions.questions", values.QUESTIONS), one("sessions.commitments", values.COMMITMENTS),
        ),
    ]  # fmt: skip
