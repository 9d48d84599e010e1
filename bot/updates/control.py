"""What people change about a whole series in its course: pause, resume, end, and who owns it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from bot.clock import Clock
from bot.errors import UserError
from bot.people import Person
from bot.storage import series as stored
from bot.storage import sessions as kept
from bot.storage.database import Database
from bot.updates import changing, closing, posting
from bot.updates.access import Caller, check_fit, series_to_change
from bot.updates.days import Day
from bot.updates.handing import Handing
from bot.updates.model import Series, Session
from bot.updates.programme import Programme
from bot.updates.recurrence import moment_on
from bot.updates.rows import session_of
from bot.updates.rules import PAUSED, is_paused
from bot.updates.single import Single
from responses import dates
from responses.blocks.message import Message
from responses.blocks.updates import plain
from responses.blocks.weekly import control as blocks
from responses.phrases import say
from responses.text import escape

LONGEST_PAUSE = timedelta(days=366)
ENDED = "ended"
MIDNIGHT = time(0)


class Control:
    """What the owner, the hosts, the deputy and admins do with a series; each act is one transaction and noted."""

    def __init__(self, database: Database, programme: Programme, clock: Clock, wake: Callable[[], None]) -> None:
        self._database = database
        self._programme = programme
        self._clock = clock
        self._wake = wake
        self.single = Single(database, programme, clock, wake)
        self.handing = Handing(database, programme, clock, wake)

    def pause(self, number: int, until: Day, caller: Caller) -> Message:
        """Pause a series: nothing is posted before `until` begins in its zone; of two pauses the second counts.

        A week whose hour has come and whose update is not on its way is skipped at once. Raises UserError for a day
        that is not in the future, or more than a year away.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            series = series_to_change(connection, number, caller)
            day = until.on(now.astimezone(series.zone).date())
            paused = replace(series, paused_until=_end_of_pause(series, day, now, caller))
            waiting = [each for each in _open(connection, number) if each.status != "planned" or each.due_at <= now]
            dropped = _drop(connection, series, waiting, PAUSED, caller)
            next_at = changing.next_date(connection, paused, now)
            if paused.paused_until != series.paused_until:
                self._change_pause(connection, paused, caller, now)
                told = blocks.paused(series.language, series.title, caller.user, day, next_at, series.zone)
                posting.post(connection, series, changing.act_key(series, f"paused:{day}", now), told, now)
            held = (each for each in _open(connection, number) if each.status == "planned")
            weeks = [*dropped, *(each.week for each in held if is_paused(paused, each.due_at))]
            changing.carry_on(connection, paused, self._programme, now)
        self._wake()
        return blocks.paused_answer(caller.language, series.title, number, day, next_at, series.zone, weeks)

    def resume(self, number: int, caller: Caller) -> Message:
        """End a pause before its date: the sessions to come are held. Raises UserError for a series without a pause."""
        now = self._clock.now()
        with self._database.write() as connection:
            series = series_to_change(connection, number, caller)
            if not is_paused(series, now):
                raise UserError("control.not_paused", number=number)
            _drop(connection, series, [s for s in _open(connection, number) if s.due_at <= now], PAUSED, caller)
            resumed = replace(series, paused_until=None)
            self._change_pause(connection, resumed, caller, now)
            next_at = changing.next_date(connection, resumed, now)
            told = blocks.resumed(series.language, series.title, caller.user, next_at, series.zone)
            posting.post(connection, series, changing.act_key(series, "resumed", now), told, now)
            changing.carry_on(connection, resumed, self._programme, now)
        self._wake()
        return blocks.resumed_answer(caller.language, series.title, number, next_at, series.zone)

    def end(self, number: int, caller: Caller) -> Message:
        """End a series: what is open of it is dropped, the closing report goes out. Ending it twice does no harm."""
        now = self._clock.now()
        with self._database.write() as connection:
            series = series_to_change(connection, number, caller, ended=True)
            if series.ended_at is not None:
                return plain(say(caller.language, "updates.already_ended", title=escape(series.title), number=number))
            sessions = _open(connection, number)
            dropped = _drop(connection, series, sessions, ENDED, caller)
            closing.close(connection, series, self._programme, now, by=caller.user)
        self._wake()
        left = [each.week for each in sessions if each.week not in dropped]
        return blocks.ended_answer(caller.language, series.title, number, dropped, left)

    def transfer(self, number: int, user: str, person: Person, caller: Caller) -> Message:
        """Make `user`, whose profile is `person`, the owner of a series; they are told.

        Raises UserError for a bot, for somebody who has left, and for the owner.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            series = series_to_change(connection, number, caller)
            check_fit(person)
            if user == series.owner:
                raise UserError("control.owns_already", user=f"<@{user}>", number=number)
            stored.change(connection, number, owner=user)
            details = {"old_users": series.owner, "new_users": user}
            stored.note(connection, number, "owner_changed", by=caller.user, now=now, **details)
            if user != caller.user:
                told = blocks.owner_told(series.language, series.title, number, series.channel, caller.user)
                posting.tell(connection, series, user, changing.act_key(series, f"owner:{user}", now), told, now)
        self._wake()
        return blocks.owner_answer(caller.language, series.title, number, series.owner, user)

    def _change_pause(self, connection: Connection, series: Series, caller: Caller, now: datetime) -> None:
        stored.change(connection, series.id, paused_until=series.paused_until)
        changing.look_again(connection, _open(connection, series.id), self._programme, now)
        if series.paused_until is None:
            stored.note(connection, series.id, "resumed", by=caller.user, now=now)
        else:
            until = series.paused_until.astimezone(series.zone).date().isoformat()
            stored.note(connection, series.id, "paused", by=caller.user, now=now, until=until)


def _open(connection: Connection, number: int) -> list[Session]:
    return [session_of(row) for row in kept.lock_open(connection, number)]


def _drop(connection: Connection, series: Series, sessions: Sequence[Session], cause: str, caller: Caller) -> list[int]:
    """Skip sessions; return the weeks of those whose update was not on its way."""
    return [each.week for each in sessions if changing.skip(connection, series, each, cause=cause, by=caller.user)]


def _end_of_pause(series: Series, day: date, now: datetime, caller: Caller) -> datetime:
    today = now.astimezone(series.zone).date()
    if day <= today:
        raise UserError("control.pause_is_past", given=dates.day(caller.language, day), number=series.id)
    if day > today + LONGEST_PAUSE:
        raise UserError("control.pause_is_long", given=dates.day(caller.language, day), number=series.id)
    return moment_on(day, MIDNIGHT, series.zone)
