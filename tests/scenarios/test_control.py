"""A series is paused, its sessions skipped, moved and handed over, people leave: through the real app."""

import json
from datetime import UTC, date, datetime

import pytest

from bot.storage import series as stored
from bot.storage.tables import history, series, sessions
from bot.updates.rows import series_of
from bot.updates.timetable import plan_all
from responses.blocks.weekly import values
from responses.blocks.weekly.handing import AMONG, ANYONE, DAY, REASON, TIME
from tests.scenarios.workspace import DAY as ONE_DAY
from tests.scenarios.workspace import HOUR, MONDAY, WEEK, wait_for, words

ADA, BEN, CHIARA, DIETER, EFREN = "U0ADA0001", "U0BEN0001", "U0CHIARA1", "U0DIETER1", "U0EFREN01"
CANDOR = "U0CANDOR1"
FIRST = datetime(2026, 9, 16, 8, 0, tzinfo=UTC)  # ten o'clock in Berlin


@pytest.fixture
def workspace(open_workspace):
    return open_workspace(starts_at=MONDAY)


@pytest.fixture
def begin(workspace):
    """A series of ben's, chiara and dieter hosting in turn, efren their deputy; return its number."""

    def make(**more):
        row = {
            "title": "Data leak", "channel": "C0GENERAL", "private": False, "language": "en", "zone": "Europe/Berlin",
            "at": "10:00", "first_date": date(2026, 9, 16), "weeks": 4, "owner": BEN, "hosts": f"{CHIARA} {DIETER}",
            "deputy": EFREN, "created_at": workspace.clock.now(), "request_key": "test", **more,
        }  # fmt: skip
        with workspace.candor.database.write() as connection:
            number = stored.add(connection, row)
            plan_all(connection, series_of(stored.find(connection, number)), workspace.programme)
        return number

    return make


def command(workspace, text, user="ben", channel="general"):
    """Type a command; return what its answer says."""
    return words(workspace.say(user, channel, f"/candor-updates {text}"))


def statuses(workspace):
    return [row.status for row in workspace.rows(sessions)]


def said(workspace, channel="general"):
    return [words(each) for each in workspace.from_candor(channel) if not each.get("ephemeral_to")]


def press(workspace, user, message, action):
    workspace.click(user, "dm", message["ts"], action)
    return workspace.views(user)[-1] if workspace.views(user) else None


def last_private(workspace, user):
    return words(workspace.from_candor("dm", user=user)[-1])


# --- commands ---


def test_a_pause_and_its_end(workspace, begin):
    number = begin()
    answer = command(workspace, f"pause {number} until 2026-09-30")
    assert "weeks 1–2" in answer
    assert f"/candor-updates resume {number}" in answer
    workspace.advance(8 * ONE_DAY)
    assert statuses(workspace) == ["skipped", "planned", "planned", "planned"]
    (told,) = said(workspace)
    assert "has paused" in told
    assert "30 September 2026" in told
    assert workspace.direct("chiara") == workspace.direct("dieter") == []
    assert "tuloy na" in command(workspace, f"resume {number}", user="efren").lower()
    workspace.settle()
    assert "The next update: Wednesday 23 September 2026" in said(workspace)[-1]
    assert len(workspace.direct("dieter")) == 1  # week 2 is a day away
    workspace.advance(ONE_DAY)
    assert statuses(workspace) == ["skipped", "awaiting", "planned", "planned"]


def test_a_skip_says_why_and_can_be_undone(workspace, begin):
    number = begin()
    assert "Say why" in command(workspace, f"skip {number}")
    answer = workspace.say("ben", "general", f"/candor-updates skip {number} because we are <all> away")
    assert "is skipped" in words(answer)
    workspace.settle()
    assert "The reason: we are &lt;all&gt; away" in said(workspace)[-1]
    assert statuses(workspace)[0] == "skipped"
    private = [each for each in workspace.from_candor("general", user="ben") if each.get("ephemeral_to")][-1]
    workspace.click("ben", "general", private["ts"], values.PUT_BACK)
    workspace.settle()
    assert statuses(workspace)[0] == "planned"
    assert "after all" in said(workspace)[-1]


def test_a_move_and_where_it_is_refused(workspace, begin):
    number = begin()
    assert "must come before the session after it" in command(workspace, f"move {number} to 2026-09-24")
    answer = command(workspace, f"move {number} to Friday at 15:30")
    assert "Friday 18 September 2026, 15:30 (Europe/Berlin)" in answer
    workspace.advance(5 * ONE_DAY)
    reminder = workspace.steps("reminder")[0]
    assert workspace.local_time(reminder, "Europe/Berlin").strftime("%d %H:%M") == "18 15:30"
    assert workspace.rows(sessions)[0].moved_from == FIRST


def test_the_owner_is_changed_by_a_mention(workspace, begin):
    number = begin()
    assert "That is a bot" in command(workspace, f"owner {number} to <@{CANDOR}>")
    assert f"<@{DIETER}>" in command(workspace, f"owner {number} to <@{DIETER}>")
    workspace.settle()
    assert "made you the owner" in workspace.direct("dieter")[0]
    assert "Only the owner" in command(workspace, f"pause {number} until 2026-09-30")


