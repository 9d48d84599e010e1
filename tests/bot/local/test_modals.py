"""Rich modals: what is typed lives through the app's changes, and what the app hears of on the way."""

import pytest

from bot.local.errors import Refused

from .conftest import button, field, modal, option, row, section

TEXT = {"type": "plain_text_input", "initial_value": "initial"}
ZONES = {"type": "static_select", "options": [option("rome"), option("lima")], "initial_option": option("rome")}


def values_of(view):
    """What a view shows, by block: plain values of all its inputs named `a`."""
    found = {}
    for block_id, states in view["state"]["values"].items():
        if "a" in states:
            found[block_id] = next(held for key, held in states["a"].items() if key != "type")
    return found


def test_an_open_modal_shows_what_stands_in_it(ada, show):
    answer = show(
        field("t", TEXT),
        field("d", {"type": "datepicker", "initial_date": "2026-11-25"}),
        field("w", {"type": "timepicker", "initial_time": "10:00"}),
        field("u", {"type": "multi_users_select", "initial_users": ["U0BEN0001"]}),
        field("c", {"type": "multi_conversations_select", "initial_conversations": ["C0GENERAL"]}),
    )
    assert answer["state"] == {"values": {}}
    shown = values_of(ada.views()[-1])
    assert shown == {"t": "initial", "d": "2026-11-25", "w": "10:00", "u": ["U0BEN0001"], "c": ["C0GENERAL"]}


def test_a_button_carries_everything_typed_so_far(bolt, ada, show):
    view = show(
        section() | {"accessory": button("add", "1")},
        field("t", TEXT),
        field("z", ZONES),
        row({"type": "datepicker", "action_id": "until"}),
    )
    ada.click_in_view(view["id"], "until", "2027-01-01")
    ada.click_in_view(view["id"], "add", "1", {"t": {"a": "typed"}, "z": {"a": "lima"}})
    body = bolt.wait("action", 2)[-1]
    values = body["view"]["state"]["values"]
    assert (body["type"], body["actions"][0]["value"], body["view"]["id"]) == ("block_actions", "1", view["id"])
    assert (values["t"]["a"]["value"], values["z"]["a"]["selected_option"]["value"]) == ("typed", "lima")
    assert values["row"]["until"] == {"type": "datepicker", "selected_date": "2027-01-01"}


def test_what_was_typed_stays_when_the_app_changes_the_view(bolt, ada, api, show):
    view = show(field("t", TEXT), field("z", ZONES), field("untouched", TEXT), row(button("add")))
    ada.click_in_view(view["id"], "add", values={"t": {"a": "typed"}, "z": {"a": "lima"}})
    hash_ = bolt.wait("action")[0]["view"]["hash"]
    later = TEXT | {"initial_value": "later"}
    blocks = [field("t", later), field("z", ZONES), field("untouched", later), field("new", later)]
    api.views_update(view_id=view["id"], hash=hash_, view=modal(*blocks))
    shown = values_of(ada.views()[-1])
    assert (shown["t"], shown["z"]["value"], shown["untouched"], shown["new"]) == ("typed", "lima", "initial", "later")
    ada.submit(view["id"], {"new": {"a": "mine"}})
    assert values_of(bolt.wait("view")[0]["view"]) | {"z": "lima"} == {
        "t": "typed", "z": "lima", "untouched": "initial", "new": "mine",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (field("t", TEXT | {"action_id": "a"}), "typed"),
        (field("t2", TEXT), "initial"),
        (field("t", {"type": "datepicker", "initial_date": "2026-01-01"}), "2026-01-01"),
    ],
    ids=["same ids", "new block_id", "another type"],
)
def test_only_new_ids_begin_with_the_initial_value(bolt, ada, api, show, changed, expected):
    view = show(field("t", TEXT), row(button("add")))
    ada.click_in_view(view["id"], "add", values={"t": {"a": "typed"}})
    api.views_update(view_id=view["id"], view=modal(changed))
    assert list(values_of(ada.views()[-1]).values()) == [expected]


def test_an_option_that_is_gone_is_no_longer_chosen(bolt, ada, api, show):
    view = show(field("z", ZONES), row(button("add")))
    ada.click_in_view(view["id"], "add", values={"z": {"a": "lima"}})
    api.views_update(view_id=view["id"], view=modal(field("z", ZONES | {"options": [option("rome")]})))
    assert values_of(ada.views()[-1])["z"]["value"] == "rome"


def test_response_action_update_keeps_it_too(bolt, ada, show):
    bolt.react["view"] = lambda ack, body, respond: ack(response_action="update", view=modal(field("t", TEXT)))
    view = show(field("t", TEXT))
    ada.submit(view["id"], {"t": {"a": "typed"}})
    assert values_of(ada.views()[-1]) == {"t": "typed"}


