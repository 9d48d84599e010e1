"""Events on their way to a real Bolt app by Socket Mode: which, to whom, and how often."""

import pytest

from bot.local.clock import MovableClock
from bot.local.person import Person
from bot.local.server import LocalSlack
from bot.local.state import BOT_ID, BOT_USER_ID

from .conftest import client_of, eventually, socket_app


def refuse(ack, body, respond):
    raise RuntimeError("the app fails")


def test_a_message_arrives_as_slack_sends_it(bolt, ada):
    ts = ada.say("general", "hello & goodbye")["ts"]
    body = bolt.wait("message")[0]
    event = body["event"]
    assert (event["ts"], event["text"], event["user"]) == (ts, "hello &amp; goodbye", "U0ADA0001")
    assert (event["channel"], event["channel_type"]) == ("C0GENERAL", "channel")
    assert (body["type"], body["team_id"], body["api_app_id"]) == ("event_callback", "T0LOCAL01", "A0CANDOR1")
    assert body["authorizations"][0]["user_id"] == BOT_USER_ID
    assert body["event_id"].startswith("Ev")
    assert body["event_time"] == int(float(ts))


@pytest.mark.parametrize(("channel", "kind"), [("general", "channel"), ("leadership", "group"), ("dm", "im")])
def test_each_kind_of_conversation_is_named(bolt, ada, channel, kind):
    ada.say(channel, "hello")
    assert bolt.wait("message")[0]["event"]["channel_type"] == kind


def test_a_mention_arrives_twice_with_two_event_ids(slack, bolt, ada):
    ada.say("general", "<@candor> how do we apologise?")
    mention, message = bolt.wait("app_mention")[0], bolt.wait("message")[0]
    assert mention["event"]["text"] == f"<@{BOT_USER_ID}> how do we apologise?"
    assert mention["event"]["ts"] == message["event"]["ts"]
    assert mention["event_id"] != message["event_id"]


def test_a_mention_in_a_direct_message_is_only_a_message(slack, bolt, ada):
    ada.say("dm", "<@candor> hello")
    bolt.wait("message")
    slack.settle()
    assert bolt.bodies("app_mention") == []


def test_replies_carry_their_thread(bolt, ada):
    parent = ada.say("general", "parent")["ts"]
    ada.say("general", "reply", parent)
    reply = next(b["event"] for b in bolt.wait("message", 2) if b["event"]["text"] == "reply")
    assert (reply["thread_ts"], reply["parent_user_id"]) == (parent, "U0ADA0001")


def test_the_bots_own_messages_arrive_too_marked_as_its_own(bolt, api):
    api.chat_postMessage(channel="C0GENERAL", text=f"I am <@{BOT_USER_ID}>")
    event = bolt.wait("message")[0]["event"]
    assert (event["bot_id"], event["user"]) == (BOT_ID, BOT_USER_ID)
    assert bolt.bodies("app_mention") == []


def test_edits_and_deletions_arrive_as_subtypes(bolt, api, ada):
    ts = api.chat_postMessage(channel="C0GENERAL", text="old")["ts"]
    api.chat_update(channel="C0GENERAL", ts=ts, text="new")
    mine = ada.say("general", "mine")["ts"]
    ada.post("delete", user="ada", channel="general", ts=mine)
    events = {b["event"].get("subtype"): b["event"] for b in bolt.wait("message", 4)}
    assert events["message_changed"]["message"]["text"] == "new"
    assert events["message_changed"]["previous_message"]["text"] == "old"
    assert events["message_deleted"]["deleted_ts"] == mine


def test_nothing_arrives_from_channels_without_the_bot_nor_of_ephemerals(slack, bolt, ada, api):
    ada.say("random", "<@candor> can you hear me?")
    api.chat_postEphemeral(channel="C0GENERAL", user="U0ADA0001", text="psst")
    slack.settle()
    assert bolt.heard == []


def test_joining_is_announced(slack, bolt, ada):
    ada.post("invite", user="ada", channel="random")
    event = bolt.wait("member_joined_channel")[0]["event"]
    assert (event["user"], event["channel"], event["inviter"]) == (BOT_USER_ID, "C0RANDOM1", "U0ADA0001")
    slack.workspace.channels["C0RANDOM1"].members.discard(BOT_USER_ID)


