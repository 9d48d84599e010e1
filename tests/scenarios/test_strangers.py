"""Nobody changes a series who may not: each command, button and modal in the hands of a stranger, forged ones too."""

import json
from datetime import date, timedelta

import pytest
from slack_bolt import BoltRequest
from sqlalchemy import select

from bot.storage import asked, commitments, outbox
from bot.storage import series as stored
from bot.storage import sessions as kept
from bot.storage.tables import metadata
from bot.updates.amending import Opened
from bot.updates.forms import form_of
from bot.updates.rows import series_of
from bot.updates.timetable import plan_all
from responses.blocks.weekly import asking, box, handing, values, writing
from responses.blocks.weekly import commitment_forms as promised
from responses.blocks.weekly import form as terms
from responses.blocks.weekly import preview as previews
from responses.blocks.weekly.asking import Spot
from responses.blocks.weekly.values import Target
from responses.phrases import say
from tests.scenarios.workspace import MONDAY

BEN, STRANGER = "U0BEN0001", "U0DIETER1"
SERIES, SESSION = 1, 2
TARGET, ABOUT_ONE = Target(SERIES).pack(), Target(SERIES, SESSION).pack()
COMMANDS = [
    "pause 1 until 2026-12-01", "resume 1", "skip 1 because I say so", "move 1 to 2026-09-18", "end 1",
    f"owner 1 <@{STRANGER}>", "change 1", "now 1",
]  # fmt: skip
BUTTONS = {
    values.WRITE: ABOUT_ONE, values.NOTHING_NEW: ABOUT_ONE, values.HAND_OVER: ABOUT_ONE,
    values.HAND_OVER_ACCEPT: ABOUT_ONE, values.HAND_OVER_DECLINE: ABOUT_ONE, values.MOVE: ABOUT_ONE,
    values.SKIP: ABOUT_ONE, values.PUT_BACK: ABOUT_ONE, values.COMMITMENT_ADD: TARGET,
    values.GO_ON_MONTHLY: TARGET, values.LEAVE_IT: TARGET,
}  # fmt: skip
READING = {
    values.COMMITMENTS: TARGET, values.QUESTIONS: TARGET, values.ASK: TARGET, values.RECORD: TARGET,
    values.EXPORT: TARGET, values.READ_IN_FULL: Target(SERIES, None, 1).pack(),
    values.VOTE: Target(SERIES, None, 1).pack(), values.QUESTION_OPEN: Target(SERIES, None, 1).pack(),
    values.COMMITMENT_EDIT: Target(SERIES, None, 1).pack(),
}  # fmt: skip
MODALS = [
    writing.WRITE_MODAL, writing.PREVIEW_MODAL, handing.SKIP_MODAL, handing.MOVE_MODAL, handing.HAND_OVER_MODAL,
    promised.ADD_MODAL, promised.CHANGE_MODAL, previews.CHANGE_PREVIEW, box.QUESTION_MODAL,
]  # fmt: skip


def typed(name, **value):
    return {name: {name: value}}


@pytest.fixture(scope="module")
def workspace(shared):
    return shared(over="http", starts_at=MONDAY)


@pytest.fixture(scope="module")
def series(workspace):
    """A series of ben's with a commitment, a question and a written update; return it."""
    now = workspace.clock.now()
    row = {
        "title": "Data leak", "channel": "C0SECRET1", "private": False, "language": "en", "zone": "Europe/Berlin",
        "at": "10:00", "first_date": date(2026, 9, 16), "weeks": 4, "owner": BEN, "hosts": BEN, "created_at": now,
        "request_key": "test",
    }  # fmt: skip
    with workspace.candor.database.write() as connection:
        number = stored.add(connection, row)
        made = series_of(stored.find(connection, number))
        plan_all(connection, made, workspace.programme)
        draft = {"series_id": number, "texts": {"done": "old"}, "draft": {"done": "new"}, "author": BEN}
        kept.save_update(connection, SESSION, draft | {"saved_at": now})
        promise = {"text": "An audit", "owner": BEN, "due": None, "state": "on_track", "reason": None}
        commitments.add(connection, number, promise | {"made_at": now, "made_by": BEN})
        question = {"series_id": number, "key": "q", "text": "Why?", "asked_by": BEN, "asked_at": now}
        asked.add(connection, question)
        outbox.add(connection, key="x", channel="C0SECRET1", text="x", blocks=[], now=now + timedelta(days=99))
    assert number == SERIES
    return made


@pytest.fixture(params=["public", "private"])
def private(request, workspace, series):
    with workspace.candor.database.write() as connection:
        stored.change(connection, series.id, private=request.param == "private")
    return request.param == "private"


