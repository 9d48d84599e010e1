"""A series with everybody around it: what people do, time that passes, and what is said meanwhile."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.people import Person
from bot.storage import series as stored
from bot.storage import sessions as kept
from bot.storage.database import Database
from bot.storage.tables import outbox
from bot.updates.access import Caller
from bot.updates.control import Control
from bot.updates.days import Day
from bot.updates.leaving import Leaving
from bot.updates.model import Series, Session
from bot.updates.planning import Planner
from bot.updates.programme import Programme
from bot.updates.rows import series_of, session_of
from bot.updates.rules import next_look
from responses.blocks.message import Message
from responses.blocks.weekly.values import Target
from tests.fakes import FrozenClock

OWNER, HOST, SECOND, DEPUTY, GUEST, STRANGER, ADMIN = "U1", "U2", "U3", "U4", "U5", "U6", "U9"
BOT, GONE = Person(is_bot=True), Person(active=False)


def caller(user: str = OWNER, **more: Any) -> Caller:
    return Caller(user, "C9", "en", **more)


class Profiles:
    """Who is in the workspace; it counts who was asked for."""

    def __init__(self) -> None:
        self.gone: set[str] = set()
        self.asked: list[str] = []
        self.running_it: tuple[str, ...] = (ADMIN,)

    def active(self, user: str) -> bool:
        self.asked.append(user)
        return user not in self.gone

    def forget(self, user: str) -> None:
        assert user.startswith("U")

    def admins(self) -> tuple[str, ...]:
        return self.running_it


class Stage:
    """Candor without Slack: the services, the planner, and a sender that always succeeds."""

    def __init__(
        self, database: Database, programme: Programme, clock: FrozenClock, planner: Planner, add: Callable[..., int]
    ) -> None:
        self.database, self.programme, self.clock, self.planner = database, programme, clock, planner
        self.woken = 0
        self.people = Profiles()
        self.control = Control(database, programme, clock, self._wake)
        self.leaving = Leaving(database, programme, self.people)
        self.add = add
        self.number = 0

    def begin(self, sessions: int | None = 4, **values: Any) -> "Stage":
        self.number = self.add(sessions, **{"hosts": f"{HOST} {SECOND}", "deputy": DEPUTY, **values})
        return self

    # What happens

    def at(self, moment: datetime) -> None:
        """Let time pass up to a moment, with a look at everything that is due on the way."""
        while (due := self.planner.next_due()) is not None and due <= moment:
            self.clock.moment = max(due, self.clock.moment)
            self.tick()
        self.clock.moment = moment
        self.tick()

    def tick(self) -> None:
        self.planner.queue_due(self.clock.now())
        self.planner.settle(self.clock.now())
        self.deliver()
        self.planner.settle(self.clock.now())

    def deliver(self) -> None:
        with self.database.write() as connection:
            pending = outbox.c.state == "pending"
            sent = {"state": "sent", "sent_at": self.clock.now()}
            connection.execute(outbox.update().where(pending).values(**sent))

    def write(self, week: int, by: str = HOST) -> None:
        """Have an update written, as the modal does."""
        now, session = self.clock.now(), self.session(week)
        values = {"series_id": self.number, "author": by, "saved_at": now, "written_at": now, "texts": {"done": "all"}}
        with self.database.write() as connection:
            kept.save_update(connection, session.id, values)
            look = now if session.due_at <= now else next_look(session, self.programme, now)
            kept.change(connection, session.id, look_at=look)

    def pause(self, day: str, by: str = OWNER) -> Message:
        return self.control.pause(self.number, on(day), caller(by))

    def skip(self, reason: str = "a holiday", *, week: int | None = None, by: str = OWNER) -> Message:
        session = None if week is None else self.session(week).id
        return self.control.single.skip(self.number, reason, caller(by), session=session)

    def move(self, day: str, at: Any = None, *, week: int | None = None, by: str = OWNER) -> Message:
        session = None if week is None else self.session(week).id
        return self.control.single.move(self.number, on(day), at, caller(by), session=session)

    def ask(self, to: str, *, week: int = 1, by: str = HOST, person: Person | None = None) -> Message:
        return self.control.handing.ask(self.target(week), to, person or Person(), caller(by))

    def accept(self, by: str, *, week: int = 1) -> Message:
        return self.control.handing.accept(self.target(week), caller(by))

    def decline(self, by: str, *, week: int = 1) -> Message:
        return self.control.handing.decline(self.target(week), caller(by))

    # What there is to see

    @property
    def series(self) -> Series:
        with self.database.read() as connection:
            return series_of(stored.find(connection, self.number))

    @property
    def sessions(self) -> list[Session]:
        with self.database.read() as connection:
            return [session_of(row) for row in kept.of_series(connection, [self.number])]

    def session(self, week: int) -> Session:
        return next(each for each in self.sessions if each.week == week)

    def target(self, week: int) -> Target:
        return Target(self.number, self.session(week).id)

    @property
    def statuses(self) -> list[str]:
        return [each.status for each in self.sessions]

    @property
    def notes(self) -> list[tuple[str, str | None, dict[str, Any]]]:
        with self.database.read() as connection:
            return [(row.what, row.by, row.details) for row in stored.notes(connection, self.number)]

    def messages(self, *, to: str | None = None, state: str | None = None) -> list[Any]:
        with self.database.read() as connection:
            rows = connection.execute(outbox.select().order_by(outbox.c.id)).all()
        return [row for row in rows if to in (None, row.channel) and state in (None, row.state)]

    def said(self, to: str = "C1") -> list[str]:
        return [row.text for row in self.messages(to=to) if row.state != "withdrawn"]

    def _wake(self) -> None:
        self.woken += 1


def on(day: str) -> Day:
    return Day(exact=datetime.fromisoformat(day).date())
