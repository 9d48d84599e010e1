"""Where somebody is in the modals with a series' questions, and what they see there."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from slack_sdk import WebClient

from bot.errors import UserError
from bot.people import People
from bot.updates import asking as rules
from bot.updates.access import Caller
from bot.updates.audience import Audience
from responses.blocks.weekly import asking, box
from responses.blocks.weekly.asking import Spot
from responses.phrases import say

Body = Mapping[str, Any]


def view_at(audience: Audience, caller: Caller, spot: Spot, notice: str = "") -> dict[str, Any]:
    """Return the modal for where somebody is: one question, or a page of a list."""
    if spot.question is not None:
        opened = audience.open(spot.question, caller)
        merged = [(each.id, each.text) for each in opened.merged]
        shown = box.Shown(opened.line, merged, opened.others, opened.may_answer, opened.counted)
        spot = replace(spot, question=opened.line.id, answered=opened.line.answer is not None)
        return box.question_modal(caller.language, spot, shown, notice)
    found = audience.listing(spot.series, caller)
    lines = found.answered if spot.answered else found.open
    number, on_page = rules.on_page(lines, spot.page, box.ON_PAGE)
    page = box.Page(
        title=found.series.title, lines=on_page, pages=rules.pages(len(lines), box.ON_PAGE), open=len(found.open),
        answered=len(found.answered), mine=found.mine, may_ask=found.series.ended_at is None,
    )  # fmt: skip
    return box.list_modal(caller.language, replace(spot, page=number), page, notice)


def view_or_words(audience: Audience, caller: Caller, spot: Spot, notice: str) -> dict[str, Any]:
    """Return the modal with something to say, or only that where the modal itself may not be seen any more."""
    try:
        return view_at(audience, caller, spot, notice)
    except UserError:
        return asking.told_modal(caller.language, spot, notice)


def show(body: Body, client: WebClient, view: dict[str, Any]) -> None:
    """Open a modal, or lay it on the one whose button was clicked."""
    show = client.views_push if "view" in body else client.views_open
    show(trigger_id=body["trigger_id"], view=view)


def instead(body: Body, caller: Caller, spot: Spot, error: UserError) -> dict[str, Any]:
    """Return what is shown in place of a modal; below a message the person is told there, as by any other button."""
    if "view" not in body:
        raise error
    return asking.told_modal(caller.language, spot, said(caller, error))


def said(caller: Caller, error: UserError) -> str:
    """Return what a person is told who did something that cannot be done."""
    return say(caller.language, error.key, **error.values)


def caller_at(body: Body, people: People) -> Caller:
    """Return who clicked, and in which channel they came here."""
    user = body["user"]["id"]
    person = people.person(user)
    return Caller(user, _came_from(body).channel, person.language, person.is_admin)


def spot_at(body: Body, series: int) -> Spot:
    """Return where a click stands that is about a series."""
    return replace(_came_from(body), series=series)


def _came_from(body: Body) -> Spot:
    """Return where somebody clicked: what our own modal knows of it, else the message; of other modals nothing."""
    if "view" in body:
        with suppress(ValueError, TypeError):
            return Spot.unpack(body["view"]["private_metadata"])
        return Spot(0)
    message = body.get("message") or {}
    thread_ts = message.get("thread_ts") or message.get("ts") or ""
    return Spot(0, channel=(body.get("channel") or {}).get("id", ""), thread_ts=thread_ts)


def field_of(view: Body, block_id: str, name: str) -> Any:
    """Return what stands in one of our inputs, None where there is no such input."""
    return view["state"]["values"].get(block_id, {}).get(asking.FIELD, {}).get(name)
