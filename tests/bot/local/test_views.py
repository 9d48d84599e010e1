"""views.*: triggers, stacks, hashes and the Home tab."""

import pytest

from .conftest import modal, section
from .test_web_api import error_of


@pytest.fixture
def trigger(slack):
    return lambda: slack.workspace.triggers.issue("U0ADA0001")


def home(*blocks):
    return {"type": "home", "blocks": list(blocks) or [section()]}


def test_open_shows_a_modal_to_whoever_caused_the_trigger(api, ada, trigger):
    view = api.views_open(trigger_id=trigger(), view=modal(callback_id="start"))["view"]
    assert [v["id"] for v in ada.views()] == [view["id"]]
    assert view["state"] == {"values": {}}
    assert view["root_view_id"] == view["id"]


def test_triggers_are_used_up_and_expire(slack, api, trigger):
    used, late = trigger(), trigger()
    api.views_open(trigger_id=used, view=modal())
    assert error_of(api.views_open, trigger_id=used, view=modal()) == "exchanged_trigger_id"
    slack.advance(4)
    assert error_of(api.views_open, trigger_id=late, view=modal()) == "expired_trigger_id"
    assert error_of(api.views_open, trigger_id="1.2.x", view=modal()) == "invalid_trigger_id"


def test_a_view_that_is_refused_does_not_use_the_trigger_up(api, trigger):
    once = trigger()
    assert error_of(api.views_open, trigger_id=once, view=modal(*[section()] * 101)) == "invalid_arguments"
    assert api.views_open(trigger_id=once, view=modal())["ok"]


def test_push_lays_at_most_three_on_top_of_each_other(api, ada, trigger):
    first = api.views_open(trigger_id=trigger(), view=modal())["view"]
    second = api.views_push(trigger_id=trigger(), view=modal())["view"]
    assert (second["root_view_id"], second["previous_view_id"]) == (first["id"], first["id"])
    api.views_push(trigger_id=trigger(), view=modal())
    assert error_of(api.views_push, trigger_id=trigger(), view=modal()) == "push_limit_reached"
    assert len(ada.views()) == 3


def test_update_by_id_or_external_id_keeps_the_place_and_checks_the_hash(api, ada, trigger):
    view = api.views_open(trigger_id=trigger(), view=modal(external_id="mine"))["view"]
    newer = api.views_update(view_id=view["id"], hash=view["hash"], view=modal(section("new"), external_id="mine"))
    assert newer["view"]["id"] == view["id"]
    assert newer["view"]["hash"] != view["hash"]
    assert error_of(api.views_update, view_id=view["id"], hash=view["hash"], view=modal()) == "hash_conflict"
    assert api.views_update(external_id="mine", view=modal(section("by name")))["ok"]
    assert ada.views()[-1]["blocks"][0]["text"]["text"] == "by name"
    assert error_of(api.views_update, view_id="V0", view=modal()) == "not_found"


def test_publish_puts_a_home_tab_in_place(api, ada):
    first = api.views_publish(user_id="U0BEN0001", view=home())["view"]
    again = api.views_publish(user_id="U0BEN0001", view=home(section("new")))["view"]
    assert again["id"] == first["id"]
    assert ada.get("home", user="ben", peek=1)["view"]["blocks"][0]["text"]["text"] == "new"
    assert error_of(api.views_publish, user_id="U0BEN0001", view=modal()) == "invalid_arguments"
    assert error_of(api.views_publish, user_id="U0NOBODY1", view=home()) == "user_not_found"
