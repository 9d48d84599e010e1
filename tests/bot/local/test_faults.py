"""Faults on demand: what the app sees, and what really happened."""

import http.client
import threading
import urllib.error

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.local.clock import MovableClock
from bot.local.errors import Refused
from bot.local.server import LocalSlack

from .conftest import eventually

POST = "chat.postMessage"
DROPPED = (http.client.RemoteDisconnected, ConnectionError, urllib.error.URLError)


def texts(ada, channel: str = "general") -> list[str]:
    return [m["text"] for m in ada.messages(channel)]


def plan(ada, fault: str, method: str = POST, times: int = 1) -> None:
    ada.post("faults", method=method, fault=fault, times=times)


@pytest.mark.parametrize(
    ("fault", "left"), [("drop_after", 1), ("drop_before", 0), ("500", 0), ("500_after", 1), ("internal_error", 1)]
)
def test_each_fault_hides_whether_the_call_was_performed(api, ada, fault, left):
    plan(ada, fault)
    with pytest.raises((*DROPPED, SlackApiError)) as caught:
        api.chat_postMessage(channel="C0GENERAL", text=fault)
    assert texts(ada).count(fault) == left
    if isinstance(caught.value, SlackApiError):
        expected = "internal_error" if fault == "internal_error" else 500
        assert expected in (caught.value.response.status_code, caught.value.response.data.get("error"))
    assert api.chat_postMessage(channel="C0GENERAL", text="and on")["ok"]


def test_the_default_client_posts_twice_after_a_dropped_connection(slack, ada):
    plan(ada, "drop_after")
    WebClient(token=slack.bot_token, base_url=slack.api_url).chat_postMessage(channel="C0GENERAL", text="twice")
    assert texts(ada).count("twice") == 2


def test_a_timeout_performs_the_call_and_hangs(slack, ada):
    plan(ada, "timeout")
    impatient = WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=0.3)
    with pytest.raises(TimeoutError):
        impatient.chat_postMessage(channel="C0GENERAL", text="hanging")
    assert texts(ada).count("hanging") == 1


def test_a_hanging_call_does_not_keep_the_workspace_from_closing():
    slack = LocalSlack(clock=MovableClock()).start()
    slack.faults.plan("auth.test", "timeout")
    ended = threading.Event()

    def hang() -> None:
        with pytest.raises(DROPPED):
            WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[]).auth_test()
        ended.set()

    thread = threading.Thread(target=hang)
    thread.start()
    eventually(lambda: not slack.faults.planned("auth.test"))
    slack.stop()
    thread.join(5)
    assert ended.is_set()


def test_ratelimited_answers_429_with_retry_after_and_does_nothing(api, ada):
    plan(ada, "ratelimited", times=2)
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            api.chat_postMessage(channel="C0GENERAL", text="limited")
        assert (caught.value.response.status_code, caught.value.response.headers["retry-after"]) == (429, "2")
    assert "limited" not in texts(ada)


@pytest.mark.parametrize("method", ["conversations.history", "conversations.replies"])
def test_lag_hides_what_is_younger_than_thirty_seconds(slack, api, ada, method):
    ts = api.chat_postMessage(channel="C0GENERAL", text="fresh")["ts"]

    def visible() -> bool:
        found = api.api_call(method, params={"channel": "C0GENERAL", "ts": ts, "oldest": ts, "inclusive": True})
        return ts in [m["ts"] for m in found["messages"]]

    plan(ada, "lag", method, times=2)
    assert not visible()
    slack.advance(31)
    assert visible()


def test_a_fault_waits_for_its_method_and_can_be_taken_back(api, ada):
    plan(ada, "500")
    assert api.auth_test()["ok"]
    plan(ada, "500", times=0)
    assert api.chat_postMessage(channel="C0GENERAL", text="taken back")["ok"]


def test_response_urls_can_fail_too(slack, ada):
    token = slack.workspace.response_urls.issue("C0GENERAL", "U0ADA0001")
    plan(ada, "drop_after", "response_url")
    with pytest.raises(DROPPED):
        WebhookClient(f"{slack.url}/response/{token}", retry_handlers=[]).send(text="once")
    assert texts(ada).count("once") == 1


@pytest.mark.parametrize(
    ("method", "fault", "times"),
    [
        (POST, "explode", 1),
        ("chat.shout", "500", 1),
        (POST, "lag", 1),
        ("events", "500", 1),
        (POST, "500", -1),
        (POST, "500", 10_000),
    ],
)
def test_unknown_faults_are_refused_with_a_sentence(ada, method, fault, times):
    with pytest.raises(Refused) as caught:
        plan(ada, fault, method, times)
    assert caught.value.status == 400
    assert str(caught.value)
