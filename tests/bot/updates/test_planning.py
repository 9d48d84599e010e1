"""Due sessions into the outbox and sent ones into the record: on time, late, missed, failed, and at once."""

from collections import Counter
from datetime import timedelta

import pytest

from bot.storage import series as stored
from bot.updates.planning import NOT_SENT, Planner
from responses.phrases import say

MINUTE, HOUR, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=7)
LATE = say("en", "updates.late", lateness="", due="").split(" late")[0]


def is_late(text: str) -> bool:
    return LATE in text


def blocks_text(delivery) -> str:
    return str(delivery.blocks)


# --- on time ---


def test_nothing_is_queued_before_its_hour(planner, add_series, post, record, due):
    number = add_series()
    assert planner.queue_due(due(1) - timedelta(microseconds=1)) == 0
    assert post.keys == []
    assert record(number) == ["planned"] * 3
    assert planner.next_due() == due(1)


def test_a_due_session_is_queued_once_and_recorded_when_sent(planner, add_series, post, record, due):
    number = add_series()
    assert [planner.queue_due(due(1)) for _ in range(3)] == [1, 0, 0]
    (waiting,) = post.waiting()
    assert (waiting.key, waiting.channel, waiting.tell) == ("session:1:reminder", "C1", "U1")
    assert "Week 1 of 3: Data leak" in waiting.text
    assert "<@U2>" in waiting.text
    assert not is_late(blocks_text(waiting))
    assert record(number) == ["queued", "planned", "planned"]
    assert planner.next_due() == due(2)
    post.send(due(1) + MINUTE)
    assert planner.settle(due(1) + MINUTE) is None
    assert record(number) == ["posted", "planned", "planned"]


def test_every_week_of_a_series_has_one_post_across_a_clock_change(planner, add_series, post, record, due):
    number = add_series(8)
    for week in range(1, 9):
        for moment in (due(week) - MINUTE, due(week), due(week) + MINUTE):
            planner.queue_due(moment)
            while post.waiting():
                post.send(moment)
            planner.settle(moment)
    assert record(number) == ["posted"] * 8
    assert Counter(post.keys) == Counter(f"session:{week}:reminder" for week in range(1, 9))
    assert planner.next_due() is None


def test_the_last_session_says_so_and_the_others_name_the_next_date(planner, add_series, post, due):
    add_series(2)
    planner.queue_due(due(1))
    planner.queue_due(due(2))
    first, last = post.waiting()
    assert "11 March 2026, 10:00 (Europe/Berlin)" in blocks_text(first)
    assert say("en", "updates.last", weeks=2) in blocks_text(last)


# --- late ---


@pytest.mark.parametrize(("lateness", "late"), [(15 * MINUTE, False), (16 * MINUTE, True), (11 * HOUR, True)])
def test_a_late_reminder_says_so_and_the_record_too(planner, add_series, post, record, due, lateness, late):
    number = add_series()
    now = due(1) + lateness
    planner.queue_due(now)
    assert is_late(blocks_text(post.waiting()[0])) is late
    post.send(now)
    planner.settle(now)
    assert record(number)[0] == ("late" if late else "posted")


def test_what_waits_in_the_outbox_is_rewritten_when_it_becomes_late(planner, add_series, post, due):
    add_series()
    planner.queue_due(due(1))
    for lateness, said in ((14 * MINUTE, None), (20 * MINUTE, "20 minutes"), (3 * HOUR, "3 hours")):
        planner.settle(due(1) + lateness)
        (waiting,) = post.waiting()
        assert is_late(blocks_text(waiting)) is (said is not None)
        assert (said or "") in blocks_text(waiting)


def test_what_is_already_on_its_way_is_not_rewritten(planner, add_series, post, due):
    add_series()
    planner.queue_due(due(1))
    before = post.texts
    post.take(due(1))
    assert planner.settle(due(1) + HOUR) is None
    assert post.texts == before


def test_settle_says_when_it_has_to_look_again(planner, add_series, due):
    add_series()
    planner.queue_due(due(1))
    instant = timedelta(microseconds=1)
    assert planner.settle(due(1)) == due(1) + 15 * MINUTE + instant
    assert planner.settle(due(1) + HOUR) == due(1) + 12 * HOUR + instant


# --- missed ---


