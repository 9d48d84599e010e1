"""Commitments: the board, and the forms that add and change one."""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.delivery.outcomes import CALL_ERRORS
from bot.errors import UserError
from bot.people import People
from bot.updates.access import Caller
from bot.updates.commitments import Content
from bot.updates.ledger import ChangedMeanwhileError, Ledger, Opened
from responses.blocks.weekly import commitment_board as boards
from responses.blocks.weekly import commitment_forms as forms
from responses.blocks.weekly.values import Target
from responses.phrases import say

Body = Mapping[str, Any]
# Which input a complaint belongs to.
PLACES = {
    "commitments.say_why": forms.REASON,
    "commitments.date_has_passed": forms.DUE,
    "commitments.no_text": forms.TEXT,
    "commitments.too_long": forms.TEXT,
    "commitments.too_many": forms.TEXT,
    "commitments.already_there": forms.TEXT,
}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Origin:
    """What a modal remembers: the series, where its button was clicked, the board's page (None: no board below)."""

    series: int
    channel: str
    page: int | None = None
    commitment: int = 0
    version: int = 0

    def pack(self) -> str:
        """Return it as private_metadata."""
        return json.dumps(asdict(self))

    @classmethod
    def unpack(cls, metadata: str) -> "Origin":
        """Return what `pack` made."""
        return cls(**json.loads(metadata))


def open_board(
    client: WebClient, trigger_id: str, *, ledger: Ledger, number: int, caller: Caller, on_top: bool = False
) -> None:
    """Open the board of a series, laid on the modal from which the trigger comes if `on_top`; UserError if unknown."""
    view = _board(ledger, caller, Origin(number, caller.channel, 0))
    _show(client, trigger_id, view, on_top=on_top)


def board_opened(ack: Ack, body: Body, action: Body, client: WebClient, *, ledger: Ledger, people: People) -> None:
    """Open the board, from a message or from another modal."""
    number, caller = Target.unpack(action["value"]).series, _caller(body, people)
    open_board(client, body["trigger_id"], ledger=ledger, number=number, caller=caller, on_top="view" in body)
    ack()


def page_turned(ack: Ack, body: Body, action: Body, client: WebClient, *, ledger: Ledger, people: People) -> None:
    """Show another page of the board."""
    page = Target.unpack(action["value"]).item or 0
    _refresh(client, body["view"]["id"], ledger, _caller(body, people), replace(_origin(body), page=page))
    ack()


def add_opened(ack: Ack, body: Body, action: Body, client: WebClient, *, ledger: Ledger, people: People) -> None:
    """Ask for a new commitment; whoever may not add one any more sees why."""
    caller, below = _caller(body, people), _board_below(body)
    origin = Origin(Target.unpack(action["value"]).series, caller.channel, below)
    try:
        ledger.check(origin.series, caller)
        view = forms.add_modal(caller.language, origin.pack())
    except UserError as error:
        if "view" not in body:
            raise
        view = _told(error, caller, origin)
    _show(client, body["trigger_id"], view, on_top="view" in body)
    ack()


def commitment_opened(ack: Ack, body: Body, action: Body, client: WebClient, *, ledger: Ledger, people: People) -> None:
    """Show one commitment: as a form to those who may change it, to be read to everybody else."""
    caller, below, target = _caller(body, people), _board_below(body), Target.unpack(action["value"])
    origin = Origin(target.series, caller.channel, below, commitment=target.item or 0)
    try:
        opened = ledger.open(origin.commitment, caller)
        view = _one(opened, caller, replace(origin, version=opened.commitment.version))
    except UserError as error:
        if "view" not in body:
            raise
        view = _told(error, caller, origin)
    _show(client, body["trigger_id"], view, on_top="view" in body)
    ack()


def added(ack: Ack, body: Body, view: Body, client: WebClient, *, ledger: Ledger, people: People) -> None:
    """Add the commitment in the form; complaints are shown in it."""
    caller, origin = _caller(body, people), _origin(body)
    try:
        ledger.add(origin.series, caller, _content(view))
    except UserError as error:
        _complain(ack, error, caller, origin, version=0)
        return
    _refresh_below(client, view, ledger, caller, origin)
    ack()


