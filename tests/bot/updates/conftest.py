"""What the tests of weekly updates share: series made by hand, and the outbox driven by hand."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.storage import outbox
from bot.storage import series as stored
from bot.storage import sessions as kept
from bot.storage.database import Database
from bot.updates.planning import Planner
from bot.updates.programme import Programme
from bot.updates.recurrence import WeeklyRule
from bot.updates.rows import series_of
from bot.updates.service import Updates
from bot.updates.timetable import plan_all
from tests.bot.updates.stage import Stage
from tests.fakes import FrozenClock

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = date(2026, 3, 4)  # the Wednesday after tests.conftest.NOW; week 5 is after the clock change


@pytest.fixture
def planner(database: Database, programme: Programme) -> Planner:
    return Planner(database, programme)


@pytest.fixture
def updates(database: Database, programme: Programme) -> Updates:
    return Updates(database, programme)


@pytest.fixture
def add_series(database: Database, programme: Programme) -> Callable[..., int]:
    """Add a series whose sessions are Wednesdays at ten in Berlin; return its number."""

    def add(sessions: int = 3, *, key: str = "command:1", first: date = FIRST, **values: Any) -> int:
        rule = WeeklyRule(first, time(10), BERLIN)
        row = {
            "title": "Data leak", "channel": "C1", "private": False, "language": "en", "zone": BERLIN.key,
            "at": "10:00", "first_date": first, "weeks": sessions, "owner": "U1", "hosts": "U2",
            "created_at": rule.occurrence(0), "request_key": key,
        }  # fmt: skip
        with database.write() as connection:
            number = stored.add(connection, row | values)
            assert number is not None
            made = stored.find(connection, number)
            plan_all(connection, series_of(made), programme)
        return number

    return add


@pytest.fixture
def due() -> Callable[[int], datetime]:
    """When week n of a series made by `add_series` is due."""
    return WeeklyRule(FIRST, time(10), BERLIN).occurrence


@pytest.fixture
def record(database: Database) -> Callable[[int], list[str]]:
    """What became of each week of a series."""

    def read(number: int) -> list[str]:
        with database.read() as connection:
            return [row.status for row in kept.of_series(connection, [number])]

    return read


class Post:
    """The outbox with somebody at it who does by hand what the sender does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self) -> Sequence[outbox.Delivery]:
        """Return what is pending, oldest first, and leave it there."""
        return [each for each in self._all() if each.state == "pending"]

    @property
    def texts(self) -> list[str]:
        return [each.text for each in self._all()]

    @property
    def keys(self) -> list[str]:
        return [each.key for each in self._all()]

    def send(self, now: datetime, **outcome: Any) -> outbox.Delivery:
        """Claim the next message and settle it: as sent, or with the given outcome."""
        with self._database.write() as connection:
            taken = outbox.claim(connection, now=now, lease="hand", until=now + timedelta(minutes=1))
        assert taken is not None
        with self._database.write() as connection:
            changes = outcome or {"state": "sent", "sent_at": now, "message_ts": "1.0"}
            assert outbox.settle(connection, taken.id, lease="hand", **changes)
        return taken

    def take(self, now: datetime) -> outbox.Delivery:
        """Claim the next message and do nothing with it."""
        with self._database.write() as connection:
            taken = outbox.claim(connection, now=now, lease="hand", until=now + timedelta(minutes=1))
        assert taken is not None
        return taken

    def _all(self) -> list[outbox.Delivery]:
        with self._database.read() as connection:
            rows = connection.execute(outbox.outbox.select().order_by(outbox.outbox.c.id)).all()
        return [outbox._delivery(row, state=row.state) for row in rows]


@pytest.fixture
def post(database: Database) -> Post:
    return Post(database)


@pytest.fixture
def stage(
    database: Database, programme: Programme, clock: FrozenClock, planner: Planner, add_series: Callable[..., int]
) -> Stage:
    return Stage(database, programme, clock, planner, add_series)
