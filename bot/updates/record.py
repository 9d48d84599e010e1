"""The whole record of a series as the database has it, put together for whoever writes it into files."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from bot.storage import commitments as promised
from bot.storage import outbox
from bot.storage import series as stored
from bot.storage import sessions as kept
from bot.updates import audience, ledger
from bot.updates.asking import Question
from bot.updates.commitments import told_once
from bot.updates.composing import Composer
from bot.updates.composing import promised as coming
from bot.updates.model import Series, Session, Update
from bot.updates.naming import Names
from bot.updates.programme import Programme
from bot.updates.questions import questions_of
from bot.updates.reporting import report
from bot.updates.rows import session_of, update_of
from responses.blocks.weekly.history import Change
from responses.blocks.weekly.parts import CommitmentChange, CommitmentLine
from responses.outcomes import Report


@dataclass(frozen=True)
class Posted:
    """An update as it was posted: each point of the agenda with its text; without a week it was out of the rhythm."""

    week: int | None
    author: str
    posted_at: datetime
    nothing_new: bool
    texts: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Promise:
    """A commitment with everything that was ever changed about it."""

    line: CommitmentLine
    made_at: datetime
    made_by: str
    changes: Sequence[CommitmentChange]


@dataclass(frozen=True)
class Record:
    """Everything that is known of a series; `minutes` is how long a session takes by the programme's agenda.

    `names` is whom its ids stand for.
    """

    series: Series
    report: Report
    sessions: Sequence[Session]
    updates: Sequence[Posted]
    promises: Sequence[Promise]
    questions: Sequence[Question]
    history: Sequence[Change]
    minutes: int
    names: Names = field(default_factory=Names)


def report_of(connection: Connection, series: Series, now: datetime) -> Report:
    """Return the closing report of a series as of `now`."""
    sessions = [session_of(row) for row in kept.of_series(connection, [series.id])]
    questions = audience.open_lines(connection, series), len(audience.answered_lines(connection, series, None))
    promises = ledger.lines(connection, series, now, None)
    return report(series, sessions, promises, questions, coming(connection, series), now)


def record_of(connection: Connection, series: Series, programme: Programme, now: datetime) -> Record:
    """Return the whole record of a series as of `now`; what was written but not posted is no part of it."""
    sessions = [session_of(row) for row in kept.of_series(connection, [series.id])]
    told = report_of(connection, series, now)
    return Record(
        series=series, report=told, sessions=sessions, updates=_updates(connection, series, programme, sessions),
        promises=_promises(connection, series, told.commitments), questions=questions_of(connection, series.id),
        history=[Change(row.happened_at, row.by, row.what, row.details) for row in stored.notes(connection, series.id)],
        minutes=sum(item.minutes for item in programme.agenda),
    )  # fmt: skip


def _updates(
    connection: Connection, series: Series, programme: Programme, sessions: Sequence[Session]
) -> Sequence[Posted]:
    by_id = {session.id: session for session in sessions}
    composer, found = Composer(programme), []
    for written in map(update_of, kept.updates_of(connection, series.id)):
        session = by_id.get(written.session_id) if written.session_id is not None else None
        at = session.posted_at if session else _sent_at(connection, written)
        if at is not None:
            parts = composer.parts(series.language, written.texts, session)
            texts = [(part.title, part.text) for part in parts if part.kind == "text" and part.text]
            week = session.week if session else None
            found.append(Posted(week, written.author, at, written.nothing_new, texts))
    return sorted(found, key=lambda each: each.posted_at)


def _sent_at(connection: Connection, written: Update) -> datetime | None:
    row = outbox.find(connection, written.post_key) if written.post_key else None
    return row.sent_at if row else None


def _promises(connection: Connection, series: Series, lines: Sequence[CommitmentLine]) -> Sequence[Promise]:
    by_number = {line.number: line for line in lines}
    return [
        Promise(by_number[row.number], row.made_at, row.made_by, told_once([_change(each) for each in changes]))
        for row, changes in promised.of_series(connection, series.id)
    ]


def _change(row: Row[Any]) -> CommitmentChange:
    return CommitmentChange(row.changed_at, row.changed_by, row.field, row.old, row.new, row.reason)
