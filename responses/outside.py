"""How a message of Slack's reads where there is no Slack: plain text, without mentions, buttons and formatting."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from responses.text import unescape

# "10:00 (Europe/Berlin), your time <!date…|08:00 UTC>": the reader's own time is Slack's to fill in.
_DATE = re.compile(r"(?P<zone>\), )?(?(zone)[^<>(),]{0,30})<!date\^\d+\^[^|>]*\|(?P<utc>[^>]*)>")
_LINK = re.compile(r"<(https?://[^|>]+)\|([^>]*)>")
_BARE = re.compile(r"<(https?://[^|>]+)>")
_PERSON = re.compile(r"<@(\w+)(?:\|[^>]*)?>")
_MENTION = re.compile(r"<[@#!](?!date)[^>]*>")
_BETWEEN = " · "
_MARKS = (
    re.compile(r"(?<![\w*])\*(?!\s)([^*\n]+)(?<!\s)\*(?![\w*])"),
    re.compile(r"(?<![\w_])_(?!\s)([^_\n]+)(?<!\s)_(?![\w_])"),
    re.compile(r"(?<![\w~])~(?!\s)([^~\n]+)(?<!\s)~(?![\w~])"),
)


def as_plain_text(text: str, blocks: Sequence[dict[str, Any]], name_of: Callable[[str], str] = lambda _id: "") -> str:
    """Return a message for readers outside: its blocks' text, or without blocks its notification text.

    Whoever answers for the updates has a name (`name_of` their id); who asked a question, whose a commitment is, and
    what is said of buttons and channels stays inside. Dates are in the zone they name and in UTC.
    """
    lines = [line for block in blocks for line in _lines(block, name_of)]
    return "\n\n".join(lines) if lines else _plain(text, name_of)


def _lines(block: dict[str, Any], name_of: Callable[[str], str]) -> Iterator[str]:
    if block["type"] == "header":
        yield unescape(block["text"]["text"])
    elif block["type"] == "section":
        found = [*([block["text"]] if "text" in block else []), *block.get("fields", [])]
        yield from filter(None, (_plain(each["text"], name_of) for each in found))
    elif block["type"] == "context":
        # What is small and grey is about who wrote and where to click; only the next date matters to everybody.
        texts = [each["text"] for each in block["elements"] if "<!date^" in each.get("text", "")]
        yield from (_plain(each, name_of) for each in texts)


def _plain(mrkdwn: str, name_of: Callable[[str], str]) -> str:
    text = "\n".join(_without_facts_about_people(line) for line in mrkdwn.split("\n"))
    text = _DATE.sub(lambda found: (found["zone"] or "") + found["utc"], text)
    text = _BARE.sub(r"\1", _LINK.sub(r"\2 (\1)", text))
    text = _MENTION.sub("", _PERSON.sub(lambda found: name_of(found[1]), text))
    for mark in _MARKS:
        text = mark.sub(r"\1", text)
    return unescape(text).strip()


def _without_facts_about_people(line: str) -> str:
    """Return a line of facts with dots between them without those that mention somebody."""
    facts = line.split(_BETWEEN)
    kept = [fact for fact in facts if not _MENTION.search(fact)] if len(facts) > 1 else facts
    return _BETWEEN.join(kept)
