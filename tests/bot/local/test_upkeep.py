"""People who leave, messages that are taken away, and what the app and the threads see of it."""

import pytest

from bot.local.errors import Refused
from bot.local.person import Person

from .conftest import modal, row
from .test_web_api import error_of

BEN = "U0BEN0001"


@pytest.fixture
def heard(slack, bolt):
    """Return the one event of a kind that satisfies a condition, once all have arrived, in whatever order."""

    def the_event(kind, condition):
        slack.settle()
        found = [body["event"] for body in bolt.bodies(kind) if condition(body["event"])]
        assert len(found) == 1, bolt.bodies(kind)
        return found[0]

    return the_event


@pytest.fixture
def ben(slack):
    ben = Person(slack.url, "ben")
    yield ben
    if slack.workspace.users[BEN].deleted:
        ben.reactivate()


def test_who_left_is_deleted_for_the_api_and_has_less_to_show(api, ben):
    assert api.users_info(user=BEN)["user"]["deleted"] is False
    ben.deactivate()
    user = api.users_info(user=BEN, include_locale=True)["user"]
    assert (user["deleted"], user["name"], user["is_bot"]) == (True, "ben", False)
    assert not {"tz", "is_admin", "is_owner", "locale", "real_name"} & set(user)
    ben.reactivate()
    user = api.users_info(user=BEN)["user"]
    assert (user["deleted"], user["tz"], user["is_admin"]) == (False, "America/New_York", False)


def test_users_list_is_paged_and_says_who_is_what(api, ben):
    ben.deactivate()
    pages = [page["members"] for page in api.users_list(limit=4)]
    assert [len(page) for page in pages] == [4, 2]
    members = {user["name"]: user for page in pages for user in page}
    assert [name for name, user in members.items() if user["deleted"]] == ["ben"]
    assert [name for name, user in members.items() if user.get("is_admin")] == ["ada"]
    assert (members["ada"]["is_owner"], members["candor"]["is_bot"]) == (True, True)
    assert error_of(api.users_list, cursor="?") == "invalid_cursor"


def test_the_app_hears_of_both(ben, heard):
    ben.deactivate()
    event = heard("user_change", lambda event: event["user"]["deleted"])
    assert event["user"]["id"] == BEN
    assert float(event["event_ts"]) >= event["cache_ts"]
    ben.reactivate()
    assert heard("user_change", lambda event: not event["user"]["deleted"])["user"]["tz"] == "America/New_York"


def test_who_left_can_do_nothing(slack, api, ben):
    ts = ben.say("general", "before I go")["ts"]
    api.chat_postMessage(channel="C0GENERAL", text="x", blocks=[row({"type": "datepicker", "action_id": "d"})])
    view = api.views_open(trigger_id=slack.workspace.triggers.issue(BEN), view=modal())["view"]
    ben.deactivate()
    assert ben.views() == []
    assert ben.messages("general")[-2]["text"] == "before I go"
    for attempt in (
        lambda: ben.say("general", "after"),
        lambda: ben.say("general", "/candor"),
        lambda: ben.click("general", ts, "d"),
        lambda: ben.submit(view["id"]),
        lambda: ben.close(view["id"]),
        lambda: ben.delete("general", ts),
        ben.home,
        ben.deactivate,
    ):
        with pytest.raises(Refused, match="ben was deactivated"):
            attempt()


def test_the_bot_cannot_open_a_conversation_but_post_into_one(api, ada, ben):
    opened = api.conversations_open(users=BEN)["channel"]["id"]
    ben.deactivate()
    assert error_of(api.conversations_open, users=BEN) == "user_disabled"
    # Slack takes such posts without an error: python-slack-sdk#1156.
    assert api.chat_postMessage(channel=opened, text="nobody reads this")["ok"]
    assert error_of(api.chat_postEphemeral, channel="C0GENERAL", user=BEN, text="x") == "user_not_in_channel"


def test_the_page_is_told_who_left(ada, ben):
    ben.deactivate()
    assert {user["name"] for user in ada.get("state")["users"] if user["deleted"]} == {"ben"}


def test_people_delete_their_own_messages_and_admins_any(ada, ben, api):
    theirs, the_bots = ada.say("general", "ada's")["ts"], api.chat_postMessage(channel="C0GENERAL", text="x")["ts"]
    for ts in (theirs, the_bots):
        with pytest.raises(Refused, match="own messages"):
            ben.delete("general", ts)
    his = ben.say("general", "ben's")["ts"]
    ben.delete("general", ben.say("general", "gone")["ts"])
    for ts in (theirs, the_bots, his):
        assert ada.delete("general", ts) == {"ok": True}
    left = [message["ts"] for message in api.conversations_history(channel="C0GENERAL")["messages"]]
    assert not {theirs, the_bots, his} & set(left)


def test_the_app_hears_of_a_deletion(ada, heard):
    ts = ada.say("general", "gone soon")["ts"]
    ada.delete("general", ts)
    event = heard("message", lambda event: event.get("subtype") == "message_deleted")
    assert (event["deleted_ts"], event["channel"], event["hidden"]) == (ts, "C0GENERAL", True)
    assert event["previous_message"]["text"] == "gone soon"


def test_a_message_with_replies_becomes_a_tombstone(ada, api, heard):
    ts = ada.say("general", "the question")["ts"]
    reply = ada.say("general", "a reply", ts)["ts"]
    ada.delete("general", ts)
    event = heard("message", lambda event: event.get("subtype") == "message_changed")
    assert (event["message"]["subtype"], event["message"]["ts"]) == ("tombstone", ts)
    assert event["previous_message"]["text"] == "the question"
    stone = api.conversations_replies(channel="C0GENERAL", ts=ts)["messages"][0]
    assert (stone["subtype"], stone["user"], stone["text"]) == ("tombstone", "USLACKBOT", "This message was deleted.")
    assert (stone["hidden"], stone["reply_count"]) == (True, 1)
    assert ada.messages("general")[-1]["subtype"] == "tombstone"
    assert api.chat_postMessage(channel="C0GENERAL", text="still here", thread_ts=ts)["message"]["thread_ts"] == ts
    assert error_of(api.chat_delete, channel="C0GENERAL", ts=ts) == "cant_delete_message"
    with pytest.raises(Refused, match="deleted already"):
        ada.delete("general", ts)
    assert reply in [message["ts"] for message in ada.messages("general", ts)]


def test_a_tombstone_goes_with_its_last_reply(ada, heard):
    ts = ada.say("general", "the question")["ts"]
    replies = [ada.say("general", "a reply", ts)["ts"] for _ in range(2)]
    ada.delete("general", ts)
    ada.delete("general", replies[0])
    assert ada.messages("general")[-1]["ts"] == ts
    ada.delete("general", replies[1])
    assert ts not in [message["ts"] for message in ada.messages("general")]
    assert heard("message", lambda event: event.get("deleted_ts") == ts)["previous_message"]["subtype"] == "tombstone"


def test_a_reply_to_a_message_that_is_gone_stands_in_the_channel_for_all(ada, api):
    ts = ada.say("general", "asked too soon")["ts"]
    ada.delete("general", ts)
    answer = api.chat_postMessage(channel="C0GENERAL", text="the answer", thread_ts=ts)
    assert "thread_ts" not in answer["message"]
    assert ada.messages("general")[-1]["text"] == "the answer"
    assert error_of(api.conversations_replies, channel="C0GENERAL", ts=ts) == "thread_not_found"
