"""How the end of a series looks in Slack: the closing report, the owner's message, the proposal to go on monthly."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block, HeaderBlock, PlainTextObject

from responses import dates
from responses.blocks.message import SECTION_LENGTH, Message, actions, button, escaped, section
from responses.blocks.updates import LONGEST_HEADER, channel, message, user
from responses.blocks.weekly import values
from responses.blocks.weekly.values import Target
from responses.outcomes import Report
from responses.phrases import Language, say, say_count
from responses.reports import Part, Section, opening, sections
from responses.text import escape

# Of the some 13,000 characters that Slack takes in one message.
ROOM: Mapping[Part, int] = {"weeks": 1900, "commitments": 5600, "questions": 1400, "next": 1700}
WIDTHS = (200, 100, 60, 35)  # of what a person wrote on a line, the first with which the commitments have room


class Mrkdwn:
    """The markup of a Slack message."""

    def text(self, words: str, length: int) -> str:
        """Return what a person wrote on one line, escaped and cut."""
        return escaped(" ".join(words.split()), length)

    def strong(self, words: str) -> str:
        """Return words in bold."""
        return f"*{words}*"

    def person(self, user: str) -> str:
        """Return the mention of a person."""
        return f"<@{user}>"

    def moment(self, language: Language, value: datetime, zone: ZoneInfo) -> str:
        """Return a moment with its zone, and each reader's own time."""
        return dates.moment_for_all(language, value, zone)


@dataclass(frozen=True)
class Going:
    """A series that goes on monthly: its number, when it begins, who writes first, how much comes along."""

    number: int
    title: str
    first: datetime
    zone: ZoneInfo
    host: str
    commitments: int
    questions: int


def closing_report(language: Language, report: Report) -> Message:
    """Return the report as it is posted; what does not fit is counted, the files have the whole."""
    heading = say(language, "closing.heading", title=report.title)
    blocks: list[Block] = [
        HeaderBlock(text=PlainTextObject(text=escaped(heading, LONGEST_HEADER))),
        section("\n".join(opening(language, report, Mrkdwn()))),
    ]
    for part in _cut(language, report):
        blocks += [section(text) for text in _packed([f"*{escape(part.heading)}*", *part.lines])]
    target = Target(report.number).pack()
    buttons = [
        button(say(language, "sessions.questions"), values.QUESTIONS, target),
        button(say(language, "closing.export_button"), values.EXPORT, target),
    ]
    if report.commitments:
        buttons.insert(0, button(say(language, "sessions.commitments"), values.COMMITMENTS, target))
    blocks.append(actions(*buttons))
    return message(escape(f"{heading}. ") + say(language, "closing.posted"), blocks)


def closed(language: Language, report: Report, place: str, first: datetime) -> Message:
    """Return the owner's message: the files, and the proposal to go on monthly from `first` on."""
    title = escaped(report.title, LONGEST_HEADER)
    offer = say(language, "closing.offer", title=title, number=report.number, channel=channel(place))
    proposal = say(language, "closing.propose", moment=dates.moment_for_all(language, first, report.zone))
    target = Target(report.number).pack()
    go_on = button(say(language, "closing.go_on_button"), values.GO_ON_MONTHLY, target)
    go_on.style = "primary"
    leave = button(say(language, "closing.leave_button"), values.LEAVE_IT, target)
    export = button(say(language, "closing.export_button"), values.EXPORT, target)
    return message(offer, [section(offer), actions(export), section(proposal), actions(go_on, leave)])


def announcement(language: Language, going: Going) -> Message:
    """Return the post that tells the channel that it goes on monthly."""
    moment = dates.moment_for_all(language, going.first, going.zone)
    title = escaped(going.title, LONGEST_HEADER)
    lines = [say(language, "closing.announce", title=title, moment=moment, host=user(going.host))]
    if going.commitments:
        lines.append(say_count(language, "closing.announce_commitments", going.commitments))
    if going.questions:
        lines.append(say_count(language, "closing.announce_questions", going.questions))
    text = "\n".join(lines)
    target = Target(going.number).pack()
    buttons = actions(
        button(say(language, "sessions.ask"), values.ASK, target),
        button(say(language, "sessions.commitments"), values.COMMITMENTS, target),
    )
    return message(text, [section(text), buttons])


def _cut(language: Language, report: Report) -> Iterator[Section]:
    """Yield the report's sections within their room: first what people wrote is cut shorter, then lines are counted."""
    by_width = [[*sections(language, report, Mrkdwn(), width)] for width in WIDTHS]
    for candidates in zip(*by_width, strict=True):
        room = ROOM[candidates[0].part]
        best = next((each for each in candidates if _size(each.lines) <= room), candidates[-1])
        yield Section(best.part, best.heading, _fitting(language, best.lines, room))


def _fitting(language: Language, lines: Sequence[str], room: int) -> list[str]:
    if _size(lines) <= room:
        return [*lines]
    for kept in range(len(lines) - 1, -1, -1):
        cut = [*lines[:kept], say_count(language, "closing.more", len(lines) - kept)]
        if _size(cut) <= room:
            return cut
    return []  # pragma: no cover - a section has room for the line that counts the others


def _size(lines: Sequence[str]) -> int:
    return sum(map(len, lines)) + len(lines)


def _packed(lines: Sequence[str]) -> list[str]:
    """Join lines to as few texts as fit into sections."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + 1 + len(line) <= SECTION_LENGTH:
            texts[-1] += "\n" + line
        else:
            texts.append(line)
    return texts
