"""Blocks, elements, views and metadata: what Slack takes and refuses, by table."""

from typing import Any

import pytest

from bot.local.errors import SlackError
from bot.local.limits import check_message, check_metadata, check_view

from .conftest import button, modal, section


def words(text: str, kind: str = "plain_text") -> dict[str, Any]:
    return {"type": kind, "text": text}


def option(value: str, text: str = "An option") -> dict[str, Any]:
    return {"text": words(text), "value": value}


def row(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def asked(element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "label": words("Label"), "element": element, **more}


def select(*options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "s", "options": list(options), **more}


CONFIRM = {"title": words("Sure?"), "text": words("Really"), "confirm": words("Yes"), "deny": words("No")}
GOOD = [
    section("x" * 3000),
    {"type": "section", "fields": [words("f" * 500)] * 10},
    {"type": "section", "text": words("t"), "accessory": button(value="v" * 2000)},
    {
        "type": "section",
        "text": words("t"),
        "accessory": {"type": "image", "image_url": "https://x.org/i", "alt_text": "i"},
    },
    {"type": "header", "text": words("h" * 150)},
    {"type": "divider"},
    {"type": "context", "elements": [words("c", "mrkdwn")] * 10},
    row(*[button(f"b{n}") for n in range(25)]),
    row(button(url="https://x.org", style="primary", confirm=CONFIRM)),
    row(select(option("a"), option("b"), initial_option=option("b"))),
    row({"type": "overflow", "action_id": "o", "options": [option("a")]}),
    row({"type": "datepicker", "action_id": "d", "initial_date": "2026-02-28"}),
    row({"type": "users_select", "action_id": "u", "initial_user": "U1", "placeholder": words("Who")}),
    asked({"type": "plain_text_input", "action_id": "i", "multiline": True, "max_length": 3000}, optional=True),
    asked({"type": "checkboxes", "action_id": "c", "options": [option("a"), option("b")]}),
    asked({"type": "timepicker", "action_id": "t", "initial_time": "10:00"}),
    asked({"type": "number_input", "action_id": "n", "is_decimal_allowed": False}),
    {"type": "image", "image_url": "https://x.org/i.png", "alt_text": "alt", "title": words("T")},
    {"type": "markdown", "text": "# x"},
]
BAD = [
    (section("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    (section(""), "must be more than 0 characters"),
    ({"type": "section"}, "section needs text or fields"),
    ({"type": "section", "fields": [words("f")] * 11}, "no more than 10 items allowed"),
    ({"type": "section", "fields": [words("f" * 2001)]}, "less than 2001"),
    ({"type": "section", "text": "bare"}, "missing required field: type"),
    ({"type": "section", "text": words("t"), "colour": "red"}, "invalid additional property: colour"),
    ({"type": "header", "text": words("h" * 151)}, "less than 151"),
    ({"type": "header", "text": words("h", "mrkdwn")}, "unsupported text type: mrkdwn"),
    ({"type": "banner"}, "unsupported block type: banner"),
    ({"text": "x"}, "missing required field: type"),
    ("text", "missing required field: type"),
    ({"type": "context", "elements": [words("c")] * 11}, "no more than 10"),
    ({"type": "context", "elements": []}, "no fewer than 1"),
    (row(*[button(f"b{n}") for n in range(26)]), "no more than 25"),
    (row(button("same"), button("same")), "action_id already exists"),
    (row(button("a" * 256)), "less than 256"),
    (row({**button(), "text": words("x" * 76)}), "less than 76"),
    (row(button(value="v" * 2001)), "less than 2001"),
    (row(button(url="https://x.org/" + "a" * 3000)), "less than 3001"),
    (row(button(url="nonsense")), "must be a valid URL"),
    (row(button(style="loud")), "value must be one of"),
    (row(button(confirm={**CONFIRM, "title": words("t" * 101)})), "less than 101"),
    (row(select()), "no fewer than 1"),
    (row(select(*[option(str(n)) for n in range(101)])), "no more than 100"),
    (row(select(option("v" * 151))), "less than 151"),
    (row(select(option("v", "t" * 76))), "less than 76"),
    (row(select(option("a"), initial_option=option("b"))), "initial option is not one of the options"),
    (row({"type": "overflow", "action_id": "o", "options": [option(str(n)) for n in range(6)]}), "no more than 5"),
    (row({"type": "datepicker", "action_id": "d", "initial_date": "28/02/2026"}), "YYYY-MM-DD"),
    (row({"type": "plain_text_input", "action_id": "i"}), "unsupported element type"),
    (asked(button()), "unsupported element type: button"),
    (asked({"type": "plain_text_input", "action_id": "i", "placeholder": words("p" * 151)}), "less than 151"),
    ({"type": "input", "label": words("l" * 2001), "element": {"type": "plain_text_input"}}, "less than 2001"),
    ({"type": "image", "image_url": "https://x.org/i", "alt_text": "a" * 2001}, "less than 2001"),
    ({"type": "markdown", "text": "m" * 12_001}, "less than 12001"),
    ({**section(), "block_id": "b" * 256}, "less than 256"),
]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_good_blocks_pass(block):
    assert check_message("text", [block]) == [block]


@pytest.mark.parametrize(("block", "reason"), BAD, ids=[reason for _, reason in BAD])
def test_bad_blocks_are_refused_with_slacks_reasons(block, reason):
    with pytest.raises(SlackError) as caught:
        check_message("text", [block])
    assert caught.value.code == "invalid_blocks"
    assert any(reason in message for message in caught.value.fields["response_metadata"]["messages"])


@pytest.mark.parametrize(
    ("text", "blocks", "code"),
    [
        ("", None, "no_text"),
        ("  ", [], "no_text"),
        ("x" * 40_001, None, "msg_too_long"),
        ("x", [{"type": "divider"}] * 51, "invalid_blocks"),
        ("x", {"type": "divider"}, "invalid_blocks_format"),
        ("x", [section("y" * 2700)] * 5, "msg_blocks_too_long"),
        ("x", [{**section(), "block_id": "b"}, {**section(), "block_id": "b"}], "invalid_blocks"),
    ],
)
def test_whole_messages_are_judged_too(text, blocks, code):
    with pytest.raises(SlackError) as caught:
        check_message(text, blocks)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "blocks"), [("x" * 40_000, None), ("", [section()]), ("x", [{"type": "divider"}] * 50)]
)
def test_messages_at_the_limit_pass(text, blocks):
    assert check_message(text, blocks) == (blocks or [])


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        ("text", "invalid_metadata_format"),
        ({"event_type": "x"}, "invalid_metadata_schema"),
        ({"event_type": "", "event_payload": {}}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": "y"}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {}, "key": 1}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {"k": "v" * 8000}}, "metadata_too_large"),
    ],
)
def test_bad_metadata_is_refused(metadata, code):
    with pytest.raises(SlackError) as caught:
        check_metadata(metadata)
    assert caught.value.code == code


