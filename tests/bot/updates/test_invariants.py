"""Whatever people do and however late anybody looks: each week ends once, nobody is told twice or in vain."""

from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.people import Person
from bot.storage.database import Database
from bot.storage.tables import metadata
from bot.updates.days import Day
from bot.updates.model import OVER
from bot.updates.rules import host_of
from tests.bot.updates.stage import ADMIN, DEPUTY, GUEST, HOST, OWNER, SECOND, STRANGER, Stage, caller
from tests.conftest import NOW

WEEKS = 4
END = timedelta(weeks=WEEKS + 10)
PEOPLE = [OWNER, HOST, SECOND, DEPUTY, GUEST]
weeks, people, hours = st.integers(1, WEEKS), st.sampled_from(PEOPLE), st.integers(1, 200)
DIRECT = ("prepare", "nudge", "nudge-again")

EVENTS = st.one_of(
    st.tuples(st.just("advance"), hours),
    st.tuples(st.just("advance"), hours),
    st.tuples(st.just("sleep"), hours),  # nobody looks meanwhile
    st.tuples(st.just("look"), hours),  # what is due goes to the outbox, and waits there
    st.tuples(st.just("pause"), st.integers(1, 20)),
    st.tuples(st.just("resume")),
    st.tuples(st.just("skip"), weeks),
    st.tuples(st.just("put back"), weeks),
    st.tuples(st.just("move"), weeks, st.integers(0, 20), st.integers(0, 23)),
    st.tuples(st.just("ask"), weeks, people),
    st.tuples(st.just("answer"), weeks, people, st.booleans()),
    st.tuples(st.just("write"), weeks),
    st.tuples(st.just("write"), weeks),
    st.tuples(st.just("leave"), st.sampled_from([HOST, SECOND, GUEST, DEPUTY])),
    st.tuples(st.just("owner"), people),
)


class Watched(Stage):
    """A stage on which it is watched who is told what, and when."""

    def watch(self) -> None:
        self.pauses: list[list[Any]] = []  # how much had been sent when it began, and until when it lasted
        self.sent: list[Any] = []  # (when, key, place, the sessions and the series as they stood, who had left)
        self.begun_at = self.clock.now()

    def deliver(self) -> None:
        waiting = self.messages(state="pending")
        standing = {each.id: each for each in self.sessions}
        now, series = self.clock.now(), self.series
        for row in waiting:
            self.sent.append((now, row.key, row.channel, standing, series, {*self.people.gone}))
        super().deliver()

    def do(self, name: str, *given: Any) -> None:
        with suppress(UserError):
            DEEDS[name](self, *given)


def sleep(stage: Watched, length: int) -> None:
    stage.clock.advance(hours=length)


def look(stage: Watched, length: int) -> None:
    stage.clock.advance(hours=length)
    stage.planner.queue_due(stage.clock.now())


def pause(stage: Watched, days: int) -> None:
    stage.control.pause(stage.number, Day(offset=days), caller())
    stage.deliver()  # the channel is told of the pause itself
    now = stage.clock.now()
    for earlier in stage.pauses:
        earlier[1] = min(earlier[1], now)
    stage.pauses.append([len(stage.sent), stage.series.paused_until])


def resume(stage: Watched) -> None:
    stage.control.resume(stage.number, caller())
    stage.pauses[-1][1] = stage.clock.now()


def write(stage: Watched, week: int) -> None:
    session = stage.session(week)
    if session.status in {"planned", "awaiting"} and stage.series.ended_at is None:
        stage.write(week, by=host_of(stage.series, session))
        stage.tick()


def answer(stage: Watched, week: int, user: str, accepts: bool) -> None:
    stage.accept(user, week=week) if accepts else stage.decline(user, week=week)


def leave(stage: Watched, user: str) -> None:
    if user not in {stage.series.owner}:
        stage.people.gone.add(user)
        stage.leaving.left(user, stage.clock.now())


def ask(stage: Watched, week: int, to: str) -> None:
    host = host_of(stage.series, stage.session(week))
    profile = Person(active=to not in stage.people.gone)
    stage.ask(to, week=week, by=host if host not in stage.people.gone else OWNER, person=profile)


DEEDS: dict[str, Callable[..., None]] = {
    "advance": lambda stage, length: stage.at(stage.clock.now() + timedelta(hours=length)),
    "sleep": sleep,
    "look": look,
    "pause": pause,
    "resume": resume,
    "skip": lambda stage, week: stage.skip(week=week),
    "put back": lambda stage, week: stage.control.single.put_back(stage.target(week), caller()),
    "move": lambda stage, week, days, hour: stage.control.single.move(
        stage.number, Day(offset=days), stage.series.at.replace(hour=hour), caller(), session=stage.session(week).id
    ),
    "ask": ask,
    "answer": answer,
    "write": write,
    "leave": leave,
    "owner": lambda stage, user: stage.control.transfer(
        stage.number, user, Person(active=user not in stage.people.gone), caller(ADMIN, is_admin=True)
    ),
}


@pytest.fixture
def watched(database, programme, clock, planner, add_series) -> Callable[[], Watched]:
    """Return a fresh stage, with nothing left of the one before."""

    def make() -> Watched:
        empty(database)
        clock.moment = NOW
        stage = Watched(database, programme, clock, planner, add_series)
        stage.begin(WEEKS)
        stage.watch()
        return stage

    return make


def empty(database: Database) -> None:
    with database.write() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(EVENTS, max_size=25))
def test_what_must_hold_holds(watched, events):
    stage = watched()
    for event in events:
        stage.do(*event)
    stage.at(stage.begun_at + END)

    # Each planned week ends as exactly one of these, and there are as many as were planned.
    assert [each.week for each in stage.sessions] == [*range(1, WEEKS + 1)]
    assert all(each.status in OVER for each in stage.sessions), stage.statuses
    assert stage.series.ended_at is not None
    for each in stage.sessions:
        assert (each.posted_at is not None) == (each.status in {"posted", "late"})
        assert bool(each.cause) == (each.status in {"skipped", "missed"})
        assert each.look_at is None

    # No message comes twice, and no session's update more than once.
    updates = Counter(key.split(":")[1] for _, key, place, *_ in stage.sent if ":update" in key and place == "C1")
    assert set(updates.values()) <= {1}
    assert {str(each.id) for each in stage.sessions if each.posted_at} == set(updates)

    # In a pause nothing is posted about a session.
    for place_in_line, (moment, key, place, *_) in enumerate(stage.sent):
        about_one = key.startswith("session:") and place == "C1" and key.split(":")[2] in {"reminder", "update"}
        inside = any(place_in_line >= start and moment < end for start, end in stage.pauses)
        assert not (about_one and inside), (moment, key)

    # Nobody is nudged for what is written, and nobody but the host; two hosts never for one revision of a session.
    told = defaultdict(set)
    for moment, key, place, standing, series, gone in stage.sent:
        parts = key.split(":")
        if parts[0] != "session" or parts[2] not in DIRECT:
            continue
        session = standing[int(parts[1])]
        assert session.status in {"planned", "awaiting"}, (moment, key, session)
        assert place == host_of(series, session), (moment, key, session)
        assert place not in gone, (moment, key, session)
        told[session.id, session.revision].add(place)
    assert all(len(hosts) == 1 for hosts in told.values())

    # Only the planned people have changed anything.
    assert STRANGER not in {by for _, by, _ in stage.notes}
