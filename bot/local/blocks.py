"""Which blocks Slack takes, read from its documentation, not from the library the app builds them with."""

import secrets
from copy import deepcopy

from bot.local.elements import ACCESSORY, ACTION, CONTEXT, IDENTIFIER, INPUT
from bot.local.shapes import (
    Check,
    Problems,
    any_text,
    anything,
    boolean,
    by_type,
    items,
    obj,
    plain_text,
    string,
    unique,
    url,
)
from bot.local.state import Json, JsonObject


def _block(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    return obj({"type": anything, **required}, {"block_id": IDENTIFIER, **(optional or {})})


_SECTION_SHAPE = _block(
    {},
    {
        "text": any_text(3000),
        "fields": items(any_text(2000), most=10),
        "accessory": ACCESSORY,
        "expand": boolean,
    },
)


def _section(value: Json, at: str, problems: Problems) -> None:
    _SECTION_SHAPE(value, at, problems)
    if "text" not in value and "fields" not in value:
        problems.add(at, "section needs text or fields")


_ACTIONS_SHAPE = _block({"elements": items(ACTION, most=25)})


def _actions(value: Json, at: str, problems: Problems) -> None:
    _ACTIONS_SHAPE(value, at, problems)
    if isinstance(value.get("elements"), list):
        unique(value["elements"], "action_id", f"{at}/elements", problems)


_COMMON: dict[str, Check] = {
    "section": _section,
    "actions": _actions,
    "divider": _block({}),
    "header": _block({"text": plain_text(150)}, {"level": anything}),
    "context": _block({"elements": items(CONTEXT, most=10)}),
    "image": _block(
        {"alt_text": string(2000)},
        {"image_url": url(3000), "slack_file": anything, "title": plain_text(2000)},
    ),
    "input": _block(
        {"label": plain_text(2000), "element": INPUT},
        {"hint": plain_text(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": _block({"elements": items(anything, most=100)}),
}
_SURFACES = {
    "message": by_type({**_COMMON, "markdown": _block({"text": string(12_000)})}, "block"),
    "modal": by_type(_COMMON, "block"),
    "home": by_type(_COMMON, "block"),
}


def check_blocks(blocks: list[Json], *, surface: str, most: int, at: str = "/blocks") -> list[str]:
    """Return Slack's complaints about blocks on a surface (message, modal, home); empty when it takes all."""
    problems = Problems()
    items(_SURFACES.get(surface, _SURFACES["modal"]), most=most, least=0)(blocks, at, problems)
    unique(blocks, "block_id", at, problems)
    return problems.found


def held_blocks(blocks: list[JsonObject]) -> list[JsonObject]:
    """Return blocks as Slack holds them: every block and element named, every text with its default flag."""
    held = deepcopy(blocks)
    for block in held:
        block.setdefault("block_id", secrets.token_urlsafe(4)[:5])
        for element in elements_of(block):
            if element.get("type") not in ("image", "plain_text", "mrkdwn"):
                element.setdefault("action_id", secrets.token_urlsafe(4)[:5])
        _fill_texts(block)
    return held


def elements_of(block: JsonObject) -> list[JsonObject]:
    """Return the block's elements: its row, its accessory or its input."""
    if block["type"] == "rich_text":
        return []
    candidates = [*block.get("elements", []), block.get("accessory"), block.get("element")]
    return [each for each in candidates if isinstance(each, dict)]


def _fill_texts(node: object) -> None:
    if isinstance(node, list):
        for each in node:
            _fill_texts(each)
    elif isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            node.setdefault("verbatim", False)
        elif node.get("type") == "plain_text":
            node.setdefault("emoji", True)
        for each in node.values():
            _fill_texts(each)
