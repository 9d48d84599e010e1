"""Whose fault it was decides who is told what."""

import json

import pytest
from slack_sdk.errors import SlackApiError

from bot.errors import NotAllowedError, SkippedError, StorageError, UserError
from bot.listeners import failures
from bot.people import Person
from responses.blocks.weekly.values import PUT_BACK
from responses.phrases import say


class Italian:
    def person(self, _user):
        return Person("it")


@pytest.fixture
def told(monkeypatch):
    sent = []
    monkeypatch.setattr(failures, "respond", lambda url, message: sent.append((url, message.text)))
    return sent


class Client:
    """Slack, which opens no modal once `failure` is set."""

    def __init__(self, failure=None):
        self.failure = failure
        self.shown = []

    def views_push(self, **call):
        if self.failure:
            raise self.failure
        self.shown.append(("push", call))

    def views_open(self, **call):
        self.shown.append(("open", call))


def report(error, client=None, **body):
    return failures.report(error, body, client or Client(), people=Italian())


def test_a_command_is_answered_privately_with_what_to_type(told, caplog):
    response = report(UserError("updates.no_number", command="show"), command="/candor-updates", user_id="U1")
    answer = json.loads(response.body)
    assert (response.status, answer["response_type"]) == (200, "ephemeral")
    assert answer["text"] == say("it", "updates.no_number", command="show")
    assert answer["blocks"][0]["text"]["text"] == answer["text"]
    assert response.headers["content-type"] == ["application/json"]
    assert caplog.text == "", "what a person mistyped is nothing for the log"
    assert told == []


def test_what_was_skipped_can_be_undone_in_the_answer(monkeypatch):
    sent = []
    monkeypatch.setattr(failures, "respond", lambda _url, message: sent.append(message))
    error = SkippedError("control.is_skipped", "3|7|", week=2, number=3)
    report(error, response_url="https://a.example", user={"id": "U1"})
    (message,) = sent
    assert message.text == say("it", "control.is_skipped", week=2, number=3)
    assert say("it", "control.skipped_undo") in message.blocks[0]["text"]["text"]
    (back,) = message.blocks[1]["elements"]
    assert (back["action_id"], back["value"]) == (PUT_BACK, "3|7|")


@pytest.mark.parametrize("value", ["<!channel>", "<https://evil|bank>", "a & b"])
def test_what_was_typed_is_escaped_in_the_answer(value):
    response = report(
        UserError("updates.unknown_command", word=value, known="`list`"), command="/candor-updates", user_id="U1"
    )
    shown = json.loads(response.body)["text"]
    assert value not in shown
    assert value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in shown


def test_mentions_of_our_own_making_stay_alive():
    error = NotAllowedError("updates.not_yours", number=3, owner="<@U1>", host="<@U2>")
    assert "<@U1>" in json.loads(report(error, command="/candor-updates", user_id="U9").body)["text"]


@pytest.mark.parametrize("error", [ZeroDivisionError("x"), StorageError("x"), KeyError("x")])
def test_anything_else_is_logged_under_the_reference_that_the_person_sees(error, caplog):
    answer = json.loads(report(error, command="/candor", user_id="U1").body)["text"]
    [record] = caplog.records
    assert record.exc_info[1] is error
    [reference] = record.args
    assert answer == say("it", "failures.unexpected", reference=reference)


def test_two_failures_have_two_references(caplog):
    for _ in range(2):
        report(ZeroDivisionError(), command="/candor", user_id="U1")
    assert len({record.args for record in caplog.records}) == 2


def test_a_click_is_answered_where_it_was_made(told):
    response = report(UserError("failures.unknown_lesson"), user={"id": "U1"}, response_url="https://answer")
    assert response.status == 200
    assert told == [("https://answer", say("it", "failures.unknown_lesson"))]


def test_a_click_without_an_address_is_acknowledged_all_the_same(told):
    assert report(UserError("failures.unknown_lesson"), user={"id": "U1"}).status == 200
    assert told == []


def test_an_event_is_left_to_be_delivered_again(told, caplog):
    assert report(ZeroDivisionError(), event={"user": "U1", "text": "secret words"}, event_id="Ev1") is None
    assert told == []
    assert "secret words" not in caplog.text


# --- modals ---

FORM = {"type": "modal", "blocks": [{"type": "section"}, {"type": "input", "block_id": "why"}]}
PREVIEW = {"type": "modal", "blocks": [{"type": "section"}]}


@pytest.mark.parametrize("error", [ZeroDivisionError("x"), UserError("failures.unknown_lesson")])
def test_a_form_whose_submission_failed_stays_with_what_was_typed(error, told):
    response = report(error, type="view_submission", view=FORM, user={"id": "U1"})
    answer = json.loads(response.body)
    assert (response.status, answer["response_action"]) == (200, "errors"), "an empty answer would close the modal"
    assert [*answer["errors"]] == ["why"]
    assert answer["errors"]["why"]


def test_a_preview_that_could_not_be_sent_stays_below_what_is_said():
    answer = json.loads(report(ZeroDivisionError("x"), type="view_submission", view=PREVIEW, user={"id": "U1"}).body)
    assert answer["response_action"] == "push"
    assert answer["view"]["blocks"][0]["text"]["text"].startswith("Qualcosa è andato storto")


@pytest.mark.parametrize(("kind", "how"), [("modal", "push"), ("home", "open")])
def test_a_click_in_a_modal_is_answered_above_it(kind, how, told):
    client = Client()
    report(UserError("failures.unknown_lesson"), client, view={"type": kind}, trigger_id="T1", user={"id": "U1"})
    [(shown, call)] = client.shown
    assert (shown, call["trigger_id"]) == (how, "T1")
    assert call["view"]["blocks"][0]["text"]["text"] == say("it", "failures.unknown_lesson")


def test_where_no_modal_can_be_opened_any_more_the_log_knows(caplog):
    client = Client(SlackApiError("x", {"error": "expired_trigger_id"}))
    response = report(UserError("failures.unknown_lesson"), client, view=FORM, trigger_id="T1", user={"id": "U1"})
    assert response.status == 200
    assert "could not be told" in caplog.text


@pytest.mark.parametrize("word", ["expired_trigger_id", "trigger_expired"])
def test_a_window_that_came_too_late_is_no_failure_of_ours(word, told, caplog):
    report(SlackApiError("x", {"error": word}), user={"id": "U1"}, response_url="https://answer")
    assert told == [("https://answer", say("it", "failures.too_slow"))]
    assert caplog.text == ""


def test_a_click_that_is_delivered_again_says_nothing_once_its_window_is_open(told, caplog):
    response = report(
        SlackApiError("x", {"error": "exchanged_trigger_id"}), user={"id": "U1"}, response_url="https://answer"
    )
    assert (response.status, told, caplog.text) == (200, [], "")
