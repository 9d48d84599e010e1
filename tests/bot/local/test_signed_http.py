"""Delivery by signed HTTP to a real Bolt app behind a WSGI server."""

import pytest
from slack_sdk.errors import SlackApiError

from bot.local.clock import MovableClock
from bot.local.person import Person
from bot.local.server import LocalSlack

from .conftest import button, http_app, modal

SECRET = "a-secret"


@pytest.fixture(scope="module")
def pair():
    with (
        http_app(SECRET) as (url, connect),
        LocalSlack(
            clock=MovableClock(),
            request_url=url,
            signing_secret=SECRET,
            commands=(("/candor", "ask"),),
            acknowledge_within=0.6,
        ) as slack,
    ):
        yield slack, connect(slack)


@pytest.fixture
def slack(pair):
    return pair[0]


@pytest.fixture
def bolt(pair):
    pair[1].forget()
    return pair[1]


def test_events_arrive_signed(slack, bolt, ada):
    ada.say("general", "<@candor> hello")
    assert bolt.wait("app_mention")[0]["event"]["text"] == "<@U0CANDOR1> hello"
    headers = bolt.heard[0][2]
    assert headers["x-slack-signature"][0].startswith("v0=")
    assert "x-slack-retry-num" not in headers


def test_a_wrong_secret_is_refused_and_the_event_retried(ada):
    with http_app("another-secret") as (url, connect), LocalSlack(clock=MovableClock(), request_url=url) as slack:
        bolt = connect(slack)
        Person(slack.url, "ada").say("general", "hello")
        slack.settle()
        assert bolt.heard == []
        assert slack._deliveries.next_retry() is not None


def test_commands_are_answered_in_the_response(bolt, ada):
    bolt.react["command"] = lambda ack, body, respond: ack(f"you said {body['text']}")
    assert ada.say("general", "/candor hello") == {"text": "you said hello"}


def test_clicks_and_modals_work_over_http(slack, bolt, ada):
    block = {"type": "input", "block_id": "b", "label": {"type": "plain_text", "text": "L"}}
    block["element"] = {"type": "plain_text_input", "action_id": "a"}
    bolt.react["action"] = lambda ack, body, respond: (
        ack(),
        bolt.client.views_open(trigger_id=body["trigger_id"], view=modal(block)),
    )
    row = {"type": "actions", "elements": [button("open")]}
    ts = bolt.client.chat_postMessage(channel="C0GENERAL", text="x", blocks=[row])["ts"]
    assert ada.click("general", ts, "open") == {"ok": True}
    view = ada.views()[-1]
    assert ada.submit(view["id"], {"b": {"a": "typed"}}) == {"ok": True}
    assert bolt.wait("view")[0]["view"]["state"]["values"]["b"]["a"]["value"] == "typed"


def test_failures_come_again_with_slacks_headers(slack, bolt, ada):
    def fail(ack, body, respond):
        raise RuntimeError("the app fails")

    bolt.react["message"] = fail
    ada.say("general", "hello")
    slack.settle()
    slack.advance(60)
    slack.advance(300)
    retries = [
        (h.get("x-slack-retry-num"), h.get("x-slack-retry-reason")) for kind, _, h in bolt.heard if kind == "message"
    ]
    assert retries == [(None, None), (["1"], ["http_error"]), (["2"], ["http_error"]), (["3"], ["http_error"])]
    assert len({body["event_id"] for body in bolt.bodies("message")}) == 1


def test_nobody_at_the_address(ada):
    with LocalSlack(clock=MovableClock(), request_url="http://127.0.0.1:9/slack") as slack:
        answer = Person(slack.url, "ada").say("general", "/candor hello")
        assert answer["error"] == "dispatch_failed"
        assert "dispatch_failed" in answer["text"]


def test_the_web_api_is_the_same(slack, bolt):
    with pytest.raises(SlackApiError, match="channel_not_found"):
        bolt.client.chat_postMessage(channel="C0NOWHERE", text="x")
