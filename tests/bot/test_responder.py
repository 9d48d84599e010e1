"""Private answers go out once, and their loss is no accident."""

import json

import pytest

from bot.local.clock import MovableClock
from bot.local.server import LocalSlack
from bot.local.workspace import Draft
from bot.responder import private_body, respond
from responses.blocks.message import Message

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "an answer"}}
ANSWER = Message("an answer", [SECTION])
GENERAL, BEN = "C0GENERAL", "U0BEN0001"


@pytest.fixture
def slack():
    with LocalSlack(clock=MovableClock()) as running:
        yield running


@pytest.fixture
def url(slack):
    return f"{slack.url}/response/{slack.workspace.response_urls.issue(GENERAL, BEN)}"


def shown(slack):
    return [(message.text, message.ephemeral_to) for message in slack.workspace.messages.get(GENERAL, [])]


def test_a_commands_answer_is_only_for_who_typed_it():
    assert json.loads(private_body(ANSWER)) == {
        "text": "an answer", "blocks": [SECTION], "response_type": "ephemeral",
    }  # fmt: skip


def test_it_shows_the_answer_to_that_person_only(slack, url):
    assert respond(url, ANSWER) is True
    assert shown(slack) == [("an answer", BEN)]
    assert slack.workspace.messages[GENERAL][0].blocks[0]["text"]["text"] == "an answer"


def test_it_can_replace_what_was_clicked(slack):
    place = slack.workspace.channels[GENERAL]
    old = slack.workspace.post(place, slack.workspace.bot, Draft("old"), ephemeral_to=BEN)
    token = slack.workspace.response_urls.issue(GENERAL, BEN, old.ts)
    assert respond(f"{slack.url}/response/{token}", ANSWER, replace=True) is True
    assert shown(slack) == [("an answer", BEN)]


@pytest.mark.parametrize(("fault", "arrived"), [("drop_after", 1), ("drop_before", 0), ("500", 0), ("ratelimited", 0)])
def test_a_broken_call_is_not_repeated(slack, url, caplog, fault, arrived):
    slack.faults.plan("response_url", fault)
    assert respond(url, ANSWER) is False
    assert len(shown(slack)) == arrived
    assert "private answer" in caplog.text


def test_a_used_up_address_is_refused(slack, url, caplog):
    for _ in range(5):
        assert respond(url, ANSWER) is True
    assert respond(url, ANSWER) is False
    assert "refused: HTTP 4" in caplog.text


def test_nothing_of_the_answer_is_logged(slack, url, caplog):
    caplog.set_level("INFO")
    slack.faults.plan("response_url", "500")
    respond(url, ANSWER)
    assert "an answer" not in caplog.text


def test_an_address_that_nobody_serves():
    assert respond("http://127.0.0.1:9/response/x", ANSWER) is False
