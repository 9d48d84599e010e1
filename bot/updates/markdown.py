"""The record of a series as Markdown: the closing report, every update, promise, question and change."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.updates.asking import Asked, Question
from bot.updates.record import Posted, Promise, Record
from responses import dates
from responses.blocks.weekly.commitments import STATES
from responses.blocks.weekly.history import Change, change_text
from responses.blocks.weekly.parts import CommitmentChange
from responses.blocks.weekly.post import week_of
from responses.outcomes import fate
from responses.phrases import Language, say
from responses.reports import commitment, opening, sections
from responses.text import unescape

WHOLE = 1_000_000  # a file has room for everything
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!&$])")
# What makes a list, a heading or a rule of a line that begins with it.
_BEGINNING = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))")
_LINK = re.compile(r"https?://[^\s<>\"`]*[^\s<>\"`.,;:!?)\]'*_~|]")
_MENTION = re.compile(r"<([@#])(\w+)>")
_STATES: dict[str, str] = {str(state): key for state, key in STATES.items()}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Markdown:
    """The markup of the file."""

    def text(self, words: str, length: int) -> str:
        """Return what a person wrote on one line, escaped; a file has room for the whole."""
        del length
        return escaped(" ".join(words.split()))

    def strong(self, words: str) -> str:
        """Return words in bold."""
        return f"**{words}**"

    def person(self, user: str) -> str:
        """Return a person's id: a file knows nobody by name."""
        return f"@{escaped(user)}"

    def moment(self, language: Language, value: datetime, zone: ZoneInfo) -> str:
        """Return a moment with its zone."""
        return escaped(dates.moment(language, value, zone))


MARKUP = Markdown()


def markdown(record: Record) -> str:
    """Return the whole record, in the series' language."""
    language, told = record.series.language, record.report
    lines = [f"# {MARKUP.text(say(language, 'closing.heading', title=told.title), WHOLE)}", "", *_head(record), ""]
    for section in sections(language, told, MARKUP, WHOLE):
        lines += [f"## {escaped(section.heading)}", "", *(f"- {line}" for line in section.lines), ""]
    lines += _chapter(language, "closing.file_updates", [_update(record, each) for each in record.updates])
    lines += _chapter(language, "closing.file_commitments", [_promise(record, each) for each in record.promises])
    lines += _chapter(language, "closing.file_questions", [_question(record, each) for each in record.questions])
    lines += _chapter(language, "closing.file_history", [[f"- {_noted(record, each)}" for each in record.history]])
    return "\n".join(lines).rstrip() + "\n"


def escaped(text: str) -> str:
    """Return one line of text so that Markdown shows it as it is; links stay links."""
    text = _CONTROL.sub(" ", text).strip()
    parts, at = [], 0
    for link in _LINK.finditer(text):
        parts += [_MARKS.sub(r"\\\1", text[at : link.start()]), f"<{link[0]}>"]
        at = link.end()
    return _BEGINNING.sub(_guarded, "".join([*parts, _MARKS.sub(r"\\\1", text[at:])]))


def quoted(text: str) -> list[str]:
    """Return what a person wrote, line by line, as a quotation."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    # Two spaces at its end keep a line a line.
    return [f"> {escaped(line)}  " if line.strip() else ">" for line in lines]


def _guarded(match: re.Match[str]) -> str:
    spaces, mark = match.groups()
    return f"{spaces}{mark}\\" if mark.isdigit() else f"{spaces}\\{mark}"


def _head(record: Record) -> Iterator[str]:
    series, language = record.series, record.series.language
    owner = MARKUP.person(series.owner)
    yield say(language, "closing.file_series", number=series.id, channel=f"\\#{escaped(series.channel)}", owner=owner)
    for line in opening(language, record.report, MARKUP):
        yield ""
        yield line


def _chapter(language: Language, key: str, pieces: Sequence[Sequence[str]]) -> list[str]:
    filled = [piece for piece in pieces if piece]
    if not filled:
        return []
    return [f"## {say(language, key)}", "", *(line for piece in filled for line in [*piece, ""])]


def _update(record: Record, posted: Posted) -> list[str]:
    language, series = record.series.language, record.series
    title = say(language, "closing.file_urgent")
    if posted.week is not None:
        title = week_of(language, posted.week, series.weeks)
    moment = MARKUP.moment(language, posted.posted_at, series.zone)
    by = say(language, "closing.file_author", who=MARKUP.person(posted.author), moment=moment)
    lines = [f"### {escaped(title)}", "", by]
    if posted.nothing_new:
        lines += ["", escaped(say(language, "sessions.nothing_new"))]
    for point, text in posted.texts:
        lines += ["", f"**{escaped(point)}**", "", *quoted(text)]
    return lines


def _promise(record: Record, promise: Promise) -> list[str]:
    language, line = record.series.language, promise.line
    told = commitment(language, fate(line, record.report.today), line, MARKUP, WHOLE)
    return [f"- {told}", *(f"    - {_changed(record, change)}" for change in promise.changes)]


def _changed(record: Record, change: CommitmentChange) -> str:
    language = record.series.language
    values = {name: _value(language, change.field, getattr(change, name)) for name in ("old", "new")}
    moment, who = MARKUP.moment(language, change.at, record.series.zone), MARKUP.person(change.by)
    told = say(language, f"commitments.change_{change.field}", moment=moment, who=who, **values)
    if not change.reason or change.field == "reason":
        return told
    reason = MARKUP.text(change.reason, WHOLE)
    # What is noted of the beginning is where it came from.
    return f"{told} · " + (reason if change.field == "made" else say(language, "closing.reason", reason=reason))


def _value(language: Language, field: str, value: str | None) -> str:
    if value is None:
        return "–"
    if field == "state":
        return say(language, _STATES[value])
    if field == "due":
        return dates.day(language, date.fromisoformat(value))
    return MARKUP.person(value) if field == "owner" else MARKUP.text(value, WHOLE)


def _question(record: Record, question: Question) -> list[str]:
    language, zone, head = record.series.language, record.series.zone, question.head
    lines = [f"### {head.id} · {escaped(' '.join(head.text.split()))}", ""]
    for each in question.everyone:
        lines += [f"- {_asked(language, zone, each)}", *(f"  {line}" for line in _merged(each, head))]
    lines.append("")
    if head.answered_at is None:
        return [*lines, say(language, "closing.file_unanswered")]
    who, moment = MARKUP.person(head.answered_by or "–"), MARKUP.moment(language, head.answered_at, zone)
    answered = say(language, "closing.file_answered", who=who, moment=moment)
    return [*lines, answered, "", *quoted(head.answer or "")]


def _asked(language: Language, zone: ZoneInfo, asked: Asked) -> str:
    moment = MARKUP.moment(language, asked.asked_at, zone)
    if asked.by is None:
        return say(language, "closing.file_asked_anonymously", moment=moment)
    return say(language, "closing.file_asked_by", who=MARKUP.person(asked.by), moment=moment)


def _merged(asked: Asked, head: Asked) -> list[str]:
    return [] if asked is head and "\n" not in asked.text else quoted(asked.text)


def _noted(record: Record, change: Change) -> str:
    language = record.series.language
    # As Slack shows it, with its mentions and escapes undone.
    told = unescape(_MENTION.sub(r"\1\2", change_text(language, change)))
    return f"{MARKUP.moment(language, change.at, record.series.zone)}: {MARKUP.text(told, WHOLE)}"
