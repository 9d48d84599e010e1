"""Filling in a view: which values belong to which inputs, and which required ones are missing."""

from bot.local.blocks import elements_of
from bot.local.errors import Refused
from bot.local.inputs import initial, is_empty, is_stateful, reported
from bot.local.state import Json, JsonObject
from bot.local.workspace import Workspace

REQUIRED = "Please complete this required field."


def state_values(workspace: Workspace, blocks: list[JsonObject], values: Json) -> JsonObject:
    """Return Slack's state.values for plain values by block_id and action_id; Refused for unknown ones."""
    if not isinstance(values, dict) or not all(isinstance(each, dict) for each in values.values()):
        raise Refused('values must look like {"block_id": {"action_id": value}}.')
    found: JsonObject = {}
    left = {(block_id, action_id) for block_id, held in values.items() for action_id in held}
    for block in blocks:
        for element in filter(is_stateful, elements_of(block)):
            place = (block["block_id"], element["action_id"])
            given = place in left
            left.discard(place)
            state = reported(workspace, element, values[place[0]][place[1]]) if given else initial(element)
            found.setdefault(place[0], {})[place[1]] = state
    if left:
        known = ", ".join(f"{block}/{action}" for block in found for action in found[block]) or "none"
        raise Refused(f"No input {'/'.join(sorted(left)[0])} in this view; its inputs: {known}.")
    return found


def missing(blocks: list[JsonObject], values: JsonObject) -> dict[str, str]:
    """Return block_id -> complaint for each required input that is empty, as Slack's own client does."""
    found = {}
    for block in blocks:
        if block["type"] == "input" and not block.get("optional"):
            states = values.get(block["block_id"], {}).values()
            if any(is_empty(state) for state in states):
                found[block["block_id"]] = REQUIRED
    return found
