"""Commitments through the real app: the board, adding, changing, two at once, who may, Slack's limits."""

import json
from datetime import date, timedelta

import pytest

from bot.storage import outbox
from bot.storage import series as stored
from bot.storage import sessions as planned
from bot.storage.tables import commitment_changes, commitments, sessions
from bot.updates import ledger
from bot.updates.rows import series_of
from responses.phrases import say
from tests.scenarios.workspace import HOUR, MONDAY, WEEK

OWNER, HOST = "U0BEN0001", "U0CHIARA1"
DUE = date(2026, 9, 18)  # the Friday after MONDAY
LONG = "Publish <the> report & answer 30 questions. " * 68  # 2,992 characters
BOARD, ADD, EDIT = "weekly_commitments", "weekly_commitment_add", "weekly_commitment_edit"


@pytest.fixture
def workspace(open_workspace):
    return open_workspace(starts_at=MONDAY)


@pytest.fixture
def make(workspace):
    """A series of ben's, chiara hosting, with these commitments; return the ts of a post with the board's button."""

    def start(*texts, private=False):
        now = workspace.clock.now()
        row = {
            "title": "Data leak", "channel": "C0GENERAL", "private": private, "language": "en", "zone": "Europe/Berlin",
            "at": "10:00", "first_date": date(2026, 9, 16), "weeks": 3, "owner": OWNER, "hosts": HOST,
            "created_at": now, "request_key": "test",
        }  # fmt: skip
        with workspace.candor.database.write() as connection:
            number = stored.add(connection, row)
            ledger.add_many(connection, series_of(stored.find(connection, number)), texts, OWNER, now)
            planned.add(
                connection, [{"series_id": number, "week": 3, "due_at": now + timedelta(days=60), "status": "planned"}]
            )
        return post(workspace)

    return start


def post(workspace, action=BOARD, value="1||"):
    """Post something with the board's button, as every update has it; return its ts."""
    shown = {"type": "plain_text", "text": "Commitments"}
    row = {"type": "actions", "elements": [{"type": "button", "action_id": action, "value": value, "text": shown}]}
    now = workspace.clock.now()
    with workspace.candor.database.write() as connection:
        outbox.add(connection, key=f"test:{now}", channel="C0GENERAL", text="Update", blocks=[row], now=now)
    workspace.settle()
    return workspace.from_candor("general")[-1]["ts"]


def the_only(found):
    assert len(found) == 1
    return found[0]


def views(workspace, user):
    return workspace._get(f"views?user={user}")["views"]


def top(workspace, user):
    return views(workspace, user)[-1]


def press(workspace, user, action_id, value=None):
    """Press a button in the uppermost modal."""
    more = {} if value is None else {"value": value}
    view_id = top(workspace, user)["id"]
    return workspace._post("click", user=user, view_id=view_id, action_id=action_id, **more)


def fill(workspace, user, **values):
    """Submit the uppermost modal with these inputs; what is not given stays as it is."""
    view = top(workspace, user)
    places = {b["element"]["action_id"]: b["block_id"] for b in view["blocks"] if b["type"] == "input"}
    given = {places[name]: {name: value} for name, value in values.items()}
    return workspace._post("submit", user=user, view_id=view["id"], values=given)


def seen(view):
    return json.dumps(view["blocks"], ensure_ascii=False)


def lines(view):
    return [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]


def open_board(workspace, user, ts):
    assert workspace.click(user, "general", ts, BOARD)["ok"] is True
    return top(workspace, user)


def open_first(workspace, user, ts):
    open_board(workspace, user, ts)
    press(workspace, user, EDIT, f"1||{workspace.rows(commitments)[0].id}")
    return top(workspace, user)


def test_the_board_shows_how_each_commitment_stands(workspace, make):
    ts = make("Audit | 2026-09-18", "Freeze by 2026-12-01", "Answer everybody")
    assert lines(open_board(workspace, "ben", ts)) == [
        f"1. *{say('en', 'commitments.on_track')}* · Audit · due Friday 18 September 2026",
        "2. *On track* · Freeze · due Tuesday 1 December 2026",
        "3. *On track* · Answer everybody",
    ]
    workspace.advance(WEEK)
    assert lines(open_board(workspace, "ben", post(workspace)))[0].startswith("1. *Late by 3 days* · Audit")


