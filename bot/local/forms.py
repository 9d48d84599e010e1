"""Filling in a view: which values belong to which inputs, and what Slack's client says before it submits."""

from decimal import Decimal, InvalidOperation

from bot.local.blocks import elements_of
from bot.local.errors import Refused
from bot.local.inputs import reported
from bot.local.state import Json, JsonObject
from bot.local.states import held_in, is_empty, is_stateful
from bot.local.workspace import Workspace

REQUIRED = "Please complete this required field."


def state_values(workspace: Workspace, view: JsonObject, values: Json) -> JsonObject:
    """Return Slack's state.values for plain values by block_id and action_id; Refused for unknown ones.

    What is not among them stays as the view has it: typed before, or initial.
    """
    if not isinstance(values, dict) or not all(isinstance(each, dict) for each in values.values()):
        raise Refused('values must look like {"block_id": {"action_id": value}}.')
    found: JsonObject = {block_id: dict(states) for block_id, states in view["state"]["values"].items()}
    elements = {(b["block_id"], e["action_id"]): e for b in view["blocks"] for e in elements_of(b) if "action_id" in e}
    for block_id, held in values.items():
        for action_id, value in held.items():
            if action_id not in found.get(block_id, {}):
                known = ", ".join(f"{block}/{action}" for block in found for action in found[block]) or "none"
                raise Refused(f"No input {block_id}/{action_id} in this view; its inputs: {known}.")
            found[block_id][action_id] = reported(workspace, elements[block_id, action_id], value)
    return found


def complaints(blocks: list[JsonObject], values: JsonObject) -> dict[str, str]:
    """Return block_id -> complaint for each input that Slack's own client would not submit."""
    found = {}
    for block in blocks:
        if block["type"] == "input" and is_stateful(block["element"]):
            state = values[block["block_id"]][block["element"]["action_id"]]
            complaint = _complaint(block, state)
            if complaint:
                found[block["block_id"]] = complaint
    return found


def _complaint(block: JsonObject, state: JsonObject) -> str | None:
    if is_empty(state):
        return None if block.get("optional") else REQUIRED
    element, text = block["element"], str(held_in(state))
    if element["type"] == "number_input":
        return _of_number(element, text)
    least = element.get("min_length", 0)
    if "value" in state and len(text) < least:
        return f"Please enter at least {least} characters."
    return None


def _of_number(element: JsonObject, text: str) -> str | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return "Please enter a number."
    if not number.is_finite() or (number % 1 and not element["is_decimal_allowed"]):
        return "Please enter a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return None
