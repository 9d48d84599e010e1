"""Whose fault it was decides who is told what."""

import json

import pytest

from bot.errors import NotAllowedError, StorageError, UserError
from bot.listeners import failures
from bot.people import Person
from responses.phrases import say


class Italian:
    def person(self, _user):
        return Person("it")


@pytest.fixture
def told(monkeypatch):
    sent = []
    monkeypatch.setattr(failures, "respond", lambda url, message: sent.append((url, message.text)))
    return sent


def report(error, **body):
    return failures.report(error, body, people=Italian())


def test_a_command_is_answered_privately_with_what_to_type(told, caplog):
    response = report(UserError("updates.no_number", command="show"), command="/candor-updates", user_id="U1")
    answer = json.loads(response.body)
    assert (response.status, answer["response_type"]) == (200, "ephemeral")
    assert answer["text"] == say("it", "updates.no_number", command="show")
    assert answer["blocks"][0]["text"]["text"] == answer["text"]
    assert response.headers["content-type"] == ["application/json"]
    assert caplog.text == "", "what a person mistyped is nothing for the log"
    assert told == []


@pytest.mark.parametrize("value", ["<!channel>", "<https://evil|bank>", "a & b"])
def test_what_was_typed_is_escaped_in_the_answer(value):
    response = report(UserError("updates.unknown_command", word=value), command="/candor-updates", user_id="U1")
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
