"""What people do: commands, clicks, shortcuts, App Home; over /_local/ to a real Bolt app and back."""

import threading

import pytest
from slack_sdk.webhook import WebhookClient

from bot.local.clock import MovableClock
from bot.local.errors import Refused
from bot.local.person import Person
from bot.local.server import LocalSlack

from .conftest import button, option, row, section


def plain(held):
    """The value of an option, the values of several, or what was typed."""
    if isinstance(held, list):
        return [plain(each) for each in held]
    return held["value"] if isinstance(held, dict) else held


@pytest.fixture
def post(api):
    """Post a message of the bot with these blocks and return its ts."""
    return lambda *blocks: api.chat_postMessage(channel="C0GENERAL", text="x", blocks=list(blocks))["ts"]


def test_a_command_carries_slacks_fields(slack, bolt, ada):
    assert ada.say("general", "/candor ask <@ben> about <#incident> & more") == {}
    body = bolt.wait("command")[0]
    assert body["command"] == "/candor"
    assert body["text"] == "ask <@U0BEN0001|ben> about <#C0INCIDNT|incident> &amp; more"
    assert (body["channel_id"], body["channel_name"], body["user_id"]) == ("C0GENERAL", "general", "U0ADA0001")
    assert body["response_url"].startswith(f"{slack.url}/response/")
    assert body["trigger_id"]


def test_a_command_answer_is_private_unless_it_says_otherwise(slack, bolt, ada):
    bolt.react["command"] = lambda ack, body, respond: ack(text="for you", blocks=[section("for you")])
    assert ada.say("dm", "/candor")["text"] == "for you"
    assert ada.messages("dm")[-1]["ephemeral_to"] == "U0ADA0001"
    bolt.react["command"] = lambda ack, body, respond: ack(text="for all", response_type="in_channel")
    ada.say("general", "/candor")
    assert Person(slack.url, "ben").messages("general")[-1]["text"] == "for all"


def test_commands_work_where_the_bot_is_no_member(bolt, ada):
    bolt.react["command"] = lambda ack, body, respond: (ack(), respond("here too"))
    ada.say("random", "/candor")
    assert ada.wait_for("random", bool)[-1]["text"] == "here too"


@pytest.mark.parametrize(
    ("channel", "text", "reason"),
    [
        ("general", "/nonsense", "not a valid command"),
        ("general", "/", "not a valid command"),
        ("old-incidents", "/candor", "archived"),
        ("nowhere", "hi", "no channel"),
        ("general", "   ", "no text"),
        ("general", "x" * 40_001, "at most 40000"),
    ],
)
def test_what_the_composer_refuses(ada, channel, text, reason):
    with pytest.raises(Refused, match=reason):
        ada.say(channel, text)


def test_commands_are_refused_in_threads(ada):
    parent = ada.say("general", "parent")["ts"]
    with pytest.raises(Refused, match="/candor is not supported in threads") as caught:
        ada.say("general", "/candor hello", parent)
    assert caught.value.status == 400


def test_a_command_that_is_not_answered_in_time(bolt, ada):
    release = threading.Event()
    bolt.react["command"] = lambda ack, body, respond: release.wait(5)
    answer = ada.say("general", "/candor slow")
    release.set()
    assert answer["error"] == "operation_timeout"
    assert answer["text"] == ada.messages("general")[-1]["text"]
    assert ada.messages("general")[-1]["ephemeral_to"] == "U0ADA0001"


def test_a_command_without_an_app():
    with LocalSlack(clock=MovableClock()) as slack:
        assert Person(slack.url, "ada").say("general", "/candor")["error"] == "dispatch_failed"


def test_a_command_answer_slack_cannot_show(bolt, ada):
    bolt.react["command"] = lambda ack, body, respond: ack(text="x", blocks=[section("y" * 3001)])
    answer = ada.say("general", "/candor")
    assert (answer["error"], answer["detail"]) == ("invalid_command_response", "invalid_blocks")


def test_a_click_carries_what_slack_sends(bolt, ada, post):
    ts = post(row(button("go", "1"), button("stop", "2")))
    assert ada.click("general", ts, "stop") == {"ok": True}
    body = bolt.wait("action")[0]
    action = body["actions"][0]
    assert (body["type"], body["user"]["id"], body["channel"]["id"]) == ("block_actions", "U0ADA0001", "C0GENERAL")
    assert (action["action_id"], action["block_id"], action["value"], action["type"]) == ("stop", "row", "2", "button")
    assert body["container"] == {"type": "message", "message_ts": ts, "channel_id": "C0GENERAL", "is_ephemeral": False}
    assert (body["message"]["ts"], body["state"]) == (ts, {"values": {}})


def test_the_value_tells_buttons_with_one_action_id_apart(bolt, ada, post):
    ts = post(row(button("pick", "1"), block_id="r1"), row(button("pick", "2"), block_id="r2"))
    ada.click("general", ts, "pick", "2")
    assert bolt.wait("action")[0]["actions"][0]["block_id"] == "r2"
    for wrong in ({"action_id": "nothing"}, {"action_id": "pick", "value": "3"}):
        with pytest.raises(Refused) as caught:
            ada.post("click", user="ada", channel="general", ts=ts, **wrong)
        assert caught.value.status == 404


