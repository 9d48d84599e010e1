"""What people complained of in other bots: each test names its threads (reference/peers.md, sections B and C)."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from bot.app import build, secret, slack_client
from bot.socket import Socket
from bot.storage.tables import outbox, series, sessions
from responses.answering import Answer, Candidate
from responses.blocks.answers import render
from responses.followups import PARTS
from responses.phrases import LANGUAGES, say
from tests.scenarios.workspace import DAY, HOUR, MONDAY, SOON, WEEK, the_only, wait_for, words

MINUTE = 60
BERLIN = "Europe/Berlin"
WEDNESDAY = datetime(2026, 9, 16, 8, 0, tzinfo=UTC)  # ten o'clock in Berlin
QUESTION = "What is a good update rhythm for a long incident?"
LATE = "This reminder comes"


@pytest.fixture
def workspace(open_workspace):
    return open_workspace(starts_at=MONDAY)


def command(workspace, text, user="ben", channel="general"):
    return words(workspace.say(user, channel, f"/candor-updates {text}"))


def local_times(workspace, posts, zone=BERLIN):
    return [f"{workspace.local_time(post, zone):%m-%d %H:%M}" for post in posts]


def weeks(workspace, number=1):
    """Return a series' sessions, in order."""
    return sorted((row for row in workspace.rows(sessions) if row.series_id == number), key=lambda row: row.week)


def nothing_new(workspace, number=1):
    """Let ben say that there is nothing new for the next session of a series he was asked to prepare."""
    week = next(row for row in weeks(workspace, number) if (row.status, row.step) == ("planned", "prepare"))
    asked = [
        each
        for each in workspace.from_candor("dm", user="ben")
        if ((each.get("metadata") or {}).get("event_payload") or {}).get("key") == f"session:{week.id}:prepare"
    ]
    workspace.click("ben", "dm", the_only(asked)["ts"], "weekly_nothing_new")


# --- reminders that stop, or come twice ---


def test_restarts_around_every_hour_neither_lose_nor_double_a_reminder(workspace):
    """mattermost-plugin-remind#167, trinity#158, nerdlandbot#215, hamroh#44; C: incidentbot, Dispatch."""
    workspace.start_series(f"Data leak on Wednesday at 10:00 in {BERLIN} for 4 weeks")
    for week in range(4):
        workspace.advance_to(WEDNESDAY + timedelta(weeks=week, minutes=-1))
        workspace.stop_app()
        workspace.advance(5 * MINUTE)
        for _ in range(2):
            workspace.start_app()  # each start brings the database up to date, as after an upgrade
            workspace.settle()
            workspace.stop_app()
        workspace.start_app()
    found = workspace.reminders("Data leak")
    assert local_times(workspace, found) == ["09-16 10:04", "09-23 10:04", "09-30 10:04", "10-07 10:04"]
    assert not any(LATE in words(post) for post in found)
    assert len(workspace.steps("prepare", "dm", "ben")) == 4


def test_a_machine_that_sleeps_at_every_hour_posts_every_week_and_says_how_late(workspace):
    """deleterr#292, fides#7346; Grafana OnCall, Dispatch, matrix-reminder-bot and 18F's bot (C)."""
    workspace.start_series(f"Nightly on Tuesday at 3:00 in {BERLIN} for 3 weeks")
    for week in range(3):
        workspace.advance_to(datetime(2026, 9, 15, 0, 30, tzinfo=UTC) + timedelta(weeks=week))
        workspace.stop_app()
        workspace.advance(4 * HOUR)
        workspace.start_app()
        workspace.settle()
    found = workspace.reminders("Nightly")
    assert local_times(workspace, found) == ["09-15 06:30", "09-22 06:30", "09-29 06:30"]
    assert all(LATE in words(post) and "3 hours" in words(post) for post in found)


