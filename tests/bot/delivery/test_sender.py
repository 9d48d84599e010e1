"""The outbox is emptied exactly once, whatever breaks on the way; on both databases."""

import errno
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from threading import Barrier, Thread
from urllib.error import URLError

import pytest
from slack_sdk.errors import SlackApiError

from bot.delivery.sender import FIRST_LOOK, LEASE, LOOK_AGAIN, PACE, Sender
from bot.storage import outbox
from responses.blocks.message import Message
from tests.fakes import FakeChannel

INCIDENT, OTHER, ADA = "C0INCIDNT", "C0OTHER01", "U0ADA0001"
REFUSED_CONNECTION = URLError(ConnectionRefusedError(errno.ECONNREFUSED, "refused"))


class Killed(BaseException):
    """The process ends here."""


def no(word, status=200):
    return SlackApiError("", {"ok": False, "error": word, "status": status})


def note(delivery, error):
    return Message(f"{delivery.key} failed: {error}", [])


@pytest.fixture
def slack():
    return FakeChannel()


@pytest.fixture
def make_sender(database, slack, clock):
    return lambda channel=slack, explain=note: Sender(database, channel, clock, explain)


@pytest.fixture
def sender(make_sender):
    return make_sender()


@pytest.fixture
def put(database, clock):
    def put(key="session:1:reminder", channel=INCIDENT, **more):
        values = {"text": f"text of {key}", "blocks": [], "now": clock.now(), **more}
        with database.write() as connection:
            assert outbox.add(connection, key=key, channel=channel, **values)

    return put


@pytest.fixture
def row(database):
    def row(key="session:1:reminder"):
        with database.read() as connection:
            return outbox.find(connection, key)

    return row


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


@pytest.mark.parametrize(
    "error",
    [TimeoutError(), ConnectionResetError(), no("internal_error"), no("x", 503)],
    ids=["timeout", "reset", "internal_error", "503"],
)
class TestUnknown:
    def test_found_in_the_history_it_is_sent_and_not_repeated(self, sender, slack, put, row, clock, error):
        put()
        slack.failures, slack.arrives = [error], True
        assert sender.send_due().unknown == 1
        assert row().state == "unknown"
        assert sender.next_due() == clock.now() + FIRST_LOOK
        clock.advance(seconds=29)
        sender.send_due()
        assert slack.looks == 0, "the history lags: looking early proves nothing"
        clock.advance(seconds=1)
        assert sender.send_due().sent == 1
        assert row().state == "sent"
        clock.advance(days=1)
        sender.send_due()
        assert slack.keys == ["session:1:reminder"]

    def test_missing_from_it_twice_thirty_seconds_apart_it_is_posted_again(
        self, sender, slack, put, row, clock, error
    ):
        put()
        slack.failures = [error]
        sender.send_due()
        clock.advance(seconds=FIRST_LOOK.total_seconds())
        sender.send_due()
        assert (slack.looks, row().state, row().reads) == (1, "unknown", 1)
        assert sender.next_due() == clock.now() + LOOK_AGAIN
        clock.advance(seconds=LOOK_AGAIN.total_seconds() - 1)
        sender.send_due()
        assert slack.looks == 1
        clock.advance(seconds=1)
        sender.send_due()
        assert slack.looks == 2
        assert (row().state, row().attempts) == ("sent", 2)
        assert slack.keys == ["session:1:reminder"]


def test_a_history_that_lags_behind_the_first_look_brings_no_second_post(sender, slack, put, row, clock):
    put()
    slack.failures, slack.arrives = [TimeoutError()], True
    slack.visible = lambda _delivery: slack.looks > 1
    for _ in range(4):
        sender.send_due()
        clock.advance(seconds=30)
    assert row().state == "sent"
    assert slack.keys == ["session:1:reminder"]


def test_a_second_attempt_may_end_unknown_too_and_is_looked_for_twice_again(sender, slack, put, row, clock):
    put()
    slack.failures = [TimeoutError(), TimeoutError()]
    for _ in range(5):
        sender.send_due()
        clock.advance(seconds=30)
    assert slack.looks == 4
    assert (row().state, row().attempts) == ("sent", 3)
    assert slack.keys == ["session:1:reminder"]


