"""The questions of a series as the database has them, put together; and who may know of one, ask one, answer one."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, Row

from bot.errors import UserError
from bot.storage import asked as stored
from bot.storage import outbox
from bot.storage import series as stored_series
from bot.updates.access import Caller, known_series, series_to_change
from bot.updates.asking import Asked, Question, carried, grouped
from bot.updates.model import Series
from bot.updates.rows import series_of
from responses.blocks.updates import user
from responses.blocks.weekly.parts import QuestionLine
from responses.text import escape

_COLUMNS = tuple(field.name for field in fields(Asked) if field.name != "by")


@dataclass(frozen=True)
class Listing:
    """The questions of a series; `mine` are those for which the reader is counted already."""

    series: Series
    open: Sequence[QuestionLine]
    answered: Sequence[QuestionLine]
    mine: frozenset[int]


@dataclass(frozen=True)
class Opened:
    """One question in full, with those merged into it.

    `others` are the open ones it may be merged into, the most alike first: none for one that is answered already, or
    where the reader may not answer.
    """

    series: Series
    line: QuestionLine
    merged: Sequence[Asked]
    others: Sequence[QuestionLine]
    may_answer: bool
    counted: bool


def questions_of(connection: Connection, series_id: int) -> list[Question]:
    """Return the questions of a series with their votes, the merged ones within their own."""
    return grouped(map(asked_of, stored.of_series(connection, series_id)), stored.votes_of(connection, series_id))


def asked_of(row: Row[Any]) -> Asked:
    """Return the question in a row of the asked table."""
    return Asked(**{name: getattr(row, name) for name in _COLUMNS}, by=row.asked_by)


def lines_of(connection: Connection, series: Series, questions: Sequence[Question]) -> list[QuestionLine]:
    """Return what posts and modals show of questions, in the order given."""
    posted = stored.posted_at(connection, series.id)
    return [
        QuestionLine(
            id=each.head.id, text=each.head.text, by=each.head.by, votes=each.votes,
            asked_on=each.head.asked_at.astimezone(series.zone).date(), carried=carried(each.head, posted),
            answer=each.head.answer, answered_by=each.head.answered_by,
        )
        for each in questions
    ]  # fmt: skip


def question_of(connection: Connection, series_id: int, number: int) -> Question:
    """Return the question `number`, or the one it was merged into; UserError where the series has none such."""
    for each in questions_of(connection, series_id):
        if any(number == one.id for one in each.everyone):
            return each
    raise UserError("audience.no_such", number=number)


def known_question(connection: Connection, number: int, caller: Caller) -> tuple[Series, Question]:
    """Return a question, or the one it was merged into, that the caller may know of; raises UserError for any other.

    Whoever asked it by name may, wherever they are told of its answer.
    """
    row = stored.find(connection, number)
    if row is None:
        raise UserError("audience.no_such", number=number)
    found = question_of(connection, row.series_id, number)
    if caller.user in found.askers and (own := stored_series.find(connection, row.series_id)):
        return series_of(own), found
    return known_series(connection, row.series_id, caller), found


def question_to_change(connection: Connection, number: int, caller: Caller) -> tuple[Series, Question]:
    """Return a question of a series, locked for this transaction, that the caller may change, be it ended or not.

    Raises NotAllowedError for anybody but owner, hosts, deputy and admins, UserError for a question unknown to them.
    """
    row = stored.find(connection, number)
    if row is None:
        raise UserError("audience.no_such", number=number)
    series = series_to_change(connection, row.series_id, caller, ended=True)
    return series, question_of(connection, series.id, number)


def series_to_ask(connection: Connection, number: int, caller: Caller) -> Series:
    """Return a series that the caller may ask about; raises UserError for one unknown to them or ended."""
    series = known_series(connection, number, caller)
    if series.ended_at is not None:
        raise UserError("audience.has_ended", title=escape(series.title), owner=user(series.owner))
    return series


def series_of_post(connection: Connection, channel: str, message_ts: str) -> Series | None:
    """Return the series that posted a message to one of its channels, None for any other message."""
    post = outbox.find_by_message(connection, channel, message_ts)
    row = stored_series.find(connection, post.series_id) if post and post.series_id else None
    series = series_of(row) if row else None
    return series if series and channel in series.everywhere else None
