"""Signed requests at the door: what gets in, what does not, and what a request may hold."""

import json
import time
from urllib.parse import urlencode

import pytest

from bot.storage.tables import outbox
from tests.scenarios.workspace import words

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def workspace(shared):
    return shared(over="http")


def command(text="", **changes):
    fields = {
        "command": "/candor", "text": text, "user_id": "U0BEN0001", "channel_id": "C0GENERAL", "team_id": "T0LOCAL01",
        "api_app_id": "A0CANDOR1", "trigger_id": f"1.2.{text}", "response_url": "http://127.0.0.1:9/response/x",
    }  # fmt: skip
    return urlencode({**fields, **changes})


def event(text, event_id="Ev1", **changes):
    inner = {"type": "app_mention", "user": "U0BEN0001", "text": text, "ts": "1.000100", "channel": "C0GENERAL",
             "event_ts": "1.000100", **changes}  # fmt: skip
    return json.dumps({"type": "event_callback", "team_id": "T0LOCAL01", "api_app_id": "A0CANDOR1",
                       "event_id": event_id, "event_time": 1, "event": inner})  # fmt: skip


def keys(workspace):
    return [row.key for row in workspace.rows(outbox)]


def test_a_good_signature_is_let_in(workspace, sign):
    status, body = sign(workspace, command())
    assert status == 200
    assert words(json.loads(body)).startswith("Candor answers")


def test_a_bad_signature_is_401(workspace, sign):
    status, body = sign(workspace, command(), secret="guessed")
    assert (status, "Candor" in body) == (401, False)


@pytest.mark.parametrize("age", [301, -301])
def test_a_request_that_is_not_of_now_is_401(workspace, sign, age):
    assert sign(workspace, command(), at=time.time() - age)[0] == 401


@pytest.mark.parametrize("secret", ["", " "])
def test_an_empty_secret_opens_nothing(workspace, sign, secret):
    assert sign(workspace, command(), secret=secret or "\0")[0] == 401


def test_slacks_check_of_the_address_is_answered(workspace, sign):
    body = json.dumps({"type": "url_verification", "challenge": "c-42", "token": "x"})
    status, answer = sign(workspace, body, content_type="application/json")
    assert status == 200
    assert "c-42" in answer


@pytest.mark.parametrize("body", ["", "{", "null", "[]", "payload=%7B", "command=%2Fnothing"])
def test_a_signed_body_that_makes_no_sense_is_refused_and_breaks_nothing(workspace, sign, body):
    for content_type in (FORM, "application/json"):
        assert sign(workspace, body, content_type=content_type)[0] in {400, 404, 500}
    assert sign(workspace, command())[0] == 200


def test_a_redelivered_event_is_answered_once_even_at_the_same_moment(workspace, sign, at_once):
    body = event("<@U0CANDOR1> How often should we publish updates?", "EvTwice")
    answers = at_once(lambda: sign(workspace, body, content_type="application/json"))
    assert [status for status, _ in answers] == [200, 200]
    assert sign(workspace, body, content_type="application/json")[0] == 200
    assert keys(workspace).count("event:EvTwice") == 1


def test_lone_surrogates_in_an_event_are_answered(workspace, sign):
    body = event("<@U0CANDOR1> how often \ud800 should we \udfff publish updates?", "EvLone")
    assert sign(workspace, body, content_type="application/json")[0] == 200
    assert "event:EvLone" in keys(workspace)


@pytest.mark.parametrize(
    "changes",
    [
        {"bot_id": "B1"},
        {"subtype": "bot_message", "bot_id": "B1", "user": None},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"user": None},
    ],
    ids=lambda changes: next(iter(changes.values())) or "nobody",
)
@pytest.mark.parametrize(
    "kind", [{"type": "app_mention"}, {"type": "message", "channel_type": "im"}], ids=["mention", "dm"]
)
def test_what_nobody_said_is_ignored_and_not_redelivered(workspace, sign, changes, kind):
    before = keys(workspace)
    body = event("<@U0CANDOR1> How often should we publish updates?", "EvNobody", **{**kind, **changes})
    assert sign(workspace, body, content_type="application/json")[0] == 200
    assert keys(workspace) == before


@pytest.mark.parametrize("subtype", ["thread_broadcast", "file_share"])
def test_what_somebody_said_with_a_file_or_to_all_is_answered(workspace, sign, subtype):
    body = event("How often should we publish updates?", f"Ev{subtype}", type="message", channel_type="im",
                 channel="D0BEN0001", subtype=subtype)  # fmt: skip
    assert sign(workspace, body, content_type="application/json")[0] == 200
    assert f"event:Ev{subtype}" in keys(workspace)


def test_a_message_without_any_text_is_no_error(workspace, sign):
    body = event("", "EvFile", type="message", channel_type="im", channel="D0BEN0001", subtype="file_share")
    body = body.replace('"text": "", ', "")
    assert sign(workspace, body, content_type="application/json")[0] == 200