def test_after_half_a_day_a_session_is_missed_and_the_channel_is_told(planner, add_series, post, record, database, due):
    number = add_series()
    planner.queue_due(due(1) + 12 * HOUR + timedelta(seconds=1))
    assert record(number) == ["missed", "planned", "planned"]
    assert post.keys == ["session:1:missed"]
    assert "week 1" in post.texts[0]
    assert "11 March 2026" in post.texts[0]
    with database.read() as connection:
        assert stored.sessions_of(connection, [number])[0].cause == NOT_SENT


def test_several_missed_weeks_are_told_once_for_each_series(planner, add_series, post, record, due):
    first, second = add_series(5), add_series(4, key="command:2", channel="C2")
    planner.queue_due(due(4) + HOUR)
    assert record(first) == ["missed", "missed", "missed", "queued", "planned"]
    assert record(second) == ["missed", "missed", "missed", "queued"]
    told = [each for each in post.waiting() if each.key.endswith(":missed")]
    assert [each.channel for each in told] == ["C1", "C2"]
    assert all("1, 2, 3" in each.text for each in told)


def test_a_long_absence_is_told_once_however_many_sessions_there_are(planner, add_series, post, record, due):
    """More than fit into one batch: a batch must not cut a series in two."""
    numbers = [add_series(9, key=f"command:{count}", channel=f"C{count}") for count in range(15)]
    long_one = add_series(104, key="command:long", channel="CLONG")
    assert planner.queue_due(due(104) + WEEK) == 15 * 9 + 104
    assert all(record(number) == ["missed"] * 9 for number in numbers)
    assert record(long_one) == ["missed"] * 104
    assert Counter(each.channel for each in post.waiting()) == Counter([*(f"C{count}" for count in range(15)), "CLONG"])


def test_what_could_not_be_sent_for_half_a_day_is_withdrawn_and_missed(planner, add_series, post, record, due):
    number = add_series()
    planner.queue_due(due(1))
    assert planner.settle(due(1) + 13 * HOUR) is None
    assert record(number)[0] == "missed"
    assert [each.key for each in post.waiting()] == ["session:1:missed"]
    planner.settle(due(1) + 14 * HOUR)
    assert len(post.keys) == 2


@pytest.mark.parametrize(
    ("state", "error"), [("failed", "is_archived"), ("failed", "not_in_channel"), ("unverified", "unknown")]
)
def test_what_slack_refused_is_missed_with_slacks_word(planner, add_series, post, database, due, state, error):
    number = add_series()
    planner.queue_due(due(1))
    post.send(due(1), state=state, error=error)
    assert planner.settle(due(1)) is None
    with database.read() as connection:
        row = stored.sessions_of(connection, [number])[0]
    assert (row.status, row.cause) == ("missed", error)
    assert post.keys == ["session:1:reminder"]  # its owner is told by the sender


@pytest.mark.parametrize("state", ["sending", "unknown"])
def test_what_may_have_arrived_is_left_to_the_sender(planner, add_series, post, record, due, state):
    number = add_series()
    planner.queue_due(due(1))
    post.send(due(1), state=state)
    assert planner.settle(due(1) + 13 * HOUR) is None
    assert record(number)[0] == "queued"


# --- after the end ---


def test_a_series_that_ended_has_no_further_posts(planner, add_series, post, record, database, due):
    number = add_series()
    with database.write() as connection:
        for row in stored.lock_open_sessions(connection, number):
            stored.set_status(connection, row.id, "ended")
        stored.end_series(connection, number, by="U1", now=due(1) - HOUR)
    for week in (1, 2, 3):
        assert planner.queue_due(due(week)) == 0
    assert planner.next_due() is None
    assert post.keys == []
    assert record(number) == ["ended"] * 3


# --- at once ---


def test_two_planners_queue_each_session_once(database, programme, add_series, post, record, due, at_once):
    numbers = [add_series(2, key=f"command:{count}", channel=f"C{count}") for count in range(10)]

    def run() -> None:
        planner = Planner(database, programme)
        planner.queue_due(due(2))
        planner.settle(due(2))

    at_once(run)
    assert all(record(number) == ["missed", "queued"] for number in numbers)
    reminders = [key for key in post.keys if key.endswith(":reminder")]
    assert sorted(reminders) == sorted({*reminders})
    assert len(reminders) == len(numbers)
    assert Counter(each.channel for each in post.waiting()) == Counter({f"C{count}": 2 for count in range(10)})
