"""A process may be killed before any statement: nothing is left half done, and whoever comes next ends up the same."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from bot.storage import sessions as kept
from bot.storage.tables import metadata
from bot.updates.access import Caller
from bot.updates.planning import Planner

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
OWNER = Caller("U1", "C1", "en")
MOST_STATEMENTS = 200


class PowerCut(BaseException):
    """Nothing of ours catches this."""


@contextmanager
def power_cut(database, *, before):
    """Let the process die before statement number `before` that is sent to the database."""
    sent = 0

    def cut(*_arguments):
        nonlocal sent
        sent += 1
        if sent == before:
            raise PowerCut

    event.listen(database.engine, "before_cursor_execute", cut)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", cut)


def everything(database):
    """Return all rows of all tables."""
    with database.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
            for table in metadata.sorted_tables
        }


def survives(database, act):
    """Kill the process before every statement of `act` in turn; each time all of it or nothing of it is there."""
    before = everything(database)
    for statement in range(1, MOST_STATEMENTS):
        try:
            with power_cut(database, before=statement):
                act()
        except PowerCut:
            assert everything(database) == before, f"half done after {statement - 1} statements"
            continue
        return statement - 1
    raise AssertionError("it never came to an end")


@pytest.fixture
def write_update(database):
    def write(session_id, now):
        values = {"series_id": 1, "texts": {"done": "x"}, "nothing_new": False, "author": "U2", "saved_at": now}
        with database.write() as connection:
            kept.save_update(connection, session_id, values | {"written_at": now})
            kept.change(connection, session_id, look_at=now)

    return write


ONE_STEP = {
    "preparing": (-DAY, False, {"session:1:prepare"}),
    "reminding": (timedelta(), False, {"session:1:reminder"}),
    "posting": (timedelta(), True, {"session:1:update", "session:1:update:to:C2"}),
    "missing weeks": (3 * WEEK, False, {"session:3:missed", "session:3:missed:to:C2", "session:4:prepare"}),
}


@pytest.mark.parametrize("name", ONE_STEP)
def test_a_session_and_what_is_said_of_it_change_together(database, planner, add_series, post, due, write_update, name):
    after, written, expected = ONE_STEP[name]
    add_series(5, audiences="C2")
    if written:
        write_update(1, due(1) - HOUR)
    if name == "missing weeks":
        after -= DAY - HOUR

    def step():
        planner._queue_batch(due(1) + after)

    assert survives(database, step) > 3
    assert {*post.keys} == expected


def test_a_series_ends_with_its_report_or_not_at_all(database, planner, add_series, post, due, write_update):
    add_series(1)
    write_update(1, due(1))
    planner.queue_due(due(1))
    post.send(due(1))
    planner.settle(due(1) - HOUR)
    survives(database, lambda: planner._close(1, due(1)))
    assert "series:1:closing" in post.keys


def test_giving_a_post_up(database, planner, add_series, post, record, due, write_update):
    number = add_series()
    write_update(1, due(1))
    planner.queue_due(due(1))
    survives(database, lambda: planner._settle_sent(due(1) + 49 * HOUR))
    assert record(number)[0] == "missed"
    assert "session:1:update" not in [each.key for each in post.waiting()]


def test_two_processes_that_take_over_from_a_dead_one_end_up_the_same(
    database, programme, planner, add_series, post, record, due, at_once
):
    number = add_series(2)
    with pytest.raises(PowerCut), power_cut(database, before=5):
        planner.queue_due(due(1))
    at_once(lambda: Planner(database, programme).queue_due(due(1)))
    assert record(number) == ["awaiting", "planned"]
    assert post.keys == ["session:1:reminder"]