def test_the_board_is_in_the_language_of_whoever_looks(workspace, make):
    ts = make("Audit | 2026-09-18")
    assert open_board(workspace, "dieter", ts)["title"]["text"] == say("de", "commitments.title")
    assert "*Im Plan* · Audit · fällig Freitag, 18. September 2026" in seen(top(workspace, "dieter"))


def test_one_is_added_on_top_of_the_board_which_shows_it_at_once(workspace, make):
    ts = make("Audit")
    open_board(workspace, "chiara", ts)
    press(workspace, "chiara", ADD)
    assert len(views(workspace, "chiara")) == 2
    assert fill(workspace, "chiara", text="Publish a <report> & tell", owner="dieter", due="2026-10-01")["ok"] is True
    board = the_only(views(workspace, "chiara"))
    assert "Publish a &lt;report&gt; &amp; tell" in seen(board)
    assert "<@U0DIETER1>" in seen(board)
    row = workspace.rows(commitments)[1]
    assert (row.number, row.text, row.owner, row.due) == (
        2,
        "Publish a <report> & tell",
        "U0DIETER1",
        date(2026, 10, 1),
    )
    assert (row.made_by, row.state) == (HOST, "on_track")


def test_the_same_twice_is_a_complaint_at_the_text(workspace, make):
    ts = make("Audit")
    open_board(workspace, "ben", ts)
    press(workspace, "ben", ADD)
    assert fill(workspace, "ben", text="Audit")["errors"] == {
        "text:0": say("en", "commitments.already_there", number=1)
    }
    assert len(workspace.rows(commitments)) == 1


def test_one_is_changed_and_the_board_shows_the_old_date_struck_through(workspace, make):
    ts = make("Audit 3 systems | 2026-09-18")
    workspace.advance(HOUR)
    open_first(workspace, "ben", ts)
    assert fill(workspace, "ben", due="2026-10-02", reason="The auditors fell ill")["ok"] is True
    board = top(workspace, "ben")
    assert board["callback_id"] == BOARD
    assert "~Friday 18 September 2026~ → *Friday 2 October 2026*" in seen(board)
    assert "The auditors fell ill" in seen(board)
    last = workspace.rows(commitment_changes)[-1]
    assert (last.field, last.old, last.new) == ("due", "2026-09-18", "2026-10-02")
    assert (last.reason, last.changed_by) == ("The auditors fell ill", OWNER)
    assert timedelta(0) <= workspace.clock.now() - last.changed_at < timedelta(minutes=1)
    shown = seen(open_first(workspace, "ben", ts))
    assert f"<@{OWNER}> changed the date from Friday 18 September 2026 to Friday 2 October 2026" in shown


@pytest.mark.parametrize(
    ("values", "block", "key"),
    [
        ({"due": "2026-10-02"}, "reason", "say_why"),
        ({"state": "dropped"}, "reason", "say_why"),
        ({"state": "late"}, "reason", "say_why"),
        ({"due": "2026-09-01", "reason": "oops"}, "due", "date_has_passed"),
        ({"text": " "}, "text", "no_text"),
    ],
)
def test_a_change_that_has_to_say_more_is_a_complaint_in_the_form(workspace, make, values, block, key):
    ts = make("Audit | 2026-09-18")
    open_first(workspace, "ben", ts)
    assert fill(workspace, "ben", **values)["errors"] == {f"{block}:1": say("en", f"commitments.{key}")}
    assert len(workspace.rows(commitment_changes)) == 1
    assert len(views(workspace, "ben")) == 2


def test_done_and_reopened(workspace, make):
    ts = make("Audit | 2026-09-18")
    open_first(workspace, "ben", ts)
    fill(workspace, "ben", state="done")
    assert "*Done, Monday 14 September 2026*" in seen(top(workspace, "ben"))
    open_first(workspace, "ben", ts)
    fill(workspace, "ben", state="on_track")
    assert lines(top(workspace, "ben"))[0].startswith("1. *On track*")
    assert [row.new for row in workspace.rows(commitment_changes)[1:]] == ["done", "on_track"]


def test_an_overdue_one_saved_as_it_is_changes_nothing(workspace, make):
    make("Audit | 2026-09-18")
    workspace.advance(WEEK)
    view = open_first(workspace, "ben", post(workspace))
    states = [each for block in view["state"]["values"].values() for each in block.values()]
    assert [each["selected_option"]["value"] for each in states if "selected_option" in each] == ["late"]
    assert fill(workspace, "ben")["ok"] is True
    assert len(workspace.rows(commitment_changes)) == 1


