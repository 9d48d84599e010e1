"""How commitments look in an update: the board, and what of it is late or has changed."""

from collections.abc import Sequence

from responses import dates
from responses.blocks.message import escaped
from responses.blocks.weekly.parts import CommitmentLine, State
from responses.numbers import ChangedNumber, changed_numbers
from responses.phrases import Language, say, say_count
from responses.text import escape, shorten

STATES: dict[State, str] = {
    "on_track": "commitments.on_track",
    "done": "commitments.done",
    "late": "commitments.late",
    "dropped": "commitments.dropped",
}
WIDTHS = (280, 140, 70, 35)  # of a commitment's text, the first with which all have room
QUOTED = 140
MOST_HIDDEN_NUMBERS = 5
LONGEST_NUMBER = 40


def board(language: Language, lines: Sequence[CommitmentLine], room: int) -> list[str]:
    """Return the board as mrkdwn lines, at most `room` characters in all; the last says how many are left out."""
    return _fitting(language, lines, room, with_reasons=False)


def changes(language: Language, lines: Sequence[CommitmentLine], room: int) -> list[str]:
    """Return what is late, new or has changed as mrkdwn lines with the reasons, at most `room` characters in all."""
    news = [each for each in lines if each.state == "late" or each.is_new or each.changed]
    return _fitting(language, news, room, with_reasons=True)


def line(language: Language, each: CommitmentLine, width: int, *, with_reasons: bool) -> str:
    """Return one commitment as mrkdwn, at most `width` characters of its text; changed dates and numbers are marked."""
    parts = [f"{each.number}. *{label(language, each)}*", marked_text(each, width), *facts(language, each)]
    if with_reasons and each.was_text and not _changed_numbers(each):
        parts.append(say(language, "commitments.before", text=escaped(each.was_text, min(width, QUOTED))))
    if with_reasons and each.reason and each.state != "done":
        parts.append(say(language, "commitments.because", reason=escaped(each.reason, width)))
    return " · ".join(parts)


def label(language: Language, each: CommitmentLine) -> str:
    """Return how a commitment stands: "Late by 3 days", "Done on …", "New, on track"."""
    if each.state == "late" and each.days_late:
        return say_count(language, "commitments.late_by", each.days_late)
    stands = say(language, STATES[each.state])
    if each.closed_on is not None and each.state in {"done", "dropped"}:
        return say(language, "commitments.closed_on", state=stands, day=dates.day(language, each.closed_on))
    return say(language, "commitments.new", state=stands) if each.is_new else stands


def facts(language: Language, each: CommitmentLine) -> list[str]:
    """Return its date (an old one struck through) and whose it is."""
    found = [_due(language, each), f"<@{each.owner}>" if each.owner else ""]
    return [fact for fact in found if fact]


def _due(language: Language, each: CommitmentLine) -> str:
    if each.due is None and each.first_due is None:
        return ""
    day = dates.day(language, each.due) if each.due else say(language, "commitments.no_date")
    if each.was_due:
        day = f"~{dates.day(language, each.was_due)}~ → *{day}*"
    text = say(language, "commitments.due", day=day)
    if each.first_due and each.first_due not in {each.due, each.was_due}:
        text += f" ({say(language, 'commitments.first', day=dates.day(language, each.first_due))})"
    return text


def marked_text(each: CommitmentLine, width: int) -> str:
    """Return the text, cut to `width`, escaped, each changed number marked; those that were cut off come after it."""
    shown = shorten(each.text, width)
    kept = len(shown) if shown == each.text else len(shown) - 1
    result, at, hidden = "", 0, []
    for number in _changed_numbers(each):
        if number.end > kept:
            hidden.append(_marked(each.text, number))
            continue
        result += escape(shown[at : number.start]) + _marked(each.text, number)
        at = number.end
    result += escape(shown[at:])
    return f"{result} ({', '.join(hidden[:MOST_HIDDEN_NUMBERS])})" if hidden else result


def _changed_numbers(each: CommitmentLine) -> Sequence[ChangedNumber]:
    return changed_numbers(each.was_text, each.text) if each.was_text else ()


def _marked(text: str, number: ChangedNumber) -> str:
    new = f"*{escaped(text[number.start : number.end], LONGEST_NUMBER)}*"
    return f"~{escaped(number.old, LONGEST_NUMBER)}~ → {new}" if number.old else new


def _fitting(language: Language, lines: Sequence[CommitmentLine], room: int, *, with_reasons: bool) -> list[str]:
    texts: list[str] = []
    for width in WIDTHS:
        texts = [line(language, each, width, with_reasons=with_reasons) for each in lines]
        if _size(texts) <= room:
            return texts
    for kept in range(len(texts) - 1, -1, -1):
        cut = [*texts[:kept], say_count(language, "commitments.and_more", len(texts) - kept)]
        if _size(cut) <= room:
            return cut
    return []


def _size(texts: Sequence[str]) -> int:
    """Return how many characters lines take, with the breaks between them."""
    return sum(map(len, texts)) + max(len(texts) - 1, 0)
