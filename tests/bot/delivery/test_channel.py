"""What goes over the wire for a delivery, against the strict local workspace."""

from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.delivery import channel as channel_module
from bot.delivery.channel import EVENT_TYPE, Places, Posted, SlackChannel
from bot.delivery.outcomes import Refused, outcome
from bot.local.clock import MovableClock
from bot.local.server import LocalSlack
from bot.local.workspace import Draft
from bot.storage.outbox import Delivery
from tests.fakes import FakeChannel

GENERAL, RANDOM, BEN = "C0GENERAL", "C0RANDOM1", "U0BEN0001"
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*Week 1*"}}


def delivery(**changes):
    values = {
        "id": 1, "key": "session:1:reminder", "channel": GENERAL, "thread_ts": None, "text": "Week 1 of 13",
        "blocks": [SECTION], "tell": None, "series_id": None, "state": "pending", "attempts": 0, "reads": 0,
        "attempted_at": None, "posted_channel": None,
    }  # fmt: skip
    return Delivery(**{**values, **changes})


@pytest.fixture
def slack():
    with LocalSlack(clock=MovableClock()) as running:
        yield running


@pytest.fixture
def client(slack):
    return WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=2, retry_handlers=[])


@pytest.fixture
def ours(client):
    return SlackChannel(client)


def just_now():
    return datetime.now(UTC)


def test_a_client_that_repeats_calls_by_itself_is_refused():
    with pytest.raises(ValueError, match="retry_handlers"):
        SlackChannel(WebClient(token="xoxb-1"))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, GENERAL),
        ({"channel": BEN}, "D0BEN0001"),
        ({"channel": BEN, "posted_channel": "D0ELSEWHR"}, "D0ELSEWHR"),
        ({"channel": "G0LEADERS"}, "G0LEADERS"),
    ],
)
def test_a_users_id_leads_to_their_direct_messages(ours, changes, expected):
    assert ours.resolve(delivery(**changes)) == expected


class TestRepliesBelowASeriesPost:
    """Slack posts a reply to the whole channel once the message above it is gone, and says ok."""

    @pytest.fixture
    def parent(self, slack):
        general = slack.workspace.channels[GENERAL]
        return slack.workspace.post(general, slack.workspace.bot, Draft("Week 1 of 13"))

    def test_below_one_that_is_there_it_goes(self, ours, slack, parent):
        reply = delivery(thread_ts=parent.ts, series_id=1)
        assert ours.resolve(reply) == GENERAL
        posted = ours.post(reply, GENERAL)
        assert slack.workspace.message(slack.workspace.channels[GENERAL], posted.ts).thread_ts == parent.ts

    @pytest.mark.parametrize("posted_channel", [None, GENERAL], ids=["at first", "when it is tried again"])
    def test_below_one_that_is_gone_it_is_refused(self, ours, slack, parent, posted_channel):
        slack.workspace.delete(parent)
        reply = delivery(thread_ts=parent.ts, series_id=1, posted_channel=posted_channel)
        with pytest.raises(SlackApiError) as caught:
            ours.resolve(reply)
        assert outcome(caught.value, 1) == Refused("thread_not_found")

    def test_below_a_tombstone_with_replies_it_goes(self, ours, slack, parent):
        general = slack.workspace.channels[GENERAL]
        slack.workspace.post(general, slack.workspace.users[BEN], Draft("Why?", thread_ts=parent.ts))
        slack.workspace.delete(parent)
        assert ours.resolve(delivery(thread_ts=parent.ts, series_id=1)) == GENERAL

    def test_other_replies_are_not_asked_about(self, ours, slack, parent):
        slack.workspace.delete(parent)
        assert ours.resolve(delivery(thread_ts=parent.ts)) == GENERAL


