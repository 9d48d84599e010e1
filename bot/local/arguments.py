"""How a Web API call's arguments are read: query, form or JSON, with Slack's own errors."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from bot.local.errors import SlackError
from bot.local.state import Json, JsonObject
from bot.local.wire import read_json

_TRUE = ("true", "1", "t", "yes")


class Arguments:
    """A call's arguments by name; a missing one reads as absent, a malformed one as Slack's error."""

    def __init__(self, values: Mapping[str, Json]) -> None:
        self._values = {key: value for key, value in values.items() if value is not None}

    @classmethod
    def read(cls, query: str, body: bytes, content_type: str) -> "Arguments":
        """Read a request; slack_sdk sends auth.test as JSON with an empty body and arguments in the query."""
        values: JsonObject = dict(parse_qsl(query, keep_blank_values=True))
        text = body.decode("utf-8", "replace")
        if content_type.startswith("application/json"):
            values |= _json_body(text) if text.strip() else {}
        else:
            values |= dict(parse_qsl(text, keep_blank_values=True))
        return cls(values)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str, default: str = "") -> str:
        """Return an argument as text."""
        value = self._values.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def need(self, name: str, error: str = "invalid_arguments") -> str:
        """Return an argument that must be there."""
        value = self.text(name)
        if not value:
            reasons = [f"[ERROR] missing required field: {name}"]
            raise SlackError(error, response_metadata={"messages": reasons})
        return value

    def flag(self, name: str) -> bool:
        """Return a boolean argument, False when absent."""
        value = self._values.get(name, False)
        return value if isinstance(value, bool) else str(value).casefold() in _TRUE

    def number(self, name: str, default: int, *, most: int) -> int:
        """Return a count from 1 to `most`, or the default when absent or 0."""
        try:
            value = int(self._values.get(name, default))
        except (TypeError, ValueError):
            raise SlackError("invalid_limit") from None
        if value < 0:
            raise SlackError("invalid_limit")
        return min(value or default, most)

    def structure(self, name: str, error: str) -> Json:
        """Return an argument that is JSON, sent as such or as a string; None when absent."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return read_json(value)
        except ValueError:
            raise SlackError(error) from None


def _json_body(text: str) -> JsonObject:
    try:
        body = read_json(text)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body
