"""How a series goes on once a month after its end: when first, and what is carried over."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection, Row

from bot.storage import asked as questions
from bot.storage import commitments as promised
from bot.storage import series as stored
from bot.updates import terms
from bot.updates.asking import Question
from bot.updates.commitments import CLOSED
from bot.updates.model import Series
from bot.updates.programme import Programme
from bot.updates.questions import questions_of
from bot.updates.recurrence import MonthlyRule, moment_on
from bot.updates.rows import series_of
from bot.updates.timetable import plan_all
from responses.phrases import say

FORTNIGHT = timedelta(days=14)  # Zoom held one on 15 July, two weeks after the last on 1 July, then monthly


def first_monthly(series: Series, last_week: int, now: datetime) -> date:
    """Return when it goes on, in its zone: two weeks after its last week, or in a later month if that is past.

    `last_week` is 0 where none was held.
    """
    if not last_week:
        first = series.rule.day(1)
    elif series.cadence == "monthly":
        first = series.rule.day(last_week + 1)
    else:
        first = series.rule.day(last_week) + FORTNIGHT
    rule = MonthlyRule(first, series.at, series.zone)
    return next(day for day in map(rule.day, count(1)) if moment_on(day, series.at, series.zone) > now)


def successor(connection: Connection, series: Series) -> Series | None:
    """Return the series as which an ended one goes on, None if it does not."""
    row = stored.find_by_request(connection, _key(series))
    return series_of(row) if row else None


def go_on(
    connection: Connection, series: Series, programme: Programme, last_week: int, now: datetime, *, by: str
) -> tuple[Series, int, int]:
    """Make the monthly series that follows an ended one; return it, and how many commitments and questions moved over.

    It keeps its people: whoever's turn would have been next writes first.
    """
    turn = last_week % len(series.hosts)
    following = replace(
        series, cadence="monthly", first_date=first_monthly(series, last_week, now), first_week=1, weeks=None,
        hosts=series.hosts[turn:] + series.hosts[:turn],
    )  # fmt: skip
    number = stored.add(connection, terms.columns(following) | {"created_at": now, "request_key": _key(series)})
    made = successor(connection, series)
    if number is None or made is None:  # pragma: no cover - the series is locked and has none
        raise LookupError(_key(series))
    plan_all(connection, made, programme)
    commitments = _carry_commitments(connection, series, made)
    waiting = [each for each in questions_of(connection, series.id) if each.is_open]
    for question in waiting:
        _carry_question(connection, made, question)
    stored.note(connection, series.id, "went_on", by=by, now=now, number=made.id)
    stored.note(
        connection, made.id, "follows", by=by, now=now, number=series.id, commitments=commitments,
        questions=len(waiting),
    )  # fmt: skip
    return made, commitments, len(waiting)


def _carry_commitments(connection: Connection, series: Series, made: Series) -> int:
    """Copy what is open with all its changes, the first of which says where it comes from: no date is forgotten."""
    carried = 0
    for row, changes in promised.of_series(connection, series.id):
        if row.state in CLOSED:
            continue
        kept = ("text", "owner", "due", "state", "reason", "made_at", "made_by")
        added, _ = promised.add(connection, made.id, {name: getattr(row, name) for name in kept})
        source = say(made.language, "closing.carried_from", series=series.id, number=row.number)
        promised.note(connection, [{"commitment_id": added, **_change(each, source)} for each in changes])
        carried += 1
    return carried


def _change(row: Row[Any], source: str) -> dict[str, Any]:
    kept = {name: getattr(row, name) for name in ("changed_at", "changed_by", "field", "old", "new", "reason")}
    return kept | {"reason": source} if row.field == "made" else kept


def _carry_question(connection: Connection, made: Series, question: Question) -> None:
    """Copy a question with those merged into it and all votes; its key names the one it comes from."""
    head: int | None = None
    for each in question.everyone:
        number = questions.add(
            connection,
            {
                "series_id": made.id, "key": f"carried:{made.id}:from:{each.id}", "text": each.text,
                "asked_by": each.by, "asked_at": each.asked_at, "channel": each.channel, "thread_ts": each.thread_ts,
                "merged_into": head,
            },
        )  # fmt: skip
        head = head or number
    for voter in question.voters:
        questions.vote(connection, head or 0, voter)


def _key(series: Series) -> str:
    return f"series:{series.id}:monthly"
