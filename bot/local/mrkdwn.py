"""How Slack stores what people type, and which texts ring everybody's bell."""

import re
from collections.abc import Callable, Iterator

from bot.local.state import Json

# A person, a channel or a link, as the composer stores them, or as the caller names them: <@ben>, <#general>.
_ENTITY = re.compile(r"<([@#])([A-Za-z0-9._-]+)(?:\|[^<>|]*)?>|(https?://[^\s<>|]+[^\s<>|.,;:!?)\]}'\"])")
_BROADCAST = re.compile(r"<!(?:channel|here|everyone|group)(?:\|[^>]*)?>")
_BARE_BROADCAST = re.compile(r"(?<![\w@])@(?:channel|here|everyone)\b")


def escape(text: str) -> str:
    """Return `text` with the three characters Slack escapes, ampersand first."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Undo `escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def compose(text: str, resolve: Callable[[str, str], str | None]) -> str:
    """Return `text` as Slack stores what a person typed.

    `resolve("@", "ben")` gives the stored entity, or None for a name nobody bears, which stays text. Everything
    else is escaped: nobody can type `<!channel>` into being. Bare links become entities, as in Slack.
    """
    pieces, end = [], 0
    for match in _ENTITY.finditer(text):
        pieces.append(escape(text[end : match.start()]))
        sigil, name, link = match.groups()
        entity = f"<{escape(link)}>" if link else resolve(sigil, name)
        pieces.append(entity or escape(match.group()))
        end = match.end()
    return "".join(pieces) + escape(text[end:])


def notifies_everyone(text: str, blocks: list[dict[str, Json]], *, parse_names: bool = False) -> bool:
    """Tell whether a message would notify a whole channel.

    `parse_names` is Slack's link_names or parse=full, which bring a plain "@channel" to life.
    """
    texts = [text, *_mrkdwn_texts(blocks)]
    if any(_BROADCAST.search(each) for each in texts):
        return True
    return parse_names and any(_BARE_BROADCAST.search(each) for each in texts)


def _mrkdwn_texts(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _mrkdwn_texts(each)
    elif isinstance(node, dict):
        if node.get("type") == "broadcast":
            yield "<!channel>"
        if node.get("type") in ("mrkdwn", "markdown") and isinstance(node.get("text"), str):
            yield node["text"]
        for each in node.values():
            yield from _mrkdwn_texts(each)