def test_the_end_is_told_and_the_record_says_who(workspace, begin):
    number = begin()
    assert "Weeks 1–4" in command(workspace, f"end {number}")
    workspace.settle()
    assert statuses(workspace) == ["skipped"] * 4
    assert workspace.steps("closing")
    shown = command(workspace, f"show {number}")
    assert f"<@{BEN}> ended the series" in shown
    workspace.advance(WEEK)
    assert workspace.steps("reminder") == workspace.steps("missed") == []


@pytest.mark.parametrize(
    "text",
    ["pause 1 until 2026-09-30", "resume 1", "skip 1 because no", "move 1 to Friday", "end 1", f"owner 1 to <@{ADA}>"],
)
def test_somebody_elses_series_is_not_theirs_to_change(workspace, begin, text):
    begin(hosts=CHIARA, deputy=None)
    before = workspace.rows(series), workspace.rows(sessions)
    assert "Nur " in command(workspace, text, user="dieter")
    assert before == (workspace.rows(series), workspace.rows(sessions))
    assert workspace.rows(history) == []


# --- the host's buttons ---


@pytest.fixture
def asked(workspace, begin):
    """Chiara has been asked to prepare week 1; return her message."""
    begin()
    workspace.advance(ONE_DAY + HOUR)
    (message,) = workspace.from_candor("dm", user="chiara")
    return message


def test_the_host_skips_by_a_button_with_a_reason(workspace, asked):
    view = press(workspace, "chiara", asked, values.SKIP)
    assert view["title"]["text"] == "Salta l'appuntamento"
    workspace.submit("chiara", view["id"], {REASON: {REASON: "Sciopero & <ferie>"}})
    workspace.settle()
    assert "The reason: Sciopero &amp; &lt;ferie&gt;" in said(workspace)[-1]
    done = workspace.views("chiara")[-1]
    assert "saltata" in json.dumps(done["blocks"])
    workspace.click_in_view("chiara", done["id"], values.PUT_BACK)
    workspace.settle()
    assert statuses(workspace)[0] == "planned"
    assert "si fa di nuovo" in json.dumps(workspace.views("chiara")[-1]["blocks"])


def test_a_skip_can_still_be_undone_from_the_message_once_its_confirmation_is_closed(workspace, asked):
    view = press(workspace, "chiara", asked, values.SKIP)
    workspace.submit("chiara", view["id"], {REASON: {REASON: "Sciopero"}})
    workspace.close_view("chiara", workspace.views("chiara")[-1]["id"])
    for button in (values.WRITE, values.SKIP, values.MOVE, values.HAND_OVER):
        workspace.click("chiara", "dm", asked["ts"], button)
        private = [each for each in workspace.from_candor("dm", user="chiara") if each.get("ephemeral_to")][-1]
        assert values.PUT_BACK in json.dumps(private["blocks"]), button
    assert workspace.views("chiara") == []
    workspace.click("chiara", "dm", private["ts"], values.PUT_BACK)
    workspace.settle()
    assert statuses(workspace)[0] == "planned"


def test_the_host_moves_the_session_and_errors_stand_at_the_field(workspace, asked):
    view = press(workspace, "chiara", asked, values.MOVE)
    fields = view["state"]["values"]
    assert (fields[DAY][DAY]["selected_date"], fields[TIME][TIME]["selected_time"]) == ("2026-09-16", "10:00")
    answer = workspace.submit("chiara", view["id"], {DAY: {DAY: "2026-09-14"}})
    assert "già passato" in answer["errors"][DAY]
    answer = workspace.submit("chiara", view["id"], {DAY: {DAY: "2026-09-25"}})
    assert "prima dell'appuntamento successivo" in answer["errors"][DAY]
    workspace.submit("chiara", view["id"], {DAY: {DAY: "2026-09-17"}, TIME: {TIME: "09:15"}})
    workspace.settle()
    assert workspace.rows(sessions)[0].due_at == datetime(2026, 9, 17, 7, 15, tzinfo=UTC)
    assert "Thursday 17 September 2026, 09:15" in said(workspace)[-1]
    workspace.advance(2 * ONE_DAY)
    assert len(workspace.steps("prepare", "dm", "chiara")) == 2
    assert len(workspace.steps("reminder")) == 1


