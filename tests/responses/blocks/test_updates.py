"""What the weekly update's messages share."""

import pytest

from responses.blocks import updates as blocks
from responses.phrases import LANGUAGES, say


def test_mentions_links_and_outlets():
    assert blocks.user("U1") == "<@U1>"
    assert blocks.channel("C1") == "<#C1>"
    assert blocks.channel("outlet:<press> & co") == "`&lt;press&gt; &amp; co`"


def test_lines_are_joined_to_as_few_sections_as_they_fit_into():
    assert blocks.joined([]) == []
    assert blocks.joined(["a", "b"]) == ["a\nb"]
    parts = blocks.joined(["x" * 1000] * 7)
    assert [len(part) for part in parts] == [2001, 2001, 2001, 1000]
    assert all(len(part) <= 3000 for part in blocks.joined(["x" * 2999, "y", "z" * 3000]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("error", "hint"),
    [
        ("not_in_channel", "invite"), ("channel_not_found", "invite"), ("is_archived", "archived"),
        ("unknown", "unknown"), ("restricted_action", "other"), ("<!channel>", "other"),
    ],
)  # fmt: skip
def test_a_failed_delivery_is_explained_by_its_cause(language, error, hint):
    message = blocks.undelivered(language, "C1", error)
    assert say(language, f"updates.undelivered_hint_{hint}") in message.text
    assert "<#C1>" in message.text
    assert "<!channel>" not in message.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("error", "hint"),
    [
        ("no_such_outlet", "gone"), ("no_mail_server", "mail"), ("smtp_no_encryption", "mail"),
        ("smtp_no_login", "mail"), ("unknown", "unknown"), ("http_404", "other"), ("<!channel>", "other"),
    ],
)  # fmt: skip
def test_a_failed_delivery_outside_names_the_outlet_and_what_to_do(language, error, hint):
    message = blocks.undelivered(language, "outlet:partners", error)
    assert say(language, f"updates.undelivered_hint_outlet_{hint}") in message.text
    assert "`partners`" in message.text
    assert "<" not in message.text
