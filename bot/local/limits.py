"""Which messages and views Slack refuses: sizes, counts and the shape of metadata."""

import json

from bot.local.blocks import check_blocks
from bot.local.errors import SlackError
from bot.local.shapes import Problems, boolean, plain_text, string
from bot.local.state import Json, JsonObject

MOST_BLOCKS = 50
MOST_VIEW_BLOCKS = 100
LONGEST_TEXT = 40_000
# Undocumented; counted over the blocks with their containers: bolt-js#2509 met it at about 13,200 characters.
LONGEST_BLOCKS = 13_200
LONGEST_PRIVATE_METADATA = 3000
LARGEST_VIEW = 250_000
LARGEST_METADATA = 8_000
_OF_EVERY_VIEW = {"type", "blocks", "private_metadata", "callback_id", "external_id"}
_FLAGS = ("clear_on_close", "notify_on_close", "submit_disabled")
_OF_MODALS = {"title", "submit", "close", *_FLAGS}


def check_message(text: str, blocks: Json) -> list[JsonObject]:
    """Return the message's blocks when Slack would take it; SlackError with Slack's code otherwise."""
    if blocks is not None and not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if not text.strip() and not blocks:
        raise SlackError("no_text")
    if len(text) > LONGEST_TEXT:
        raise SlackError("msg_too_long")
    if not blocks:
        return []
    problems = check_blocks(blocks, surface="message", most=MOST_BLOCKS)
    if problems:
        raise refused("invalid_blocks", problems)
    if len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > LONGEST_BLOCKS:
        raise SlackError("msg_blocks_too_long")
    return list(blocks)


def check_metadata(metadata: Json) -> JsonObject | None:
    """Return the metadata, None for an empty one; SlackError when it is not event_type and event_payload."""
    if metadata in (None, {}):
        return None
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    event_type = metadata.get("event_type")
    well_formed = isinstance(event_type, str) and event_type and isinstance(metadata.get("event_payload"), dict)
    if not well_formed or set(metadata) - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > LARGEST_METADATA:
        raise SlackError("metadata_too_large")
    return metadata


def check_view(view: Json, *, kinds: tuple[str, ...]) -> JsonObject:
    """Return the view when Slack would take it; else SlackError("invalid_arguments") with reasons."""
    if not isinstance(view, dict):
        raise refused("invalid_arguments", ["[ERROR] must provide an object [json-pointer:/view]"])
    problems = Problems()
    kind = view.get("type")
    if kind not in kinds:
        problems.add("/view/type", f"must be one of: {', '.join(kinds)}")
    string(255, least=0)(view.get("callback_id", ""), "/view/callback_id", problems)
    string(255, least=0)(view.get("external_id", ""), "/view/external_id", problems)
    string(LONGEST_PRIVATE_METADATA, least=0)(view.get("private_metadata", ""), "/view/private_metadata", problems)
    if kind == "modal":
        _check_modal(view, problems)
    # What Slack gave (id, hash, state…) must not be sent back: java-slack-sdk#1205.
    for key in sorted(set(view) - _OF_EVERY_VIEW - (_OF_MODALS if kind == "modal" else set())):
        problems.add("/view", f"invalid additional property: {key}")
    if not isinstance(view.get("blocks"), list):
        problems.add("/view", "missing required field: blocks")
    else:
        problems.extend(check_blocks(view["blocks"], surface=str(kind), most=MOST_VIEW_BLOCKS, at="/view/blocks"))
    if len(json.dumps(view)) > LARGEST_VIEW:
        raise SlackError("view_too_large")
    if problems.found:
        raise refused("invalid_arguments", problems.found)
    return view


def _check_modal(view: JsonObject, problems: Problems) -> None:
    if "title" not in view:
        problems.add("/view", "missing required field: title")
    for key in ("title", "submit", "close"):
        if view.get(key) is not None:
            plain_text(24)(view[key], f"/view/{key}", problems)
    for key in _FLAGS:
        if key in view:
            boolean(view[key], f"/view/{key}", problems)
    blocks = view.get("blocks")
    inputs = isinstance(blocks, list) and any(isinstance(b, dict) and b.get("type") == "input" for b in blocks)
    if inputs and not view.get("submit"):
        problems.add("/view/submit", "submit is required when an input block is within the blocks array")


def refused(code: str, problems: list[str]) -> SlackError:
    """Return the error that carries Slack's list of reasons."""
    return SlackError(code, errors=problems, response_metadata={"messages": problems})
