"""What a person puts into an element, as Slack reports it: by the element's type, and only what its client takes."""

import re
from datetime import date

from bot.local.errors import Refused
from bot.local.state import Channel, Json, JsonObject
from bot.local.states import FIELDS, options_of
from bot.local.workspace import Workspace

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_KINDS = {"channel": "public", "group": "private", "im": "im"}


def reported(workspace: Workspace, element: JsonObject, value: Json) -> JsonObject:
    """Return the element's state for a plain value; Refused when the element cannot hold it."""
    kind = element["type"]
    return {"type": kind, FIELDS[kind]: _chosen(workspace, element, value)}


def _chosen(workspace: Workspace, element: JsonObject, value: Json) -> Json:
    field = FIELDS[element["type"]]
    if value is None or value == "":
        return [] if field.endswith("s") else None
    if not field.endswith("s"):
        return _one(workspace, element, field, value)
    values = value if isinstance(value, list) else [value]
    most = element.get("max_selected_items", len(values))
    if len(values) > most:
        raise Refused(f"{element['action_id']} takes {most} at most.")
    return [_one(workspace, element, field.removesuffix("s"), each) for each in values]


def _one(workspace: Workspace, element: JsonObject, field: str, value: Json) -> Json:
    if isinstance(value, (dict, list)):
        raise Refused(f"{element['action_id']} takes a plain value.")
    if field == "selected_option":
        return _option(element, str(value))
    if field == "selected_user":
        return _user(workspace, value)
    if field in ("selected_conversation", "selected_channel"):
        return _conversation(workspace, element, value).id
    if field == "selected_date_time":
        return _whole(element, value)
    if field == "selected_date":
        return _date(element, str(value))
    if field == "selected_time":
        return _time(element, str(value))
    return _written(element, str(value))


def _option(element: JsonObject, value: str) -> JsonObject:
    for option in options_of(element):
        if value in (option["value"], option["text"]["text"]):
            return option
    known = ", ".join(option["value"] for option in options_of(element))
    raise Refused(f"{element['action_id']} has no option {value!r}; it has: {known}.", 404)


def _user(workspace: Workspace, name: Json) -> str:
    found = workspace.user(str(name))
    if found is None or found.deleted:
        raise Refused(f"There is no {name!r} in this workspace.", 404)
    return found.id


def _conversation(workspace: Workspace, element: JsonObject, name: Json) -> Channel:
    found = workspace.channel(str(name))
    if found is None:
        raise Refused(f"There is no {name!r} in this workspace.", 404)
    public = "channels" in element["type"]
    wanted = ["public"] if public else (element.get("filter") or {}).get("include", list(_KINDS.values()))
    if found.is_archived or _KINDS[found.kind] not in wanted:
        raise Refused(f"{element['action_id']} does not offer {name!r}.", 404)
    return found


def _whole(element: JsonObject, value: Json) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise Refused(f"{element['action_id']} takes Unix seconds.") from None


def _date(element: JsonObject, value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise Refused(f"{element['action_id']} takes a date, YYYY-MM-DD.") from None


def _time(element: JsonObject, value: str) -> str:
    if not _TIME.fullmatch(value):
        raise Refused(f"{element['action_id']} takes a time, HH:mm.")
    return value


def _written(element: JsonObject, value: str) -> str:
    most = element.get("max_length", 3000)
    if len(value) > most:
        raise Refused(f"{element['action_id']} takes {element.get('min_length', 0)} to {most} characters.")
    return value