def test_the_host_hands_the_session_over_and_both_are_told(workspace, asked):
    view = press(workspace, "chiara", asked, values.HAND_OVER)
    offered = next(block for block in view["blocks"] if block["block_id"] == AMONG)
    assert [option["value"] for option in offered["element"]["options"]] == [DIETER, EFREN]
    answer = workspace.submit("chiara", view["id"])
    assert answer["errors"] == {ANYONE: "Scegli qualcuno."}
    for wrong, complaint in [(CANDOR, "bot"), (CHIARA, "già tua")]:
        answer = workspace.submit("chiara", view["id"], {ANYONE: {ANYONE: wrong}})
        assert complaint in answer["errors"][ANYONE]
    workspace.submit("chiara", view["id"], {AMONG: {AMONG: DIETER}, ANYONE: {ANYONE: None}})
    workspace.settle()
    request = workspace.from_candor("dm", user="dieter")[-1]
    workspace.click("dieter", "dm", request["ts"], values.HAND_OVER_ACCEPT)
    workspace.settle()
    assert workspace.rows(sessions)[0].host == DIETER
    assert f"<@{DIETER}> takes over" in workspace.direct("chiara")[-1]
    assert "gehört Ihnen" in workspace.direct("dieter")[0]  # the request has made way for the answer
    assert values.HAND_OVER_ACCEPT not in json.dumps(workspace.from_candor("dm", user="dieter")[0])
    assert len(workspace.steps("prepare", "dm", "dieter")) == 1
    workspace.advance(ONE_DAY)
    assert f"<@{DIETER}>" in words(workspace.steps("reminder")[0])
    assert workspace.steps("nudge", "dm", "chiara") == []


def test_a_declined_request_goes_back_to_the_host_who_asks_somebody_from_outside(workspace, asked):
    view = press(workspace, "chiara", asked, values.HAND_OVER)
    workspace.submit("chiara", view["id"], {AMONG: {AMONG: EFREN}})
    workspace.settle()
    request = workspace.from_candor("dm", user="efren")[-1]
    workspace.click("efren", "dm", request["ts"], values.HAND_OVER_DECLINE)
    workspace.settle()
    told = workspace.from_candor("dm", user="chiara")[-1]
    assert f"<@{EFREN}> cannot" in words(told)
    workspace.close_view("chiara", workspace.views("chiara")[-1]["id"], everything=True)
    view = press(workspace, "chiara", told, values.HAND_OVER)
    workspace.submit("chiara", view["id"], {ANYONE: {ANYONE: ADA}})
    workspace.settle()
    request = workspace.from_candor("dm", user="ada")[-1]
    workspace.click("ada", "dm", request["ts"], values.HAND_OVER_ACCEPT)
    workspace.settle()
    # She is none of the series' people, and writes this one all the same.
    message = workspace.steps("prepare", "dm", "ada")[-1]
    workspace.click("ada", "dm", message["ts"], values.NOTHING_NEW)
    workspace.advance(ONE_DAY)
    assert statuses(workspace)[0] == "posted"


def test_a_button_that_comes_too_late_says_so(workspace, asked):
    workspace.click("chiara", "dm", asked["ts"], values.NOTHING_NEW)
    workspace.advance(ONE_DAY)
    assert statuses(workspace)[0] == "posted"
    for action in (values.SKIP, values.MOVE, values.HAND_OVER):
        workspace.click("chiara", "dm", asked["ts"], action)
        assert workspace.views("chiara") == []
        assert "già pubblicato" in last_private(workspace, "chiara")


# --- people who leave ---


def test_a_host_who_is_deactivated_is_replaced_by_the_deputy_and_the_admins_hear_of_it(workspace, begin):
    number = begin()
    workspace.deactivate("chiara")
    wait_for(lambda: workspace.rows(series)[0].hosts == f"{EFREN} {DIETER}", "the replacement")
    workspace.settle()
    assert f"<@{CHIARA}>" in workspace.direct("ada")[-1]
    assert len(workspace.direct("efren")) == 1
    workspace.advance(2 * ONE_DAY + HOUR)
    assert len(workspace.steps("prepare", "dm", "efren")) == 1
    assert f"<@{EFREN}>" in words(workspace.steps("reminder")[0])
    assert "left the workspace" in command(workspace, f"show {number}")


def test_a_series_outlives_its_creator(workspace, begin):
    """zulip/zulip#36825."""
    begin(hosts=BEN)
    workspace.deactivate("ben")
    wait_for(lambda: workspace.rows(series)[0].owner == EFREN, "the replacement")
    workspace.advance(2 * ONE_DAY + HOUR)
    assert len(workspace.steps("reminder")) == 1
    assert f"<@{EFREN}>" in words(workspace.steps("reminder")[0])


def test_somebody_who_left_while_candor_was_away_is_noticed_before_the_next_step(workspace, begin):
    begin()
    workspace.stop_app()
    workspace.deactivate("chiara")
    workspace.start_app()
    # Whatever became of the event: Slack gives up on it in the end.
    workspace.advance(2 * ONE_DAY + HOUR)
    assert workspace.rows(series)[0].hosts == f"{EFREN} {DIETER}"
    assert len(workspace.steps("prepare", "dm", "efren")) == 1


def test_where_nobody_is_left_an_admin_takes_it_over(workspace, begin):
    number = begin(hosts=BEN, deputy=None)
    workspace.deactivate("ben")
    workspace.settle()
    wait_for(lambda: workspace.direct("ada"), "the message to the admins")
    assert f"/candor-updates owner {number} to @USER" in workspace.direct("ada")[-1]
    assert f"<@{ADA}>" in command(workspace, f"owner {number} to <@{ADA}>", user="ada")
    workspace.advance(2 * ONE_DAY + HOUR)
    assert (workspace.rows(series)[0].owner, workspace.rows(series)[0].hosts) == (ADA, ADA)
    assert f"<@{ADA}>" in words(workspace.steps("reminder")[0])
