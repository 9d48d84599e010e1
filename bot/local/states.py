"""What stands in the elements of a view: untouched, typed, and what is left of it when the app changes the view."""

from bot.local.blocks import elements_of
from bot.local.state import JsonObject

# Where each type keeps what was chosen; docs.slack.dev/reference/block-kit/block-elements.
FIELDS = {
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
    return element["type"] in FIELDS and element["type"] != "overflow"


def initial(element: JsonObject) -> JsonObject:
    """Return the element's state before anybody touched it."""
    kind = element["type"]
    field = FIELDS[kind]
    held = element.get("initial_value" if field == "value" else field.replace("selected_", "initial_"))
    return {"type": kind, field: held if held is not None else ([] if field.endswith("s") else None)}


def held_in(state: JsonObject) -> object:
    """Return what a state holds: text, an id, an option, or a list of them."""
    held: object = state[FIELDS[state["type"]]]
    return held


def is_empty(state: JsonObject) -> bool:
    """Tell whether a state holds nothing, so that a required input refuses it."""
    return held_in(state) in (None, [], "")


def options_of(element: JsonObject) -> list[JsonObject]:
    """Return an element's options, those in groups too."""
    groups = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *groups]


def shown(blocks: list[JsonObject], typed: JsonObject) -> JsonObject:
    """Return block_id -> action_id -> state of all that stands in a view in which `typed` was entered.

    `typed` may come from what the view was before: an element keeps its state while block_id and action_id stay, and
    only a new one begins with its initial value; bolt-js#290, bolt-python#1064. An option that is gone is forgotten.
    """
    found: JsonObject = {}
    for block in blocks:
        for element in filter(is_stateful, elements_of(block)):
            place = found.setdefault(block["block_id"], {})
            before = typed.get(block["block_id"], {}).get(element["action_id"])
            place[element["action_id"]] = before if before and _fits(element, before) else initial(element)
    return found


def opened_in(blocks: list[JsonObject], channel: str | None) -> JsonObject:
    """Return the states of the selects that begin with the conversation in which their modal was opened."""
    found: JsonObject = {}
    for block in blocks if channel else ():
        for element in filter(is_stateful, elements_of(block)):
            if element.get("default_to_current_conversation") and is_empty(initial(element)):
                field = FIELDS[element["type"]]
                held = [channel] if field.endswith("s") else channel
                found.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], field: held}
    return found


def _fits(element: JsonObject, state: JsonObject) -> bool:
    if state["type"] != element["type"]:
        return False
    if "selected_option" not in state and "selected_options" not in state:
        return True
    held = state.get("selected_options") or [state.get("selected_option")]
    values = {option["value"] for option in options_of(element)}
    return all(option is None or option["value"] in values for option in held)