def test_a_post_deleted_by_hand_breaks_nothing_after_it(workspace):
    """mattermost-plugin-playbooks#1783; hellper (C), whose state was a message."""
    workspace.start_series(f"Data leak on Wednesday at 10:00 in {BERLIN} for 3 weeks")
    workspace.settle()
    workspace.delete("ada", "general", the_only(workspace.posts("Data leak"))["ts"])
    for week in range(3):
        workspace.advance_to(WEDNESDAY + timedelta(weeks=week, minutes=1))
        workspace.delete("ada", "general", the_only(workspace.steps("reminder"))["ts"])
        workspace.advance(HOUR)
        nudge = workspace.from_candor("dm", user="ben")[-1]
        workspace.click("ben", "dm", nudge["ts"], "weekly_nothing_new")
        workspace.settle()
        assert len(workspace.steps("update")) == week + 1
    assert [row.status for row in weeks(workspace)] == ["late"] * 3


def test_series_with_the_same_title_channel_and_hour_know_nothing_of_each_other(workspace):
    """mattermost-plugin-playbooks#1741; incidentbot's substrings (inc-1, inc-10), matrix-reminder-bot's key (C)."""
    for _ in range(11):
        workspace.start_series(f"Data leak on Wednesday at 10:00 in {BERLIN} for 2 weeks")
    command(workspace, "end 1")
    command(workspace, "pause 2 until 2026-09-22")
    command(workspace, "skip 3 because of the fair")
    command(workspace, "move 4 to 2026-09-18")
    workspace.advance_to(WEDNESDAY - timedelta(hours=20))
    nothing_new(workspace, 5)
    workspace.advance_to(WEDNESDAY + timedelta(minutes=5))
    first = {number: weeks(workspace, number)[0] for number in range(1, 12)}
    assert {number: row.status for number, row in first.items()} == {
        1: "skipped", 2: "skipped", 3: "skipped", 4: "planned", 5: "posted", **dict.fromkeys(range(6, 12), "awaiting"),
    }  # fmt: skip
    assert (len(workspace.steps("reminder")), len(workspace.steps("update"))) == (6, 1)
    workspace.advance_to(WEDNESDAY + timedelta(weeks=1, minutes=5))
    assert [weeks(workspace, number)[1].status for number in range(1, 12)] == ["skipped"] + ["awaiting"] * 10
    assert len(workspace.steps("reminder")) == 6 + 1 + 10


def test_a_move_a_skip_and_a_pause_double_nothing_change_no_rule_and_stand_in_the_record(workspace):
    """mattermost#29923, #19908; Netflix/dispatch#3553, #3690; clockify-nlp-bot#45; C: incidentbot, Playbooks."""
    workspace.start_series(f"Data leak on Wednesday at 10:00 in {BERLIN} for 5 weeks")
    command(workspace, "move 1 to Thursday at 9:00")
    workspace.advance(5 * DAY + HOUR)
    command(workspace, "skip 1 because of the fair")
    workspace.advance(5 * DAY)
    command(workspace, "pause 1 until 2026-10-05")
    workspace.advance_to(WEDNESDAY + timedelta(weeks=5))
    assert local_times(workspace, workspace.reminders("Data leak")) == ["09-17 09:00", "10-07 10:00", "10-14 10:00"]
    assert len(workspace.steps("prepare", "dm", "ben")) == 3
    found = weeks(workspace)
    assert [row.status for row in found] == ["missed", "skipped", "skipped", "missed", "missed"]
    assert not any(row.posted_at for row in found), "nothing claims an update that never was"
    shown = command(workspace, "show 1")
    for part in (
        "moved week 1 from Wednesday 16 September 2026, 10:00 to", "skipped week 2: of the fair",
        "paused it until Monday 5 October 2026",
    ):  # fmt: skip
        assert f"<@U0BEN0001> {part}" in shown, part


@pytest.mark.parametrize("act", ["end 1", "skip 1 because of the fair", "pause 1 until 2026-10-05"])
def test_what_was_written_and_then_called_off_is_not_posted_after_all(workspace, act):
    """bolt-python#355, bolt-js#1000, slack-api-docs#107: deleted scheduled messages were posted; playbooks PR#665."""
    workspace.start_series(f"Data leak on Wednesday at 10:00 in {BERLIN} for 2 weeks")
    workspace.advance_to(WEDNESDAY - timedelta(hours=20))
    nothing_new(workspace)
    command(workspace, act)
    workspace.advance_to(WEDNESDAY + timedelta(days=3))
    assert workspace.steps("update") == workspace.steps("reminder") == workspace.steps("missed") == []
    assert [each for step in ("nudge", "escalate") for each in workspace.steps(step, "dm", "ben")] == []


