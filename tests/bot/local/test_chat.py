"""chat.* and reactions.*: writing, changing, taking away, and how fast."""

import time

import pytest
from slack_sdk.errors import SlackApiError

from .conftest import section
from .test_web_api import error_of

PAYLOAD = {"event_type": "candor", "event_payload": {"key": "session:1:post"}}


def test_a_message_is_held_as_slack_holds_it(api, ada):
    answer = api.chat_postMessage(channel="C0GENERAL", text="hi", blocks=[section()], metadata=PAYLOAD)
    assert answer["message"]["blocks"][0]["block_id"]
    assert answer["message"]["blocks"][0]["text"]["verbatim"] is False
    held = next(m for m in ada.messages("general") if m["ts"] == answer["ts"])
    assert (held["text"], held["user"], held["metadata"]) == ("hi", "U0CANDOR1", PAYLOAD)


def test_timestamps_only_grow(api):
    stamps = [api.chat_postMessage(channel=c, text="x")["ts"] for c in ("C0GENERAL", "C0INCIDNT", "C0GENERAL")]
    assert stamps == sorted(set(stamps))
    assert all(len(ts.partition(".")[2]) == 6 for ts in stamps)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "general", "text": "x"}, "channel_not_found"),
        ({"channel": "C0RANDOM1", "text": "x"}, "not_in_channel"),
        ({"channel": "C0ARCHIVE", "text": "x"}, "is_archived"),
        ({"channel": "C0GENERAL", "text": ""}, "no_text"),
        ({"channel": "C0GENERAL", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "C0GENERAL", "text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"channel": "C0GENERAL", "text": "x", "blocks": [section("y" * 3001)]}, "invalid_blocks"),
        ({"channel": "C0GENERAL", "text": "x", "blocks": [section("y" * 2900)] * 5}, "msg_blocks_too_long"),
        ({"channel": "C0GENERAL", "text": "x", "thread_ts": "0"}, "invalid_thread_ts"),
        ({"channel": "C0GENERAL", "text": "x", "thread_ts": ""}, "invalid_thread_ts"),
        ({"channel": "C0GENERAL", "text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_schema"),
    ],
)
@pytest.mark.filterwarnings("ignore:The top-level `text` argument:UserWarning")
def test_what_cannot_be_posted(api, arguments, code):
    assert error_of(api.chat_postMessage, **arguments) == code


def test_chat_write_public_posts_where_the_bot_is_no_member(slack, api):
    assert error_of(api.chat_postMessage, channel="C0RANDOM1", text="x") == "not_in_channel"
    api.conversations_join(channel="C0RANDOM1")
    assert api.chat_postMessage(channel="C0RANDOM1", text="x")["ok"]
    slack.workspace.channels["C0RANDOM1"].members.discard("U0CANDOR1")


def test_posting_to_a_person_opens_the_direct_messages(api, ada):
    answer = api.chat_postMessage(channel="U0ADA0001", text="a word in private")
    assert answer["channel"].startswith("D")
    assert [m["text"] for m in ada.messages("dm")][-1] == "a word in private"
    assert api.chat_postMessage(channel=answer["channel"], text="another")["ok"]


def test_replies_hang_below_the_parent_even_when_a_reply_was_named(api, ada):
    parent = api.chat_postMessage(channel="C0GENERAL", text="parent")["ts"]
    reply = api.chat_postMessage(channel="C0GENERAL", text="reply", thread_ts=parent)["ts"]
    nested = api.chat_postMessage(channel="C0GENERAL", text="nested", thread_ts=reply)
    assert nested["message"]["thread_ts"] == parent
    assert [m["text"] for m in ada.messages("general", parent)] == ["parent", "reply", "nested"]
    assert "reply" not in [m["text"] for m in ada.messages("general")]


def test_a_reply_may_be_broadcast_to_the_channel(api, ada):
    parent = api.chat_postMessage(channel="C0GENERAL", text="parent")["ts"]
    api.chat_postMessage(channel="C0GENERAL", text="for all", thread_ts=parent, reply_broadcast=True)
    assert ada.messages("general")[-1]["text"] == "for all"


def test_a_fourth_post_within_a_second_must_wait(slack, api):
    for _ in range(3):
        api.chat_postMessage(channel="C0UPDATES", text="x")
    with pytest.raises(SlackApiError) as caught:
        api.chat_postMessage(channel="C0UPDATES", text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response["error"] == "ratelimited"
    assert caught.value.response.headers["retry-after"] == "1"
    assert api.chat_postMessage(channel="C0INCIDNT", text="elsewhere")["ok"]
    slack.advance(1)
    assert api.chat_postMessage(channel="C0UPDATES", text="x")["ok"]


def test_update(api, ada):
    ts = api.chat_postMessage(channel="C0GENERAL", text="old", blocks=[section()], metadata=PAYLOAD)["ts"]
    api.chat_update(channel="C0GENERAL", ts=ts, text="new")
    held = ada.messages("general")[-1]
    assert (held["text"], held["blocks"], held["metadata"]) == ("new", [], PAYLOAD)
    assert held["edited"]
    api.chat_update(channel="C0GENERAL", ts=ts, text="new", metadata={})
    assert ada.messages("general")[-1]["metadata"] == {}


def test_only_its_own_messages_can_be_changed_or_deleted(api, ada):
    ts = ada.say("general", "mine")["ts"]
    assert error_of(api.chat_update, channel="C0GENERAL", ts=ts, text="x") == "cant_update_message"
    assert error_of(api.chat_delete, channel="C0GENERAL", ts=ts) == "cant_delete_message"
    assert error_of(api.chat_update, channel="C0GENERAL", ts="1.000001", text="x") == "message_not_found"


def test_delete(api, ada):
    ts = api.chat_postMessage(channel="C0GENERAL", text="gone soon")["ts"]
    api.chat_delete(channel="C0GENERAL", ts=ts)
    assert ts not in [m["ts"] for m in ada.messages("general")]
    assert error_of(api.chat_delete, channel="C0GENERAL", ts=ts) == "message_not_found"


def test_an_ephemeral_is_seen_by_one_and_cannot_be_changed(slack, api, ada):
    ts = api.chat_postEphemeral(channel="C0GENERAL", user="U0ADA0001", text="psst")["message_ts"]
    assert ada.messages("general")[-1]["ephemeral_to"] == "U0ADA0001"
    for query in ({"user": "ben"}, {}):
        assert ts not in [m["ts"] for m in ada.get("messages", channel="general", **query)["messages"]]
    assert error_of(api.chat_update, channel="C0GENERAL", ts=ts, text="x") == "message_not_found"
    assert ts not in [m["ts"] for m in api.conversations_history(channel="C0GENERAL")["messages"]]


def test_an_ephemeral_needs_a_member(slack, api):
    slack.workspace.channels["C0INCIDNT"].members.discard("U0EFREN01")
    error = error_of(api.chat_postEphemeral, channel="C0INCIDNT", user="U0EFREN01", text="x")
    slack.workspace.channels["C0INCIDNT"].members.add("U0EFREN01")
    assert error == "user_not_in_channel"


def test_permalinks_open_the_page(slack, api):
    parent = api.chat_postMessage(channel="C0GENERAL", text="parent")["ts"]
    reply = api.chat_postMessage(channel="C0GENERAL", text="reply", thread_ts=parent)["ts"]
    link = api.chat_getPermalink(channel="C0GENERAL", message_ts=reply)["permalink"]
    assert link == f"{slack.url}/archives/C0GENERAL/p{reply.replace('.', '')}?thread_ts={parent}&cid=C0GENERAL"
    assert error_of(api.chat_getPermalink, channel="C0GENERAL", message_ts="1.1") == "message_not_found"


def test_reactions(api, ada):
    ts = ada.say("general", "well done")["ts"]
    api.reactions_add(channel="C0GENERAL", timestamp=ts, name="eyes")
    assert ada.messages("general")[-1]["reactions"] == {"eyes": ["U0CANDOR1"]}
    assert error_of(api.reactions_add, channel="C0GENERAL", timestamp=ts, name="eyes") == "already_reacted"


def test_broadcasts_are_put_on_record(slack, api, ada):
    before = len(slack.workspace.broadcasts)
    ada.say("general", "<!channel> I typed this")
    api.chat_postMessage(channel="C0GENERAL", text="&lt;!channel&gt; quoted")
    assert len(slack.workspace.broadcasts) == before
    ts = api.chat_postMessage(channel="C0GENERAL", text="<!channel> all of you")["ts"]
    api.chat_postMessage(channel="C0GENERAL", text="x", blocks=[section("<!here>")])
    assert slack.workspace.broadcasts[before].ts == ts
    assert len(slack.workspace.broadcasts) == before + 2
    assert next(m for m in ada.messages("general") if m["ts"] == ts)["notified"] is True


def test_a_call_takes_milliseconds(api):
    started = time.perf_counter()
    for _ in range(20):
        api.auth_test()
    assert time.perf_counter() - started < 2
