"""The outbox: each row is claimed by one, settled by the one who holds it, and never lost."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from bot.storage import outbox, series

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "ö <&> 🔥"}}]


@pytest.fixture
def add(database):
    def add_one(key="k1", channel="C1", now=NOW, **values):
        with database.write() as connection:
            return outbox.add(connection, key=key, channel=channel, text="Hello", blocks=BLOCKS, now=now, **values)

    return add_one


@pytest.fixture
def claim(database):
    def claim_one(now=NOW, lease="mine"):
        with database.write() as connection:
            return outbox.claim(connection, now=now, lease=lease, until=now + MINUTE)

    return claim_one


@pytest.fixture
def settle(database):
    def settle_one(delivery, lease="mine", **changes):
        with database.write() as connection:
            return outbox.settle(connection, delivery.id, lease=lease, **changes)

    return settle_one


@pytest.fixture
def find(database):
    def find_one(key="k1"):
        with database.read() as connection:
            return outbox.find(connection, key)

    return find_one


def test_a_message_goes_in_whole_and_comes_out_whole(add, claim, find):
    assert add(thread_ts="1.5", tell="U1")
    taken = claim()
    assert taken == outbox.Delivery(
        id=taken.id, key="k1", channel="C1", thread_ts="1.5", text="Hello", blocks=BLOCKS, tell="U1", series_id=None,
        state="pending", attempts=0, reads=0, attempted_at=None, posted_channel=None,
    )  # fmt: skip
    row = find()
    assert (row.state, row.attempts, row.attempted_at, row.lease) == ("sending", 1, NOW, "mine")
    assert row.not_before == NOW + MINUTE
    assert find("unknown") is None


@pytest.mark.parametrize("state", ["pending", "sending", "unknown", "sent", "failed", "unverified", "withdrawn"])
def test_a_key_is_added_once_whatever_became_of_it(add, claim, settle, find, state):
    assert add()
    settle(claim(), state=state)
    assert not add()
    assert not add(channel="C2")
    assert (find().state, find().channel) == (state, "C1")


def test_two_who_add_at_once_add_one(add, at_once):
    assert sorted(at_once(add)) == [False, True]


def test_the_oldest_due_row_comes_first_and_none_before_its_time(add, claim):
    add("later", now=NOW + MINUTE)
    add("second")
    add("third")
    add("first", now=NOW - MINUTE)
    taken = [claim().key for _ in range(3)]
    assert taken == ["first", "second", "third"]
    assert claim() is None
    assert claim(NOW + MINUTE - SECOND, "other") is None
    assert claim(NOW + MINUTE, "other").key == "later"


def test_a_row_in_sending_is_nobody_elses_until_its_lease_runs_out(add, claim, find):
    add()
    claim()
    assert claim(NOW + MINUTE - SECOND, "other") is None
    taken = claim(NOW + MINUTE, "other")
    assert (taken.state, taken.attempts, taken.attempted_at) == ("unknown", 1, NOW)
    assert (find().state, find().lease) == ("unknown", "other")
    assert claim(NOW + MINUTE, "third") is None  # being looked for: it is leased again


def test_whoever_lost_the_lease_changes_nothing(add, claim, settle, find):
    add()
    slow = claim()
    claim(NOW + MINUTE, "other")
    assert not settle(slow, state="sent", sent_at=NOW)
    assert (find().state, find().sent_at, find().lease) == ("unknown", None, "other")
    assert settle(slow, lease="other", state="sent", sent_at=NOW)
    assert not settle(slow, lease="other", state="failed")  # settled is settled
    assert (find().state, find().lease) == ("sent", None)


@pytest.mark.parametrize("state", ["sent", "failed", "unverified", "withdrawn"])
def test_what_is_finished_is_never_claimed_again(add, claim, settle, state):
    add()
    settle(claim(), state=state)
    assert claim(NOW + timedelta(days=400)) is None


def test_a_refused_row_is_pending_again_and_counts_its_attempts(add, claim, settle):
    add()
    for attempt in range(3):
        moment = NOW + attempt * MINUTE
        taken = claim(moment)
        assert (taken.state, taken.attempts) == ("pending", attempt)
        settle(taken, state="pending", not_before=moment + MINUTE)


def test_two_threads_share_the_rows_out(database, at_once):
    with database.write() as connection:
        for number in range(60):
            outbox.add(connection, key=f"k{number}", channel="C1", text="t", blocks=[], now=NOW)

    def claim_all() -> list[str]:
        taken = []
        while True:
            with database.write() as connection:
                row = outbox.claim(connection, now=NOW, lease="x", until=NOW + MINUTE)
            if row is None:
                return taken
            taken.append(row.key)

    first, second = at_once(claim_all)
    assert sorted(first + second) == sorted(f"k{number}" for number in range(60))


PROCESS = """
import sys
from datetime import datetime, timedelta
from bot.storage import outbox
from bot.storage.database import Database
database, now = Database(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
sys.stdin.readline()  # begin together
while True:
    with database.write() as connection:
        row = outbox.claim(connection, now=now, lease=sys.argv[3], until=now + timedelta(minutes=1))
    if row is None:
        break
    print(row.key)
"""


def test_two_processes_share_the_rows_out(database, database_url, pytestconfig):
    with database.write() as connection:
        for number in range(60):
            outbox.add(connection, key=f"k{number}", channel="C1", text="t", blocks=[], now=NOW)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, database_url, NOW.isoformat(), name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=pytestconfig.rootpath,
        )
        for name in ("one", "two")
    ]  # fmt: skip
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    taken = [key for process in running for key in process.communicate(timeout=30)[0].split()]
    assert sorted(taken) == sorted(f"k{number}" for number in range(60))


def test_a_claim_that_is_never_committed_is_no_claim(database, add, claim):
    add()

    def die() -> None:
        with database.write() as connection:
            assert outbox.claim(connection, now=NOW, lease="dead", until=NOW + MINUTE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        die()
    assert claim().state == "pending"


def test_a_channel_is_held_for_what_is_pending_there_and_due_earlier(database, add, claim, find):
    add("sending")
    claim()
    add("here")
    add("here-later", now=NOW + 2 * MINUTE)
    add("elsewhere", channel="C2")
    with database.write() as connection:
        outbox.hold_channel(connection, "C1", until=NOW + SECOND)
    assert {key: find(key).not_before - NOW for key in ("sending", "here", "here-later", "elsewhere")} == {
        "sending": MINUTE, "here": SECOND, "here-later": 2 * MINUTE, "elsewhere": timedelta(0),
    }  # fmt: skip


def test_only_what_is_pending_is_rewritten_or_withdrawn(database, add, claim, find):
    add("waiting")
    add("gone", now=NOW - MINUTE)
    claim()
    with database.write() as connection:
        assert outbox.rewrite(connection, "waiting", text="New", blocks=[])
        assert not outbox.rewrite(connection, "gone", text="New", blocks=[])
        assert not outbox.rewrite(connection, "unknown", text="New", blocks=[])
        assert outbox.withdraw(connection, "waiting")
        assert not outbox.withdraw(connection, "waiting")
        assert not outbox.withdraw(connection, "gone")
    assert [(find(key).state, find(key).text) for key in ("waiting", "gone")] == [
        ("withdrawn", "New"), ("sending", "Hello"),
    ]  # fmt: skip
    assert claim() is None


def test_when_the_sender_is_needed_next(database, add, claim, settle):
    def next_due():
        with database.read() as connection:
            return outbox.next_due(connection)

    assert next_due() is None
    add()
    add("later", now=NOW + timedelta(hours=1))
    assert next_due() == NOW
    taken = claim()
    assert next_due() == NOW + MINUTE  # the lease's end
    settle(taken, state="sent")
    assert next_due() == NOW + timedelta(hours=1)


@pytest.fixture
def a_series(database):
    """The number of a series, for rows that are posts of one."""
    row = {
        "title": "Outage", "channel": "C1", "private": False, "language": "en", "zone": "UTC", "at": "10:00",
        "first_date": NOW.date(), "owner": "U1", "hosts": "U1", "created_at": NOW, "request_key": "test",
    }  # fmt: skip
    with database.write() as connection:
        return series.add(connection, row)


def test_only_what_is_old_finished_and_no_series_is_forgotten(database, add, claim, settle, find, a_series):
    add("event:old")
    add("session:1:reminder", series_id=a_series)
    add("event:open")
    settle(claim(), state="sent")
    settle(claim(), state="sent")
    add("event:new", now=NOW + 2 * MINUTE)
    with database.write() as connection:
        assert outbox.forget(connection, before=NOW) == 0
        assert outbox.forget(connection, before=NOW + MINUTE) == 1
    assert [key for key in ("event:old", "session:1:reminder", "event:open", "event:new") if find(key)] == [
        "session:1:reminder", "event:open", "event:new",
    ]  # fmt: skip


@pytest.mark.parametrize("state", ["pending", "sending", "unknown"])
def test_what_has_lost_its_reason_is_not_tried_once_more(add, claim, settle, find, database, state):
    add()
    taken = claim() if state != "pending" else None
    if state == "unknown":
        settle(taken, state="unknown", not_before=NOW)
    with database.write() as connection:
        outbox.drop(connection, "k1")
    assert find().state == "withdrawn"
    if taken:
        assert not settle(taken, state="pending", not_before=NOW), "whoever was sending it has lost it"
    assert claim(now=NOW + 10 * MINUTE) is None


@pytest.mark.parametrize("state", ["sent", "failed"])
def test_what_is_settled_is_dropped_no_more(add, claim, settle, find, database, state):
    add()
    settle(claim(), state=state)
    with database.write() as connection:
        outbox.drop(connection, "k1")
    assert find().state == state
