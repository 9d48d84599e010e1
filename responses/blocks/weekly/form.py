"""The modal in which a series is started or changed: its fields, and what stands in them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from slack_sdk.models.blocks import (
    ConversationFilter,
    ConversationMultiSelectElement,
    ConversationSelectElement,
    DatePickerElement,
    InputBlock,
    NumberInputElement,
    PlainTextInputElement,
    StaticMultiSelectElement,
    TimePickerElement,
    UserMultiSelectElement,
    UserSelectElement,
)

from responses.blocks.modal import modal as frame
from responses.blocks.updates import OUTLET
from responses.blocks.weekly.choices import COUNTRIES, ZONES
from responses.blocks.weekly.inputs import VALUE, choice, field, radio, select
from responses.phrases import LANGUAGES, Language, say

START_MODAL, CHANGE_MODAL = "weekly_start_modal", "weekly_change_modal"
LONGEST_TITLE, LONGEST_COMMITMENTS = 150, 3000
# So that all that is not text fits into the 3,000 characters that a modal carries.
MOST_HOSTS, MOST_AUDIENCES, MOST_OUTLETS = 20, 10, 10
MOST_OPTIONS, LONGEST_OUTLET = 100, 70
NONE = "none"
FILTER = ConversationFilter(include=["public", "private"], exclude_bot_users=True)


@dataclass(frozen=True)
class Form:
    """What stands in the modal, as text: dates as YYYY-MM-DD, times as HH:MM, `weeks` empty for until ended.

    `audiences` holds channels and "outlet:NAME"; `zone` and `holidays` are what was picked or, instead, typed.
    """

    title: str
    channel: str
    audiences: tuple[str, ...]
    hosts: tuple[str, ...]
    deputy: str
    first_date: str
    at: str
    zone: str
    weeks: str
    cadence: str
    language: str
    holidays: str
    holiday_policy: str
    commitments: str = ""

    def pack(self) -> str:
        """Return it for a modal's private_metadata, but for the commitments, which may be too long for it."""
        return json.dumps(asdict(replace(self, commitments="")), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def unpack(cls, packed: str) -> "Form":
        """Return what `pack` made."""
        values = json.loads(packed)
        return cls(**values | {name: tuple(values[name]) for name in ("audiences", "hosts")})


@dataclass(frozen=True)
class Offer:
    """What the modal begins with: the form, the person's own zone, the outlets there are.

    `week` is the next one that can still be changed; None for a new series.
    """

    form: Form
    own_zone: str
    outlets: Sequence[str]
    week: int | None = None


def start_modal(language: Language, offer: Offer) -> dict[str, Any]:
    """Return the modal that starts a series."""
    blocks = [_title(language, offer.form), _channel(language), *_fields(language, offer), _commitments(language)]
    return modal(language, START_MODAL, "start.title_start", blocks, submit="start.show_dates")


def change_modal(language: Language, offer: Offer, metadata: str) -> dict[str, Any]:
    """Return the modal that changes a series; `metadata` comes back on submission."""
    blocks = [_title(language, offer.form), *_fields(language, offer)]
    return modal(language, CHANGE_MODAL, "start.title_change", blocks, submit="start.show_dates", metadata=metadata)


def modal(
    language: Language, callback_id: str, title: str, blocks: Sequence[Any], *, submit: str, metadata: str = "",
    close: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return a modal of these blocks; title, submit and close are keys of phrases."""
    return frame(
        language, say(language, title), blocks, callback=callback_id, metadata=metadata, submit=say(language, submit),
        close=close,
    )  # fmt: skip


def form_in(view: Mapping[str, Any], given: Form | None = None) -> Form:
    """Return what stands in the fields of a start or change modal; what it has no field for comes from `given`."""
    fields = {name: _held(states[VALUE]) for name, states in view["state"]["values"].items() if VALUE in states}
    outlets = tuple(OUTLET + name for name in fields.get("outlets") or ())
    holidays = "" if fields["holidays"] == NONE else fields["holidays"]
    return Form(
        title=fields["title"] or "", channel=(given.channel if given else fields.get("channel")) or "",
        audiences=(*(fields.get("audiences") or ()), *outlets), hosts=tuple(fields["hosts"] or ()),
        deputy=fields["deputy"] or "", first_date=fields.get("first_date") or (given.first_date if given else ""),
        at=fields["at"] or "", zone=(fields["other_zone"] or "").strip() or fields["zone"] or "",
        weeks=(fields["weeks"] or "").strip(), cadence=fields["cadence"], language=fields["language"],
        holidays=(fields["other_holidays"] or "").strip() or holidays or "", holiday_policy=fields["holiday_policy"],
        commitments=fields.get("commitments") or "",
    )  # fmt: skip


def typed(view: Mapping[str, Any], name: str) -> bool:
    """Say whether something stands in a field: a complaint goes to the one that was used."""
    states = view["state"]["values"].get(name)
    return bool(states and (_held(states[VALUE]) or "").strip())


def _held(state: Mapping[str, Any]) -> Any:
    if "selected_option" in state:
        return (state["selected_option"] or {}).get("value")
    if "selected_options" in state:
        return [each["value"] for each in state["selected_options"] or ()]
    return next((value for key, value in state.items() if key != "type"), None)


def _fields(language: Language, offer: Offer) -> list[InputBlock]:
    form = offer.form
    return [
        *_audiences(language, offer),
        field(language, "hosts", UserMultiSelectElement(
            action_id=VALUE, initial_users=list(form.hosts) or None, max_selected_items=MOST_HOSTS
        ), hint="start.hint_hosts"),
        field(language, "deputy", UserSelectElement(action_id=VALUE, initial_user=form.deputy or None), optional=True),
        *_first_date(language, offer),
        field(language, "at", TimePickerElement(action_id=VALUE, initial_time=form.at)),
        field(language, "zone", select([(zone, zone) for zone in _zones(form.zone, offer.own_zone)], form.zone)),
        field(language, "other_zone", PlainTextInputElement(action_id=VALUE), optional=True),
        field(language, "cadence", radio(
            [(name, say(language, f"start.cadence_{name}")) for name in ("weekly", "monthly")], form.cadence
        )),
        field(language, "weeks", NumberInputElement(
            action_id=VALUE, is_decimal_allowed=False, initial_value=form.weeks or None
        ), optional=True),
        field(language, "language", select(
            [(code, say(language, f"answers.language_{code}")) for code in LANGUAGES], form.language
        )),
        *_holidays(language, form),
    ]  # fmt: skip


def _title(language: Language, form: Form) -> InputBlock:
    text = PlainTextInputElement(action_id=VALUE, max_length=LONGEST_TITLE, initial_value=form.title or None)
    return field(language, "title", text)


def _channel(language: Language) -> InputBlock:
    element = ConversationSelectElement(action_id=VALUE, default_to_current_conversation=True, filter=FILTER)
    return field(language, "channel", element)


def _audiences(language: Language, offer: Offer) -> list[InputBlock]:
    given = offer.form.audiences
    channels = [each for each in given if not each.startswith(OUTLET)]
    element = ConversationMultiSelectElement(
        action_id=VALUE, initial_conversations=channels or None, filter=FILTER, max_selected_items=MOST_AUDIENCES
    )
    blocks = [field(language, "audiences", element, optional=True)]
    picked = [each.removeprefix(OUTLET) for each in given if each.startswith(OUTLET)]
    # One that is configured no more stays an option while the series has it: an edit takes nothing away by itself.
    known = [name for name in dict.fromkeys((*picked, *offer.outlets)) if len(name) <= LONGEST_OUTLET][:MOST_OPTIONS]
    if known:
        options = [choice(name, name) for name in known]
        chosen = [option for option in options if option.value in picked]
        outlets = StaticMultiSelectElement(
            action_id=VALUE, options=options, initial_options=chosen or None, max_selected_items=MOST_OUTLETS
        )
        blocks.append(field(language, "outlets", outlets, optional=True))
    return blocks


def _first_date(language: Language, offer: Offer) -> list[InputBlock]:
    element = DatePickerElement(action_id=VALUE, initial_date=offer.form.first_date or None)
    if offer.week is None:
        return [field(language, "first_date", element)]
    if not offer.form.first_date:
        return []
    label = say(language, "start.label_next_date", week=offer.week)
    hint = say(language, "start.hint_next_date")
    return [InputBlock(block_id="first_date", label=label, element=element, hint=hint)]


def _holidays(language: Language, form: Form) -> list[InputBlock]:
    countries = [(NONE, say(language, "start.no_holidays"))]
    countries += [(code, f"{code} · {name}") for code, name in COUNTRIES.items()]
    if form.holidays and form.holidays not in COUNTRIES:
        countries.insert(1, (form.holidays, form.holidays))
    policies = [(name, say(language, f"start.policy_{name}")) for name in ("move", "skip", "keep")]
    return [
        field(language, "holidays", select(countries, form.holidays or NONE)),
        field(language, "other_holidays", PlainTextInputElement(action_id=VALUE), optional=True,
               hint="start.hint_other_holidays"),
        field(language, "holiday_policy", radio(policies, form.holiday_policy)),
    ]  # fmt: skip


def _commitments(language: Language) -> InputBlock:
    return commitments_input(language, "")


def commitments_input(language: Language, text: str) -> InputBlock:
    """Return the field for the commitments a series begins with."""
    element = PlainTextInputElement(
        action_id=VALUE, multiline=True, max_length=LONGEST_COMMITMENTS, initial_value=text or None
    )
    return field(language, "commitments", element, optional=True, hint="start.hint_commitments")


def _zones(current: str, own: str) -> list[str]:
    """Return the zones to choose from: the person's own first, then the series', then the common ones."""
    return list(dict.fromkeys((own, current, *ZONES)))[:MOST_OPTIONS]