def test_nobody_is_reminded_who_did_not_ask_for_it(workspace):
    """mattermost#21185, playbooks PR#2330 and PR#833: a default reminder for everybody, which "Never" had to end."""
    workspace.ask("ben", "general", f"<@candor> {QUESTION}")
    workspace.invite("random")
    before = len(workspace.rows(outbox))
    workspace.advance(5 * WEEK)
    assert len(workspace.rows(outbox)) == before


# --- several processes ---


@pytest.fixture
def second_process(open_workspace):
    """Build another Candor beside a workspace's own, with the same tokens and the same database."""
    made = []

    def make(workspace):
        made.append(build(workspace.settings, clock=workspace.clock, load=lambda: workspace.knowledge))
        return made[-1]

    yield make
    for candor in made:
        candor.stop()


def test_two_processes_on_one_database_post_everything_once(database_url, open_workspace, second_process):
    """mattermost-plugin-remind#234, #98; standup-raven#121; apscheduler#160, #218, #655; lokole#1; incidentbot (C)."""
    workspace = open_workspace(database_url, starts_at=MONDAY)
    runners = [workspace.candor.runner, second_process(workspace).runner]
    together = Barrier(2)

    def run(runner):
        together.wait(timeout=SOON)
        return runner.run_due()

    with ThreadPoolExecutor(2) as pool:
        workspace.slack.run_due = lambda: min((due for due in pool.map(run, runners) if due), default=None)
        workspace.start_series(f"Data leak on Wednesday at 10:00 in {BERLIN} for 4 weeks")
        workspace.advance(5 * WEEK)
        workspace.slack.run_due = None
    assert len(workspace.reminders("Data leak")) == len(workspace.steps("missed")) == 4
    for step in ("prepare", "nudge", "nudge-again", "escalate"):
        assert len(workspace.steps(step, "dm", "ben")) == 4, step
    assert len(workspace.steps("closing")) == 1


def test_two_deployments_that_share_the_events_answer_each_question_once(open_workspace, second_process):
    """bolt-python#1316; #1027, #868, #764 and #778 beside it: events come twice, and as app_mention and message."""
    workspace = open_workspace(over="socket")
    second = second_process(workspace)
    connection = Socket(second.app, secret(workspace.settings.slack_app_token), slack_client(workspace.settings))
    connection.start()
    try:
        assert connection.wait_connected(SOON)
        workspace.fault("events", "duplicate", times=8)
        asked = [workspace.ask("ben", "incident", f"<@candor> {QUESTION}") for _ in range(4)]
        for ts in asked:
            workspace.ask("ada", "incident", "why?", ts)
        wait_for(lambda: workspace.advance(1) and all(len(replies(workspace, ts)) >= 2 for ts in asked), "the answers")
        workspace.settle()
        assert [len(replies(workspace, ts)) for ts in asked] == [2] * 4
    finally:
        connection.stop()


def replies(workspace, ts):
    return workspace.from_candor("incident", ts)


def test_a_channel_that_became_private_keeps_nothing_from_starting(workspace):
    """incidentbot#770: a private channel that the bot could not see crashed its start."""
    workspace.start_series(f"Hidden on Wednesday at 10:00 in {BERLIN} for 2 weeks", channel="incident")
    workspace.start_series(f"Seen on Wednesday at 10:00 in {BERLIN} for 2 weeks")
    workspace.settle()
    workspace.stop_app()
    hidden = workspace.slack.workspace.channels["C0INCIDNT"]
    hidden.is_private = True
    hidden.members.discard("U0CANDOR1")
    workspace.start_app()
    workspace.advance_to(WEDNESDAY + timedelta(minutes=5))
    assert len(workspace.reminders("Seen")) == 1
    assert any("<#C0INCIDNT>" in text for text in workspace.direct("ben")), "the owner is told"


