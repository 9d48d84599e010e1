"""What the closing report of a series says in facts: its record, its rate, what became of each promise and question."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

from bot.updates.model import Series, Session
from bot.updates.rules import on_time_rate
from responses.blocks.weekly.parts import CommitmentLine, QuestionLine
from responses.outcomes import Outcome, Report, Week

ENDED = "ended"  # the cause of a week that no longer took place since the series had been ended


def report(
    series: Series,
    sessions: Sequence[Session],
    commitments: Sequence[CommitmentLine],
    questions: tuple[Sequence[QuestionLine], int],
    coming: str,
    now: datetime,
) -> Report:
    """Return the report of a series as of `now`; `questions` are those that wait, and how many were answered."""
    waiting, answered = questions
    record = held(sessions)
    return Report(
        number=series.id, title=series.title, zone=series.zone, weeks=series.weeks,
        held=[Week(s.week, s.due_at, cast(Outcome, s.status), s.posted_at, s.cause) for s in record],
        dropped=sum(_left_out(session) for session in sessions) if series.weeks is not None else 0,
        on_time=on_time_rate([session.status for session in record]),
        commitments=commitments, waiting=waiting, answered=answered, coming=coming,
        ended_at=series.ended_at, ended_by=series.ended_by, as_of=now,
    )  # fmt: skip


def held(sessions: Iterable[Session]) -> list[Session]:
    """Return the sessions that are on the record, by week; those that an early end left out are not among them."""
    return sorted((s for s in sessions if s.is_over and not _left_out(s)), key=lambda session: session.week)


def _left_out(session: Session) -> bool:
    return session.status == "skipped" and session.cause == ENDED
