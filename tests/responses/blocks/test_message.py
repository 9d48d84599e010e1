import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import DividerBlock

from responses.blocks.message import (
    MOST_BLOCKS,
    SECTION_LENGTH,
    button,
    columns,
    context,
    escaped,
    message,
    plain_context,
    section,
)


@given(st.text(st.sampled_from("a<>& ;"), max_size=200), st.integers(20, 100))
def test_escaped_text_fits_and_no_escape_is_cut(text: str, length: int) -> None:
    result = escaped(text, length)
    assert len(result) <= length
    bare = result.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert not set(bare) & set("<>&")


def test_section_leaves_out_lines_that_do_not_fit() -> None:
    text = section("first", "x" * SECTION_LENGTH, "last").to_dict()["text"]["text"]
    assert text == "first\nlast"
    assert len(section("x" * (SECTION_LENGTH + 1)).to_dict()["text"]["text"]) > 0


def test_columns_and_contexts_pass_slacks_own_checks() -> None:
    assert [field["text"] for field in columns(("*a*", "b"), ("c",)).to_dict()["fields"]] == ["*a*\nb", "c"]
    assert context("*a*", "b").to_dict()["elements"][0]["type"] == "mrkdwn"
    assert plain_context("<!channel> *a*").to_dict()["elements"][0] == {
        "type": "plain_text",
        "text": "&lt;!channel&gt; *a*",
        "emoji": False,
    }


@pytest.mark.parametrize("label", ["Open", "x" * 200, "&" * 75, "<!channel>"])
def test_button_labels_fit(label: str) -> None:
    text = button(label, "id", "value").to_dict()["text"]["text"]
    assert 0 < len(text) <= 75
    assert "<" not in text


def test_message_keeps_within_slacks_number_of_blocks() -> None:
    sent = message("a & b", [DividerBlock()] * 60)
    assert len(sent.blocks) == MOST_BLOCKS
    assert sent.text == "a &amp; b"


@pytest.mark.parametrize("text", ["&" * 500, "<>" * 400, "a&" * 300, "plain " * 100, "&amp; " * 90])
def test_escaping_leaves_as_much_as_fits(text: str) -> None:
    cut = escaped(text, 280)
    assert 280 - 15 <= len(cut) <= 280
