"""conversations.*: what the bot may list, and what history shows to whom."""

import pytest

from .test_web_api import error_of

METADATA = {"event_type": "candor", "event_payload": {"key": "event:Ev1"}}


def names(answer) -> set[str]:
    return {channel["name"] for channel in answer["channels"]}


def post(slack, api, channel: str, count: int) -> list[str]:
    stamps = []
    for number in range(count):
        slack.advance(2)
        stamps.append(api.chat_postMessage(channel=channel, text=f"message {number}")["ts"])
    return stamps


def test_list(api):
    assert {"general", "random", "old-incidents"} <= names(api.conversations_list())
    assert "leadership" not in names(api.conversations_list())
    everything = api.conversations_list(types="public_channel,private_channel", exclude_archived=True)
    assert "leadership" in names(everything)
    assert "old-incidents" not in names(everything)
    assert error_of(api.conversations_list, types="walls") == "invalid_types"


def test_list_is_paged_with_cursors(api):
    pages = [page["channels"] for page in api.conversations_list(limit=2)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert error_of(api.conversations_list, cursor="?") == "invalid_cursor"


def test_users_conversations_lists_memberships(api):
    assert "random" not in names(api.users_conversations())
    assert "random" in names(api.users_conversations(user="U0BEN0001"))


def test_info_and_members(api):
    assert api.conversations_info(channel="C0RANDOM1")["channel"]["is_member"] is False
    assert api.conversations_info(channel="C0ARCHIVE")["channel"]["is_archived"] is True
    assert api.conversations_info(channel="G0LEADERS")["channel"]["is_private"] is True
    assert "U0CANDOR1" in api.conversations_members(channel="C0GENERAL")["members"]
    assert error_of(api.conversations_info, channel="C0NOWHERE") == "channel_not_found"


def test_private_channels_without_the_bot_do_not_exist_for_it(slack, api):
    slack.workspace.channels["G0LEADERS"].members.discard("U0CANDOR1")
    error = error_of(api.conversations_info, channel="G0LEADERS")
    slack.workspace.channels["G0LEADERS"].members.add("U0CANDOR1")
    assert error == "channel_not_found"


def test_open(api):
    opened = api.conversations_open(users="U0DIETER1")["channel"]["id"]
    assert api.conversations_open(users=["U0DIETER1"])["channel"]["id"] == opened
    assert api.conversations_info(channel=opened)["channel"]["user"] == "U0DIETER1"
    assert error_of(api.conversations_open, users="U0NOBODY1") == "user_not_found"
    assert error_of(api.conversations_open, users="U0CANDOR1") == "cannot_dm_bot"


def test_join(slack, api):
    assert error_of(api.conversations_join, channel="C0ARCHIVE") == "is_archived"
    assert api.conversations_join(channel="C0GENERAL")["warning"] == "already_in_channel"
    assert error_of(api.conversations_history, channel="C0RANDOM1") == "not_in_channel"
    api.conversations_join(channel="C0RANDOM1")
    assert api.conversations_history(channel="C0RANDOM1")["ok"]
    slack.workspace.channels["C0RANDOM1"].members.discard("U0CANDOR1")


def test_history_is_newest_first_and_without_replies(slack, api):
    stamps = post(slack, api, "C0INCIDNT", 3)
    api.chat_postMessage(channel="C0INCIDNT", text="reply", thread_ts=stamps[0])
    answer = api.conversations_history(channel="C0INCIDNT", oldest=stamps[0], inclusive=True)
    assert [m["ts"] for m in answer["messages"]] == stamps[::-1]
    assert answer["messages"][-1]["reply_count"] == 1


@pytest.mark.parametrize(
    ("oldest", "latest", "inclusive", "expected"),
    [
        (0, None, False, [1, 2, 3]),
        (0, None, True, [0, 1, 2, 3]),
        (0, 3, False, [1, 2]),
        (0, 3, True, [0, 1, 2, 3]),
        (1, 2, True, [1, 2]),
        (1, 2, False, []),
        (2, 1, True, []),
    ],
)
def test_history_keeps_to_its_bounds(slack, api, oldest, latest, inclusive, expected):
    stamps = post(slack, api, "C0INCIDNT", 4)
    until = {} if latest is None else {"latest": stamps[latest]}
    answer = api.conversations_history(channel="C0INCIDNT", oldest=stamps[oldest], inclusive=inclusive, **until)
    assert [stamps.index(m["ts"]) for m in answer["messages"]][::-1] == expected


def test_history_without_an_oldest_goes_back_to_the_beginning(slack, api):
    stamps = post(slack, api, "C0UPDATES", 2)
    answer = api.conversations_history(channel="C0UPDATES", latest=stamps[1])
    assert answer["messages"][0]["ts"] == stamps[0]


def test_history_takes_bounds_with_fewer_digits_and_refuses_others(slack, api):
    ts = post(slack, api, "C0INCIDNT", 1)[0]
    seconds = ts.partition(".")[0]
    assert ts in [m["ts"] for m in api.conversations_history(channel="C0INCIDNT", oldest=seconds)["messages"]]
    assert error_of(api.conversations_history, channel="C0INCIDNT", oldest="soon") == "invalid_ts_oldest"


def test_history_is_paged(slack, api):
    stamps = post(slack, api, "C0UPDATES", 5)
    asked = api.conversations_history(channel="C0UPDATES", limit=2, oldest=stamps[0], inclusive=True)
    pages = [(page["has_more"], [m["ts"] for m in page["messages"]]) for page in asked]
    newest_first = stamps[::-1]
    assert pages == [(True, newest_first[:2]), (True, newest_first[2:4]), (False, newest_first[4:])]


def test_metadata_shows_its_payload_only_when_asked_for(api):
    ts = api.chat_postMessage(channel="C0GENERAL", text="x", metadata=METADATA)["ts"]
    bounds = {"channel": "C0GENERAL", "oldest": ts, "inclusive": True}
    assert api.conversations_history(**bounds)["messages"][0]["metadata"] == {"event_type": "candor"}
    assert api.conversations_history(**bounds, include_all_metadata=True)["messages"][0]["metadata"] == METADATA
    below = api.chat_postMessage(channel="C0GENERAL", text="y", thread_ts=ts, metadata=METADATA)["ts"]
    asked = {"channel": "C0GENERAL", "ts": ts, "oldest": below, "inclusive": True}
    assert api.conversations_replies(**asked)["messages"][-1]["metadata"] == {"event_type": "candor"}
    assert api.conversations_replies(**asked, include_all_metadata=True)["messages"][-1]["metadata"] == METADATA


def test_replies_show_the_parent_first_whatever_the_bounds(slack, api):
    parent = post(slack, api, "C0GENERAL", 1)[0]
    first, second = (api.chat_postMessage(channel="C0GENERAL", text="r", thread_ts=parent)["ts"] for _ in range(2))
    answer = api.conversations_replies(channel="C0GENERAL", ts=parent, oldest=first)
    assert [m["ts"] for m in answer["messages"]] == [parent, second]
    assert error_of(api.conversations_replies, channel="C0GENERAL", ts="1.000001") == "thread_not_found"
