"""The end of a series in the real app: the report, the files, and going on once a month."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from icalendar import Calendar

from bot.local.web_api import DEFAULT_SCOPES
from bot.storage import series as stored
from bot.storage.tables import asked, commitments, series, sessions
from bot.updates import ledger
from bot.updates.rows import series_of
from responses.blocks.weekly import values
from responses.phrases import say
from tests.scenarios.workspace import MONDAY, WEEK, the_only, wait_for, words

FIRST = MONDAY + timedelta(days=2)  # Wednesday, ten o'clock in Berlin
NAMES = ["candor-series-1.md", "candor-series-1-csv.zip", "candor-series-1.ics"]


def started(workspace, weeks=2, user="ben"):
    """Start a series with two commitments and a question; return its number."""
    number, _ = workspace.start_series(f"Data leak on Wednesday at 10:00 in Europe/Berlin for {weeks} weeks", user=user)
    now = workspace.clock.now()
    with workspace.candor.database.write() as connection:
        owner = series_of(stored.find(connection, number))
        ledger.add_many(connection, owner, ["Freeze features", "Transparency report | 2026-09-18"], owner.owner, now)
        row = {"series_id": number, "key": "q", "text": "Who <reads> my calls?", "asked_at": now}
        connection.execute(asked.insert().values(**row))
    return number


def finish(workspace):
    """Let a series of two weeks come to its planned end, the first week posted, the second missed."""
    number = started(workspace)
    workspace.advance_to(FIRST - timedelta(hours=23))
    prepare = workspace.from_candor("dm", user="ben")[-1]
    press(workspace, "ben", prepare, values.NOTHING_NEW)
    workspace.advance_to(FIRST + timedelta(days=1))
    workspace.advance(2 * WEEK)
    return number


def press(workspace, user, message, action, channel="dm"):
    workspace.click(user, channel, message["ts"], action)


def report(workspace):
    beginning = say("en", "closing.heading", title="Data leak")
    return the_only([each for each in workspace.from_candor("general") if words(each).startswith(beginning)])


def offer(workspace, user="ben"):
    """The message to the owner with the files and the proposal."""
    return the_only([each for each in workspace.from_candor("dm", user=user) if "updates export" in words(each)])


def arrived(workspace, user):
    """The files that a person was sent, message by message."""
    return [each["files"] for each in workspace.from_candor("dm", user=user) if each.get("files")]


def private(workspace, user, channel="dm"):
    """What the bot showed only to one person, the last of it."""
    shown = [each for each in workspace.from_candor(channel, user=user) if each.get("ephemeral_to")]
    return words(shown[-1]) if shown else ""


@pytest.fixture
def workspace(open_workspace):
    return open_workspace(starts_at=MONDAY)


@pytest.fixture
def ended(workspace):
    finish(workspace)
    return workspace


def test_at_the_end_the_report_is_posted_once_and_the_owner_is_asked(ended):
    shown = words(report(ended))
    assert "All 2 planned weeks are over" in shown
    assert "On time: 1 of 2 updates (50%)." in shown
    assert say("en", "updates.cause_not_written") in shown
    assert "Friday 18 September 2026, and there is no new date. No reason was given." in shown
    assert "Who &lt;reads&gt; my calls?" in shown
    assert "Wednesday 7 October 2026, 10:00 (Europe/Berlin)" in words(offer(ended))
    assert ended.rows(series)[0].ended_by is None
    ended.advance(4 * WEEK)
    report(ended)
    offer(ended)


def test_from_the_report_one_comes_to_all_commitments_and_questions(ended):
    for action in (values.COMMITMENTS, values.QUESTIONS):
        press(ended, "chiara", report(ended), action, "general")
        assert len(ended.views("chiara")) == 1
        ended.close_view("chiara", ended.views("chiara")[0]["id"])


@pytest.mark.parametrize("over", ["socket", "http"])
def test_whoever_asks_for_the_files_gets_them(open_workspace, over):
    workspace = open_workspace(starts_at=MONDAY, over=over)
    finish(workspace)
    press(workspace, "ben", offer(workspace), values.EXPORT)
    press(workspace, "chiara", report(workspace), values.EXPORT, "general")
    for user in ("ben", "chiara"):
        wait_for(lambda user=user: arrived(workspace, user), "the files")
        text, tables, calendar = the_only_files(workspace, user)
        assert text.decode().startswith("# Closing report: Data leak\n")
        assert "Who \\<reads\\> my calls?" in text.decode()
        assert "Series 1 in \\#general; responsible: Ben Carter" in text.decode()
        assert "U0BEN0001" not in text.decode()
        assert "weeks.csv" in ZipFile(BytesIO(tables)).namelist()
        assert len(Calendar.from_ical(calendar).walk("VEVENT")) == 2
    assert private(workspace, "chiara", "general") == _twice(say("it", "closing.on_its_way", number=1))


def the_only_files(workspace, user):
    (files,) = arrived(workspace, user)
    assert [file["name"] for file in files] == NAMES
    return [workspace.download(file) for file in files]


def _twice(text):
    """The text of a message of one section as `words` has it: for the notification, and in the section."""
    return f"{text}\n{text}"


def test_the_command_sends_them_too_while_it_runs(workspace):
    number = started(workspace)
    answer = workspace.say("dieter", "general", f"/candor-updates export {number}")
    assert words(answer) == _twice(say("de", "closing.on_its_way", number=number))
    assert answer["response_type"] == "ephemeral"
    wait_for(lambda: arrived(workspace, "dieter"), "the files")
    assert "still running" in the_only_files(workspace, "dieter")[0].decode()


@pytest.mark.parametrize(
    ("text", "key", "given"),
    [("export", "updates.no_number", {"command": "export"}), ("EXPORT 99", "updates.no_such_series", {"number": 99})],
)
def test_what_cannot_be_exported_is_answered_with_what_to_type(workspace, text, key, given):
    answer = workspace.say("ben", "general", f"/candor-updates {text}")
    assert words(answer) == _twice(say("en", key, **given))
    workspace.settle()
    assert arrived(workspace, "ben") == []


def test_without_the_scope_the_person_is_told_what_to_do(open_workspace):
    scopes = [scope for scope in DEFAULT_SCOPES if scope != "files:write"]
    workspace = open_workspace(starts_at=MONDAY, scopes=scopes)
    number = started(workspace)
    workspace.say("ben", "general", f"/candor-updates export {number}")
    told = _twice(say("en", "closing.no_scope", number=number))
    wait_for(lambda: private(workspace, "ben", "general") == told, "the advice")
    assert arrived(workspace, "ben") == []


def test_a_slow_upload_holds_no_answer_and_its_failure_is_told(workspace):
    number = started(workspace)
    workspace.fault("files.completeUploadExternal", "timeout")
    answer = workspace.say("ben", "general", f"/candor-updates export {number}")
    assert words(answer) == _twice(say("en", "closing.on_its_way", number=number))
    # The answer is the person's after the ack, while Candor waits two seconds for Slack.
    assert private(workspace, "ben", "general") == words(answer)
    wait_for(lambda: "python -m bot updates export" in private(workspace, "ben", "general"), "the failure")


def test_after_a_refusal_asking_again_helps(workspace):
    number = started(workspace)
    workspace.fault("files.getUploadURLExternal", "ratelimited")
    workspace.say("ben", "general", f"/candor-updates export {number}")
    told = _twice(say("en", "closing.not_sent", number=number, error="ratelimited"))
    wait_for(lambda: private(workspace, "ben", "general") == told, "the failure")
    workspace.say("ben", "general", f"/candor-updates export {number}")
    wait_for(lambda: arrived(workspace, "ben"), "the files")


def test_it_goes_on_monthly_once_however_often_it_is_clicked(ended, at_once):
    message = offer(ended)
    at_once(lambda: press(ended, "ben", message, values.GO_ON_MONTHLY))
    press(ended, "ben", message, values.GO_ON_MONTHLY)
    _, made = ended.rows(series)
    assert (made.cadence, made.weeks, made.title) == ("monthly", None, "Data leak")
    assert "series 2" in private(ended, "ben")
    ended.settle()
    announced = the_only([each for each in ended.posts("Data leak") if "once a month" in words(each)])
    assert "2 open commitments come along." in words(announced)
    assert "1 question without an answer comes along." in words(announced)
    assert len([row for row in ended.rows(commitments) if row.series_id == made.id]) == 2
    assert len([row for row in ended.rows(asked) if row.series_id == made.id]) == 1
    due = [row.due_at for row in ended.rows(sessions) if row.series_id == made.id]
    assert f"{due[0]:%Y-%m-%d}" == "2026-10-07"
    before = len(ended.posts("Data leak"))
    ended.advance_to(due[0] + timedelta(minutes=1))
    assert len(ended.posts("Data leak")) == before + 1, "the first of the new ones"


def test_leaving_it_is_answered_and_changes_nothing(ended):
    press(ended, "ben", offer(ended), values.LEAVE_IT)
    assert private(ended, "ben") == _twice(say("en", "closing.left", title="Data leak"))
    assert len(ended.rows(series)) == 1


def test_an_early_end_says_who_and_when_and_can_go_on_as_well(workspace):
    number = started(workspace, weeks=13)
    workspace.advance_to(FIRST - timedelta(hours=23))
    press(workspace, "ben", workspace.from_candor("dm", user="ben")[-1], values.NOTHING_NEW)
    workspace.advance_to(FIRST + timedelta(days=1))
    workspace.say("ben", "general", f"/candor-updates end {number}")
    workspace.settle()
    shown = words(report(workspace))
    assert "<@U0BEN0001> ended this update early, after week 1 of 13" in shown
    assert "12 planned weeks no longer took place" in shown
    assert "On time: 1 of 1" in shown
    press(workspace, "ben", offer(workspace), values.GO_ON_MONTHLY)
    assert f"{workspace.rows(series)[1].first_date}" == "2026-09-30"


def test_slack_takes_the_report_of_forty_long_commitments_and_two_hundred_questions(workspace):
    number = started(workspace)
    now, text = workspace.clock.now(), "Publish <the> report & answer. " * 96
    with workspace.candor.database.write() as connection:
        owner = series_of(stored.find(connection, number))
        ledger.add_many(connection, owner, [f"{each} {text}" for each in range(38)], owner.owner, now)
        row = {"series_id": number, "asked_at": now}
        connection.execute(
            asked.insert(), [{**row, "key": f"q{each}", "text": f"{each} {text}"} for each in range(199)]
        )
    workspace.say("ben", "general", f"/candor-updates end {number}")
    workspace.settle()
    assert "Not done: 40." in words(report(workspace))
    press(workspace, "ben", offer(workspace), values.EXPORT)
    wait_for(lambda: arrived(workspace, "ben"), "the files")
    whole = the_only_files(workspace, "ben")[0].decode()
    assert all(f"\n### {each} · " in whole for each in range(1, 201))
