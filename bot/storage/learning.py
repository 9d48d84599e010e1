"""What people taught Candor: kept questions and what curators ruled about them, in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select, update

from bot.storage.statements import insert_once
from bot.storage.tables import feedback, questions, rulings

OPEN = and_(questions.c.ruling_id.is_(None), questions.c.wanted_at.is_(None))


@dataclass(frozen=True)
class Version:
    """Changes whenever a ruling is made or undone; cheap to ask for, so that each process sees one within a second.

    Counts, not the highest number: of two rulings made at once the one with the lower number may come to light last.
    """

    made: int
    undone: int


def open_questions(connection: Connection, *, limit: int, until: datetime | None = None) -> Sequence[Row[Any]]:
    """Return kept questions that nobody has settled, newest first; with `until`, those asked by then."""
    query = select(questions).where(OPEN)
    if until is not None:
        query = query.where(questions.c.asked_at <= until)
    return connection.execute(query.order_by(questions.c.asked_at.desc(), questions.c.id.desc()).limit(limit)).all()


def add_ruling(connection: Connection, values: dict[str, Any], settles: Sequence[int]) -> int | None:
    """Write a ruling down and settle the questions it is about; return its number, None if none of them is open."""
    still_open = select(questions.c.id).where(questions.c.id.in_(settles), OPEN).order_by(questions.c.id)
    # Locked: of two who rule at once the second finds nothing to settle.
    found = connection.scalars(still_open.with_for_update()).all()
    if not found:
        return None
    number: int = connection.execute(rulings.insert().values(**values).returning(rulings.c.id)).scalar_one()
    connection.execute(update(questions).where(questions.c.id.in_(found)).values(ruling_id=number))
    return number


def undo_ruling(connection: Connection, number: int, *, by: str, now: datetime) -> bool:
    """Undo a ruling and open its questions again; False if it was undone before, or never made."""
    standing = update(rulings).where(rulings.c.id == number, rulings.c.undone_at.is_(None))
    if connection.execute(standing.values(undone_by=by, undone_at=now)).rowcount == 0:
        return False
    connection.execute(update(questions).where(questions.c.ruling_id == number).values(ruling_id=None))
    return True


def ruling_text(connection: Connection, number: int) -> str | None:
    """Return the question that a ruling is about, None if there is no such ruling."""
    return connection.scalar(select(rulings.c.text).where(rulings.c.id == number))


def want_lesson(connection: Connection, numbers: Sequence[int], *, by: str, now: datetime) -> bool:
    """Note that somebody is to write a lesson for these questions; False if none of them is open."""
    wanted = update(questions).where(questions.c.id.in_(numbers), OPEN)
    return connection.execute(wanted.values(wanted_by=by, wanted_at=now)).rowcount > 0


def standing_rulings(connection: Connection) -> Sequence[Row[Any]]:
    """Return the rulings that have not been undone, oldest first: a later one on the same text outdoes an earlier."""
    return connection.execute(select(rulings).where(rulings.c.undone_at.is_(None)).order_by(rulings.c.id)).all()


def version(connection: Connection) -> Version:
    """Return which rulings stand, as two numbers."""
    made, undone = connection.execute(select(func.count(), func.count(rulings.c.undone_at)).select_from(rulings)).one()
    return Version(made, undone)


def add_feedback(connection: Connection, values: dict[str, Any]) -> bool:
    """Count one click on "helpful" or "not helpful"."""
    return insert_once(connection, feedback, values)


def count_feedback(connection: Connection, *, since: datetime) -> tuple[int, int]:
    """Return how many answers were found helpful, and how many not, since a moment."""
    query = select(feedback.c.helpful, func.count()).where(feedback.c.given_at >= since).group_by(feedback.c.helpful)
    counts = {bool(helpful): count for helpful, count in connection.execute(query)}
    return counts.get(True, 0), counts.get(False, 0)