# --- clocks and calendars ---


@pytest.fixture
def far_away(monkeypatch):
    """The machine's own zone is fourteen hours ahead of UTC."""
    with monkeypatch.context() as patch:
        patch.setitem(os.environ, "TZ", "Pacific/Kiritimati")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("far_away")
def test_the_zone_of_the_machine_changes_no_date(workspace):
    """incidentbot PR#222, 18F/standup-slack-bot (C): the scheduler's zone was not the programme's."""
    workspace.advance_to(WEDNESDAY + timedelta(hours=2.5))
    assert time.localtime(workspace.clock.now().timestamp()).tm_mday == 17, "on the machine it is Thursday"
    answer = words(workspace.start_series(f"Data leak on Wednesday at 15:00 in {BERLIN} for 2 weeks")[1])
    assert "Wednesday 16 September 2026, 15:00" in answer
    assert "17 September" not in answer
    workspace.advance(2 * WEEK)
    assert local_times(workspace, workspace.reminders("Data leak")) == ["09-16 15:00", "09-23 15:00"]


CHANGES = {
    "the hour that comes twice": ((2026, 10, 18), ["10-18 02:30 +0200", "10-25 02:30 +0200", "11-01 02:30 +0100"]),
    "the hour that is left out": ((2027, 3, 21), ["03-21 02:30 +0100", "03-28 03:30 +0200", "04-04 02:30 +0200"]),
}