def changed(ack: Ack, body: Body, view: Body, client: WebClient, *, ledger: Ledger, people: People) -> None:
    """Change the commitment as the form says; where somebody else was faster, show what both have made of it."""
    caller, origin = _caller(body, people), _origin(body)
    try:
        ledger.change(origin.commitment, caller, origin.version, _content(view))
    except ChangedMeanwhileError as error:
        now = replace(origin, version=error.current.commitment.version)
        form = _form(error.current, error.merged, error.merged.reason)
        ack(response_action="update", view=forms.change_modal(caller.language, form, now.pack(), error.changes))
        return
    except UserError as error:
        _complain(ack, error, caller, origin, version=origin.version)
        return
    _refresh_below(client, view, ledger, caller, origin)
    ack()


def _show(client: WebClient, trigger_id: str, view: dict[str, Any], *, on_top: bool) -> None:
    show = client.views_push if on_top else client.views_open
    show(trigger_id=trigger_id, view=view)


def _board(ledger: Ledger, caller: Caller, origin: Origin) -> dict[str, Any]:
    board = ledger.board(origin.series, caller)
    page = boards.BoardPage(board.series.id, board.series.title, board.lines, origin.page or 0, board.may_change)
    return boards.board_modal(caller.language, page, origin.pack())


def _one(opened: Opened, caller: Caller, origin: Origin) -> dict[str, Any]:
    form = _form(opened, opened.shown)
    if opened.may_change:
        return forms.change_modal(caller.language, form, origin.pack())
    return forms.reading_modal(caller.language, form, opened.line, origin.pack())


def _form(opened: Opened, content: Content, said: str | None = None) -> forms.Form:
    commitment = opened.commitment
    return forms.Form(
        commitment.number, content.text, content.owner, content.due, content.state, commitment.content.reason,
        commitment.changes, opened.series.zone, said,
    )  # fmt: skip


def _told(error: UserError, caller: Caller, origin: Origin) -> dict[str, Any]:
    return boards.told_modal(caller.language, say(caller.language, error.key, **error.values), origin.pack())


def _complain(ack: Ack, error: UserError, caller: Caller, origin: Origin, *, version: int) -> None:
    """Show a complaint at its input; what belongs to none, such as a right that is gone, takes the form's place."""
    if place := PLACES.get(error.key):
        text = say(caller.language, error.key, **error.values)
        ack(response_action="errors", errors={forms.block_id(place, version): text})
    else:
        ack(response_action="update", view=_told(error, caller, origin))


def _refresh_below(client: WebClient, view: Body, ledger: Ledger, caller: Caller, origin: Origin) -> None:
    if origin.page is not None and view.get("previous_view_id"):
        _refresh(client, view["previous_view_id"], ledger, caller, origin)


def _refresh(client: WebClient, view_id: str, ledger: Ledger, caller: Caller, origin: Origin) -> None:
    below = Origin(origin.series, origin.channel, origin.page)
    try:
        client.views_update(view_id=view_id, view=_board(ledger, caller, below))
    except CALL_ERRORS as error:
        # It was closed meanwhile, or Slack is slow; what was saved is saved.
        log.warning("a board was not refreshed: %s", type(error).__name__)


def _content(view: Body) -> Content:
    typed = {action: state for block in view["state"]["values"].values() for action, state in block.items()}
    due, owner = typed[forms.DUE]["selected_date"], typed[forms.OWNER]["selected_user"]
    content = Content(typed[forms.TEXT]["value"] or "", owner, date.fromisoformat(due) if due else None)
    if forms.STATE not in typed:
        return content
    state, reason = typed[forms.STATE]["selected_option"]["value"], typed[forms.REASON]["value"]
    return replace(content, state=state, reason=reason or None)


def _board_below(body: Body) -> int | None:
    """Return the page of the board in which something was clicked, None if it was clicked elsewhere."""
    view = body.get("view") or {}
    return _origin(body).page if view.get("callback_id") == boards.BOARD_MODAL else None


def _origin(body: Body) -> Origin:
    return Origin.unpack(body["view"]["private_metadata"])


def _caller(body: Body, people: People) -> Caller:
    """Return who clicked, and in which channel: one's own modals know where they were opened."""
    user, view = body["user"]["id"], body.get("view") or {}
    person = people.person(user)
    ours = view.get("callback_id") in {boards.BOARD_MODAL, forms.ADD_MODAL, forms.CHANGE_MODAL}
    channel = _origin(body).channel if ours else (body.get("channel") or {}).get("id", "")
    return Caller(user, channel, person.language, person.is_admin)
