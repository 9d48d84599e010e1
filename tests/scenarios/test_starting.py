"""Starting and changing a series in the real app: the modal, all dates before they are confirmed, the record."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from slack_bolt import BoltRequest

from bot.storage.tables import history, series, sessions
from responses.blocks.weekly.values import RECORD
from responses.phrases import say
from tests.scenarios.workspace import DAY, HOUR, MONDAY, the_only, words

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def workspace(open_workspace):
    return open_workspace(starts_at=MONDAY)


def filled(**values):
    return {name: {"value": value} for name, value in values.items()}


def top(workspace, user="ben"):
    return workspace.views(user)[-1]


def start(workspace, user="ben", channel="general"):
    assert workspace.say(user, channel, "/candor-updates start") == {}
    return top(workspace, user)


def shown(workspace, command, user="ben"):
    return words(workspace.say(user, "general", f"/candor-updates {command}"))


def weeks(workspace, number=1):
    rows = sorted((row for row in workspace.rows(sessions) if row.series_id == number), key=lambda row: row.week)
    return [f"{row.due_at.astimezone(BERLIN):%m-%d %H:%M}" for row in rows]


def test_a_series_is_started_by_the_modal_after_all_its_dates_were_shown(workspace):
    form = start(workspace)
    held = form["state"]["values"]
    assert held["channel"]["value"]["selected_conversation"] == "C0GENERAL"
    assert held["hosts"]["value"]["selected_users"] == ["U0BEN0001"]
    assert held["zone"]["value"]["selected_option"]["value"] == "America/New_York"  # ben's own
    answer = workspace.submit("ben", form["id"], filled(
        title="Data leak", hosts=["ben", "ada"], deputy="ada", zone="Europe/Berlin", first_date="2026-10-21", weeks="5",
        holidays="DE", other_holidays="de-by", holiday_policy="move", at="10:00", language="de",
        commitments="Publish the report | 2026-12-01\n\nEncrypt calls",
    ))  # fmt: skip
    assert answer["response_action"] == "push"
    assert workspace.rows(series) == []
    preview = words(top(workspace))
    assert "1. Wednesday 21 October 2026, 10:00 · 08:00 UTC · 04:00 America/New_York" in preview
    assert "2. Wednesday 28 October 2026, 10:00 · 09:00 UTC · 05:00 America/New_York" in preview
    assert preview.count(say("en", "updates.clock_change")) == 1
    workspace.submit("ben", top(workspace)["id"])
    assert "*Data leak* is set up as update series *1*" in words(top(workspace))
    workspace.settle()
    announced = the_only(workspace.from_candor("general"))
    text = words(announced)
    for part in ("Wöchentliches Update: Data leak", "jeden Mittwoch um 10:00 Uhr (Europe/Berlin), 5 Termine",
                 "Publish the report", "Encrypt calls", "<!date^", "<@U0ADA0001>"):  # fmt: skip
        assert part in text, part
    assert weeks(workspace) == ["10-21 10:00", "10-28 10:00", "11-04 10:00", "11-11 10:00", "11-18 10:00"]
    (made,) = workspace.rows(series)
    assert (made.hosts, made.deputy, made.holidays, made.holiday_policy, made.language) == (
        "U0BEN0001 U0ADA0001", "U0ADA0001", "DE-BY", "move", "de",
    )  # fmt: skip


def test_closing_the_last_modal_closes_all(workspace):
    form = start(workspace)
    workspace.submit("ben", form["id"], filled(title="Data leak"))
    workspace.submit("ben", top(workspace)["id"])
    workspace.close_view("ben", top(workspace)["id"])
    assert workspace.views("ben") == []


def test_what_is_wrong_is_told_at_its_field_and_all_at_once(workspace):
    form = start(workspace)
    wrong = filled(
        title=" ", first_date="2026-09-13", other_zone="Berlin", weeks="105", other_holidays="Bavaria",
        commitments="Report | 2026-02-30",
    )  # fmt: skip
    answer = workspace.submit("ben", form["id"], wrong)
    assert answer["response_action"] == "errors"
    assert {*answer["errors"]} == {"title", "other_zone", "weeks", "other_holidays", "commitments", "first_date"}
    assert answer["errors"]["first_date"] == say("en", "start.past")
    assert workspace.rows(series) == []


def test_a_preview_confirmed_twice_is_one_series(workspace):
    """The answer to the first submission is lost: the person presses again."""
    form = start(workspace)
    workspace.submit("ben", form["id"], filled(title="Data leak"))
    preview = top(workspace)
    workspace.submit("ben", preview["id"])
    workspace.settle()
    body = {"type": "view_submission", "user": {"id": "U0BEN0001"}, "team": {"id": "T1"}, "view": preview}
    again = workspace.candor.app.dispatch(_request(body))
    assert again.status == 200
    assert len(workspace.rows(series)) == 1
    the_only(workspace.from_candor("general"))


def _request(body):
    return BoltRequest(body=json.dumps(body), mode="socket_mode")


def test_a_channel_without_candor_is_told_before_and_after(workspace):
    form = start(workspace)
    workspace.submit("ben", form["id"], filled(title="Data leak", channel="random", audiences=["general"]))
    invitation = say("en", "updates.invite", channel="<#C0RANDOM1>")
    assert invitation in words(top(workspace))
    assert say("en", "updates.invite", channel="<#C0GENERAL>") not in words(top(workspace))
    workspace.submit("ben", top(workspace)["id"])
    assert invitation in words(top(workspace))
    workspace.settle()
    assert "Data leak" in words(the_only(workspace.from_candor("general")))  # one failing holds back no other


def test_a_series_that_begins_tomorrow_is_prepared_at_once(workspace):
    workspace.advance(DAY)
    number, _ = workspace.start_series("Data leak on Wednesday at 10am in Europe/Berlin for 2 weeks")
    workspace.settle()
    assert "Week 1 of 2" in the_only(workspace.direct("ben"))
    assert number == 1


def test_a_series_is_changed_by_the_modal_and_the_record_says_so(workspace):
    workspace.start_series("Data leak on Wednesday at 10:00 in Europe/Berlin for 4 weeks")
    workspace.advance_to(MONDAY + timedelta(days=3))
    workspace.say("ben", "general", "/candor-updates change 1")
    form = top(workspace)
    assert form["state"]["values"]["first_date"]["value"]["selected_date"] == "2026-09-23"  # of week 2
    changed = filled(title="Data leak, part 2", at="15:00", first_date="2026-09-24", weeks="5", hosts=["ada", "ben"])
    answer = workspace.submit("ben", form["id"], changed)
    assert answer["response_action"] == "push"
    preview = words(top(workspace))
    assert "10:00 → 15:00" in preview
    assert f"{say('en', 'start.new_dates')} (Europe/Berlin)\n" in preview
    assert "5. Thursday 15 October 2026, 15:00 · " in preview
    assert "1. Wednesday 16 September" not in preview
    assert weeks(workspace)[1] == "09-23 10:00"
    workspace.submit("ben", top(workspace)["id"])
    assert "is changed" in words(top(workspace))
    assert weeks(workspace) == ["09-16 10:00", "09-24 15:00", "10-01 15:00", "10-08 15:00", "10-15 15:00"]
    record = shown(workspace, "show 1")
    for part in (
        "changed the time: 10:00 → 15:00", "changed the number of sessions: 4 → 5",
        "changed the title: Data leak → Data leak, part 2", "Next: Thursday 24 September 2026, 15:00",
    ):  # fmt: skip
        assert part in record, part
    assert {row.what for row in workspace.rows(history)} >= {"started", "changed_at", "changed_hosts", "changed_weeks"}


def test_a_new_hour_is_the_hour_of_the_reminder(workspace):
    workspace.start_series("Data leak on Wednesday at 10:00 in Europe/Berlin for 2 weeks")
    workspace.say("ben", "general", "/candor-updates change 1")
    workspace.submit("ben", top(workspace)["id"], filled(at="12:00"))
    workspace.submit("ben", top(workspace)["id"])
    workspace.advance_to(MONDAY + timedelta(days=2, hours=1))  # eleven in Berlin
    assert not [post for post in workspace.posts("Data leak") if "Week 1 of 2" in words(post)]
    workspace.advance(HOUR + 60)
    reminder = the_only([post for post in workspace.posts("Data leak") if "Week 1 of 2" in words(post)])
    assert f"{workspace.local_time(reminder, 'Europe/Berlin'):%a %H:%M}" == "Wed 12:00"


def test_others_may_look_but_not_change(workspace):
    workspace.start_series("Data leak for 2 weeks")
    answer = shown(workspace, "change 1", user="chiara")
    assert "<@U0BEN0001>" in answer
    assert workspace.views("chiara") == []
    assert "Data leak" in shown(workspace, "show 1", user="chiara")
    assert "Data leak" in shown(workspace, "list", user="chiara")


def test_the_whole_record_opens_from_its_button(workspace):
    workspace.start_series("Data leak for 104 weeks")
    answer = workspace.say("ben", "general", "/candor-updates show 1")
    private = [each for each in workspace.messages("general", user="ben") if each.get("ephemeral_to")]
    assert RECORD in str(answer)
    workspace.click("ben", "general", private[-1]["ts"], RECORD)
    first = top(workspace)
    assert "1. Wednesday" in words(first)
    assert "104. Wednesday" not in words(first)
    workspace.click_in_view("ben", first["id"], f"{RECORD}_page:1")
    assert "104. Wednesday" in words(top(workspace))


def test_help_names_every_command(workspace):
    text = shown(workspace, "help")
    for name in (
        "start TITLE", "list", "show ID", "change ID", "pause ID until DATE", "resume ID", "skip ID because",
        "move ID to DATE", "now ID", "owner ID to @USER", "commitments ID", "questions ID", "end ID",
    ):  # fmt: skip
        assert f"`{name}" in text, name
