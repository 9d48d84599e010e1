"""How JSON off the wire is read: as Slack does, which holds no half of a surrogate pair."""

import json

from bot.local.state import Json


def read_json(text: str | bytes) -> Json:
    """Return the value, lone surrogates in its strings replaced; raises ValueError for what is no JSON."""
    return _whole(json.loads(text))


def _whole(value: Json) -> Json:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {_whole(name): _whole(each) for name, each in value.items()}
    return value