def test_good_and_empty_metadata_pass():
    good = {"event_type": "x", "event_payload": {"key": "1"}}
    assert check_metadata(good) == good
    assert check_metadata({}) is None


TEXT_INPUT = asked({"type": "plain_text_input", "action_id": "i"})


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        (modal(title=words("t" * 25)), "less than 25"),
        (modal(submit=words("s" * 25)), "less than 25"),
        (modal(close=words("c" * 25)), "less than 25"),
        (modal(private_metadata="p" * 3001), "less than 3001"),
        (modal(callback_id="c" * 256), "less than 256"),
        (modal(*[{"type": "divider"}] * 101), "no more than 100"),
        (modal(TEXT_INPUT, submit=None), "submit is required"),
        ({"type": "modal", "blocks": []}, "missing required field: title"),
        ({"type": "modal", "title": words("t")}, "missing required field: blocks"),
        ({"type": "home", "blocks": []}, "must be one of: modal"),
        (modal(id="V1"), "invalid additional property: id"),
        (modal(notify_on_close="yes"), "must be a boolean"),
        (modal({"type": "markdown", "text": "m"}), "unsupported block type: markdown"),
        ("text", "must provide an object"),
    ],
)
def test_bad_views_are_refused(view, reason):
    with pytest.raises(SlackError) as caught:
        check_view(view, kinds=("modal",))
    assert caught.value.code == "invalid_arguments"
    assert any(reason in message for message in caught.value.fields["response_metadata"]["messages"])


def test_good_views_pass():
    view = modal(TEXT_INPUT, *[{"type": "divider"}] * 99, private_metadata="p" * 3000, title=words("t" * 24))
    assert check_view(view, kinds=("modal",)) == view


def test_a_view_of_more_than_a_quarter_megabyte_is_too_large():
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(modal(*[section("x" * 3000)] * 90), kinds=("modal",))
