"""Sessions and what is written for them: planned once, claimed by one, brought in step with the outbox."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.storage import outbox, series, sessions

DUE = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
WEEK, DAY = timedelta(days=7), timedelta(days=1)


@pytest.fixture
def add(database):
    """Add a series with sessions that need a look at their hour; return its number."""

    def add_one(key="command:1", weeks=3):
        row = {
            "title": "Leak", "channel": "C1", "private": False, "language": "en", "zone": "Europe/Berlin",
            "at": "10:00", "first_date": date(2026, 3, 4), "weeks": weeks, "owner": "U1", "hosts": "U2",
            "created_at": DUE - WEEK, "request_key": key,
        }  # fmt: skip
        with database.write() as connection:
            number = series.add(connection, row)
            sessions.add(connection, planned(number, weeks))
        return number

    return add_one


def planned(number, weeks):
    moments = [DUE + week * WEEK for week in range(weeks)]
    return [
        {"series_id": number, "week": week, "due_at": moment, "status": "planned", "look_at": moment}
        for week, moment in enumerate(moments, start=1)
    ]


def ids_of(connection, number):
    return [row.id for row in sessions.of_series(connection, [number])]


def weeks_of(rows):
    return [(row.series_id, row.week) for row in rows]


def test_sessions_are_added_once(database, add):
    number = add()
    with database.write() as connection:
        sessions.add(connection, planned(number, 4))
        rows = sessions.of_series(connection, [number])
        assert sessions.last_week(connection, number) == 4
        assert sessions.last_week(connection, number + 1) == 0
    assert [(row.week, row.due_at, row.status, row.step) for row in rows] == [
        (week, DUE + (week - 1) * WEEK, "planned", "none") for week in (1, 2, 3, 4)
    ]


def test_one_that_is_taken_out_is_gone_and_no_other(database, add):
    number, other = add(), add("command:2")
    with database.write() as connection:
        first, *_ = ids_of(connection, number)
        sessions.remove(connection, [first])
        sessions.remove(connection, [])
        assert sessions.find(connection, first) is None
        assert weeks_of(sessions.of_series(connection, [number, other])) == [
            (number, 2), (number, 3), (other, 1), (other, 2), (other, 3),
        ]  # fmt: skip


def test_due_ones_come_oldest_first_and_only_those_that_wait(database, add):
    number = add(weeks=4)
    with database.write() as connection:
        statuses = ("queued", "posted", "planned", "awaiting")
        for session, status in zip(ids_of(connection, number), statuses, strict=True):
            sessions.change(connection, session, status=status)
        assert sessions.claim_due(connection, now=DUE, limit=9) == []
        assert weeks_of(sessions.claim_due(connection, now=DUE + 2 * WEEK, limit=9)) == [(number, 3)]
        assert weeks_of(sessions.claim_due(connection, now=DUE + 3 * WEEK, limit=9)) == [(number, 3), (number, 4)]


def test_a_series_is_claimed_with_all_that_is_due_of_it(database, add):
    """Its channel is told once of all that it missed, so a batch must not end in the middle of a series."""
    first, second = add("command:1"), add("command:2")
    with database.write() as connection:
        rows = sessions.claim_due(connection, now=DUE + 9 * WEEK, limit=1)
        assert weeks_of(rows) == [(first, 1), (first, 2), (first, 3)]
        everything = sessions.claim_due(connection, now=DUE + 9 * WEEK, limit=2)
    assert {row.series_id for row in everything} == {first, second}
    assert len(everything) == 6


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # on SQLite the other waits
def test_what_one_has_claimed_another_passes_over(database, add):
    first = add()
    with database.write() as mine, database.write() as other:
        assert weeks_of(sessions.claim_due(mine, now=DUE, limit=9)) == [(first, 1)]
        assert sessions.claim_due(other, now=DUE, limit=9) == []


def test_those_in_the_outbox_come_with_what_became_of_it_there(database, add):
    number = add(weeks=4)
    with database.write() as connection:
        for session, status in zip(ids_of(connection, number), ("queued", "queued", "awaiting", "posted"), strict=True):
            key = f"session:{session}:update"
            outbox.add(connection, key=key, channel="C1", text="t", blocks=[], now=DUE)
            sessions.change(connection, session, status=status, post_key=key)
        for _ in range(3):
            taken = outbox.claim(connection, now=DUE, lease="x", until=DUE + DAY)
            state = {"state": "failed", "error": "is_archived"} if taken.id == 1 else {"state": "sent", "sent_at": DUE}
            outbox.settle(connection, taken.id, lease="x", **state)
        rows = sessions.in_outbox(connection)
    # A reminder that was sent needs nothing more; an update that was sent goes on the record.
    assert [(row.week, row.delivery, row.error) for row in rows] == [(1, "failed", "is_archived"), (2, "sent", None)]


def test_what_is_open_of_a_series(database, add):
    number, other = add(), add("command:2")
    with database.write() as connection:
        ids = ids_of(connection, number)
        sessions.change(connection, ids[0], status="skipped")
        sessions.change(connection, ids[1], status="queued")
        assert weeks_of(sessions.lock_open(connection, number)) == [(number, 2), (number, 3)]
        assert len(sessions.lock_open(connection, other)) == 3
        assert sessions.has_open(connection, number)
        for session in ids[1:]:
            sessions.change(connection, session, status="missed")
        assert not sessions.has_open(connection, number)


def test_when_the_next_one_needs_a_look(database, add):
    with database.read() as connection:
        assert sessions.next_look(connection) is None
    number = add()
    with database.write() as connection:
        assert sessions.next_look(connection) == DUE
        sessions.change(connection, ids_of(connection, number)[0], status="queued")
        assert sessions.next_look(connection) == DUE + WEEK


def test_the_last_one_that_was_posted(database, add):
    number = add()
    with database.write() as connection:
        assert sessions.last_posted(connection, number) is None
        first, second, _ = ids_of(connection, number)
        sessions.change(connection, second, status="posted", posted_at=DUE + WEEK)
        sessions.change(connection, first, status="late", posted_at=DUE + DAY)
        assert sessions.last_posted(connection, number).week == 2


def test_a_number_is_not_given_twice_since_the_outbox_keeps_its_keys(database, add):
    number = add()
    with database.write() as connection:
        last = ids_of(connection, number)[-1]
        sessions.remove(connection, [last])
        sessions.add(connection, planned(number, 3))
        assert ids_of(connection, number)[-1] > last
