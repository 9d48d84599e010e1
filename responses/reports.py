"""What the closing report says, section by section, in whichever markup it is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from responses import dates
from responses.blocks.weekly.parts import CommitmentLine
from responses.outcomes import CLOSED, EXPLAINED, OUTCOMES, Fate, Report, Week, fate
from responses.phrases import Language, say, say_count

NAMED_CAUSES = ("paused", "ended", "not_written", "not_sent_in_time")
HOLIDAY = "holiday: "
COMING = 1200  # characters of what the last update said would come, where space is short
Part = Literal["weeks", "commitments", "questions", "next"]


@dataclass(frozen=True)
class Section:
    """A part of the report: its heading and its lines, in the markup that was asked for."""

    part: Part
    heading: str
    lines: Sequence[str]


class Markup(Protocol):
    """How text is written where the report goes."""

    def text(self, words: str, length: int) -> str:
        """Return what a person wrote on one line, escaped; cut to `length` characters where space is short."""

    def strong(self, words: str) -> str:
        """Return words that stand out; they are escaped already."""

    def person(self, user: str) -> str:
        """Return who somebody is, by their id."""

    def moment(self, language: Language, value: datetime, zone: ZoneInfo) -> str:
        """Return a moment with its zone."""


def opening(language: Language, report: Report, markup: Markup) -> list[str]:
    """Return how the series ended and how many of its updates came on time."""
    lines = [_ending(language, report, markup), rate(language, report), tally(language, report)]
    return [line for line in lines if line]


def rate(language: Language, report: Report) -> str:
    """Return how many of the updates that were due came on time."""
    on_time, due = report.on_time
    if not due:
        return say(language, "closing.no_rate")
    return say(language, "closing.rate", on_time=on_time, due=due, percent=100 * on_time // due)


def tally(language: Language, report: Report) -> str:
    """Return how many weeks ended how."""
    counts = [(outcome, sum(week.outcome == outcome for week in report.held)) for outcome in OUTCOMES]
    parts = [say_count(language, f"closing.weeks_{outcome}", count) for outcome, count in counts if count]
    if report.dropped:
        parts.append(say_count(language, "closing.weeks_dropped", report.dropped))
    return " · ".join(parts)


def sections(language: Language, report: Report, markup: Markup, length: int) -> Iterator[Section]:
    """Yield the parts of the report; what a person wrote is cut to `length` characters where space is short."""
    weeks = [_week(language, report.zone, week, markup, length) for week in report.held]
    if weeks:
        yield Section("weeks", say(language, "closing.weeks", zone=report.zone.key), weeks)
    if report.commitments:
        yield Section(
            "commitments", say(language, "closing.commitments"), _commitments(language, report, markup, length)
        )
    yield Section("questions", say(language, "closing.questions"), _questions(language, report, markup, length))
    yield Section("next", say(language, "closing.next"), _next(language, report, markup))


def outcome_of(language: Language, week: Week, markup: Markup, length: int) -> str:
    """Return what became of a week, with the reason where there is one."""
    text = say(language, f"updates.status_{week.outcome}")
    if week.outcome == "late" and week.posted_at is not None:
        text += f" (+{dates.length(language, week.posted_at - week.due_at)})"
    cause = "" if week.outcome in {"posted", "late"} else _cause(language, week.cause, markup, length)
    return f"{text}: {cause}" if cause else text


def _ending(language: Language, report: Report, markup: Markup) -> str:
    moment = markup.moment(language, report.ended_at or report.as_of, report.zone)
    if report.ended_at is None:
        return say(language, "closing.file_running", moment=moment)
    last = max((week.number for week in report.held), default=0)
    if report.ended_by is None:
        return say_count(language, "closing.planned_end", report.weeks or last, moment=moment)
    values: dict[str, object] = {"who": markup.person(report.ended_by), "moment": moment}
    if not last:
        return say(language, "closing.ended_before", **values)
    if report.weeks is None:
        return say(language, "closing.ended_after", week=last, **values)
    return say(language, "closing.ended_early", week=last, weeks=report.weeks, **values)


def _week(language: Language, zone: ZoneInfo, week: Week, markup: Markup, length: int) -> str:
    due = dates.wall(language, week.due_at, zone)
    return f"{markup.strong(str(week.number))} · {due} · {outcome_of(language, week, markup, length)}"


def _cause(language: Language, cause: str | None, markup: Markup, length: int) -> str:
    if not cause:
        return ""
    if cause in NAMED_CAUSES:
        return say(language, f"updates.cause_{cause}")
    if cause.startswith(HOLIDAY):
        return say(language, "updates.cause_holiday", name=markup.text(cause.removeprefix(HOLIDAY), length))
    return markup.text(cause, length)


def _commitments(language: Language, report: Report, markup: Markup, length: int) -> list[str]:
    """Return them one by one, what is not done first: what is cut off at the end is then what went well."""
    found = [(fate(each, report.today), each) for each in report.commitments]
    done, dropped = sum(each.state == "done" for _, each in found), sum(what == "dropped" for what, _ in found)
    counts = {"done": done, "dropped": dropped, "open": len(found) - done - dropped}
    order = sorted(found, key=lambda pair: (pair[0] in CLOSED, pair[0] != "dropped", pair[1].number))
    lines = [commitment(language, what, each, markup, length) for what, each in order]
    return [say(language, "closing.commitments_tally", **counts), *lines]


def commitment(language: Language, what: Fate, each: CommitmentLine, markup: Markup, length: int) -> str:
    """Return a commitment with what has become of it, its new date and its reason, or that there is none."""
    known = {"due": each.due, "first": each.first_due, "day": each.closed_on}
    values = {name: dates.day(language, value) if value else "–" for name, value in known.items()}
    told = say(language, f"closing.fate_{what}", **values)
    if each.reason and what not in {"done", "done_late"}:
        told += " " + say(language, "closing.reason", reason=markup.text(each.reason, length))
    elif what in EXPLAINED or (what == "due" and each.state == "late"):
        told += " " + say(language, "closing.no_reason")
    return f"{markup.strong(str(each.number))} · {markup.text(each.text, length)} · {told}"


def _questions(language: Language, report: Report, markup: Markup, length: int) -> list[str]:
    if not report.asked:
        return [say(language, "closing.no_questions")]
    open_ = len(report.waiting)
    lines = [say(language, "closing.questions_tally", asked=report.asked, answered=report.answered, open=open_)]
    for each in report.waiting:
        votes = say_count(language, "closing.votes", each.votes)
        lines.append(f"{markup.strong(str(each.id))} · {markup.text(each.text, length)} · {votes}")
    return lines


def _next(language: Language, report: Report, markup: Markup) -> list[str]:
    lines = [markup.text(report.coming, COMING)] if report.coming else [say(language, "closing.nothing_announced")]
    dated = sorted((each.due, each.number) for each in report.open if each.due and each.due >= report.today)
    for due in dict.fromkeys(day for day, _ in dated):
        numbers = ", ".join(str(number) for day, number in dated if day == due)
        lines.append(say(language, "closing.open_date", day=dates.day(language, due), numbers=numbers))
    if undated := len(report.open) - len(dated):
        lines.append(say_count(language, "closing.open_undated", undated))
    return lines