def modals(series):
    """Return each modal that changes something, as one who opened it in time would submit it."""
    form = form_of(series, series.first_date)
    asking_for = Opened(SERIES, 1, terms.Form(**{**vars(form), "title": "Mine now"}), ("title",))
    fields = {
        promised.TEXT: {"value": "Mine"}, promised.DUE: {"selected_date": None}, promised.OWNER: {"selected_user": None}
    }  # fmt: skip
    state = {promised.STATE: {"selected_option": {"value": "dropped"}}, promised.REASON: {"value": "because"}}
    origin = json.dumps({"series": SERIES, "channel": "", "page": None, "commitment": 1, "version": 0})
    answer = {box.block_of("answer", 1): {asking.FIELD: {"value": "42"}}}
    return {
        writing.WRITE_MODAL: (ABOUT_ONE, {"done": {"text": {"value": "hacked"}}}),
        writing.PREVIEW_MODAL: (f"{Target(SERIES, SESSION, 1).pack()}#1", {}),
        handing.SKIP_MODAL: (ABOUT_ONE, typed(handing.REASON, value="because")),
        handing.MOVE_MODAL: (ABOUT_ONE, typed(handing.DAY, selected_date="2026-09-24")),
        handing.HAND_OVER_MODAL: (ABOUT_ONE, typed(handing.ANYONE, selected_user=STRANGER)),
        promised.ADD_MODAL: (origin, {name: {name: held} for name, held in fields.items()}),
        promised.CHANGE_MODAL: (origin, {name: {name: held} for name, held in (fields | state).items()}),
        previews.CHANGE_PREVIEW: (asking_for.pack(), {}),
        box.QUESTION_MODAL: (Spot(SERIES, question=1).pack(), answer),
    }


def send(workspace, **body):
    """Hand the app what Slack would; return the answer's body."""
    place = {"team": {"id": "T1"}, "user": {"id": STRANGER}, "trigger_id": "1.2.3", "token": "x"}
    response = workspace.candor.app.dispatch(BoltRequest(body=place | body, mode="socket_mode"))
    assert response.status == 200
    return json.loads(response.body) if response.body else {}


def everything(workspace):
    with workspace.candor.database.read() as connection:
        return {
            table.name: connection.execute(select(table).order_by(*table.primary_key.columns)).all()
            for table in metadata.sorted_tables
        }


@pytest.fixture
def told(monkeypatch):
    said = []

    def note(_url, message, **_more):
        said.append(message.text)

    for module in ("clicks", "failures", "control", "audience", "closing"):
        monkeypatch.setattr(f"bot.listeners.{module}.respond", note)
    return said


@pytest.mark.parametrize("text", COMMANDS)
def test_a_command(workspace, series, private, text):
    before = everything(workspace)
    command = {"command": "/candor-updates", "text": text, "user_id": STRANGER, "channel_id": "C0GENERAL"}
    said = send(workspace, **command, team_id="T1", response_url="http://127.0.0.1:9/")
    assert said["response_type"] == "ephemeral"
    assert (BEN in said["text"]) == (not private), "who may is told only where the series is known at all"
    assert everything(workspace) == before


@pytest.mark.parametrize("action", BUTTONS)
def test_a_button(workspace, series, private, told, action):
    before = everything(workspace)
    click = {"type": "button", "action_id": action, "block_id": "b", "value": BUTTONS[action]}
    send(
        workspace, type="block_actions", actions=[click], channel={"id": "C0GENERAL"}, message={"ts": "1.0"},
        response_url="http://127.0.0.1:9/",
    )  # fmt: skip
    assert len(told) == 1
    assert not private or BEN not in told[0]
    assert everything(workspace) == before


@pytest.mark.parametrize("private", ["private"], indirect=True)
@pytest.mark.parametrize("action", READING)
def test_a_private_series_is_not_shown_outside(workspace, series, private, told, action):
    before = everything(workspace)
    click = {"type": "button", "action_id": action, "block_id": "b", "value": READING[action]}
    send(
        workspace, type="block_actions", actions=[click], channel={"id": "C0GENERAL"}, message={"ts": "1.0"},
        response_url="http://127.0.0.1:9/",
    )  # fmt: skip
    assert len(told) == 1
    assert "Data leak" not in told[0]
    assert everything(workspace) == before


@pytest.mark.parametrize("callback", MODALS)
def test_a_modal_that_was_opened_before_the_right_was_lost(workspace, series, private, callback):
    before = everything(workspace)
    metadata_, state = modals(series)[callback]
    blocks = [{"type": "input", "block_id": name} for name in state]
    view = {
        "type": "modal", "id": "V1", "root_view_id": "V1", "callback_id": callback, "private_metadata": metadata_,
        "state": {"values": state}, "blocks": blocks,
    }  # fmt: skip
    answer = send(workspace, type="view_submission", view=view)
    assert answer.get("response_action") in {"push", "update", "errors"}, "an empty answer would say that it is done"
    said = json.dumps(answer)
    assert say("de", "failures.unexpected", reference="")[:20] not in said
    assert "<@" not in json.dumps(answer.get("errors", {})), "at a field Slack shows no mention"
    assert everything(workspace) == before
