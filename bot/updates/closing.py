"""How a series comes to its end: the closing report, its files, and whether it goes on once a month."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from bot.clock import Clock
from bot.errors import UserError
from bot.files import File
from bot.storage import series as stored
from bot.storage import sessions as kept
from bot.storage.database import Database
from bot.updates import going_on, posting
from bot.updates.access import Caller, known_series, series_to_change
from bot.updates.dated import calendar
from bot.updates.markdown import markdown
from bot.updates.model import Series
from bot.updates.naming import Names
from bot.updates.programme import Programme
from bot.updates.record import Record, record_of, report_of
from bot.updates.recurrence import moment_on
from bot.updates.reporting import held
from bot.updates.rows import session_of
from bot.updates.sheets import archive
from bot.updates.timetable import next_due, plan_weeks
from responses import dates
from responses.blocks.message import Message, escaped
from responses.blocks.updates import LONGEST_HEADER, plain
from responses.blocks.weekly import closing as blocks
from responses.blocks.weekly.closing import Going
from responses.phrases import say

Format = Literal["md", "csv", "ics"]
FORMATS: tuple[Format, ...] = ("md", "csv", "ics")
LEFT = "left_it"  # the note that somebody wants no monthly update


def close(connection: Connection, series: Series, programme: Programme, now: datetime, *, by: str | None) -> None:
    """End a series whose sessions are over, in the transaction of whoever closed the last one; the second time nothing.

    The report goes to its channel and audiences, the offer of files and of going on to its owner. `by` is None where
    it came to its planned end.
    """
    del programme
    if not stored.end(connection, series.id, by=by, now=now):
        return
    ended = replace(series, ended_at=now, ended_by=by)
    stored.note(connection, series.id, "ended" if by else "finished", by=by, now=now)
    report = report_of(connection, ended, now)
    message = blocks.closing_report(ended.language, report)
    posting.post(connection, ended, f"series:{ended.id}:closing", message, now)
    first = going_on.first_monthly(ended, _last_week(connection, ended), now)
    offer = blocks.closed(ended.language, report, ended.channel, moment_on(first, ended.at, ended.zone))
    posting.tell(connection, ended, ended.owner, f"series:{ended.id}:closed", offer, now)


class Closing:
    """What people do at the end of a series, and what they take home from it."""

    def __init__(self, database: Database, programme: Programme, clock: Clock, wake: Callable[[], None]) -> None:
        self._database = database
        self._programme = programme
        self._clock = clock
        self._wake = wake

    def check(self, number: int, caller: Caller) -> Series:
        """Return a series that the caller may export; raises UserError for one that they may not know of."""
        with self._database.read() as connection:
            return known_series(connection, number, caller)

    def files(self, number: int, caller: Caller, names: Names | None = None) -> list[File]:
        """Return the whole record of a series as files; raises UserError where the caller may not know of it."""
        with self._database.read() as connection:
            series = known_series(connection, number, caller)
            record = record_of(connection, series, self._programme, self._clock.now())
        # Names are asked of Slack: not while the database waits.
        return files_of(replace(record, names=names or Names()))

    def go_on(self, number: int, caller: Caller) -> Message:
        """Let an ended series go on monthly, once however often this is asked; the channel is told.

        Raises NotAllowedError for anybody who may not change it, UserError while it still runs.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            series = series_to_change(connection, number, caller, ended=True)
            title = escaped(series.title, LONGEST_HEADER)
            if series.ended_at is None:
                raise UserError("closing.still_running", number=number)
            if there := going_on.successor(connection, series):
                return plain(say(caller.language, "closing.went_on_before", title=title, number=there.id))
            last = _last_week(connection, series)
            made, commitments, questions = going_on.go_on(
                connection, series, self._programme, last, now, by=caller.user
            )
            first = _first_due(made, now)
            going = Going(made.id, made.title, first, made.zone, made.turn(1), commitments, questions)
            message = blocks.announcement(made.language, going)
            posting.post(connection, made, f"series:{made.id}:announced", message, now)
        self._wake()
        moment = dates.moment_for_all(caller.language, first, made.zone)
        return plain(say(caller.language, "closing.went_on", title=title, number=made.id, moment=moment))

    def leave(self, number: int, caller: Caller) -> Message:
        """Note that an ended series is to stay ended; raises NotAllowedError for anybody who may not change it."""
        with self._database.write() as connection:
            series = series_to_change(connection, number, caller, ended=True)
            if all(note.what != LEFT for note in stored.notes(connection, number)):
                stored.note(connection, number, LEFT, by=caller.user, now=self._clock.now())
        return plain(say(caller.language, "closing.left", title=escaped(series.title, LONGEST_HEADER)))


def files_of(record: Record, formats: tuple[Format, ...] = FORMATS) -> list[File]:
    """Return a record as files: Markdown, tables (a .zip of CSV), calendar."""
    name = f"candor-series-{record.series.id}"
    made: dict[Format, Callable[[], File]] = {
        "md": lambda: File(f"{name}.md", markdown(record).encode()),
        "csv": lambda: File(f"{name}-csv.zip", archive(record)),
        "ics": lambda: File(f"{name}.ics", calendar(record)),
    }
    return [made[each]() for each in formats]


def _last_week(connection: Connection, series: Series) -> int:
    """Return the last week on the record, 0 where there is none."""
    sessions = (session_of(row) for row in kept.of_series(connection, [series.id]))
    return max((session.week for session in held(sessions)), default=0)


def _first_due(made: Series, now: datetime) -> datetime:
    """Return when a new series is due first, holidays looked at."""
    return next_due(plan_weeks(made, (1, 2, 3)), now) or made.rule.occurrence(1)
