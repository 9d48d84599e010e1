import pytest

from bot.local.mrkdwn import compose, escape, notifies_everyone, unescape

NAMES = {("@", "ben"): "<@U1>", ("#", "general"): "<#C1|general>"}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("plain", "plain"),
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("&amp; twice", "&amp;amp; twice"),
        ("<!channel> wake up", "&lt;!channel&gt; wake up"),
        ("<!here|x>", "&lt;!here|x&gt;"),
        ("hi <@ben>!", "hi <@U1>!"),
        ("in <#general>", "in <#C1|general>"),
        ("who is <@nobody>?", "who is &lt;@nobody&gt;?"),
        ("see https://x.org/?a=1&b=2.", "see <https://x.org/?a=1&amp;b=2>."),
        ("(https://x.org/a)", "(<https://x.org/a>)"),
        ("<https://x.org|bank>", "&lt;<https://x.org>|bank&gt;"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ],
)
def test_what_people_type_is_stored_as_slack_stores_it(typed: str, stored: str):
    assert compose(typed, lambda sigil, name: NAMES.get((sigil, name))) == stored


def test_escaping_can_be_undone():
    text = "<a> & &amp; b"
    assert unescape(escape(text)) == text


@pytest.mark.parametrize(
    ("text", "blocks", "parse_names", "rings"),
    [
        ("<!channel>", [], False, True),
        ("x <!here> y", [], False, True),
        ("<!everyone|all>", [], False, True),
        ("&lt;!channel&gt;", [], False, False),
        ("@channel", [], False, False),
        ("@channel", [], True, True),
        ("me@channel.org", [], True, False),
        ("x", [{"type": "section", "text": {"type": "mrkdwn", "text": "<!channel>"}}], False, True),
        ("x", [{"type": "section", "text": {"type": "plain_text", "text": "<!channel>"}}], False, False),
        ("x", [{"type": "context", "elements": [{"type": "mrkdwn", "text": "<!here>"}]}], False, True),
        ("x", [{"type": "rich_text", "elements": [{"elements": [{"type": "broadcast"}]}]}], False, True),
        ("<!date^1^{date}|d>", [], False, False),
    ],
)
def test_broadcasts_are_recognised(text, blocks, parse_names, rings):
    assert notifies_everyone(text, blocks, parse_names=parse_names) is rings
