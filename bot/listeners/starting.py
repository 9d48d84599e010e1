"""The modals in which a series is started or changed: form, preview of all dates, done; and the whole record."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.clock import Clock
from bot.errors import UserError
from bot.listeners.clicks import caller_of, complain
from bot.people import Channel, People
from bot.updates.access import Caller, check_fit
from bot.updates.amending import Amending, Opened
from bot.updates.forms import FormError
from bot.updates.service import Updates
from bot.updates.terms import Place
from responses.blocks.updates import OUTLET
from responses.blocks.weekly.form import Form, form_in, typed
from responses.blocks.weekly.preview import notice
from responses.blocks.weekly.values import RECORD, Target
from responses.phrases import say

Body = Mapping[str, Any]
# Fields that stand twice, to be picked or to be typed: a complaint goes to the one that was used.
TYPED = {"zone": "other_zone", "holidays": "other_holidays"}


def place_of(channel: str, audiences: Sequence[str], people: People, zone: ZoneInfo) -> Place:
    """Return what is known of where a series is to post: all its channels are asked about at once."""
    asked = list(dict.fromkeys([channel, *(each for each in audiences if not each.startswith(OUTLET))]))
    with ThreadPoolExecutor(len(asked)) as pool:
        found: list[Channel] = [*pool.map(people.channel, asked)]
    closed = tuple(each for each, known in zip(asked, found, strict=True) if not known.can_post)
    return Place(private=found[0].private, zone=zone, closed=closed)


def start_submitted(
    ack: Ack, body: Body, view: Body, *, weekly: Updates, people: People, clock: Clock, default_zone: ZoneInfo
) -> None:
    """Show all dates of what is to be started, or what is wrong in the form."""
    caller, form = caller_of(body, people), form_in(view)
    try:
        _check_people(form, people)
        place = place_of(form.channel, form.audiences, people, _zone(caller, people, default_zone))
        shown = weekly.preview(form, caller, place, clock.now())
    except FormError as error:
        _complain(ack, error, view, caller)
        return
    ack(response_action="push", view=shown)


def start_confirmed(
    ack: Ack, body: Body, view: Body, *, weekly: Updates, people: People, clock: Clock, default_zone: ZoneInfo,
    wake: Callable[[], None],
) -> None:  # fmt: skip
    """Start what was previewed, with the commitments as they stand in the preview."""
    caller = caller_of(body, people)
    state = view["state"]["values"].get("commitments")
    form = replace(Form.unpack(view["private_metadata"]), commitments=(state["value"]["value"] or "") if state else "")
    place = place_of(form.channel, form.audiences, people, _zone(caller, people, default_zone))
    try:
        done = weekly.confirm(form, caller, place, key=f"view:{view['root_view_id']}", now=clock.now())
    except FormError as error:
        _complain(ack, error, view, caller)
        return
    except UserError as error:
        _complain(ack, FormError({"commitments": error}), view, caller)
        return
    wake()
    ack(response_action="update", view=done)


def change_submitted(
    ack: Ack, body: Body, view: Body, *, amending: Amending, people: People, default_zone: ZoneInfo
) -> None:
    """Show what will change and all dates from then on, or what is wrong in the form."""
    caller, opened = caller_of(body, people), Opened.unpack(view["private_metadata"])
    form = form_in(view, opened.form)
    try:
        _check_people(form, people, opened.form)
        place = place_of(form.channel, form.audiences, people, _zone(caller, people, default_zone))
        shown = amending.preview(opened, form, caller, place)
    except FormError as error:
        _complain(ack, error, view, caller)
        return
    except UserError as error:
        complain(ack, caller, "title", error)
        return
    ack(response_action="push", view=shown)


def change_confirmed(
    ack: Ack, body: Body, view: Body, *, amending: Amending, people: People, default_zone: ZoneInfo
) -> None:
    """Change the series as previewed."""
    caller, asked = caller_of(body, people), Opened.unpack(view["private_metadata"])
    place = place_of(asked.form.channel, asked.form.audiences, people, _zone(caller, people, default_zone))
    try:
        done = amending.confirm(asked, caller, place, key=f"view:{view['root_view_id']}")
    except FormError as error:
        _complain(ack, error, view, caller)
        return
    except UserError as error:
        _complain(ack, FormError({"title": error}), view, caller)
        return
    ack(response_action="update", view=done)


def record_opened(
    ack: Ack, body: Body, action: Body, client: WebClient, *, weekly: Updates, people: People, clock: Clock
) -> None:
    """Open the whole record of a series, or turn its page."""
    caller, target = caller_of(body, people), Target.unpack(action["value"])
    if action["action_id"] == RECORD:
        view = weekly.whole_record(target.series, caller, clock.now())
        client.views_open(trigger_id=body["trigger_id"], view=view | {"private_metadata": caller.channel})
    else:
        channel = body["view"]["private_metadata"]
        view = weekly.whole_record(target.series, replace(caller, channel=channel), clock.now(), target.item or 0)
        client.views_update(view_id=body["view"]["id"], view=view | {"private_metadata": channel})
    ack()


def _zone(caller: Caller, people: People, default_zone: ZoneInfo) -> ZoneInfo:
    return people.person(caller.user).zone or default_zone


def _check_people(form: Form, people: People, opened: Form | None = None) -> None:
    """Raise FormError for a bot, or somebody who has left, among the hosts or as deputy; those who were so stay."""
    kept = {*opened.hosts, opened.deputy} if opened else set()
    fresh = [(name, user) for name, users in (("hosts", form.hosts), ("deputy", (form.deputy,))) for user in users]
    asked = [(name, user) for name, user in fresh if user and user not in kept]
    with ThreadPoolExecutor(max(len(asked), 1)) as pool:
        known = [*pool.map(people.person, (user for _, user in asked))]
    faults: dict[str, UserError] = {}
    for (name, _user), person in zip(asked, known, strict=True):
        try:
            check_fit(person)
        except UserError as fault:
            faults.setdefault(name, fault)
    if faults:
        raise FormError(faults)


def _complain(ack: Ack, error: FormError, view: Body, caller: Caller) -> None:
    """Say what is wrong at each field; where the modal has no such field, in a last modal."""
    told = {name: say(caller.language, fault.key, **fault.values) for name, fault in error.faults.items()}
    placed = {TYPED[name] if name in TYPED and typed(view, TYPED[name]) else name: text for name, text in told.items()}
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if {*placed} <= inputs:
        ack(response_action="errors", errors=placed)
        return
    ack(response_action="update", view=notice(caller.language, [*told.values()], "start.title_not_done"))