def test_two_who_edit_at_once(workspace, make):
    ts = make("Audit | 2026-09-18")
    for user in ("ben", "chiara"):
        open_first(workspace, user, ts)
    fill(workspace, "chiara", due="2026-10-02", reason="Illness")
    assert fill(workspace, "ben", text="Audit everything")["response_action"] == "update"
    view = top(workspace, "ben")
    assert say("en", "commitments.changed_meanwhile") in seen(view)
    assert f"<@{HOST}> changed the date" in seen(view)
    assert len(workspace.rows(commitment_changes)) == 2
    assert fill(workspace, "ben")["ok"] is True
    (row,) = workspace.rows(commitments)
    assert (row.text, row.due) == ("Audit everything", date(2026, 10, 2))
    assert [each.changed_by for each in workspace.rows(commitment_changes)] == [OWNER, HOST, OWNER]


def test_everybody_may_look_and_only_its_people_change(workspace, make):
    ts = make(LONG)
    board = open_board(workspace, "efren", ts)
    assert ADD not in seen(board)
    assert LONG.strip() not in seen(board)
    press(workspace, "efren", EDIT)
    view = top(workspace, "efren")
    assert view["blocks"][0]["text"]["text"] == LONG.strip()
    assert view["submit"] is None
    assert "input" not in {block["type"] for block in view["blocks"]}
    assert ADD in seen(open_board(workspace, "ada", ts))  # an admin


def test_the_server_checks_again_whose_modal_is_still_open(workspace, make):
    ts = make("Audit")
    open_first(workspace, "chiara", ts)
    with workspace.candor.database.write() as connection:
        stored.change(connection, 1, hosts=OWNER)
    assert fill(workspace, "chiara", text="Mine")["response_action"] == "update"
    assert f"<@{OWNER}>" in seen(top(workspace, "chiara"))
    assert workspace.rows(commitments)[0].text == "Audit"
    open_board(workspace, "ben", ts)
    with workspace.candor.database.write() as connection:
        stored.end(connection, 1, by=OWNER, now=workspace.clock.now())
    press(workspace, "ben", ADD)
    assert seen(top(workspace, "ben")).count(say("en", "updates.has_ended", number=1)) == 1
    assert open_first(workspace, "ben", ts)["submit"] is None


def test_a_private_series_is_not_shown_to_others(workspace, make):
    ts = make("Secret", private=True)
    with workspace.candor.database.write() as connection:
        stored.change(connection, 1, channel="C0INCIDNT")
    workspace.click("efren", "general", ts, BOARD)
    assert views(workspace, "efren") == []
    assert "Secret" in seen(open_board(workspace, "ben", ts))


def test_slack_takes_a_hundred_of_three_thousand_characters(workspace, make):
    ts = make(*(f"{number} {LONG}"[:3000] for number in range(1, 101)))
    workspace.advance(HOUR)
    for page in range(5):
        board = top(workspace, "ben") if page else open_board(workspace, "ben", ts)
        assert [int(line.partition(".")[0]) for line in lines(board)] == [*range(page * 20 + 1, page * 20 + 21)]
        if page < 4:
            assert press(workspace, "ben", "weekly_page:commitments:on")["ok"] is True
    press(workspace, "ben", EDIT, f"1||{workspace.rows(commitments)[99].id}")
    assert top(workspace, "ben")["title"]["text"] == "Commitment 100"
    assert fill(workspace, "ben", text=("z" + LONG)[:3000], state="dropped", reason="y" * 3000)["ok"] is True
    assert lines(top(workspace, "ben"))  # the board below stands again, on a page of its own
    press(workspace, "ben", "weekly_page:commitments:back")
    assert len(views(workspace, "ben")) == 1


def test_from_the_update_modal_the_board_and_a_form_lie_on_top(workspace, make):
    """Slack takes three; what is saved in the third is shown by the second."""
    make("Audit")
    session = the_only(workspace.rows(sessions))
    workspace.click("ben", "general", post(workspace, "weekly_write", f"1|{session.id}|"), "weekly_write")
    press(workspace, "ben", BOARD)
    press(workspace, "ben", EDIT)
    assert len(views(workspace, "ben")) == 3
    assert fill(workspace, "ben", text="Audit everything")["ok"] is True
    assert [view["callback_id"] for view in views(workspace, "ben")][1:] == [BOARD]
    assert "Audit everything" in seen(top(workspace, "ben"))