@pytest.mark.parametrize("word", ["missing_scope", "not_in_channel", "channel_not_found"])
def test_where_the_history_may_not_be_read_it_stays_unverified_and_the_person_is_told_once(
    sender, slack, put, row, clock, word
):
    put(tell=ADA)
    slack.failures, slack.look_failures = [TimeoutError()], [no(word)]
    sender.send_due()
    clock.advance(seconds=30)
    assert sender.send_due().failed == 1
    assert (row().state, row().error) == ("unverified", "unknown")
    clock.advance(days=1)
    sender.send_due()
    assert [each.text for each in slack.transcript] == ["session:1:reminder failed: unknown"]


@pytest.mark.parametrize("error", [TimeoutError(), no("internal_error"), no("ratelimited"), no("invalid_auth")])
def test_a_history_that_is_out_of_reach_for_now_is_asked_again(sender, slack, put, row, clock, error):
    put()
    slack.failures, slack.arrives, slack.look_failures = [TimeoutError()], True, [error]
    sender.send_due()
    clock.advance(seconds=30)
    sender.send_due()
    assert row().state == "unknown"
    clock.advance(seconds=60)
    sender.send_due()
    assert row().state == "sent"
    assert slack.keys == ["session:1:reminder"]


class CannotResolve(FakeChannel):
    def __init__(self, *errors):
        super().__init__()
        self.errors = [*errors]

    def resolve(self, delivery):
        if self.errors:
            raise self.errors.pop(0)
        return super().resolve(delivery)


@pytest.mark.parametrize("error", [TimeoutError(), no("internal_error"), ConnectionResetError()])
def test_before_the_post_itself_nothing_can_be_unknown(make_sender, put, row, clock, error):
    slack = CannotResolve(error)
    sender = make_sender(slack)
    put(channel=ADA)
    sender.send_due()
    assert row().state == "pending"
    clock.advance(seconds=1)
    assert sender.send_due().sent == 1
    assert slack.looks == 0


def test_a_person_who_is_gone_is_a_refusal(make_sender, put, row):
    put(channel=ADA)
    make_sender(CannotResolve(no("user_not_found"))).send_due()
    assert (row().state, row().error) == ("failed", "user_not_found")


class Mortal(FakeChannel):
    """Kills the process before or after the message got through."""

    after = False

    def post(self, delivery, channel):
        if self.after:
            super().post(delivery, channel)
        raise Killed


@pytest.mark.parametrize("arrived", [False, True], ids=["before the post", "after the post"])
def test_after_a_crash_another_process_sees_to_it_that_there_is_exactly_one(
    make_sender, slack, put, row, clock, arrived
):
    dying = Mortal(transcript=slack.transcript)
    dying.after = arrived
    put()
    with pytest.raises(Killed):
        make_sender(dying).send_due()
    assert row().state == "sending"
    other = make_sender()
    assert other.next_due() == clock.now() + LEASE
    for _ in range(12):
        other.send_due()
        clock.advance(seconds=15)
    assert row().state == "sent"
    assert slack.keys == ["session:1:reminder"]


def test_a_process_that_wakes_up_after_its_lease_changes_nothing_any_more(make_sender, slack, put, row, clock):
    other = make_sender()

    class Sleeping(FakeChannel):
        def post(self, delivery, channel):
            posted = super().post(delivery, channel)
            clock.advance(seconds=LEASE.total_seconds())
            other.send_due()
            return posted

    put()
    make_sender(Sleeping(transcript=slack.transcript)).send_due()
    assert row().state == "sent"
    assert slack.keys == ["session:1:reminder"]


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
    both_at_work, raised = Barrier(2), []

    class Overlapping(FakeChannel):
        def post(self, delivery, channel):
            if not self.transcript:
                both_at_work.wait(30)
            return super().post(delivery, channel)

    def work(channel):
        try:
            make_sender(channel).send_due()
        except Exception as error:
            raised.append(error)

    channels = [Overlapping(), Overlapping()]
    threads = [Thread(target=work, args=(channel,)) for channel in channels]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert raised == []
    assert Counter(channels[0].keys + channels[1].keys) == {f"m{number}": 1 for number in range(200)}
    with database.read() as connection:
        assert outbox.next_due(connection) is None
