"""Series and sessions: written once, seen by whom they concern, claimed by one."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.storage import outbox, series

DUE = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def add(database):
    def add_one(key="command:1", weeks=3, **values):
        row = {
            "title": "Leak", "channel": "C1", "private": False, "language": "en", "zone": "Europe/Berlin",
            "at": "10:00", "first_date": date(2026, 3, 4), "weeks": weeks, "owner": "U1", "host": "U2",
            "created_at": DUE - WEEK, "request_key": key,
        }  # fmt: skip
        with database.write() as connection:
            return series.add_series(connection, row | values, [DUE + week * WEEK for week in range(weeks)])

    return add_one


def weeks_of(rows):
    return [(row.series_id, row.week) for row in rows]


def test_a_series_comes_with_its_sessions(database, add):
    number = add()
    with database.read() as connection:
        row = series.find_series(connection, number)
        sessions = series.sessions_of(connection, [number])
        assert series.find_by_request(connection, "command:1") == row
        assert series.find_series(connection, number + 1) is None
        assert series.find_by_request(connection, "command:2") is None
    assert (row.title, row.first_date, row.private, row.ended_at) == ("Leak", date(2026, 3, 4), False, None)
    assert [(each.week, each.due_at, each.status) for each in sessions] == [
        (week, DUE + (week - 1) * WEEK, "planned") for week in (1, 2, 3)
    ]


def test_the_same_request_makes_one_series(database, add):
    number = add()
    assert add() is None
    with database.read() as connection:
        assert len(series.sessions_of(connection, [number, number + 1])) == 3


def test_two_deliveries_of_a_request_at_once_make_one_series(database, add, at_once):
    made = at_once(add)
    assert made.count(None) == 1
    with database.read() as connection:
        assert len(series.sessions_of(connection, [number for number in made if number])) == 3


SEEN = [
    # private, channel, owner, host -> seen by U1 in C1?
    (False, "C1", "U9", "U9", True),
    (False, "C9", "U9", "U9", True),
    (True, "C1", "U9", "U9", True),
    (True, "C9", "U9", "U9", False),
    (True, "C9", "U1", "U9", True),
    (True, "C9", "U9", "U1", True),
]


@pytest.mark.parametrize(("private", "channel", "owner", "host", "seen"), SEEN)
def test_who_may_know_of_a_series(database, add, private, channel, owner, host, seen):
    number = add(private=private, channel=channel, owner=owner, host=host)
    with database.read() as connection:
        rows = series.visible_series(connection, channel="C1", user="U1", limit=9)
    assert [row.id for row in rows] == ([number] if seen else [])


def test_the_list_is_newest_first_and_says_how_many_there_are(database, add):
    numbers = [add(f"command:{count}") for count in range(5)]
    with database.write() as connection:
        series.end_series(connection, numbers[1], by="U1", now=DUE)
        rows = series.visible_series(connection, channel="C1", user="U1", limit=2)
    assert [(row.id, row.total) for row in rows] == [(numbers[4], 4), (numbers[3], 4)]


def test_due_sessions_come_oldest_first_and_only_planned_ones(database, add):
    first = add(weeks=4)
    with database.write() as connection:
        ids = [row.id for row in series.sessions_of(connection, [first])]
        for session, status in zip(ids, ("queued", "posted", "planned", "planned"), strict=True):
            series.set_status(connection, session, status)
        assert series.claim_due(connection, now=DUE, limit=9) == []
        assert weeks_of(series.claim_due(connection, now=DUE + 2 * WEEK, limit=9)) == [(first, 3)]
        rows = series.claim_due(connection, now=DUE + 3 * WEEK, limit=9)
    assert weeks_of(rows) == [(first, 3), (first, 4)]
    assert rows[0].series_title == "Leak"


def test_a_series_is_claimed_with_all_that_is_due_of_it(database, add):
    """Its channel is told once of all that it missed, so a batch must not end in the middle of a series."""
    first, second = add("command:1"), add("command:2")
    with database.write() as connection:
        rows = series.claim_due(connection, now=DUE + 9 * WEEK, limit=1)
        assert weeks_of(rows) == [(first, 1), (first, 2), (first, 3)]
        everything = series.claim_due(connection, now=DUE + 9 * WEEK, limit=2)
    assert {row.series_id for row in everything} == {first, second}
    assert len(everything) == 6


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # on SQLite the other waits
def test_what_one_has_claimed_another_passes_over(database, add):
    first = add()
    with database.write() as mine, database.write() as other:
        assert weeks_of(series.claim_due(mine, now=DUE, limit=9)) == [(first, 1)]
        assert series.claim_due(other, now=DUE, limit=9) == []


def test_queued_sessions_come_with_what_the_outbox_says(database, add):
    number = add()
    with database.write() as connection:
        one, two, _ = series.sessions_of(connection, [number])
        for session in (one, two):
            outbox.add(
                connection, key=f"session:{session.id}:reminder", channel="C1", text="t", blocks=[], now=DUE
            )  # fmt: skip
            series.set_status(connection, session.id, "queued")
        taken = outbox.claim(connection, now=DUE, lease="x", until=DUE)
        outbox.settle(connection, taken.id, lease="x", state="failed", error="is_archived")
        rows = series.queued(connection, now=DUE + WEEK)
    assert [(row.week, row.delivery, row.error) for row in rows] == [(1, "failed", "is_archived"), (2, "pending", None)]


def test_a_status_changes_for_one_session(database, add):
    number = add()
    with database.write() as connection:
        second = series.sessions_of(connection, [number])[1]
        series.set_status(connection, second.id, "missed", cause="not_sent_in_time")
        rows = series.sessions_of(connection, [number])
    assert [(row.status, row.cause) for row in rows] == [
        ("planned", None), ("missed", "not_sent_in_time"), ("planned", None),
    ]  # fmt: skip


def test_a_series_ends_once(database, add):
    number = add()
    with database.write() as connection:
        assert series.end_series(connection, number, by="U1", now=DUE)
        assert not series.end_series(connection, number, by="U2", now=DUE + WEEK)
        assert not series.end_series(connection, number + 1, by="U2", now=DUE)
        row = series.find_series(connection, number)
    assert (row.ended_at, row.ended_by) == (DUE, "U1")


def test_what_is_open_of_a_series(database, add):
    number, other = add(), add("command:2")
    with database.write() as connection:
        ids = [row.id for row in series.sessions_of(connection, [number])]
        series.set_status(connection, ids[0], "posted")
        series.set_status(connection, ids[1], "queued")
        assert weeks_of(series.lock_open_sessions(connection, number)) == [(number, 2), (number, 3)]
        assert len(series.lock_open_sessions(connection, other)) == 3


def test_when_the_next_session_is_due(database, add):
    with database.read() as connection:
        assert series.next_due(connection) is None
    number = add()
    with database.write() as connection:
        assert series.next_due(connection) == DUE
        series.set_status(connection, series.sessions_of(connection, [number])[0].id, "queued")
        assert series.next_due(connection) == DUE + WEEK


def test_zones_and_times_are_kept_as_text():
    assert series.as_time("09:05") == time(9, 5)
    assert series.as_zone("Asia/Manila") == ZoneInfo("Asia/Manila")
