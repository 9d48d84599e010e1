"""How a session is handed over: one is asked, and until they accept the host stays responsible."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.clock import Clock
from bot.errors import UserError
from bot.people import Person
from bot.storage import series as stored
from bot.storage import sessions as kept
from bot.storage.database import Database
from bot.updates import changing, posting
from bot.updates.access import Caller, check_fit, series_to_change
from bot.updates.composing import Composer
from bot.updates.model import Series, Session
from bot.updates.programme import Programme
from bot.updates.rows import series_of, session_of
from bot.updates.rules import host_of
from responses.blocks.message import Message
from responses.blocks.weekly import handing as blocks
from responses.blocks.weekly.post import Occasion
from responses.blocks.weekly.values import Target


class Handing:
    """Asking somebody to take a session over, and their answer; `session.asked_host` is who has not answered yet."""

    def __init__(self, database: Database, programme: Programme, clock: Clock, wake: Callable[[], None]) -> None:
        self._database = database
        self._programme = programme
        self._composer = Composer(programme)
        self._clock = clock
        self._wake = wake

    def modal(self, target: Target, caller: Caller) -> dict[str, Any]:
        """Return the modal in which the next host is chosen.

        Raises UserError where it is too late, NotAllowedError for those who may not.
        """
        with self._database.write() as connection:
            series = series_to_change(connection, target.series, caller, session=target.session)
            session = changing.open_session(connection, series, self._clock.now(), session=target.session)
            occasion = self._occasion(connection, series, session)
        return blocks.hand_over_modal(caller.language, occasion, candidates(series, session), session.asked_host)

    def ask(self, target: Target, to: str, person: Person, caller: Caller) -> Message:
        """Ask `to`, whose profile is `person`, to take a session over; who was asked before is asked no longer.

        Somebody who chooses themselves takes it over at once. Raises UserError for the host, for a bot, for somebody
        who has left or has been asked already, and where it is too late.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            series = series_to_change(connection, target.series, caller, session=target.session)
            session = changing.open_session(connection, series, now, session=target.session)
            check_fit(person)
            if to == host_of(series, session):
                key = "control.are_host" if to == caller.user else "control.is_host"
                raise UserError(key, week=session.week)
            if to == session.asked_host and to != caller.user:
                raise UserError("control.was_asked")
            if to == caller.user:
                answer = self._take_over(connection, series, session, caller, now)
            else:
                kept.change(connection, session.id, asked_host=to)
                occasion = self._occasion(connection, series, session)
                told = blocks.request(series.language, occasion, series.channel, caller.user)
                posting.tell(connection, series, to, _key(session, f"ask:{to}", now), told, now)
                answer = blocks.asked(caller.language, occasion, to)
        self._wake()
        return answer

    def accept(self, target: Target, caller: Caller) -> Message:
        """Take a session over, as the caller was asked; raises UserError if the request no longer stands."""
        now = self._clock.now()
        with self._database.write() as connection:
            series, session = self._asked(connection, target, caller)
            answer = self._take_over(connection, series, session, caller, now)
        self._wake()
        return answer

    def decline(self, target: Target, caller: Caller) -> Message:
        """Leave a session with its host, who is told; raises UserError if the request no longer stands."""
        now = self._clock.now()
        with self._database.write() as connection:
            series, session = self._asked(connection, target, caller)
            kept.change(connection, session.id, asked_host=None)
            occasion = self._occasion(connection, series, session)
            told = blocks.declined_told(series.language, occasion, caller.user)
            posting.tell(connection, series, occasion.host, _key(session, "declined", now), told, now)
        self._wake()
        return blocks.declined(caller.language, occasion)

    def _take_over(
        self, connection: Connection, series: Series, session: Session, caller: Caller, now: datetime
    ) -> Message:
        old = host_of(series, session)
        given = changing.give_to(connection, series, session, caller.user, self._programme, now)
        details: dict[str, str | int | None] = {"week": session.week, "old_users": old, "new_users": caller.user}
        stored.note(connection, series.id, "handed_over", by=caller.user, now=now, **details)
        occasion = self._occasion(connection, series, given)
        told = blocks.accepted_told(series.language, occasion, caller.user)
        posting.tell(connection, series, old, given.key("handed-over"), told, now)
        return blocks.accepted(caller.language, occasion)

    def _asked(self, connection: Connection, target: Target, caller: Caller) -> tuple[Series, Session]:
        """Return the session that the caller was asked to take over, locked.

        Whoever was asked need not be one of the series' people, nor see its channel.
        """
        row = stored.lock(connection, target.series)
        if row is None or target.session is None:
            raise UserError("updates.no_such_series", number=target.series)
        series = series_of(row)
        found = kept.lock(connection, target.session)
        session = session_of(found) if found is not None and found.series_id == series.id else None
        if session is None or caller.user not in {session.asked_host, host_of(series, session)}:
            raise UserError("control.request_is_gone", number=series.id)
        changing.check_open(series, session, self._clock.now())
        if session.asked_host != caller.user:
            raise UserError("control.are_host", week=session.week)
        return series, session

    def _occasion(self, connection: Connection, series: Series, session: Session) -> Occasion:
        return self._composer.occasion(connection, series, session, self._clock.now(), None)


def candidates(series: Series, session: Session) -> list[str]:
    """Return whom a session may be handed over to at once: the hosts whose turn is next, then the deputy."""
    turns = [series.turn(session.week + ahead) for ahead in range(1, len(series.hosts) + 1)]
    offered = dict.fromkeys([*turns, *filter(None, [series.deputy])])
    return [each for each in offered if each not in {host_of(series, session), session.asked_host}]


def _key(session: Session, act: str, now: datetime) -> str:
    return f"{session.key(act)}:{int(now.timestamp() * 1_000_000)}"
