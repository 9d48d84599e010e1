"""Modals: what is reported of their inputs, and what the app decides after a submission."""

import pytest

from bot.local.errors import Refused
from bot.local.person import Person

from .conftest import button, field, modal, option, row

TEXT = {"type": "plain_text_input", "action_id": "a", "max_length": 20}


def titled(title: str):
    return modal(title={"type": "plain_text", "text": title})


def test_submitting_reports_every_input_by_its_type(bolt, ada, show):
    view = show(
        field("t", TEXT),
        field(
            "s", {"type": "radio_buttons", "action_id": "a", "options": [option("a")], "initial_option": option("a")}
        ),
        field("u", {"type": "multi_users_select", "action_id": "a"}, optional=True),
        field("c", {"type": "checkboxes", "action_id": "a", "options": [option("a")]}, optional=True),
        private_metadata="kept",
    )
    assert ada.submit(view["id"], {"t": {"a": "typed"}, "u": {"a": ["ben", "U0ADA0001"]}}) == {"ok": True}
    body = bolt.wait("view")[0]
    values = body["view"]["state"]["values"]
    assert body["view"]["private_metadata"] == "kept"
    assert values["t"]["a"] == {"type": "plain_text_input", "value": "typed"}
    assert values["s"]["a"]["selected_option"]["value"] == "a"
    assert values["u"]["a"]["selected_users"] == ["U0BEN0001", "U0ADA0001"]
    assert values["c"]["a"]["selected_options"] == []
    assert ada.views() == []


def test_required_inputs_are_asked_for_before_the_app_hears_of_it(slack, bolt, ada, show):
    view = show(field("t", TEXT))
    answer = ada.submit(view["id"], {"t": {"a": ""}})
    assert (answer["ok"], list(answer["errors"])) == (False, ["t"])
    slack.settle()
    assert bolt.bodies("view") == []
    assert len(ada.views()) == 1


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"x": {"a": "1"}}, "No input x/a"),
        ({"t": {"b": "1"}}, "No input t/b"),
        ({"t": "1"}, "values must look like"),
        ([], "values must look like"),
        ({"t": {"a": "x" * 21}}, "0 to 20 characters"),
        ({"t": {"a": {"nested": 1}}}, "plain value"),
    ],
)
def test_faulty_values_are_refused(ada, show, values, reason):
    view = show(field("t", TEXT))
    with pytest.raises(Refused, match=reason):
        ada.submit(view["id"], values)


@pytest.mark.parametrize(
    ("element", "value", "complaint"),
    [
        ({"type": "plain_text_input", "min_length": 5}, "four", "at least 5"),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "whole number"),
        ({"type": "number_input", "is_decimal_allowed": True}, "many", "a number"),
        ({"type": "number_input", "is_decimal_allowed": True}, "Infinity", "whole number"),
        ({"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}, "0", "at least 1"),
        ({"type": "number_input", "is_decimal_allowed": False, "max_value": "52"}, "53", "at most 52"),
    ],
)
def test_what_slacks_client_says_before_it_submits(slack, bolt, ada, show, element, value, complaint):
    view = show(field("t", element))
    answer = ada.submit(view["id"], {"t": {"a": value}})
    assert complaint in answer["errors"]["t"]
    slack.settle()
    assert bolt.bodies("view") == []


@pytest.mark.parametrize("value", ["1", "2.5", "-3"])
def test_numbers_arrive_as_text(bolt, ada, show, value):
    view = show(field("t", {"type": "number_input", "is_decimal_allowed": True, "min_value": "-3"}))
    assert ada.submit(view["id"], {"t": {"a": value}})["ok"]
    assert bolt.wait("view")[0]["view"]["state"]["values"]["t"]["a"] == {"type": "number_input", "value": value}


@pytest.mark.parametrize(
    ("element", "value", "reason"),
    [
        ({"type": "datepicker"}, "2026-02-30", "a date"),
        ({"type": "timepicker"}, "24:00", "a time"),
        ({"type": "multi_users_select", "max_selected_items": 1}, ["ada", "ben"], "1 at most"),
        ({"type": "users_select"}, "nobody", "no 'nobody'"),
        ({"type": "conversations_select"}, "old-incidents", "does not offer"),
        ({"type": "conversations_select", "filter": {"include": ["public"]}}, "leadership", "does not offer"),
        ({"type": "channels_select"}, "leadership", "does not offer"),
    ],
)
def test_what_cannot_be_chosen_in_slack_cannot_be_chosen_here(ada, show, element, value, reason):
    view = show(field("t", element))
    with pytest.raises(Refused, match=reason):
        ada.submit(view["id"], {"t": {"a": value}})


@pytest.mark.parametrize(
    ("response", "left"),
    [
        ({"response_action": "errors", "errors": {"t": "Too short"}}, ["A modal"]),
        ({"response_action": "update", "view": titled("Updated")}, ["Updated"]),
        (
            {"response_action": "push", "view": titled("On top")},
            ["A modal", "On top"],
        ),
        ({"response_action": "clear"}, []),
        ({}, []),
    ],
    ids=["errors", "update", "push", "clear", "close"],
)
def test_the_app_decides_what_follows_a_submission(bolt, ada, show, response, left):
    bolt.react["view"] = lambda ack, body, respond: ack(**response)
    view = show(field("t", TEXT))
    answer = ada.submit(view["id"], {"t": {"a": "typed"}})
    assert answer["ok"] is True
    assert answer.get("response_action") == response.get("response_action")
    assert answer.get("errors") == response.get("errors")
    assert [each["title"]["text"] for each in ada.views()] == left


@pytest.mark.parametrize(
    "response",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "update", "view": titled("t" * 25)},
    ],
)
def test_an_impossible_response_action_is_an_error_before_the_person(bolt, ada, show, response):
    bolt.react["view"] = lambda ack, body, respond: ack(**response)
    view = show(field("t", TEXT))
    assert ada.submit(view["id"], {"t": {"a": "typed"}})["ok"] is False
    assert [each["id"] for each in ada.views()] == [view["id"]]


def test_clicks_in_a_modal_carry_the_view_and_its_inputs(bolt, ada, show):
    view = show(field("t", TEXT), row(button("more", "1")))
    ada.post("click", user="ada", view_id=view["id"], action_id="more", values={"t": {"a": "so far"}})
    body = bolt.wait("action")[0]
    assert body["container"] == {"type": "view", "view_id": view["id"]}
    assert body["view"]["state"]["values"]["t"]["a"]["value"] == "so far"
    assert "response_url" not in body


def test_closing_tells_the_app_when_it_asked_to_know(slack, bolt, ada, show):
    ada.post("close", user="ada", view_id=show(callback_id="quiet")["id"])
    ada.post("close", user="ada", view_id=show(callback_id="told", notify_on_close=True)["id"])
    slack.settle()
    assert [body["view"]["callback_id"] for body in bolt.bodies("closed")] == ["told"]
    assert ada.views() == []


def test_nobody_submits_another_persons_modal(ada, slack, show):
    view = show(field("t", TEXT))
    with pytest.raises(Refused, match="ben has no view"):
        Person(slack.url, "ben").submit(view["id"], {})
