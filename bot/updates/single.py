"""What people change about one session: skip it, hold it after all, move it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection

from bot.clock import Clock
from bot.errors import UserError
from bot.storage import series as stored
from bot.storage.database import Database
from bot.updates import changing, posting
from bot.updates.access import Caller, series_to_change
from bot.updates.composing import Composer
from bot.updates.days import Day
from bot.updates.model import Series, Session
from bot.updates.programme import Programme
from bot.updates.recurrence import moment_on
from bot.updates.rules import is_paused
from responses import dates
from responses.blocks.message import Message
from responses.blocks.weekly import control as blocks
from responses.blocks.weekly import handing
from responses.blocks.weekly.post import Occasion
from responses.blocks.weekly.values import Target

Details = dict[str, str | int | None]
OWN_CAUSES = ("paused", "ended", "not_written", "not_sent_in_time", "holiday: ")


class Single:
    """What is done with one session, this one only; each act is one transaction and noted in the record."""

    def __init__(self, database: Database, programme: Programme, clock: Clock, wake: Callable[[], None]) -> None:
        self._database = database
        self._programme = programme
        self._composer = Composer(programme)
        self._clock = clock
        self._wake = wake

    def skip(self, number: int, reason: str, caller: Caller, *, session: int | None = None) -> Message:
        """Skip one session: the next one, or the one with the id `session`; the channel is told why.

        Raises UserError without a reason, and where there is nothing to skip any more.
        """
        now, reason = self._clock.now(), reason.strip()
        if not reason:
            raise UserError("control.reason_needed")
        with self._database.write() as connection:
            series = series_to_change(connection, number, caller, session=session)
            dropped = changing.open_session(connection, series, now, session=session)
            # A person's reason that reads like one of Candor's own causes is told apart by its full stop.
            cause = f"{reason}." if reason.lower().startswith(OWN_CAUSES) else reason
            changing.skip(connection, series, dropped, cause=cause, by=caller.user)
            details: Details = {"week": dropped.week, "reason": reason}
            stored.note(connection, number, "skipped", by=caller.user, now=now, **details)
            occasion = self._occasion(connection, series, dropped, now)
            told = blocks.skipped(series.language, occasion, caller.user, reason)
            posting.post(connection, series, dropped.key("skipped"), told, now, "channels")
            closed = changing.carry_on(connection, series, self._programme, now)
        self._wake()
        return blocks.skipped_answer(caller.language, occasion, undo=not closed and dropped.due_at > now)

    def put_back(self, target: Target, caller: Caller) -> Message:
        """Hold a skipped session after all; raises UserError once its hour is past or another has taken its place."""
        now = self._clock.now()
        with self._database.write() as connection:
            series = series_to_change(connection, target.series, caller, session=target.session)
            found = changing.find(connection, series, session=target.session)
            if found.status != "skipped":
                raise UserError("control.not_skipped", week=found.week)
            if found.due_at <= now:
                raise UserError("control.skip_is_over", week=found.week, number=series.id)
            _check_place(connection, series, found, found.due_at, now, caller)
            held = changing.put_back(connection, found, self._programme, now)
            stored.note(connection, series.id, "put_back", by=caller.user, now=now, week=held.week)
            occasion = self._occasion(connection, series, held, now)
            told = blocks.put_back(series.language, occasion, caller.user)
            posting.post(connection, series, held.key("put-back"), told, now, "channels")
        self._wake()
        return blocks.put_back_answer(caller.language, occasion)

    def move(self, number: int, day: Day, at: time | None, caller: Caller, *, session: int | None = None) -> Message:
        """Move one session, the next one or the one with the id `session`; the rule and all others stay.

        `at` is in the series' zone, by default its usual hour. Raises UserError for a moment that is past, in a pause,
        or beyond one of the neighbouring sessions.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            series = series_to_change(connection, number, caller, session=session)
            old = changing.open_session(connection, series, now, session=session)
            due_at = moment_on(day.on(now.astimezone(series.zone).date()), at or series.at, series.zone)
            if due_at == old.due_at:
                raise UserError("control.same_moment", week=old.week)
            _check_place(connection, series, old, due_at, now, caller)
            moved = changing.move(connection, series, old, due_at, self._programme, now)
            was, will_be = (f"{moment.astimezone(series.zone):%Y-%m-%d %H:%M}" for moment in (old.due_at, due_at))
            details: Details = {"week": old.week, "old": was, "new": will_be}
            stored.note(connection, number, "moved", by=caller.user, now=now, **details)
            occasion = self._composer.occasion(connection, series, moved, now, None)
            told = blocks.moved(series.language, occasion, caller.user, old.due_at)
            posting.post(connection, series, moved.key("moved"), told, now, "channels")
        self._wake()
        return blocks.moved_answer(caller.language, occasion, old.due_at, undo=old.due_at > now)

    def modal(self, callback: str, target: Target, caller: Caller) -> dict[str, Any]:
        """Return the modal that asks why a session is skipped, or where it is moved to.

        Raises UserError where it is too late, NotAllowedError for those who may not.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            series = series_to_change(connection, target.series, caller, session=target.session)
            session = changing.open_session(connection, series, now, session=target.session)
            occasion = self._composer.occasion(connection, series, session, now, None)
        show = handing.skip_modal if callback == handing.SKIP_MODAL else handing.move_modal
        return show(caller.language, occasion)

    def _occasion(self, connection: Connection, series: Series, session: Session, now: datetime) -> Occasion:
        occasion = self._composer.occasion(connection, series, session, now, None)
        return replace(occasion, next_at=changing.next_date(connection, series, now))


def _check_place(
    connection: Connection, series: Series, session: Session, due_at: datetime, now: datetime, caller: Caller
) -> None:
    """Raise UserError if a session cannot be held at a moment."""

    def shown(moment: datetime) -> str:
        return dates.moment(caller.language, moment, series.zone)

    before, after = changing.room(connection, series, session)
    if due_at <= now:
        raise UserError("control.is_past", moment=shown(due_at))
    if before is not None and due_at <= before:
        raise UserError("control.too_early", week=session.week, moment=shown(before))
    if after is not None and due_at >= after:
        raise UserError("control.too_late", week=session.week, moment=shown(after))
    if series.paused_until is not None and is_paused(series, due_at):
        raise UserError("control.in_pause", number=series.id, moment=shown(series.paused_until))
