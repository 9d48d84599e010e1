"""The outbox is emptied exactly once, whatever breaks on the way; on both databases."""

import errno
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from threading import Barrier
from urllib.error import URLError

import pytest
from slack_sdk.errors import SlackApiError

from bot.delivery.sender import PACE
from bot.storage import outbox
from tests.fakes import FakeChannel

INCIDENT, OTHER, ADA = "C0INCIDNT", "C0OTHER01", "U0ADA0001"
REFUSED_CONNECTION = URLError(ConnectionRefusedError(errno.ECONNREFUSED, "refused"))


def no(word, status=200):
    return SlackApiError("", {"ok": False, "error": word, "status": status})


def test_an_empty_outbox_needs_nothing(sender, slack):
    report = sender.send_due()
    assert (report.sent, report.later, report.failed, report.unknown) == (0, 0, 0, 0)
    assert sender.next_due() is None
    assert slack.transcript == []


def test_a_message_is_sent_once_and_its_place_written_down(sender, slack, put, row, clock):
    put()
    assert sender.next_due() == clock.now()
    assert sender.send_due().sent == 1
    clock.advance(days=1)
    assert sender.send_due().sent == 0
    assert slack.keys == ["session:1:reminder"]
    sent = row()
    assert (sent.state, sent.posted_channel, sent.message_ts) == ("sent", INCIDENT, "1.000100")
    assert (sent.attempts, sent.lease, sent.error) == (1, None, None)
    assert sender.next_due() is None


def test_it_is_written_down_as_sending_before_slack_hears_of_it(make_sender, put, row):
    seen = []

    class Watching(FakeChannel):
        def post(self, delivery, channel):
            seen.append((row().state, row().attempts))
            return super().post(delivery, channel)

    put()
    make_sender(Watching()).send_due()
    assert seen == [("sending", 1)]


def test_a_user_is_written_to_in_their_direct_messages(sender, put, row):
    put(channel=ADA)
    sender.send_due()
    assert row().posted_channel == "D0ADA0001"


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (SlackApiError("", {"error": "ratelimited", "headers": {"Retry-After": "7"}}), 7),
        (no("ratelimited"), 30),
        (REFUSED_CONNECTION, 1),
        (no("invalid_auth"), 60),
    ],
)
def test_what_slack_did_not_take_is_tried_again_later(sender, slack, put, row, clock, error, wait):
    put()
    slack.failures = [error]
    assert sender.send_due().later == 1
    assert row().state == "pending"
    assert sender.next_due() == clock.now() + timedelta(seconds=wait)
    clock.advance(seconds=wait - 0.1)
    assert sender.send_due().sent == 0
    clock.advance(seconds=0.1)
    assert sender.send_due().sent == 1
    assert slack.keys == ["session:1:reminder"]
    assert row().attempts == 2


def test_an_outage_of_days_gives_up_nothing_and_breaks_nothing(sender, slack, put, row, database, clock):
    put()
    with database.write() as connection:
        connection.execute(outbox.outbox.update().values(attempts=5000))
    slack.failures = [REFUSED_CONNECTION]
    sender.send_due()
    assert sender.next_due() == clock.now() + timedelta(seconds=60)
    clock.advance(seconds=60)
    assert sender.send_due().sent == 1


def test_a_wrong_token_gives_up_no_message(sender, slack, put, row, clock):
    put("one", tell=ADA)
    put("two", OTHER, tell=ADA)
    slack.failures = [no("token_revoked")] * 20
    for _ in range(10):
        sender.send_due()
        clock.advance(seconds=60)
    assert slack.failures == []
    assert {row("one").state, row("two").state} == {"pending"}
    sender.send_due()
    assert Counter(slack.keys) == {"one": 1, "two": 1}


def test_a_refusal_ends_it_and_the_person_is_told_once(sender, slack, put, row, clock):
    put(tell=ADA)
    slack.failures = [no("not_in_channel")]
    assert sender.send_due().failed == 1
    assert (row().state, row().error) == ("failed", "not_in_channel")
    clock.advance(days=1)
    sender.send_due()
    [told] = slack.transcript
    assert (told.channel, told.text) == (ADA, "session:1:reminder failed: not_in_channel")


def test_where_nobody_is_to_be_told_nobody_is(sender, slack, put, row):
    put()
    slack.failures = [no("is_archived")]
    sender.send_due()
    assert row().state == "failed"
    assert slack.transcript == []


def test_a_note_that_cannot_be_delivered_makes_no_further_note(sender, slack, put, row, database, clock):
    put(tell=ADA)
    slack.failures = [no("not_in_channel"), no("user_not_found")]
    assert sender.send_due().failed == 2
    clock.advance(days=1)
    assert sender.send_due().sent == 0
    with database.read() as connection:
        states = Counter(row.state for row in connection.execute(outbox.select(outbox.outbox)))
    assert states == {"failed": 2}


def test_within_a_channel_one_message_a_second_and_in_order(sender, slack, put, clock):
    for number in range(4):
        put(f"m{number}")
    moments = []
    while (due := sender.next_due()) is not None:
        clock.moment = max(clock.moment, due)
        if sender.send_due().sent:
            moments.append(clock.now())
    assert slack.keys == ["m0", "m1", "m2", "m3"]
    assert [later - earlier for earlier, later in pairwise(moments)] == [PACE] * 3


def test_channels_do_not_wait_for_each_other(sender, slack, put):
    for number in range(5):
        put(f"m{number}", f"C{number}")
    assert sender.send_due().sent == 5


@pytest.mark.parametrize("error", [no("ratelimited"), no("not_in_channel"), TimeoutError(), REFUSED_CONNECTION])
def test_a_channel_that_fails_holds_back_no_other(sender, slack, put, error):
    put("bad", tell=ADA)
    put("good", OTHER)
    slack.failures = [error]
    sender.send_due()
    assert "good" in slack.keys
    assert "bad" not in slack.keys


def test_after_429_the_channels_next_message_waits_behind_the_first(sender, slack, put, clock):
    put("first")
    put("second")
    slack.failures = [no("ratelimited")]
    sender.send_due()
    assert slack.keys == []
    clock.advance(seconds=30)
    sender.send_due()
    assert slack.keys == ["first"]
    clock.advance(seconds=1)
    sender.send_due()
    assert slack.keys == ["first", "second"]


def test_a_stopped_sender_finishes_its_message_and_leaves_the_rest(make_sender, put, row):
    class Stopping(FakeChannel):
        def post(self, delivery, channel):
            sender.stop()
            return super().post(delivery, channel)

    slack = Stopping()
    sender = make_sender(slack)
    put("one", "C1")
    put("two", "C2")
    assert sender.send_due().sent == 1
    assert (row("one").state, row("two").state) == ("sent", "pending")


def test_two_processes_share_200_messages_without_doubling_any(make_sender, put, database):
    for number in range(200):
        put(f"m{number}", f"C{number}")
    both_at_work = Barrier(2)

    class Overlapping(FakeChannel):
        def post(self, delivery, channel):
            if not self.transcript:
                both_at_work.wait(30)
            return super().post(delivery, channel)

    channels = [Overlapping(), Overlapping()]
    with ThreadPoolExecutor(2) as pool:
        for working in [pool.submit(make_sender(channel).send_due) for channel in channels]:
            working.result(60)
    assert Counter(channels[0].keys + channels[1].keys) == {f"m{number}": 1 for number in range(200)}
    with database.read() as connection:
        assert outbox.next_due(connection) is None
