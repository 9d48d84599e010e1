"""Several who act on one series at the same moment, on PostgreSQL: nobody waits for ever, nothing is done twice."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, Thread
from time import sleep

import pytest

from bot.errors import UserError
from bot.storage import outbox, series
from bot.storage import sessions as kept
from bot.storage.tables import outbox as messages
from bot.updates.days import Day
from bot.updates.planning import Planner
from bot.updates.writing import Writing
from responses.blocks.weekly.writing import previewed
from tests.bot.updates.stage import ADMIN, DEPUTY, HOST, Stage, caller

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
ROUNDS = 12
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def together(*acts: Callable[[], object]) -> list[object]:
    """Do all at once; return what each returned, or the complaint it met. A deadlock is no complaint: it is raised."""
    start = Barrier(len(acts))

    def one(act: Callable[[], object]) -> object:
        start.wait(timeout=10)
        try:
            return act()
        except UserError as error:
            return error.key

    with ThreadPoolExecutor(len(acts)) as pool:
        return [running.result(timeout=30) for running in [pool.submit(one, act) for act in acts]]


def test_people_and_two_planners_get_by_without_a_deadlock(stage: Stage, programme, due):
    stage.begin(None)
    boss = caller(ADMIN, is_admin=True)
    other = Planner(stage.database, programme)
    for week in range(1, ROUNDS):
        stage.clock.moment = due(week)
        session = stage.session(week)
        together(
            lambda: stage.planner.queue_due(stage.clock.now()),
            lambda: other.queue_due(stage.clock.now()),
            lambda: stage.planner.settle(stage.clock.now()),
            lambda: stage.control.pause(stage.number, Day(offset=2), boss),
            lambda at=session.id: stage.control.single.skip(stage.number, "ill", boss, session=at),
            lambda: stage.control.resume(stage.number, boss),
        )
        stage.tick()
        assert stage.session(week).status in {"skipped", "awaiting"}
        with suppress(UserError):
            stage.control.resume(stage.number, boss)
    weeks = [each.week for each in stage.sessions]
    assert weeks == sorted({*weeks})
    keys = Counter(row.key for row in stage.messages())
    assert max(keys.values()) == 1


def test_two_who_send_the_same_draft_send_it_once(stage: Stage, programme, due):
    stage.begin(2)
    stage.clock.moment = due(1) + HOUR
    writing = Writing(stage.database, programme, stage.clock, wake=lambda: None)
    sent = previewed(writing.preview(stage.target(1), {"done": "all"}, caller(HOST), key="view:1")["private_metadata"])
    said = together(
        lambda: writing.submit(*sent, caller(HOST)),
        lambda: writing.submit(*sent, caller(DEPUTY)),
        lambda: writing.submit(*sent, caller(HOST)),
        lambda: stage.planner.queue_due(stage.clock.now()),
    )
    stage.tick()
    assert sum(isinstance(each, str) for each in said) in {1, 2}, "the other is told that it was sent"
    assert [row.key for row in stage.messages(to="C1") if ":update" in row.key] == ["session:1:update"]
    assert [what for what, *_ in stage.notes].count("written") == 1


def test_a_series_that_is_ended_while_the_planner_plans_ahead_has_no_week_left_over(stage: Stage, due, monkeypatch):
    stage.begin(None)
    stage.clock.moment = due(1) + 49 * HOUR
    claimed = kept.claim_due

    def slowly(*given, **more):
        found = claimed(*given, **more)
        sleep(0.3)  # the other has the series by now, and waits for a session
        return found

    monkeypatch.setattr(kept, "claim_due", slowly)
    looking = Thread(target=lambda: stage.planner.queue_due(stage.clock.now()))
    looking.start()
    sleep(0.1)
    stage.control.end(stage.number, caller())
    looking.join(timeout=20)
    assert not looking.is_alive()
    assert stage.series.ended_at is not None
    assert [each.week for each in stage.sessions if not each.is_over] == []


def test_to_hold_a_channel_nobody_waits_for_whoever_changes_a_message_of_it(database, add_series, due):
    add_series()
    now = due(1)
    with database.write() as connection:
        for key in ("one", "two"):
            outbox.add(connection, key=key, channel="C1", text="x", blocks=[], now=now)
    with database.write() as connection:
        assert outbox.withdraw(connection, "one")
        with database.write() as sender:
            outbox.hold_channel(sender, "C1", until=now + HOUR)
    with database.read() as connection:
        held = {row.key: row.not_before for row in connection.execute(messages.select())}
    assert held == {"one": now, "two": now + HOUR}


def test_a_series_that_somebody_changes_is_not_waited_for(database, add_series):
    number = add_series()
    with database.write() as listener, database.write() as planner:
        assert series.lock(listener, number) is not None
        assert series.lock(planner, number, wait=False) is None
