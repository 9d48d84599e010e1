"""Nobody knows whether a message arrived: the sender finds out, and there is exactly one in the end."""

import pytest
from slack_sdk.errors import SlackApiError

from bot.delivery.sender import FIRST_LOOK, LEASE, LOOK_AGAIN
from tests.fakes import FakeChannel

ADA = "U0ADA0001"


class Killed(BaseException):
    """The process ends here."""


def no(word, status=200):
    return SlackApiError("", {"ok": False, "error": word, "status": status})


@pytest.mark.parametrize(
    "error",
    [TimeoutError(), ConnectionResetError(), no("internal_error"), no("x", 503)],
    ids=["timeout", "reset", "internal_error", "503"],
)
class TestUnknown:
    def test_found_in_the_history_it_is_sent_and_not_repeated(self, sender, slack, put, row, clock, error):
        put()
        tried = clock.now()
        slack.failures, slack.arrives = [error], True
        assert sender.send_due().unknown == 1
        assert row().state == "unknown"
        assert sender.next_due() == clock.now() + FIRST_LOOK
        clock.advance(seconds=29)
        sender.send_due()
        assert slack.looks == 0, "the history lags: looking early proves nothing"
        clock.advance(seconds=1)
        assert sender.send_due().sent == 1
        assert (row().state, row().sent_at) == ("sent", tried), (
            "it was there since it was tried, not since it was found"
        )
        clock.advance(days=1)
        sender.send_due()
        assert slack.keys == ["session:1:reminder"]

    def test_missing_from_it_twice_thirty_seconds_apart_it_is_posted_again(self, sender, slack, put, row, clock, error):
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