class TestPlaces:
    """Slack's channels and the outlets side by side."""

    @pytest.mark.parametrize(("channel", "expected"), [("C0GENERAL", "slack"), ("outlet:press", "outlets")])
    def test_each_delivery_goes_to_its_own_side(self, channel, expected):
        sides = {"slack": FakeChannel(), "outlets": FakeChannel()}
        places = Places(sides["slack"], sides["outlets"], "outlet:")
        sent = delivery(channel=channel)
        assert places.resolve(sent) == channel
        places.post(sent, channel)
        assert places.find(sent, channel, just_now()) is not None
        assert {name: len(side.transcript) for name, side in sides.items()} == {
            name: int(name == expected) for name in sides
        }
        assert {name: side.looks for name, side in sides.items()} == {name: int(name == expected) for name in sides}


def test_a_post_carries_its_key_as_metadata_and_unfurls_nothing(ours, slack):
    posted = ours.post(delivery(), GENERAL)
    [message] = slack.workspace.messages[GENERAL]
    assert posted == Posted(GENERAL, message.ts)
    assert message.metadata == {"event_type": EVENT_TYPE, "event_payload": {"key": "session:1:reminder"}}
    assert (message.text, message.blocks[0]["text"]["text"]) == ("Week 1 of 13", "*Week 1*")


def test_slacks_refusal_comes_out_as_its_own_error(ours):
    with pytest.raises(SlackApiError) as refused:
        ours.post(delivery(), RANDOM)
    assert refused.value.response["error"] == "not_in_channel"


def test_a_post_is_found_again_by_its_key_only(ours):
    posted = ours.post(delivery(), GENERAL)
    assert ours.find(delivery(), GENERAL, just_now()) == posted
    assert ours.find(delivery(key="session:1"), GENERAL, just_now()) is None
    assert ours.find(delivery(), "C0INCIDNT", just_now()) is None


def test_a_reply_is_looked_for_in_its_thread(ours):
    parent = ours.post(delivery(key="parent"), GENERAL)
    reply = delivery(key="reply", thread_ts=parent.ts)
    posted = ours.post(reply, GENERAL)
    assert ours.find(reply, GENERAL, just_now()) == posted
    assert ours.find(delivery(key="reply"), GENERAL, just_now()) is None


def test_another_apps_metadata_with_the_same_payload_is_not_ours(ours, client):
    foreign = {"event_type": "other", "event_payload": {"key": "session:1:reminder"}}
    client.chat_postMessage(channel=GENERAL, text="x", metadata=foreign)
    client.chat_postMessage(channel=GENERAL, text="y")
    assert ours.find(delivery(), GENERAL, just_now()) is None


def test_what_stands_before_the_attempt_is_not_looked_at_but_clocks_may_differ_by_a_minute(ours):
    ours.post(delivery(), GENERAL)
    now = datetime.now(UTC)
    assert ours.find(delivery(), GENERAL, now + timedelta(seconds=50)) is not None
    assert ours.find(delivery(), GENERAL, now + timedelta(seconds=70)) is None


def test_after_days_away_only_the_minutes_around_the_attempt_are_read(ours, slack, monkeypatch):
    monkeypatch.setattr(channel_module, "PAGE", 2)
    posted = ours.post(delivery(), GENERAL)
    attempted = just_now()
    slack.clock.advance(timedelta(days=3))
    chatter(slack, 2 * channel_module.MOST_PAGES)
    assert ours.find(delivery(), GENERAL, attempted) == posted


def chatter(slack, count):
    place, ben = slack.workspace.channels[GENERAL], slack.workspace.users[BEN]
    for number in range(count):
        slack.workspace.post(place, ben, Draft(f"message {number}"))


def test_the_history_is_read_page_by_page(ours, slack):
    posted = ours.post(delivery(), GENERAL)
    chatter(slack, 2 * channel_module.PAGE + 1)
    assert ours.find(delivery(), GENERAL, just_now()) == posted


def test_a_history_without_end_is_given_up(ours, slack, monkeypatch):
    monkeypatch.setattr(channel_module, "PAGE", 2)
    ours.post(delivery(), GENERAL)
    chatter(slack, 2 * channel_module.MOST_PAGES)
    assert ours.find(delivery(), GENERAL, just_now()) is None
