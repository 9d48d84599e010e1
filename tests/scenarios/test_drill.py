"""Zoom's spring of 2020, replayed by people's own gestures: the whole programme, from start to closing report."""

import logging
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.drill import verdict as verdicts
from bot.drill.hands import DrillError, Hands
from bot.drill.player import Player
from bot.drill.script import Act, load, names
from bot.local.person import Person
from bot.storage.tables import asked, commitment_changes, commitments, outbox, series, sessions, updates, votes
from responses.phrases import say
from tests.scenarios.workspace import Workspace, the_only, words

PACIFIC = ZoneInfo("America/Los_Angeles")
CHANNEL = "status-updates"
TITLE = "Our 90-day security plan"
WEDNESDAYS = [date(2020, 4, 8) + timedelta(weeks=week) for week in range(13)]


class Played:
    """The workspace after the drill, what the drill said, and what the log held meanwhile."""

    def __init__(self, workspace, verdict, told, errors, player):
        self.workspace, self.verdict, self.told, self.errors, self.player = workspace, verdict, told, errors, player

    def posted(self, step):
        """Return the posts of one step of the series in its channel: "update", "closing" …"""
        return self.workspace.steps(step, CHANNEL)

    def weekly(self):
        """Return the posts of the thirteen weeks; an update outside the rhythm has a key of another kind."""
        return [each for each in self.posted("update") if key(each).startswith("session:")]

    def the(self, table):
        return [row for row in self.workspace.rows(table) if getattr(row, "series_id", 1) == 1]


def key(message):
    return message["metadata"]["event_payload"]["key"]


def play(workspace, script):
    told, records = [], []
    handler = logging.Handler(logging.ERROR)
    handler.emit = records.append
    logging.getLogger().addHandler(handler)
    try:
        player = Player(workspace.slack.url, script, told.append)
        return Played(workspace, player.play(), told, [record.getMessage() for record in records], player)
    finally:
        logging.getLogger().removeHandler(handler)


@pytest.fixture(scope="module")
def drill(knowledge, fresh_database, session_environment):
    script = load("zoom-2020")
    workspace = Workspace(knowledge, fresh_database(), over="http", starts_at=script.begins)
    yield play(workspace.start_app(), script)
    workspace.close()


def test_it_ends_as_on_record_and_nothing_failed_on_the_way(drill):
    assert drill.verdict.faults == []
    assert drill.errors == []


def test_thirteen_sessions_on_the_right_wednesdays_at_ten_pacific_time(drill):
    found = sorted(drill.the(sessions), key=lambda row: row.week)
    assert [row.due_at.astimezone(PACIFIC) for row in found] == [
        datetime.combine(day, time(10), PACIFIC) for day in WEDNESDAYS
    ]
    assert all(day.weekday() == 2 for day in WEDNESDAYS)
    assert (WEDNESDAYS[0], WEDNESDAYS[-1]) == (date(2020, 4, 8), date(2020, 7, 1))
    assert {(row.due_at.hour, row.due_at.minute) for row in found} == {(17, 0)}, "summer time all along"
    assert {row.status for row in found} == {"posted"}


def test_each_week_is_posted_once_at_its_hour_and_says_which_one_it_is(drill):
    posts = drill.weekly()
    assert len(posts) == 13
    for week, (post, day) in enumerate(zip(posts, WEDNESDAYS, strict=True), start=1):
        assert f"Week {week} of 13: {TITLE}" in words(post)
        due = datetime.combine(day, time(10), PACIFIC)
        late = datetime.fromtimestamp(float(post["ts"]), UTC) - due
        assert timedelta() <= late < timedelta(minutes=9 if week == 9 else 1), f"week {week}"


def test_every_post_names_the_next_date_and_the_last_one_that_it_is_the_last(drill):
    for earlier, later in pairwise(zip(drill.weekly(), WEDNESDAYS, strict=True)):
        due = datetime.combine(later[1], time(10), PACIFIC)
        assert f"<!date^{int(due.timestamp())}^" in words(earlier[0])
    assert say("en", "updates.last", weeks=13) in words(drill.weekly()[-1])


def test_the_one_hour_at_which_nothing_was_written_had_a_reminder_and_no_nudge(drill):
    reminder = the_only(drill.posted("reminder"))
    assert "Week 9 of 13" in words(reminder)
    assert "<@U0ADA0001>" in words(reminder)
    steps = {row.key.split(":")[2] for row in drill.workspace.rows(outbox) if row.key.startswith("session:")}
    assert steps.isdisjoint({"nudge", "nudge-again", "escalate", "missed"})


def test_a_week_without_news_says_so_and_still_names_the_commitments(drill):
    empty = [row.session_id for row in drill.the(updates) if row.nothing_new]
    assert [row.week for row in drill.the(sessions) if row.id in empty] == [6, 10]
    for week in (6, 10):
        assert say("en", "sessions.nothing_new") in words(drill.weekly()[week - 1])
        assert "A transparency report" in words(drill.weekly()[week - 1])


