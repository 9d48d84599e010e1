"""Whatever people do and however late anybody looks: each week ends once, nobody is told twice or in vain."""

from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import CandorError
from bot.people import Person
from bot.storage.database import Database
from bot.storage.tables import metadata, outbox
from bot.updates.amending import Amending, Opened
from bot.updates.days import Day
from bot.updates.model import OVER
from bot.updates.rules import host_of
from bot.updates.terms import Place
from bot.updates.writing import Writing
from responses.blocks.weekly.values import Target
from responses.blocks.weekly.writing import previewed
from tests.bot.updates.stage import ADMIN, DEPUTY, GUEST, HOST, OWNER, SECOND, STRANGER, Stage, caller
from tests.conftest import NOW

WEEKS = 4
MOST_WEEKS = 6
END = timedelta(weeks=104)
PEOPLE = [OWNER, HOST, SECOND, DEPUTY, GUEST]
weeks, people, hours = st.integers(1, MOST_WEEKS), st.sampled_from(PEOPLE), st.integers(1, 200)
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
    st.tuples(st.just("nothing new"), weeks),
    st.tuples(st.just("urgent")),
    st.tuples(st.just("leave"), people),
    st.tuples(st.just("owner"), people),
    st.tuples(st.just("amend"), st.just("weeks"), st.sampled_from(["", "1", "2", "4", "6"])),
    st.tuples(st.just("amend"), st.just("at"), st.sampled_from(["02:30", "10:00", "10:30", "23:59"])),
    st.tuples(st.just("amend"), st.just("zone"), st.sampled_from(["America/New_York", "Asia/Manila"])),
    st.tuples(st.just("amend"), st.just("first_date"), st.integers(0, 20)),
    st.tuples(st.just("amend"), st.just("cadence"), st.sampled_from(["weekly", "monthly"])),
    st.tuples(st.just("amend"), st.just("hosts"), st.lists(people, min_size=1, max_size=3, unique=True).map(tuple)),
    st.tuples(st.just("amend"), st.just("holidays"), st.sampled_from(["", "DE", "PH"])),
    st.tuples(st.just("amend"), st.just("holiday_policy"), st.sampled_from(["move", "skip", "keep"])),
    st.tuples(st.just("end")),
    # What becomes of posts from now on; of those that hang, whether they had arrived.
    st.tuples(st.just("slack"), st.sampled_from(["well", "well", "away", "refuses", "hangs"]), st.booleans()),
)


class Watched(Stage):
    """A stage on which it is watched who is told what, and when."""

    def watch(self) -> None:
        self.pauses: list[list[Any]] = []  # how much had been sent when it began, and until when it lasted
        self.sent: list[Any] = []  # (when, key, place, the sessions and the series as they stood, who had left)
        self.begun_at = self.clock.now()
        self.slack, self.arrives = "well", True
        self.tried: dict[str, int] = {}  # how much had been sent when a post was tried first
        self.clicks = 0
        self.writing = Writing(self.database, self.programme, self.clock, wake=self._wake)
        self.amending = Amending(self.database, self.programme, self.clock, self._wake)

    def deliver(self) -> None:
        standing = {each.id: each for each in self.sessions}
        now, series = self.clock.now(), self.series
        for row in self.messages():
            found = row.state == "unknown" and self.slack != "hangs" and row.message_ts
            lost = row.state == "unknown" and self.slack != "hangs" and not row.message_ts
            if found:
                self._settle(row, state="sent", sent_at=row.attempted_at)
            elif row.state == "pending" or lost:
                self.tried.setdefault(row.key, len(self.sent))
                becomes = self._post(row)
                self._settle(row, **becomes)
                if becomes.get("message_ts"):
                    self.sent.append((now, row.key, row.channel, standing, series, {*self.people.gone}))

    def _post(self, row: Any) -> dict[str, Any]:
        now = self.clock.now()
        if self.slack == "refuses" and row.channel.startswith("C"):
            return {"state": "failed", "error": "is_archived"}
        if self.slack == "hangs":
            return {"state": "unknown", "attempted_at": now, "message_ts": "1.0" if self.arrives else None}
        return {"state": "pending"} if self.slack == "away" else {"state": "sent", "sent_at": now, "message_ts": "1.0"}

    def _settle(self, row: Any, **becomes: Any) -> None:
        with self.database.write() as connection:
            connection.execute(outbox.update().where(outbox.c.id == row.id).values(**becomes))

    def do(self, name: str, *given: Any) -> None:
        with suppress(CandorError, StopIteration):  # the latter for a week that is not planned
            DEEDS[name](self, *given)

    @property
    def click(self) -> str:
        self.clicks += 1
        return f"view:{self.clicks}"


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
    host = caller(host_of(stage.series, stage.session(week)))
    exact, version = previewed(
        stage.writing.preview(stage.target(week), {"done": "all"}, host, key=stage.click)["private_metadata"]
    )
    for _ in range(2):  # clicked again by whoever saw no answer
        stage.writing.submit(exact, version, host)
    stage.tick()


