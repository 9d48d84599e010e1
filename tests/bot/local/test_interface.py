"""The /_local/ interface to the letter of its contract: shapes, names, and readable refusals."""

import json
from http.client import HTTPConnection

import pytest

from bot.local.errors import LocalError


def call(slack, verb: str, path: str, body: str | None = None, **headers: str) -> tuple[int, dict]:
    connection = HTTPConnection("127.0.0.1", int(slack.url.rpartition(":")[2]), timeout=5)
    connection.request(verb, path, body, {"Content-Type": "application/json", **headers})
    response = connection.getresponse()
    text = response.read()
    connection.close()
    return response.status, json.loads(text) if text.startswith(b"{") else {}


def test_state(ada):
    state = ada.get("state")
    assert {"id": "U0ADA0001", "name": "ada"}.items() <= state["users"][0].items()
    assert {"id": "C0GENERAL", "name": "general"}.items() <= state["channels"][0].items()
    assert [user["name"] for user in state["users"]] == ["ada", "ben", "chiara", "dieter", "efren"]
    assert state["now"].endswith("+00:00")
    assert state["commands"][0] == {"name": "/candor", "hint": "ask a question"}


@pytest.mark.parametrize("user", ["ada", "U0ADA0001", "@ada"])
@pytest.mark.parametrize("channel", ["general", "#general", "C0GENERAL", "dm"])
def test_people_and_channels_go_by_id_or_name(ada, user, channel):
    ts = ada.post("say", user=user, channel=channel, text="hello")["ts"]
    shown = ada.get("messages", channel=channel, user=user)["messages"][-1]
    assert shown == {"ts": ts, "user": "U0ADA0001", "text": "hello", "blocks": [], "metadata": {}}


def test_threads(ada):
    parent = ada.say("incident", "parent")["ts"]
    reply = ada.say("incident", "reply", parent)["ts"]
    nested = ada.say("incident", "below a reply", reply)["ts"]
    assert [m["ts"] for m in ada.messages("incident", parent)] == [parent, reply, nested]
    assert [m["ts"] for m in ada.messages("incident", reply)] == [parent, reply, nested]
    top = ada.messages("incident")[-1]
    assert (top["ts"], top["thread_ts"], top["reply_count"]) == (parent, parent, 2)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("say", "{", 400),
        ("say", "[]", 400),
        ("say", "{}", 400),
        ("say", '{"user": "ada", "channel": "general", "text": 5}', 400),
        ("say", '{"user": "nobody", "channel": "general", "text": "x"}', 404),
        ("say", '{"user": "candor", "channel": "general", "text": "x"}', 404),
        ("say", '{"user": "ada", "channel": "general", "text": "x", "thread_ts": "1.1"}', 404),
        ("click", '{"user": "ada", "channel": "general", "ts": "1.1", "action_id": "x"}', 404),
        ("submit", '{"user": "ada", "view_id": "V0", "values": {}}', 404),
        ("clock", "{}", 400),
        ("clock", '{"advance_seconds": -1}', 400),
        ("clock", '{"advance_seconds": 34560001}', 400),
        ("clock", '{"advance_seconds": 1e99}', 400),
        ("clock", '{"advance_seconds": NaN}', 400),
        ("clock", '{"advance_seconds": "1"}', 400),
        ("clock", '{"advance_seconds": true}', 400),
        ("faults", '{"method": "auth.test", "fault": "explode"}', 400),
        ("faults", '{"method": "auth.test", "fault": "500", "times": "x"}', 400),
        ("delete", '{"user": "ada", "channel": "general", "ts": "1.1"}', 404),
        ("deactivate", '{"user": "nobody"}', 404),
        ("deactivate", '{"user": "candor"}', 404),
        ("reactivate", '{"user": "ada"}', 400),
    ],
)
def test_faulty_requests_are_answered_with_a_sentence(slack, path, body, status):
    answered, answer = call(slack, "POST", f"/_local/{path}", body)
    assert answered == status
    assert len(answer["error"]) > 10


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("messages", 400),
        ("messages?channel=dm", 400),
        ("messages?channel=nowhere", 404),
        ("messages?channel=general&user=nobody", 404),
        ("messages?channel=general&thread_ts=1.1", 404),
        ("views", 400),
        ("views?user=nobody", 404),
        ("home?user=candor", 404),
        ("events?since=x", 400),
        ("file", 404),
        ("file?id=F0", 404),
    ],
)
def test_faulty_queries_too(slack, path, status):
    answered, answer = call(slack, "GET", f"/_local/{path}")
    assert answered == status
    assert answer["error"]


def test_waiting_for_changes(ada):
    count = ada.get("events")["count"]
    assert ada.get("events", since=count, seconds=0)["count"] == count
    ada.say("general", "something new")
    assert ada.get("events", since=count)["count"] > count


def test_wait_for_tells_what_it_saw_instead(ada):
    ada.say("general", "only this")
    with pytest.raises(LocalError, match="only this"):
        ada.wait_for("general", lambda messages: False, seconds=0.05)


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Host": "localhost:80"}, True),
        ({"Host": "evil.example"}, False),
        ({"Host": "127.0.0.1.evil.example"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "own"}, True),
    ],
)
def test_other_websites_are_kept_out(slack, headers, allowed):
    headers = {name: slack.url if value == "own" else value for name, value in headers.items()}
    status, answer = call(slack, "POST", "/_local/clock", '{"advance_seconds": 0}', **headers)
    assert (status == 200) is allowed
    assert allowed or answer["error"]


def test_a_foreign_host_reads_nothing_either(slack):
    assert call(slack, "GET", "/_local/state", Host="evil.example")[0] == 403


def test_only_get_and_post(slack):
    assert call(slack, "PUT", "/_local/say", "{}")[0] == 405
    assert call(slack, "GET", "/_local/nothing")[0] == 404