def test_the_seven_commitments_are_announced_with_their_dates(drill):
    announced = words(drill.posted("announced")[0])
    assert len(drill.the(commitments)) == 7
    for row in drill.the(commitments):
        assert f"{row.number}. " in announced
        assert row.text in announced
    assert "Tuesday 30 June 2020" in announced


def test_the_transparency_report_becomes_late_by_itself_in_the_last_update_and_only_there(drill):
    late = [f"*{say('en', 'commitments.late_by.one', count=1)}*" in words(post) for post in drill.weekly()]
    assert late == [False] * 12 + [True]
    assert not any(re.search(r"\*Late( by \d+ days?)?\* · ", words(post)) for post in drill.weekly()[:12])
    assert re.search(r"\*Late( by \d+ days?)?\* · ", words(drill.weekly()[-1]))
    report = next(row for row in drill.the(commitments) if row.number == 3)
    assert (report.state, report.due, report.closed_at) == ("on_track", date(2020, 6, 30), None)
    changed = [row for row in drill.workspace.rows(commitment_changes) if row.commitment_id == report.id]
    assert [row.field for row in changed] == ["made", "reason"], "nobody called it late, and its date was not moved"
    last = words(drill.weekly()[-1])
    assert "3. *Late by 1 day* · A transparency report" in last
    assert "later this year" in last


def test_the_closing_report_says_what_is_done_and_what_is_not(drill):
    report = words(the_only(drill.posted("closing")))
    assert "On time: 13 of 13 updates (100%)." in report
    assert "Done: 6. Dropped: 0. Not done: 1." in report
    assert "A transparency report · Not done. It was due on Tuesday 30 June 2020, and there is no new date." in report
    assert "No day was given." in report
    assert "Asked: 4. Answered: 3. Without an answer: 1." in report
    assert "On which day will the transparency report be out?" in report
    assert report.index("3* · A transparency report") < report.index("1* · No new features"), "what is not done first"
    assert all(f"*{week}* · " in report for week in range(1, 14))
    assert "the next one on 15 July" in report


def test_questions_by_name_anonymous_and_in_the_thread_are_kept_counted_and_carried_over(drill):
    found = drill.the(asked)
    assert [row.asked_by for row in found] == ["U0CHIARA1", None, "U0BEN0001", "U0CHIARA1"]
    assert [row.answered_by for row in found] == ["U0DIETER1", "U0DIETER1", "U0DIETER1", None]
    assert {(row.asked_id, row.voter) for row in drill.workspace.rows(votes) if row.asked_id <= 4} == {
        (2, "U0BEN0001"), (3, "U0CHIARA1"),
    }  # fmt: skip
    carried = words(drill.weekly()[11])
    assert "Why should free accounts be less protected than paid ones?" in carried
    assert "carried over 2 times" in carried
    assert say("en", "sessions.waiting.one", count=1) in words(drill.weekly()[9])


def test_whoever_asked_anonymously_is_told_nothing_and_stands_nowhere(drill):
    assert drill.workspace.direct("efren") == []
    everything = [str(value) for row in drill.workspace.rows(asked) for value in row]
    assert not any("EFREN" in value for value in everything)


def test_the_wrong_number_is_corrected_outside_the_rhythm(drill):
    urgent = the_only([each for each in drill.posted("update") if key(each).startswith("update:")])
    assert "Correction: the 300 million" in words(urgent)
    assert drill.workspace.local_time(urgent, "America/Los_Angeles").date() == date(2020, 4, 30)
    assert "Week" not in words(urgent).split(TITLE)[0]


def test_the_host_who_asked_somebody_else_stays_host(drill):
    week = next(row for row in drill.the(sessions) if row.week == 7)
    assert (week.host, week.asked_host) == (None, None)
    assert {row.author for row in drill.the(updates)} == {"U0ADA0001"}
    request = the_only([row for row in drill.workspace.rows(outbox) if row.channel == "U0DIETER1"])
    assert "Week 7 of 13" in request.text


def test_everything_is_posted_exactly_once_and_to_nobody_else(drill):
    workspace = drill.workspace
    assert Counter(row.state for row in workspace.rows(outbox)) == {"sent": len(workspace.rows(outbox))}
    keys = [row.key for row in workspace.rows(outbox)]
    assert drill.player.transcript.keys == Counter(keys), "every key once in the workspace, and no other"
    assert set(drill.player.transcript.places) == {
        f"#{CHANNEL}", f"threads of #{CHANNEL}", "@ada", "@ben", "@chiara", "@dieter",
    }  # fmt: skip
    for channel in ("general", "incident", "leadership"):
        assert workspace.from_candor(channel) == []
    assert workspace.broadcasts == []


def test_it_goes_on_once_a_month_with_what_is_open(drill):
    monthly = drill.workspace.rows(series)[1]
    assert (monthly.cadence, monthly.first_date, monthly.weeks) == ("monthly", date(2020, 7, 15), None)
    carried = [row.text for row in drill.workspace.rows(commitments) if row.series_id == monthly.id]
    assert carried == ["A transparency report"]


