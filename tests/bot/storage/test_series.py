"""Series: written once, seen by whom they concern, ended once, with a record of who changed what."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.storage import series

DUE = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def add(database):
    def add_one(key="command:1", **values):
        row = {
            "title": "Leak", "channel": "C1", "private": False, "language": "en", "zone": "Europe/Berlin",
            "at": "10:00", "first_date": date(2026, 3, 4), "weeks": 3, "owner": "U1", "hosts": "U2",
            "created_at": DUE - WEEK, "request_key": key,
        }  # fmt: skip
        with database.write() as connection:
            return series.add(connection, row | values)

    return add_one


def test_a_series_is_found_by_its_number_and_by_what_made_it(database, add):
    number = add()
    with database.write() as connection:
        row = series.find(connection, number)
        assert series.find_by_request(connection, "command:1") == series.lock(connection, number) == row
        assert series.find(connection, number + 1) is None
        assert series.lock(connection, number + 1) is None
        assert series.find_by_request(connection, "command:2") is None
        assert series.find_several(connection, [number, number, 99]) == {number: row}
    assert (row.title, row.first_date, row.private, row.ended_at) == ("Leak", date(2026, 3, 4), False, None)
    assert (row.cadence, row.first_week, row.holiday_policy) == ("weekly", 1, "keep")


def test_the_same_request_makes_one_series(add):
    assert add() is not None
    assert add() is None


def test_two_deliveries_of_a_request_at_once_make_one_series(add, at_once):
    assert at_once(add).count(None) == 1


SEEN = [
    # what is different -> seen by U1 in C1?
    ({"private": False, "channel": "C9"}, True),
    ({"private": True, "channel": "C1"}, True),
    ({"private": True, "channel": "C9"}, False),
    ({"private": True, "channel": "C9", "owner": "U1"}, True),
    ({"private": True, "channel": "C9", "hosts": "U8 U1"}, True),
    ({"private": True, "channel": "C9", "hosts": "U1 U8"}, True),
    ({"private": True, "channel": "C9", "hosts": "U11 U8"}, False),
    ({"private": True, "channel": "C9", "deputy": "U1"}, True),
]


@pytest.mark.parametrize(("values", "seen"), SEEN)
def test_who_may_know_of_a_series(database, add, values, seen):
    number = add(**{"owner": "U9", "hosts": "U9"} | values)
    with database.read() as connection:
        rows = series.visible(connection, channel="C1", user="U1", limit=9)
    assert [row.id for row in rows] == ([number] if seen else [])


def test_the_list_is_newest_first_and_says_how_many_there_are(database, add):
    numbers = [add(f"command:{count}") for count in range(5)]
    with database.write() as connection:
        series.end(connection, numbers[1], by="U1", now=DUE)
        rows = series.visible(connection, channel="C1", user="U1", limit=2)
    assert [(row.id, row.total) for row in rows] == [(numbers[4], 4), (numbers[3], 4)]


def test_what_somebody_has_a_part_in(database, add):
    owned, hosted = add("1", owner="U5"), add("2", hosts="U6 U5")
    stood_in, _, ended = add("3", deputy="U5"), add("4", hosts="U55"), add("5", owner="U5")
    with database.write() as connection:
        series.end(connection, ended, by=None, now=DUE)
        assert [row.id for row in series.running_of(connection, "U5")] == [owned, hosted, stood_in]
        assert series.running_of(connection, "_") == []


def test_a_series_ends_once(database, add):
    number = add()
    with database.write() as connection:
        assert series.end(connection, number, by="U1", now=DUE)
        assert not series.end(connection, number, by="U2", now=DUE + WEEK)
        assert not series.end(connection, number + 1, by="U2", now=DUE)
        row = series.find(connection, number)
    assert (row.ended_at, row.ended_by) == (DUE, "U1")


def test_a_change_is_of_one_series(database, add):
    number, other = add(), add("command:2")
    with database.write() as connection:
        series.change(connection, number, title="Other", paused_until=DUE)
        assert series.find(connection, number).title == "Other"
        assert series.find(connection, other).title == "Leak"


def test_the_record_keeps_who_changed_what_oldest_first(database, add):
    number, other = add(), add("command:2")
    with database.write() as connection:
        series.note(connection, number, "changed_title", by="U1", now=DUE + WEEK, old="a", new="b")
        series.note(connection, number, "started", by=None, now=DUE, week=3, why=None)
        series.note(connection, other, "started", by="U2", now=DUE)
        rows = series.notes(connection, number)
    assert [(row.what, row.by, row.details) for row in rows] == [
        ("started", None, {"week": 3, "why": None}),
        ("changed_title", "U1", {"old": "a", "new": "b"}),
    ]