def nothing_new(stage: Watched, week: int) -> None:
    stage.writing.nothing_new(stage.target(week), caller(host_of(stage.series, stage.session(week))))
    stage.tick()


def urgent(stage: Watched) -> None:
    by = caller(stage.series.owner)
    shown = stage.writing.preview(Target(stage.number), {"done": "now"}, by, key=stage.click)
    stage.writing.submit(*previewed(shown["private_metadata"]), by)


def amend(stage: Watched, name: str, value: Any) -> None:
    if name == "hosts" and {*value} & stage.people.gone:
        return  # the form's listener refuses people who have left
    boss = caller(ADMIN, is_admin=True)
    zone = stage.series.zone
    start = Opened.unpack(stage.amending.modal(stage.number, boss, zone)["private_metadata"])
    given = (stage.clock.now() + timedelta(days=value)).date().isoformat() if name == "first_date" else value
    place = Place(False, zone)
    shown = stage.amending.preview(start, replace(start.form, **{name: given}), boss, place)
    asked, key = Opened.unpack(shown["private_metadata"]), stage.click
    for _ in range(2):
        stage.amending.confirm(asked, boss, place, key=key)


def slack(stage: Watched, state: str, arrives: bool) -> None:
    stage.slack, stage.arrives = state, arrives
    stage.tick()


def answer(stage: Watched, week: int, user: str, accepts: bool) -> None:
    stage.accept(user, week=week) if accepts else stage.decline(user, week=week)


def leave(stage: Watched, user: str) -> None:
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
    "nothing new": nothing_new,
    "urgent": urgent,
    "amend": amend,
    "end": lambda stage: stage.control.end(stage.number, caller()),
    "slack": slack,
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
    stage.do("slack", "well", True)
    stage.do("amend", "weeks", str(MOST_WEEKS))
    if stage.series.weeks is None:
        stage.control.end(stage.number, caller(ADMIN, is_admin=True))
    stage.at(stage.begun_at + END)

    # Each planned week ends as exactly one of these, and there are as many as were planned.
    planned = stage.series.weeks or len(stage.sessions)
    assert [each.week for each in stage.sessions] == [*range(1, planned + 1)]
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
    assert max(Counter((key, place) for _, key, place, *_ in stage.sent).values(), default=1) == 1

    # In a pause nothing is posted about a session.
    for place_in_line, (moment, key, place, *_) in enumerate(stage.sent):
        about_one = key.startswith("session:") and place == "C1" and key.split(":")[2] in {"reminder", "update"}
        # What was tried before a pause and never answered may still arrive in it.
        tried = min(stage.tried[key], place_in_line)
        inside = any(tried >= start and moment < end for start, end in stage.pauses)
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
        assert place not in gone or series.owner in gone, (moment, key, session)
        told[session.id, session.revision].add(place)
    assert all(len(hosts) == 1 for hosts in told.values())

    # Only the planned people have changed anything.
    assert STRANGER not in {by for _, by, _ in stage.notes}