def test_what_is_not_subscribed_to_is_not_sent():
    with LocalSlack(clock=MovableClock(), subscriptions=("app_mention",)) as slack, socket_app(slack) as bolt:
        Person(slack.url, "ada").say("general", "<@candor> hello")
        bolt.wait("app_mention")
        slack.settle()
        assert bolt.bodies("message") == []


def test_an_event_nobody_acknowledges_comes_again_at_once_after_a_minute_and_after_five(slack, bolt, ada):
    bolt.react["message"] = refuse
    ada.say("general", "hello")
    bolt.wait("message", 2)
    slack.settle()
    assert len(bolt.bodies("message")) == 2
    slack.advance(50)
    assert len(bolt.bodies("message")) == 2
    slack.advance(15)
    assert len(bolt.bodies("message")) == 3
    slack.advance(200)
    assert len(bolt.bodies("message")) == 3
    slack.advance(24 * 3600)
    assert len(bolt.bodies("message")) == 4
    assert len({body["event_id"] for body in bolt.bodies("message")}) == 1
    retries = [(h.get("x-slack-retry-num"), h.get("x-slack-retry-reason")) for _, _, h in bolt.heard]
    assert retries == [(["0"], [""]), (["1"], ["timeout"]), (["2"], ["timeout"]), (["3"], ["timeout"])]


def test_an_acknowledged_retry_is_the_last(slack, bolt, ada):
    bolt.react["message"] = refuse
    ada.say("general", "hello")
    bolt.wait("message")
    bolt.react.clear()
    bolt.wait("message", 2)
    slack.advance(600)
    assert len(bolt.bodies("message")) == 2


def test_an_event_waits_for_an_app_that_is_not_connected_and_arrives_as_a_retry():
    with LocalSlack(clock=MovableClock()) as slack:
        Person(slack.url, "ada").say("general", "is anybody there?")
        slack.advance(1800)
        with socket_app(slack) as bolt:
            bolt.wait("message")
            assert bolt.heard[0][2]["x-slack-retry-num"] == ["1"]
            assert bolt.heard[0][2]["x-slack-retry-reason"] == ["connection_failed"]


def test_an_event_older_than_two_hours_is_never_delivered():
    with LocalSlack(clock=MovableClock()) as slack:
        ada = Person(slack.url, "ada")
        ada.say("general", "long ago")
        slack.advance(2 * 3600 + 1)
        with socket_app(slack) as bolt:
            ada.say("general", "just now")
            bolt.wait("message")
            slack.settle()
            assert [body["event"]["text"] for body in bolt.bodies("message")] == ["just now"]


def test_the_duplicate_fault_delivers_an_event_twice_under_one_id(slack, bolt, ada):
    ada.post("faults", method="events", fault="duplicate", times=1)
    ada.say("dm", "twice")
    ada.say("dm", "once")
    ids = [body["event_id"] for body in bolt.wait("message", 3)]
    assert sorted(ids.count(each) for each in set(ids)) == [1, 2]


def test_a_refreshed_socket_is_replaced_and_nothing_is_lost(slack, bolt, ada):
    before = set(slack.sockets._connections)
    slack.refresh_sockets()
    eventually(lambda: set(slack.sockets._connections) - before != set())
    ada.say("general", "after the refresh")
    assert bolt.wait("message")[0]["event"]["text"] == "after the refresh"


def test_two_sockets_share_the_work():
    with LocalSlack(clock=MovableClock()) as slack, socket_app(slack) as first, socket_app(slack) as second:
        ada = Person(slack.url, "ada")
        for number in range(6):
            ada.say("general", f"message {number}")
        slack.settle()
        assert {len(app.bodies("message")) for app in (first, second)} == {3}


def test_a_ticket_admits_one_socket(slack):
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    url = client_of(slack).apps_connections_open(app_token=slack.app_token)["url"]
    with connect(url) as socket:
        assert '"hello"' in socket.recv(timeout=5)
    for address in (url, url.partition("?")[0]):
        with pytest.raises(InvalidStatus), connect(address):
            pass