@pytest.mark.parametrize(("first", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_of_the_clocks_loses_doubles_and_blocks_nothing(open_workspace, first, expected):
    """matrix-reminder-bot#57, #34; RemindMe#359, #213; standup-raven#212; apscheduler#606, #529, #1036, #1103;
    AutoGPT#11273: nothing could be asked of the scheduler in the hour of the change.
    """  # fmt: skip
    begins = datetime(*first, tzinfo=UTC) - timedelta(days=2)
    workspace = open_workspace(starts_at=begins)
    workspace.start_series(f"Sundays on Sunday at 2:30 in {BERLIN} for 3 weeks")
    workspace.advance_to(datetime(*first, tzinfo=UTC) + timedelta(days=6, hours=23))
    for _ in range(8):  # 01:00 to 04:30 in Berlin
        assert "Sundays" in command(workspace, "list")
        workspace.advance(HOUR / 2)
    workspace.advance(2 * WEEK)
    found = [workspace.local_time(post, BERLIN) for post in workspace.reminders("Sundays")]
    assert [f"{moment:%m-%d %H:%M %z}" for moment in found] == expected


def test_wherever_a_time_is_named_its_zone_is_too(workspace):
    """18F/standup-slack-bot#110 and #28."""
    _, answer = workspace.start_series(f"Data leak on Wednesday at 10:00 in {BERLIN} for 3 weeks")
    workspace.advance(2 * DAY + HOUR)
    said = [words(answer), command(workspace, "list"), command(workspace, "show 1"), workspace.direct("ben")[0]]
    said += [words(each) for each in workspace.posts("Data leak")]
    assert len(said) == 6, "the announcement and the reminder"
    assert [text for text in said if BERLIN not in text] == []


def test_on_a_holiday_there_is_silence_and_nothing_is_moved_to_a_weekend(workspace):
    """standup-raven#263 ("absolute radio silence"), pullreminders/backlog#100, grafana/oncall#558; 18F, monzo (C)."""
    made = {}
    for policy in ("skip", "move"):
        workspace.say("ben", "general", "/candor-updates start")
        filled = {"title": policy, "zone": BERLIN, "first_date": "2026-09-26", "weeks": "3", "at": "10:00",
                  "holidays": "DE", "holiday_policy": policy}  # fmt: skip
        values = {name: {"value": text} for name, text in filled.items()}
        workspace.submit("ben", workspace.views("ben")[-1]["id"], values)
        workspace.submit("ben", workspace.views("ben")[-1]["id"])
        made[policy] = max(row.id for row in workspace.rows(series))
    workspace.advance_to(datetime(2026, 10, 2, 6, 0, tzinfo=UTC))  # the third, a Saturday, is Germany's national day
    before = len(workspace.posts("skip")), len([text for text in workspace.direct("ben") if "skip" in text])
    workspace.advance_to(datetime(2026, 10, 6, 6, 0, tzinfo=UTC))
    assert (len(workspace.posts("skip")), len([text for text in workspace.direct("ben") if "skip" in text])) == before
    workspace.advance_to(datetime(2026, 10, 13, 6, 0, tzinfo=UTC))
    assert local_times(workspace, workspace.reminders("skip")) == ["09-26 10:00", "10-10 10:00"]
    assert local_times(workspace, workspace.reminders("move")) == ["09-26 10:00", "10-05 10:00", "10-10 10:00"]
    assert [len(weeks(workspace, number)) for number in made.values()] == [3, 3]


# --- noise ---


def test_nothing_new_is_one_post_a_week_and_no_reminder(workspace):
    """Netflix/dispatch#948, #5317: no reminder of what is done, one post a week, and a word rather than silence."""
    workspace.start_series(f"Data leak on Wednesday at 10:00 in {BERLIN} for 3 weeks")
    for week in range(3):
        workspace.advance_to(WEDNESDAY + timedelta(weeks=week, hours=-20))
        nothing_new(workspace)
    workspace.advance_to(WEDNESDAY + timedelta(weeks=3))
    found = workspace.steps("update")
    assert local_times(workspace, found) == ["09-16 10:00", "09-23 10:00", "09-30 10:00"]
    assert all(say("en", "sessions.nothing_new") in words(post) for post in found)
    assert workspace.steps("reminder") == workspace.steps("nudge", "dm", "ben") == []


def test_an_unwritten_update_is_asked_for_until_somebody_writes_it(workspace):
    """DataBiosphere/azul#4494 (repeat until acknowledged, with a button); playbooks PR#836, incidentbot PR#21."""
    workspace.start_series(f"Data leak on Wednesday at 10:00 in {BERLIN} for 1 week")
    workspace.advance_to(WEDNESDAY + timedelta(hours=25))
    assert "<@U0BEN0001>" in words(the_only(workspace.reminders("Data leak")))
    for step in ("nudge", "nudge-again", "escalate"):
        the_only(workspace.steps(step, "dm", "ben"))
    before = len(workspace.direct("ben"))
    workspace.click("ben", "dm", workspace.steps("nudge-again", "dm", "ben")[0]["ts"], "weekly_nothing_new")
    workspace.advance_to(WEDNESDAY + timedelta(hours=60))
    assert len(workspace.steps("update")) == 1
    assert workspace.steps("missed") == []
    assert not [text for text in workspace.direct("ben")[before:] if "missed" in text]
    assert [row.status for row in weeks(workspace)] == ["late"]


# --- how answers look ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_lesson_shows_markup_that_slack_does_not_know_and_each_names_its_sources(knowledge, language):
    """onyx PR#2829, #8767, #8832, #13626, #9034, #5742 (stray asterisks, links, tables); PR#1798 (citations)."""
    faults = []
    for lesson in knowledge.book:
        for part in PARTS:
            answer = Answer("what now?", language, language, (Candidate(lesson, 0.9),), lesson, part)
            shown = [each for each in _mrkdwn(render(answer, knowledge.book).blocks) for each in each.splitlines()]
            strange = ("**", "](", "```", "|--", "__", "\t")
            faults += [line for line in shown if line.count("*") % 2 or any(mark in line for mark in strange)]
            faults += [line for line in shown if line.startswith("#")]
            if part == "whole":
                assert any(say(language, "answers.sources") in line for line in shown), lesson.id
    assert faults == []


def _mrkdwn(node):
    if isinstance(node, list):
        for each in node:
            yield from _mrkdwn(each)
    elif isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            yield node["text"]
        for each in node.values():
            yield from _mrkdwn(each) if isinstance(each, dict | list) else ()
