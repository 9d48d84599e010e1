"""The end of a series: who may, what is dropped, what the channel is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import NotAllowedError
from bot.storage import series as stored
from bot.updates.service import Caller
from responses.phrases import say

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # before the first session
OWNER, HOST, OTHER = Caller("U1", "C1", "en"), Caller("U2", "C1", "en"), Caller("U3", "C1", "en")
ADMIN = replace(OTHER, is_admin=True)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("caller", "may"),
    [
        (OWNER, True),
        (HOST, True),
        (ADMIN, True),
        (OTHER, False),
        (replace(OWNER, channel="C9"), True),
        (replace(OTHER, channel="C9"), False),
    ],
)
def test_only_owner_host_and_admins_end_a_series(add_series, updates, post, record, caller, may):
    number = add_series()
    if may:
        updates.end(number, caller, NOW)
        assert record(number) == ["ended"] * 3
        assert f"by <@{caller.user}>" in updates.show(number, OWNER).blocks[0]["text"]["text"]
        return
    with pytest.raises(NotAllowedError) as caught:
        updates.end(number, caller, NOW)
    assert caught.value.key == "updates.not_yours"
    assert "<@U1>" in say("en", caught.value.key, **caught.value.values)
    assert (record(number), post.keys) == (["planned"] * 3, [])


def test_the_channel_is_told_once_and_nothing_is_posted_after(add_series, updates, planner, post, record, due):
    number = add_series(4)
    planner.queue_due(due(1))
    post.send(due(1))
    planner.settle(due(1))
    now = due(1) + timedelta(days=2)
    updates.end(number, OWNER, now)
    assert record(number) == ["posted", "ended", "ended", "ended"]
    (told,) = post.waiting()
    assert (told.key, told.channel, told.tell) == ("series:1:ended", "C1", "U1")
    assert told.text == say("en", "updates.announce_ended", who="<@U1>", title="Data leak", week=1, weeks=4)
    assert updates.end(number, OWNER, now).text == say("en", "updates.already_ended", title="Data leak", number=1)
    assert planner.queue_due(now + timedelta(days=99)) == 0
    assert len(post.keys) == 2
    shown = str(updates.show(number, OWNER).blocks)
    assert "Ended on Friday 6 March 2026, 10:00 (Europe/Berlin) by <@U1>." in shown


def test_a_reminder_that_waits_in_the_outbox_is_not_sent_after_the_end(add_series, updates, planner, post, record, due):
    add_series(2)
    planner.queue_due(due(1))
    updates.end(1, OWNER, due(1) + MINUTE)
    assert record(1) == ["ended", "ended"]
    (told,) = post.waiting()
    assert told.text == say("en", "updates.announce_ended", who="<@U1>", title="Data leak", week=0, weeks=2)


def test_a_reminder_that_is_on_its_way_is_let_go_and_recorded(add_series, updates, planner, post, record, due):
    add_series(2)
    planner.queue_due(due(1))
    post.send(due(1), state="unknown", not_before=due(1) + MINUTE)
    updates.end(1, OWNER, due(1) + MINUTE)
    assert record(1) == ["queued", "ended"]
    assert "after week 1 of 2" in post.waiting()[0].text
    post.send(due(1) + MINUTE)
    planner.settle(due(1) + MINUTE)
    assert record(1) == ["posted", "ended"]


def test_a_series_that_is_over_ends_without_a_word_to_the_channel(add_series, updates, database, post, record):
    add_series(1)
    with database.write() as connection:
        stored.set_status(connection, 1, "posted", posted_at=NOW)
    updates.end(1, OWNER, NOW)
    assert (post.keys, record(1)) == ([], ["posted"])


def test_an_end_and_a_tick_at_once_leave_no_reminder_behind(add_series, updates, planner, post, record, due, at_once):
    add_series(2)
    turns = iter([lambda: planner.queue_due(due(1)), lambda: updates.end(1, OWNER, due(1))])
    at_once(lambda: next(turns)())
    assert record(1) == ["ended", "ended"]
    assert [each.key for each in post.waiting()] == ["series:1:ended"]