def test_a_modal_pushed_from_a_button_leaves_the_one_below_as_it_was(bolt, ada, show):
    def push(ack, body, respond):
        ack()
        bolt.client.views_push(trigger_id=body["trigger_id"], view=modal(section("a preview")))

    bolt.react["action"] = push
    view = show(field("t", TEXT), row(button("preview")))
    ada.click_in_view(view["id"], "preview", values={"t": {"a": "typed"}})
    below, above = ada.views()
    assert above["previous_view_id"] == below["id"] == view["id"]
    ada.close(above["id"])
    assert [values_of(each) for each in ada.views()] == [{"t": "typed"}]


def test_dispatching_inputs_are_heard_of_and_others_are_not(slack, bolt, ada, show):
    view = show(
        field("quiet", TEXT | {"action_id": "q"}),
        field("t", TEXT, dispatch_action=True),
        field("u", {"type": "users_select", "action_id": "u"}, dispatch_action=True),
    )
    ada.click_in_view(view["id"], "a", "typed", {"quiet": {"q": "beside"}})
    ada.click_in_view(view["id"], "u", "ben")
    first, second = bolt.wait("action", 2)
    assert (first["actions"][0]["type"], first["actions"][0]["value"]) == ("plain_text_input", "typed")
    assert first["view"]["state"]["values"]["quiet"]["q"]["value"] == "beside"
    assert second["actions"][0]["selected_user"] == "U0BEN0001"
    assert second["view"]["state"]["values"]["t"]["a"]["value"] == "typed"
    with pytest.raises(Refused, match="without dispatch_action"):
        ada.click_in_view(view["id"], "q", "typed")


def test_one_action_id_in_several_rows_is_told_apart(bolt, ada, show):
    menu = {"type": "overflow", "action_id": "menu"}
    view = show(
        row(menu | {"options": [option("edit1")]}, block_id="r1"),
        row(menu | {"options": [option("edit2")]}, block_id="r2"),
        row({"type": "datepicker", "action_id": "on"}, block_id="r3"),
        row({"type": "datepicker", "action_id": "on"}, block_id="r4"),
    )
    ada.click_in_view(view["id"], "menu", "edit2")
    place = {"user": "ada", "view_id": view["id"], "action_id": "on"}
    ada.post("click", **place, block_id="r4", value="2026-12-01")
    assert [body["actions"][0]["block_id"] for body in bolt.wait("action", 2)] == ["r2", "r4"]
    for wrong in ({"block_id": "r1", "value": "2026-12-01"}, {"action_id": "menu", "value": "edit3"}):
        with pytest.raises(Refused) as caught:
            ada.post("click", **place | wrong)
        assert caught.value.status == 404


def test_a_select_can_begin_with_where_the_modal_was_opened(slack, bolt, ada):
    select = {"type": "conversations_select", "default_to_current_conversation": True}
    several = {"type": "multi_conversations_select", "default_to_current_conversation": True}
    fixed = select | {"initial_conversation": "C0GENERAL"}

    def open_modal(ack, body, respond):
        view = modal(field("here", select), field("many", several), field("fixed", fixed))
        bolt.client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    bolt.react["command"] = open_modal
    ada.say("incident", "/candor")
    assert values_of(ada.views()[-1]) == {"here": "C0INCIDNT", "many": ["C0INCIDNT"], "fixed": "C0GENERAL"}


def test_the_cross_closes_all_and_so_does_clear_on_close(slack, bolt, ada, api, show):
    def stack(**more):
        show(callback_id="below", notify_on_close=True)
        trigger = slack.workspace.triggers.issue("U0ADA0001")
        view = modal(callback_id="above", notify_on_close=True, **more)
        return api.views_push(trigger_id=trigger, view=view)["view"]["id"]

    ada.close(stack())
    assert [view["callback_id"] for view in ada.views()] == ["below"]
    ada.close(stack(), everything=True)
    ada.close(stack(clear_on_close=True))
    assert ada.views() == []
    heard = [(body["view"]["callback_id"], body["is_cleared"]) for body in bolt.wait("closed", 5)]
    assert heard == [("above", False), ("above", True), ("below", True), ("above", True), ("below", True)]


def test_the_home_tab_is_not_a_modal_to_close(ada, api):
    view = api.views_publish(user_id="U0ADA0001", view={"type": "home", "blocks": [section()]})["view"]
    with pytest.raises(Refused, match="Only modals"):
        ada.close(view["id"])
