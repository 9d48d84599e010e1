"""What goes over the wire for a delivery, against the strict local workspace."""

from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.delivery import channel as channel_module
from bot.delivery.channel import EVENT_TYPE, Posted, SlackChannel
from bot.local.clock import MovableClock
from bot.local.server import LocalSlack
from bot.local.workspace import Draft
from bot.storage.outbox import Delivery

GENERAL, RANDOM, BEN = "C0GENERAL", "C0RANDOM1", "U0BEN0001"
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*Week 1*"}}


def delivery(**changes):
    values = {
        "id": 1, "key": "session:1:reminder", "channel": GENERAL, "thread_ts": None, "text": "Week 1 of 13",
        "blocks": [SECTION], "tell": None, "state": "pending", "attempts": 0, "reads": 0, "attempted_at": None,
        "posted_channel": None,
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
