"""Questions from the audience in both databases: once for a key, and what counts as posted."""

from datetime import date, timedelta

import pytest

from bot.storage import asked as stored
from bot.storage import series as stored_series
from bot.storage.tables import asked, outbox, sessions, updates
from tests.conftest import NOW

HOUR = timedelta(hours=1)


@pytest.fixture
def number(database):
    row = {
        "title": "Data leak", "channel": "C1", "private": False, "language": "en", "zone": "Europe/Berlin",
        "at": "10:00", "first_date": date(2026, 3, 4), "weeks": 3, "owner": "U1", "hosts": "U2", "created_at": NOW,
        "request_key": "command:1",
    }  # fmt: skip
    with database.write() as connection:
        return stored_series.add(connection, row)


def question(number, key="k1", **more):
    return {"series_id": number, "key": key, "text": "Why?", "asked_at": NOW, **more}


def message(number, key, after=0, **more):
    made = {"key": key, "channel": "C1", "text": "…", "blocks": [], "series_id": number, "state": "sent"}
    sent = {"not_before": NOW, "created_at": NOW, "sent_at": NOW + after * HOUR, "message_ts": f"{after}.0"}
    return made | sent | more


def test_of_two_deliveries_at_once_one_question_comes(database, number, at_once):
    def add():
        with database.write() as connection:
            return stored.add(connection, question(number))

    one, other = at_once(add)
    assert one == other
    with database.read() as connection:
        assert len(stored.of_series(connection, number)) == 1


def test_what_was_merged_before_goes_along(database, number):
    with database.write() as connection:
        one, two, three = (stored.add(connection, question(number, key)) for key in "abc")
        stored.merge(connection, one, two)
        stored.merge(connection, two, three)
    with database.read() as connection:
        assert [row.merged_into for row in stored.of_series(connection, number)] == [three, three, None]


def test_votes_are_found_by_series(database, number):
    with database.write() as connection:
        one, two = (stored.add(connection, question(number, key)) for key in "ab")
        assert [stored.vote(connection, *each) for each in [(one, "U1"), (one, "U1"), (one, "U2"), (two, "U1")]] == [
            True, False, True, True,
        ]  # fmt: skip
    with database.read() as connection:
        assert {key: sorted(value) for key, value in stored.votes_of(connection, number).items()} == {
            one: ["U1", "U2"], two: ["U1"],
        }  # fmt: skip
        assert stored.votes_of(connection, number + 1) == {}


def test_only_updates_that_were_posted_count(database, number):
    weeks = [("posted", 1), ("late", 2), ("missed", None), ("skipped", None), ("queued", None)]
    with database.write() as connection:
        for week, (status, after) in enumerate(weeks, start=1):
            row = {"series_id": number, "week": week, "due_at": NOW, "status": status, "step": "none"}
            posted = None if after is None else NOW + after * HOUR
            connection.execute(sessions.insert().values(**row, posted_at=posted))
        for key, state in [("urgent:1", "sent"), ("urgent:2", "failed")]:
            connection.execute(outbox.insert().values(**message(number, key, 3, state=state)))
            values = {"series_id": number, "texts": {}, "nothing_new": False, "version": 1, "author": "U2"}
            connection.execute(updates.insert().values(**values, saved_at=NOW, written_at=NOW, post_key=key))
    with database.read() as connection:
        assert sorted(stored.posted_at(connection, number)) == [NOW + after * HOUR for after in (1, 2, 3)]


def test_the_latest_post_is_one_of_the_channel_that_arrived(database, number):
    with database.write() as connection:
        assert stored.latest_post(connection, number, "C1") is None
        for made in (
            message(number, "a", 1),
            message(number, "b", 2),
            message(number, "reply", 3, thread_ts="1.0"),
            message(number, "direct", 4, channel="U2"),
            message(number, "waiting", 5, state="pending", message_ts=None, sent_at=None),
            message(None, "another", 6),
        ):
            connection.execute(outbox.insert().values(**made))
    with database.read() as connection:
        latest = stored.latest_post(connection, number, "C1")
        assert latest is not None
        assert latest.key == "b"
        assert stored.composed_at(connection, number, "C1", NOW + 2 * HOUR) == NOW
        assert stored.composed_at(connection, number, "C1", NOW + 9 * HOUR) is None


def test_an_answer_is_written_over_the_one_before(database, number):
    with database.write() as connection:
        one = stored.add(connection, question(number))
        for text in ("In June.", "In July."):
            stored.answer(connection, one, text, by="U2", now=NOW)
    with database.read() as connection:
        [row] = connection.execute(asked.select()).all()
        assert (row.answer, row.answered_by, row.answered_at) == ("In July.", "U2", NOW)
