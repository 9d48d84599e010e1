"""Each fault of the network and of Slack, on the way of a weekly update and of an answer: exactly one message."""

from datetime import timedelta

import pytest

from responses.phrases import say
from tests.scenarios.workspace import MONDAY, WEEK, the_only, words

FAULTS = {
    "the connection drops after Slack took it": [("chat.postMessage", "drop_after")],
    "the connection drops before Slack took it": [("chat.postMessage", "drop_before")],
    "no answer comes in time": [("chat.postMessage", "timeout")],
    "a server error, nothing posted": [("chat.postMessage", "500")],
    "a server error, yet posted": [("chat.postMessage", "500_after")],
    "an internal error of Slack's": [("chat.postMessage", "internal_error")],
    "a rate limit": [("chat.postMessage", "ratelimited")],
    "a history that lags": [("chat.postMessage", "drop_after"), ("conversations.history", "lag")],
    "a history that does not answer": [("chat.postMessage", "drop_after"), ("conversations.history", "500")],
    "one after the other": [
        ("chat.postMessage", "drop_before"), ("chat.postMessage", "ratelimited"), ("chat.postMessage", "500_after"),
        ("conversations.history", "drop_before"), ("conversations.history", "ratelimited"),
        ("conversations.history", "500"), ("conversations.history", "lag"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def faulty(shared):
    return shared(starts_at=MONDAY, patience=0.3)


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS.keys())
def test_whatever_breaks_there_is_exactly_one_post(faulty, faults, request):
    title = request.node.callspec.id
    number, _ = faulty.start_series(f'"{title}" in UTC for 1 week')
    faulty.advance_to(faulty.first_session(number) - timedelta(seconds=30))
    for method, fault in faults:
        faulty.fault(method, fault)
    faulty.advance(12 * 60)
    assert len(faulty.reminders(title)) == 1
    assert not [text for text in faulty.direct("ben") if "could not" in text]
    faulty.say("ben", "general", f"/candor-updates end {number}")
    faulty.settle()


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS.keys())
def test_a_written_update_is_posted_exactly_once_and_on_the_record(faulty, faults, request):
    title = f"{request.node.callspec.id}, written"
    number, _ = faulty.start_series(f'"{title}" in UTC for 1 week')
    faulty.advance_to(faulty.first_session(number) - timedelta(hours=1))
    asked = [each for each in faulty.steps("prepare", "dm", user="ben") if title in words(each)][-1]
    faulty.click("ben", "dm", asked["ts"], "weekly_nothing_new")
    faulty.advance_to(faulty.first_session(number) - timedelta(seconds=30))
    for method, fault in faults:
        faulty.fault(method, fault)
    faulty.advance(12 * 60)
    assert len([each for each in faulty.steps("update") if title in words(each)]) == 1
    shown = words(faulty.say("ben", "general", f"/candor-updates show {number}"))
    assert say("en", "updates.status_posted") in shown


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS.keys())
def test_an_answer_in_a_thread_comes_exactly_once_too(faulty, faults):
    for method, fault in faults:
        faulty.fault(method.replace("history", "replies"), fault)
    ts = faulty.ask("ben", "incident", "<@candor> How often should we publish updates?")
    faulty.advance(12 * 60)
    faulty.the_only_reply("incident", ts)


def test_where_the_history_may_not_be_read_the_owner_is_told_and_nothing_is_repeated(open_workspace):
    workspace = open_workspace(starts_at=MONDAY, scopes=["chat:write", "commands", "users:read", "im:write"])
    number, _ = workspace.start_series("Unreadable in UTC for 1 week")
    workspace.advance_to(workspace.first_session(number) - timedelta(seconds=30))
    workspace.fault("chat.postMessage", "drop_after")
    workspace.advance(WEEK)
    assert len(workspace.reminders("Unreadable")) == 1
    told = the_only([text for text in workspace.direct("ben") if "please look there" in text.lower()])
    assert "<#C0GENERAL>" in told
