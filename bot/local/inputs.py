"""What a person puts into an element, as Slack reports it: by the element's type, with its initial value."""

from bot.local.errors import Refused
from bot.local.state import Json, JsonObject
from bot.local.workspace import Workspace

# Where each type keeps what was chosen; docs.slack.dev/reference/block-kit/block-elements.
_FIELD = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}


def is_stateful(element: JsonObject) -> bool:
    """Tell whether an element holds a value, unlike buttons."""
    return element["type"] in _FIELD and element["type"] != "overflow"


def reported(workspace: Workspace, element: JsonObject, value: Json) -> JsonObject:
    """Return the element's state for a plain value; Refused when the element cannot hold it."""
    kind = element["type"]
    return {"type": kind, _FIELD[kind]: _chosen(workspace, element, value)}


def initial(element: JsonObject) -> JsonObject:
    """Return the element's state before anybody touched it."""
    kind = element["type"]
    field = _FIELD[kind]
    several = field.endswith("s")
    held = element.get("initial_value" if field == "value" else field.replace("selected_", "initial_"))
    return {"type": kind, field: held if held is not None else ([] if several else None)}


def is_empty(state: JsonObject) -> bool:
    """Tell whether a state holds nothing, so that a required input refuses it."""
    held = state[_FIELD[state["type"]]]
    return held in (None, [], "")


def options_of(element: JsonObject) -> list[JsonObject]:
    """Return an element's options, those in groups too."""
    groups = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *groups]


def _chosen(workspace: Workspace, element: JsonObject, value: Json) -> Json:
    field = _FIELD[element["type"]]
    if value is None or value == "":
        return [] if field.endswith("s") else None
    if field.endswith("s"):
        values = value if isinstance(value, list) else [value]
        return [_one(workspace, element, field.removesuffix("s"), each) for each in values]
    return _one(workspace, element, field, value)


def _one(workspace: Workspace, element: JsonObject, field: str, value: Json) -> Json:
    if isinstance(value, (dict, list)):
        raise Refused(f"{element['action_id']} takes a plain value.")
    if field == "selected_option":
        return _option(element, str(value))
    if field == "selected_user":
        return _known(workspace.user(str(value)), value).id
    if field in ("selected_conversation", "selected_channel"):
        return _known(workspace.channel(str(value)), value).id
    if field == "selected_date_time":
        return _whole(element, value)
    if field == "value":
        return _written(element, str(value))
    return str(value)


def _option(element: JsonObject, value: str) -> JsonObject:
    for option in options_of(element):
        if value in (option["value"], option["text"]["text"]):
            return option
    known = ", ".join(option["value"] for option in options_of(element))
    raise Refused(f"{element['action_id']} has no option {value!r}; it has: {known}.", 404)


def _known(found: Json, name: Json) -> Json:
    if found is None:
        raise Refused(f"There is no {name!r} in this workspace.", 404)
    return found


def _whole(element: JsonObject, value: Json) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise Refused(f"{element['action_id']} takes Unix seconds.") from None


def _written(element: JsonObject, value: str) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if not least <= len(value) <= most:
        raise Refused(f"{element['action_id']} takes {least} to {most} characters.")
    return value