@pytest.mark.parametrize(
    ("element", "value", "reported"),
    [
        ({"type": "static_select", "options": [option("a"), option("b")]}, "b", {"selected_option": "b"}),
        ({"type": "overflow", "options": [option("a")]}, "a", {"selected_option": "a"}),
        ({"type": "radio_buttons", "options": [option("a")]}, "a", {"selected_option": "a"}),
        ({"type": "checkboxes", "options": [option("a"), option("b")]}, ["a", "b"], {"selected_options": ["a", "b"]}),
        ({"type": "users_select"}, "ben", {"selected_user": "U0BEN0001"}),
        ({"type": "conversations_select"}, "general", {"selected_conversation": "C0GENERAL"}),
        ({"type": "datepicker"}, "2026-03-04", {"selected_date": "2026-03-04"}),
        ({"type": "timepicker"}, "10:00", {"selected_time": "10:00"}),
        ({"type": "datetimepicker"}, "1772614800", {"selected_date_time": 1772614800}),
    ],
    ids=lambda each: each.get("type") if isinstance(each, dict) else None,
)
def test_choices_are_reported_by_their_type(bolt, ada, post, element, value, reported):
    ts = post(row({**element, "action_id": "choose"}))
    ada.click("general", ts, "choose", value)
    body = bolt.wait("action")[0]
    key, expected = next(iter(reported.items()))
    held = body["actions"][0][key]
    assert plain(held) == expected
    if element["type"] != "overflow":
        assert body["state"]["values"]["row"]["choose"][key] == held


def test_choices_that_are_not_there(ada, post):
    ts = post(row({"type": "static_select", "action_id": "choose", "options": [option("a")]}))
    with pytest.raises(Refused, match="no option 'z'"):
        ada.click("general", ts, "choose", "z")
    with pytest.raises(Refused, match="needs a value"):
        ada.click("general", ts, "choose")


def test_a_click_in_an_ephemeral_carries_no_message(bolt, ada, api):
    blocks = [row(button("go"))]
    ts = api.chat_postEphemeral(channel="C0GENERAL", user="U0ADA0001", text="x", blocks=blocks)["message_ts"]
    ada.click("general", ts, "go")
    body = bolt.wait("action")[0]
    assert "message" not in body
    assert body["container"]["is_ephemeral"] is True
    with pytest.raises(Refused, match="no message"):
        ada.post("click", user="ben", channel="general", ts=ts, action_id="go")


def test_a_response_url_can_replace_and_delete_the_message_and_add_others(bolt, ada, post):
    answers = [{"text": "replaced", "replace_original": True}, {"text": "beside", "replace_original": False}]
    bolt.react["action"] = lambda ack, body, respond: (ack(), [respond(**each) for each in answers])
    ts = post(row(button("go")))
    ada.click("general", ts, "go")
    replaced, beside = ada.messages("general")[-2:]
    assert (replaced["ts"], replaced["text"], replaced["blocks"]) == (ts, "replaced", [])
    assert (beside["text"], beside["ephemeral_to"]) == ("beside", "U0ADA0001")
    ts = post(row(button("go")))
    bolt.react["action"] = lambda ack, body, respond: (ack(), respond(delete_original=True))
    ada.click("general", ts, "go")
    assert ts not in [m["ts"] for m in ada.messages("general")]


def test_response_urls_wear_out_and_answer_as_slack_does(slack, bolt, ada):
    ada.say("general", "/candor")
    webhook = WebhookClient(bolt.wait("command")[0]["response_url"], retry_handlers=[])
    assert webhook.send(text="").status_code == 400
    assert [webhook.send(text=f"use {n}").body for n in range(4)] == ["ok"] * 4
    worn = webhook.send(text="one too many")
    assert (worn.status_code, "used_url" in worn.body) == (404, True)
    ada.say("general", "/candor")
    webhook = WebhookClient(bolt.wait("command", 2)[-1]["response_url"], retry_handlers=[])
    slack.advance(31 * 60)
    assert "expired_url" in webhook.send(text="late").body
    assert "invalid_url" in WebhookClient(f"{slack.url}/response/x", retry_handlers=[]).send(text="x").body


def test_a_click_the_app_does_not_answer(bolt, ada, post):
    def fail(ack, body, respond):
        raise RuntimeError("the app fails")

    bolt.react["action"] = fail
    answer = ada.click("general", post(row(button("go"))), "go")
    assert (answer["ok"], answer["error"]) == (False, "operation_timeout")
    assert ada.messages("general")[-1]["text"] == answer["text"]


def test_a_message_shortcut(bolt, ada):
    ts = ada.say("general", "We are sorry for any inconvenience.")["ts"]
    ada.post("shortcut", user="ada", channel="general", ts=ts, callback_id="review")
    body = bolt.wait("shortcut")[0]
    assert (body["type"], body["callback_id"], body["message"]["ts"]) == ("message_action", "review", ts)
    assert body["trigger_id"]
    assert body["response_url"]


def test_home_is_opened_published_and_clicked(bolt, ada):
    def publish(ack, body, respond):
        ack()
        view = {"type": "home", "blocks": [section("welcome"), row(button("do", "1"))]}
        bolt.client.views_publish(user_id=body["event"]["user"], view=view)

    bolt.react["app_home_opened"] = publish
    view = ada.home()
    assert view["blocks"][0]["text"]["text"] == "welcome"
    assert bolt.wait("app_home_opened")[0]["event"]["tab"] == "home"
    assert ada.click_in_view(view["id"], "do") == {"ok": True}
    assert bolt.wait("action")[0]["view"]["id"] == view["id"]


def test_what_people_type_never_rings_everybodys_bell(slack, ada):
    ada.say("general", "<!channel> <!here> <!everyone|x> @channel")
    assert slack.workspace.broadcasts == []