def test_the_transcript_shows_each_post_with_its_date_and_place(drill):
    told = "\n".join(drill.told)
    assert f"Wed 08 Apr 2020 10:00 PDT  Candor, #{CHANNEL}:\n    Week 1 of 13: {TITLE}" in told
    assert f"Wed 01 Jul 2020 10:00 PDT  Candor, #{CHANNEL}:\n    Closing report: {TITLE}" in told
    assert "Wed 22 Apr 2020 12:00 PDT  Efren asks: Are the 300 million" in told
    assert "    file: candor-series-1.md" in told
    for mark in ("<@", "<!", "<#", "&amp;"):
        assert mark not in told
    assert max(map(len, drill.told)) < 250


def test_the_summary_is_counted_from_the_files(drill):
    tables = verdicts.read(drill.player.files())
    assert len(tables["weeks"]) == 13
    summary = "\n".join(drill.verdict.summary)
    assert "13 of 13 posted, 13 on time (100%)" in summary
    assert "6 done, 1 overdue, of 7" in summary
    assert "10:00 America/Los_Angeles (17:00 UTC)" in summary
    assert "4 asked, 3 answered, 1 open" in summary


class TestWhatIsNotAsOnRecord:
    """The verdict must be able to fail."""

    @pytest.fixture
    def judged(self, drill):
        def judge(script=None, files=None, keys=None):
            files = files or drill.player.files()
            return verdicts.judge(script or load("zoom-2020"), files, keys or Counter(), Counter()).faults

        return judge

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"sessions": (date(2020, 4, 9), *WEDNESDAYS[1:])}, "2020-04-09 10:00"),
            ({"sessions": tuple(WEDNESDAYS[:12])}, "instead of"),
            ({"at": time(7)}, "07:00"),
            ({"commitments": {3: "done"}}, "commitment 3 is overdue instead of done"),
            ({"commitments": {8: "done"}}, "commitment 8 is not there"),
            ({"commitments": {1: "overdue"}}, "commitment 1 did not become late by itself: Ada Okafor (U0ADA0001)"),
        ],
    )
    def test_other_dates_and_other_ends(self, judged, changes, told):
        script = load("zoom-2020")
        faults = judged(replace(script, record=replace(script.record, **changes)))
        assert any(told in fault for fault in faults), faults

    def test_a_message_that_was_posted_twice(self, judged):
        assert judged(keys=Counter({"session:1:update": 2})) == ["posted 2 times: session:1:update"]

    @pytest.mark.parametrize("status", ["late", "missed", "skipped", "planned"])
    def test_a_week_that_was_not_posted_in_time(self, judged, monkeypatch, drill, status):
        tables = verdicts.read(drill.player.files())
        tables["weeks"][3]["status"] = status
        monkeypatch.setattr(verdicts, "read", lambda _files: tables)
        assert [fault for fault in judged() if fault.endswith("week 4")]


class TestGesturesThatFail:
    """A drill that presses in vain breaks off; it never goes on as if nothing had happened."""

    @pytest.fixture
    def broken(self, open_workspace):
        script = load("zoom-2020")
        workspace = open_workspace(starts_at=script.begins)

        def run(*acts):
            moment = script.begins + timedelta(hours=1)
            made = tuple(Act(moment, who, does, given) for who, does, given in acts)
            return Player(workspace.slack.url, replace(script, acts=made), lambda _line: None).play()

        return run

    def test_a_button_that_is_not_there(self, broken):
        with pytest.raises(DrillError, match="ada, nothing_new: ada sees no button"):
            broken(("ada", "nothing_new", {}))

    def test_a_form_that_complains(self, broken):
        form = dict(load("zoom-2020").acts[0].given["form"]) | {"first_date": "2020-03-01"}
        with pytest.raises(DrillError, match="complains"):
            broken(("ada", "start", {"form": form, "commitments": []}))

    def test_a_field_that_is_not_there(self, broken):
        with pytest.raises(DrillError, match="has no colour"):
            broken(("ada", "start", {"form": {"title": "x", "colour": "red"}, "commitments": []}))

    def test_files_that_never_came(self, broken):
        with pytest.raises(DrillError, match="no files"):
            broken()

    def test_a_command_that_opens_nothing(self, open_workspace):
        hands = Hands(Person(open_workspace().slack.url, "ada"), CHANNEL)
        hands.command("/candor-updates help")
        with pytest.raises(DrillError, match="no modal"):
            hands.top()


def test_there_is_one_drill_and_its_acts_are_in_order():
    assert names() == ["zoom-2020"]
    script = load("zoom-2020")
    assert script.record.sessions == tuple(WEDNESDAYS)
    assert [act.at for act in script.acts] == sorted(act.at for act in script.acts)


def test_acts_that_are_not_in_order_are_refused(tmp_path, monkeypatch):
    text = (
        "{about: x, zone: UTC, begins: '2020-04-01 08:00', channel: c, files_for: ada,"
        " record: {at: '10:00', sessions: [], commitments: {}},"
        " acts: [{at: '2020-03-31 08:00', who: ada, does: decline}]}"
    )
    (tmp_path / "wrong.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr("bot.drill.script.HERE", tmp_path)
    with pytest.raises(ValueError, match="not in order"):
        load("wrong")
