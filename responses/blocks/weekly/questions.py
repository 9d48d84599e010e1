"""How questions from the audience look in posts and messages: in an update, as a confirmation, as an answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, MarkdownTextObject, SectionBlock

from responses.blocks.message import SECTION_LENGTH, Message, actions, button, escaped
from responses.blocks.updates import LONGEST_HEADER, message, user
from responses.blocks.weekly.parts import QuestionLine
from responses.blocks.weekly.values import QUESTION_OPEN, Target
from responses.phrases import Language, say, say_count
from responses.text import escape, shorten

QUOTED = 280  # characters of a question where others stand beside it
SUMMARY = 600  # characters of an answer in the update; the whole of it stands in the thread
ANSWER_ROOM = 6000  # characters of an answer in a message once escaped: Slack takes 13,200 of all its blocks


@dataclass(frozen=True)
class Told:
    """What somebody is told of the answer to a question they asked; `number` and `text` are of their own."""

    series: int
    title: str
    number: int
    text: str
    answered_with: int
    answer: str
    by: str


def answered(language: Language, lines: Sequence[QuestionLine], room: int) -> list[str]:
    """Return the answered questions as mrkdwn lines of `room` characters in all; the last one counts what is cut."""
    return fitting(language, [_answered(language, line) for line in lines], room)


def waiting(language: Language, lines: Sequence[QuestionLine], room: int) -> list[str]:
    """Return the open questions with their votes, and how often each was carried over, as `answered` does."""
    return fitting(language, [f"{headed(language, line)} · {facts(language, line)}" for line in lines], room)


def headed(language: Language, line: QuestionLine) -> str:
    """Return a question's number and its words, shortened and escaped."""
    return quoted(language, line.id, line.text)


def quoted(language: Language, number: int, text: str) -> str:
    """Return a question's number and its words, shortened and escaped."""
    return say(language, "audience.quoted", number=number, text=_on_one_line(text, QUOTED))


def facts(language: Language, line: QuestionLine) -> str:
    """Return how many want an answer, who asked, and how often the question was carried over."""
    parts = [say_count(language, "audience.votes", line.votes), asked_by(language, line.by)]
    if line.carried:
        parts.append(say_count(language, "audience.carried", line.carried))
    return " · ".join(parts)


def asked_by(language: Language, by: str | None) -> str:
    """Return who asked a question."""
    return say(language, "audience.asked_by", who=user(by)) if by else say(language, "audience.asked_anonymously")


def noted_in_thread(language: Language, number: int, who: str) -> Message:
    """Return the confirmation of a question that was asked as a reply below a post."""
    return _verbatim(say(language, "audience.noted_in_thread", number=number, who=user(who)))


def no_more(language: Language, title: str, owner: str) -> Message:
    """Return what is said below a post of a series that has ended."""
    named = {"title": escaped(title, LONGEST_HEADER), "owner": user(owner)}
    return _verbatim(say(language, "audience.has_ended", **named))


def answer(
    language: Language, line: QuestionLine, text: str, by: str, series: int, *, corrected: bool = False
) -> Message:
    """Return the answer to a question as it goes below the posts; by itself, too, it can be understood."""
    key = "audience.thread_corrected" if corrected else "audience.thread_answer"
    opening = say(language, key, number=line.id, who=user(by))
    question = f"{headed(language, line)} · {asked_by(language, line.by)}"
    return _answer(language, [opening, question], line.text, text, Target(series, item=line.id))


def tell(language: Language, told: Told, *, corrected: bool = False) -> Message:
    """Return the direct message with an answer to somebody who asked for it."""
    key = "audience.told_corrected" if corrected else "audience.told_answer"
    title = escaped(told.title, LONGEST_HEADER)
    opening = [say(language, key, who=user(told.by), number=told.number, title=title)]
    if told.number != told.answered_with:
        opening.append(say(language, "audience.answered_with", number=told.answered_with))
    opening.append(quoted(language, told.number, told.text))
    return _answer(language, opening, told.text, told.answer, Target(told.series, item=told.answered_with))


def whole(text: str) -> list[Block]:
    """Return what a person wrote as sections, all of it, in which Slack makes nothing of "@here" or "#general"."""
    return [verbatim(part) for part in _parts(text)]


def verbatim(text: str) -> SectionBlock:
    """Return a section of mrkdwn in which Slack makes no mention or link out of a person's words."""
    return SectionBlock(text=MarkdownTextObject(text=text, verbatim=True))


def _answer(language: Language, opening: Sequence[str], question: str, text: str, target: Target) -> Message:
    shown = text if len(escape(text)) <= ANSWER_ROOM else shorten(text, ANSWER_ROOM // 5)
    blocks: list[Block] = [verbatim("\n".join(opening)), *whole(shown)]
    if shown != text or len(question) > QUOTED:
        blocks.append(actions(button(say(language, "sessions.read_in_full"), QUESTION_OPEN, target.pack())))
    return message(f"{opening[0]} {_on_one_line(text, SUMMARY)}", blocks)


def _answered(language: Language, line: QuestionLine) -> str:
    answer = _on_one_line(line.answer or "", SUMMARY)
    return f"{headed(language, line)} · {facts(language, line)}\n> {answer}"


def _verbatim(text: str) -> Message:
    return message(text, [verbatim(text)])


def _on_one_line(text: str, length: int) -> str:
    return escaped(" ".join(text.split()), length)


def _parts(text: str) -> list[str]:
    """Return `text` escaped, in as many parts as sections take."""
    if len(whole := escape(text)) <= SECTION_LENGTH:
        return [whole]
    middle = text.rfind(" ", len(text) // 4, len(text) // 2) + 1 or len(text) // 2
    return [*_parts(text[:middle]), *_parts(text[middle:])]


def fitting(language: Language, lines: Sequence[str], room: int) -> list[str]:
    """Return as many lines as fit into `room` characters, line ends included; the last one counts the others."""
    if sum(map(len, lines)) + len(lines) <= room:
        return list(lines)
    kept: list[str] = []
    left = room
    for index, line in enumerate(lines, start=1):
        left -= len(line) + 1
        if left < len(_more(language, len(lines) - index)) + 1:
            break
        kept.append(line)
    return [*kept, _more(language, len(lines) - len(kept))]


def _more(language: Language, count: int) -> str:
    return say_count(language, "audience.more", count)
