"""The record of a series as Markdown: the closing report, every update, promise, question and change."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.updates.asking import Asked, Question
from bot.updates.naming import Names
from bot.updates.record import Posted, Promise, Record
from responses import dates
from responses.blocks.weekly.commitments import STATES
from responses.blocks.weekly.history import Change, change_text
from responses.blocks.weekly.parts import CommitmentChange
from responses.blocks.weekly.post import week_of
from responses.outcomes import fate
from responses.phrases import Language, say
from responses.reports import commitment, opening, sections
from responses.text import escape, unescape

WHOLE = 1_000_000  # a file has room for everything
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!&$])")
# What makes a list, a heading or a rule of a line that begins with it.
_BEGINNING = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))")
_LINK = re.compile(r"https?://[^\s<>\"`]*[^\s<>\"`.,;:!?)\]'*_~|]")
_MENTION = re.compile(r"<([@#])(\w+)>")
_STATES: dict[str, str] = {str(state): key for state, key in STATES.items()}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Markdown:
    """The markup of the file; `names` is whom ids stand for."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def text(self, words: str, length: int) -> str:
        """Return what a person wrote on one line, escaped; a file has room for the whole."""
        del length
        return _line(words)

    def strong(self, words: str) -> str:
        """Return words in bold."""
        return f"**{words}**"

    def person(self, user: str) -> str:
        """Return a person's name, their id where it is not known."""
        return escaped(self._names.person(user)) or f"@{escaped(user)}"

    def channel(self, channel: str) -> str:
        """Return a channel's name, its id where it is not known."""
        return f"\\#{escaped(self._names.channel(channel) or channel)}"

    def moment(self, language: Language, value: datetime, zone: ZoneInfo) -> str:
        """Return a moment with its zone."""
        return _moment(language, value, zone)


def markdown(record: Record) -> str:
    """Return the whole record, in the series' language."""
    language, told, markup = record.series.language, record.report, Markdown(record.names)
    lines = [f"# {_line(say(language, 'closing.heading', title=told.title))}", "", *_head(record), ""]
    for section in sections(language, told, markup, WHOLE):
        lines += [f"## {escaped(section.heading)}", "", *(f"- {line}" for line in section.lines), ""]
    lines += _chapter(language, "closing.file_updates", [_update(record, each) for each in record.updates])
    lines += _chapter(language, "closing.file_commitments", [_promise(record, each) for each in record.promises])
    lines += _chapter(language, "closing.file_questions", [_question(record, each) for each in record.questions])
    lines += _chapter(language, "closing.file_history", [[f"- {_noted(record, each)}" for each in record.history]])
    return "\n".join(lines).rstrip() + "\n"


def _line(words: str) -> str:
    return escaped(" ".join(words.split()))


def _moment(language: Language, value: datetime, zone: ZoneInfo) -> str:
    return escaped(dates.moment(language, value, zone))


def _who(record: Record, user: str) -> str:
    return Markdown(record.names).person(user)


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
    series, language, markup = record.series, record.series.language, Markdown(record.names)
    channel, owner = markup.channel(series.channel), markup.person(series.owner)
    yield say(language, "closing.file_series", number=series.id, channel=channel, owner=owner)
    for line in opening(language, record.report, markup):
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
    moment = _moment(language, posted.posted_at, series.zone)
    by = say(language, "closing.file_author", who=_who(record, posted.author), moment=moment)
    lines = [f"### {escaped(title)}", "", by]
    if posted.nothing_new:
        lines += ["", escaped(say(language, "sessions.nothing_new"))]
    for point, text in posted.texts:
        lines += ["", f"**{escaped(point)}**", "", *quoted(text)]
    return lines


def _promise(record: Record, promise: Promise) -> list[str]:
    language, line = record.series.language, promise.line
    told = commitment(language, fate(line, record.report.today), line, Markdown(record.names), WHOLE)
    return [f"- {told}", *(f"    - {_changed(record, change)}" for change in promise.changes)]


def _changed(record: Record, change: CommitmentChange) -> str:
    language = record.series.language
    values = {name: _value(record, change.field, getattr(change, name)) for name in ("old", "new")}
    moment, who = _moment(language, change.at, record.series.zone), _who(record, change.by)
    told = say(language, f"commitments.change_{change.field}", moment=moment, who=who, **values)
    if not change.reason or change.field == "reason":
        return told
    reason = _line(change.reason)
    # What is noted of the beginning is where it came from.
    return f"{told} · " + (reason if change.field == "made" else say(language, "closing.reason", reason=reason))


def _value(record: Record, field: str, value: str | None) -> str:
    language = record.series.language
    if value is None:
        return "–"
    if field == "state":
        return say(language, _STATES[value])
    if field == "due":
        return dates.day(language, date.fromisoformat(value))
    return _who(record, value) if field == "owner" else _line(value)


def _question(record: Record, question: Question) -> list[str]:
    language, zone, head = record.series.language, record.series.zone, question.head
    lines = [f"### {head.id} · {escaped(' '.join(head.text.split()))}", ""]
    for each in question.everyone:
        lines += [f"- {_asked(record, each)}", *(f"  {line}" for line in _merged(each, head))]
    lines.append("")
    if head.answered_at is None:
        return [*lines, say(language, "closing.file_unanswered")]
    who = _who(record, head.answered_by) if head.answered_by else "–"
    moment = _moment(language, head.answered_at, zone)
    answered = say(language, "closing.file_answered", who=who, moment=moment)
    return [*lines, answered, "", *quoted(head.answer or "")]


def _asked(record: Record, asked: Asked) -> str:
    language = record.series.language
    moment = _moment(language, asked.asked_at, record.series.zone)
    if asked.by is None:
        return say(language, "closing.file_asked_anonymously", moment=moment)
    return say(language, "closing.file_asked_by", who=_who(record, asked.by), moment=moment)


def _merged(asked: Asked, head: Asked) -> list[str]:
    return [] if asked is head and "\n" not in asked.text else quoted(asked.text)


def _noted(record: Record, change: Change) -> str:
    language = record.series.language
    # As Slack shows it, with its mentions and escapes undone.
    told = unescape(_MENTION.sub(lambda found: _named(record.names, *found.groups()), change_text(language, change)))
    return f"{_moment(language, change.at, record.series.zone)}: {_line(told)}"


def _named(names: Names, mark: str, key: str) -> str:
    """Return what a mention stands for, escaped as Slack's text is: what is around it will be unescaped."""
    if mark == "#":
        return f"#{escape(names.channel(key)) or key}"
    return escape(names.person(key)) or f"@{key}"
