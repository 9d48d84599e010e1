"""What Slack takes as an element of a block, and where each one may stand."""

from bot.local.shapes import (
    Check,
    Problems,
    any_text,
    anything,
    boolean,
    by_type,
    items,
    number,
    obj,
    one_of,
    pattern,
    plain_text,
    string,
    unique,
    url,
)
from bot.local.state import Json

IDENTIFIER = string(255)
OPTION = obj({"text": any_text(75), "value": string(150)}, {"description": any_text(75), "url": url(3000)})
_GROUP = obj({"label": plain_text(75), "options": items(OPTION, most=100)})
_DATE = pattern(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "must be a date in the form YYYY-MM-DD")
_TIME = pattern(r"([01]\d|2[0-3]):[0-5]\d", "must be a time in the form HH:mm")
_NUMBER = pattern(r"-?\d+(\.\d+)?", "must be a number in a string")

CONFIRM = obj(
    {"title": plain_text(100), "text": any_text(300), "confirm": plain_text(30), "deny": plain_text(30)},
    {"style": one_of("primary", "danger")},
)
_DISPATCH = obj({"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), most=2)})


def _element(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    common = {"action_id": IDENTIFIER, "confirm": CONFIRM, "focus_on_load": boolean}
    return obj({"type": anything, **required}, {**common, **(optional or {})})


def _options(kind: str, extra: dict[str, Check]) -> Check:
    """A static select: options or groups of them, not both."""
    shape = _element(
        {},
        {
            "placeholder": plain_text(150),
            "options": items(OPTION, most=100),
            "option_groups": items(_GROUP, most=100),
            **extra,
        },
    )

    def check(value: Json, at: str, problems: Problems) -> None:
        shape(value, at, problems)
        if ("options" in value) == ("option_groups" in value):
            problems.add(at, f"{kind} needs either options or option_groups")
        _initial_among_options(value, at, problems)

    return check


def _initial_among_options(value: dict[str, Json], at: str, problems: Problems) -> None:
    groups = value.get("option_groups") or []
    lists = [value.get("options"), *(g.get("options") for g in groups if isinstance(g, dict))]
    known = [o.get("value") for each in lists if isinstance(each, list) for o in each if isinstance(o, dict)]
    single = value.get("initial_option")
    initial = [single] if single else value.get("initial_options") or []
    for each in initial if isinstance(initial, list) else []:
        if isinstance(each, dict) and each.get("value") not in known:
            problems.add(at, "initial option is not one of the options")


def _boxes(kind: str, initial: dict[str, Check]) -> Check:
    shape = _element({"options": items(OPTION, most=10)}, initial)

    def check(value: Json, at: str, problems: Problems) -> None:
        shape(value, at, problems)
        _initial_among_options(value, at, problems)
        if isinstance(value.get("options"), list):
            unique(value["options"], "value", f"{at}/options", problems)

    return check


_FILTER = obj(
    {},
    {
        "include": items(one_of("public", "private", "im", "mpim"), most=4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)


def _picker(what: str, *, several: bool = False) -> Check:
    initial = {f"initial_{what}": string(255)}
    if several:
        initial = {f"initial_{what}s": items(string(255), most=100), "max_selected_items": number(1, 100)}
    extras: dict[str, Check] = {"default_to_current_conversation": boolean, "filter": _FILTER}
    return _element({}, {"placeholder": plain_text(150), "response_url_enabled": boolean, **initial, **extras})


def _typed(extra: dict[str, Check], *, required: dict[str, Check] | None = None) -> Check:
    return _element(
        required or {},
        {
            "placeholder": plain_text(150),
            "initial_value": string(3000, least=0),
            "dispatch_action_config": _DISPATCH,
        }
        | extra,
    )


_BUTTON = _element(
    {"text": plain_text(75)},
    {
        "value": string(2000),
        "url": url(3000),
        "style": one_of("primary", "danger"),
        "accessibility_label": string(75),
    },
)
IMAGE = obj({"type": anything, "alt_text": string(2000)}, {"image_url": url(3000), "slack_file": anything})
_SELECTS: dict[str, Check] = {
    "static_select": _options("static_select", {"initial_option": OPTION}),
    "users_select": _picker("user"),
    "conversations_select": _picker("conversation"),
    "channels_select": _picker("channel"),
}
_SEVERAL: dict[str, Check] = {
    "multi_static_select": _options(
        "multi_static_select",
        {"initial_options": items(OPTION, most=100), "max_selected_items": number(1, 100)},
    ),
    "multi_users_select": _picker("user", several=True),
    "multi_conversations_select": _picker("conversation", several=True),
    "multi_channels_select": _picker("channel", several=True),
}
_MOMENTS: dict[str, Check] = {
    "datepicker": _element({}, {"placeholder": plain_text(150), "initial_date": _DATE}),
    "timepicker": _element({}, {"placeholder": plain_text(150), "initial_time": _TIME, "timezone": string(255)}),
}
_BOXES: dict[str, Check] = {
    "checkboxes": _boxes("checkboxes", {"initial_options": items(OPTION, most=10)}),
    "radio_buttons": _boxes("radio_buttons", {"initial_option": OPTION}),
}
_DATETIME: dict[str, Check] = {"datetimepicker": _element({}, {"initial_date_time": number(10**9, 10**10 - 1)})}
_PRESSED: dict[str, Check] = {"button": _BUTTON, "overflow": _element({"options": items(OPTION, most=5)})}
_LENGTHS: dict[str, Check] = {
    "multiline": boolean,
    "min_length": number(0, 3000),
    "max_length": number(1, 3000),
}
_WRITTEN: dict[str, Check] = {
    "plain_text_input": _typed(_LENGTHS),
    "email_text_input": _typed({}),
    "url_text_input": _typed({}),
    "number_input": _typed({"min_value": _NUMBER, "max_value": _NUMBER}, required={"is_decimal_allowed": boolean}),
}

ACCESSORY = by_type({**_PRESSED, **_SELECTS, **_SEVERAL, **_MOMENTS, **_BOXES, "image": IMAGE}, "accessory")
ACTION = by_type({**_PRESSED, **_SELECTS, **_MOMENTS, **_DATETIME, **_BOXES}, "element")
INPUT = by_type({**_SELECTS, **_SEVERAL, **_MOMENTS, **_DATETIME, **_BOXES, **_WRITTEN}, "element")
CONTEXT = by_type({"image": IMAGE, "plain_text": plain_text(3000), "mrkdwn": any_text(3000)}, "element")
