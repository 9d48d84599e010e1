"""Modals: what is reported of their inputs, and what the app decides after a submission."""

import pytest

from bot.local.errors import Refused
from bot.local.person import Person

from .conftest import button, modal, option, row

TEXT = {"type": "plain_text_input", "action_id": "a", "max_length": 20}


def field(block_id: str, element, **more):
    label = {"type": "plain_text", "text": block_id}
    return {"type": "input", "block_id": block_id, "label": label, "element": element, **more}


def titled(title: str):
    return modal(title={"type": "plain_text", "text": title})


TEXT = {"type": "plain_text_input", "action_id": "a", "max_length": 20}


@pytest.fixture
def show(slack, api):
    """Open a modal before Ada."""
    return lambda *blocks, **more: api.views_open(
        trigger_id=slack.workspace.triggers.issue("U0ADA0001"), view=modal(*blocks, **more)
    )["view"]


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
