"""What the closing report says: the fate of each commitment, the rate, the weeks, what comes next."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from responses import dates
from responses.blocks.weekly.closing import Mrkdwn
from responses.blocks.weekly.parts import CommitmentLine, QuestionLine
from responses.outcomes import EXPLAINED, Report, Week
from responses.phrases import LANGUAGES, say
from responses.reports import opening, sections

PACIFIC = ZoneInfo("America/Los_Angeles")
END = datetime(2020, 7, 1, 17, 5, tzinfo=UTC)
TODAY, YESTERDAY, JUNE, DECEMBER = date(2020, 7, 1), date(2020, 6, 30), date(2020, 6, 3), date(2020, 12, 18)
LINE = CommitmentLine(
    id=3, number=3, text="Publish the transparency report", owner=None, due=YESTERDAY, first_due=YESTERDAY,
    state="late", reason=None, days_late=1, is_new=False, changed=False, was_due=None, was_text=None, closed_on=None,
)  # fmt: skip
ASKED = QuestionLine(9, "Who reads my calls?", None, 4, JUNE, 3, None, None)
REPORT = Report(
    number=1, title="90 days", zone=PACIFIC, weeks=13,
    held=[Week(week, END - timedelta(weeks=13 - week), "posted") for week in range(1, 14)], dropped=0,
    on_time=(13, 13), commitments=[LINE], waiting=[], answered=0, coming="", ended_at=END, ended_by=None, as_of=END,
)  # fmt: skip


def told(report, language="en", length=200):
    return {each.part: each for each in sections(language, report, Mrkdwn(), length)}


def test_one_not_done_shows_its_new_date_and_its_reason():
    moved = replace(LINE, due=DECEMBER, reason="the lawyers need <more> time")
    line = told(replace(REPORT, commitments=[moved]))["commitments"].lines[1]
    assert dates.day("en", DECEMBER) in line
    assert dates.day("en", YESTERDAY) in line
    assert "the lawyers need &lt;more&gt; time" in line


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("values", "owes"),
    [
        ({}, True),
        ({"due": DECEMBER}, True),
        ({"due": None}, True),
        ({"state": "dropped", "closed_on": JUNE}, True),
        ({"due": DECEMBER, "first_due": DECEMBER}, True),  # somebody called it late
        ({"due": DECEMBER, "first_due": DECEMBER, "state": "on_track"}, False),
        ({"state": "done", "closed_on": JUNE}, False),
    ],
)
def test_where_a_reason_is_owed_and_none_was_given_it_says_so(language, values, owes):
    report = replace(REPORT, commitments=[replace(LINE, **values)])
    line = told(report, language)["commitments"].lines[1]
    assert (say(language, "closing.no_reason") in line) == owes
    with_reason = told(replace(report, commitments=[replace(LINE, reason="x", **values)]), language)
    assert say(language, "closing.no_reason") not in with_reason["commitments"].lines[1]


def test_an_overdue_one_says_that_there_is_no_new_date():
    assert say("en", "closing.fate_overdue", due=dates.day("en", YESTERDAY)) in told(REPORT)["commitments"].lines[1]
    assert {"overdue"} <= EXPLAINED


def test_what_is_not_done_stands_first():
    states = ["done", "on_track", "dropped", "late", "done"]
    lines = [
        replace(LINE, number=number, state=state, closed_on=JUNE if state in {"done", "dropped"} else None)
        for number, state in enumerate(states, start=1)
    ]
    shown = told(replace(REPORT, commitments=lines))["commitments"].lines
    assert [line.split()[0] for line in shown[1:]] == ["*2*", "*4*", "*3*", "*1*", "*5*"]
    assert shown[0] == say("en", "closing.commitments_tally", done=2, dropped=1, open=2)


def test_a_planned_end_and_the_rate():
    ending, rate, tally = opening("en", REPORT, Mrkdwn())
    assert "All 13 planned weeks" in ending
    assert "America/Los_Angeles" in ending
    assert rate == "On time: 13 of 13 updates (100%)."
    assert tally == "13 on time"


def test_the_rate_is_never_rounded_up():
    assert "99%" in opening("en", replace(REPORT, on_time=(199, 200)), Mrkdwn())[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_early_end_names_who_and_at_which_week(language):
    early = replace(REPORT, held=REPORT.held[:5], dropped=8, ended_by="U7", on_time=(5, 5))
    ending, _, tally = opening(language, early, Mrkdwn())
    assert "<@U7>" in ending
    assert " 5 " in ending
    assert "13" in ending
    assert "8" in tally
    open_end = opening(language, replace(early, weeks=None, dropped=0), Mrkdwn())
    assert "<@U7>" in open_end[0]
    assert "13" not in open_end[2]


def test_one_that_ended_before_its_first_week_has_no_rate():
    ending, rate, tally = opening("en", replace(REPORT, held=[], dropped=13, ended_by="U7", on_time=(0, 0)), Mrkdwn())
    assert "before its first week" in ending
    assert rate == say("en", "closing.no_rate")
    assert tally == "13 planned weeks no longer took place"
    assert "weeks" not in told(replace(REPORT, held=[]))


def test_one_that_still_runs_does_not_claim_to_have_ended():
    assert "still running" in opening("en", replace(REPORT, ended_at=None), Mrkdwn())[0]


@pytest.mark.parametrize(
    ("week", "expected"),
    [
        (Week(2, END, "posted", END), "posted"),
        (Week(2, END, "late", END + timedelta(hours=3)), "posted late (+3 hours)"),
        (Week(2, END, "skipped", cause="all of us are <ill>"), "all of us are &lt;ill&gt;"),
        (Week(2, END, "skipped", cause="paused"), say("en", "updates.cause_paused")),
        (Week(2, END, "missed", cause="not_written"), say("en", "updates.cause_not_written")),
        (Week(2, END, "missed", cause="not_sent_in_time"), say("en", "updates.cause_not_sent_in_time")),
        (Week(2, END, "skipped", cause="holiday: R&D Day"), "R&amp;D Day"),
        (Week(2, END, "missed"), "missed"),
        (Week(2, END, "posted", END, cause="not_in_channel"), "posted"),
    ],
)
def test_each_week_says_what_became_of_it_and_why(week, expected):
    (line,) = told(replace(REPORT, held=[week]))["weeks"].lines
    assert line.startswith("*2* · ")
    assert line.endswith(expected) or expected in line
    assert "not_in_channel" not in line


def test_questions_are_counted_and_those_without_an_answer_named():
    questions = told(replace(REPORT, waiting=[ASKED], answered=7))["questions"].lines
    assert questions[0] == "Asked: 8. Answered: 7. Without an answer: 1."
    assert "Who reads my calls?" in questions[1]
    assert "4 people" in questions[1]
    assert told(REPORT)["questions"].lines == [say("en", "closing.no_questions")]


def test_what_comes_next_is_what_was_announced_and_the_dates_of_what_is_open():
    lines = [replace(LINE, number=number, due=due) for number, due in ((3, DECEMBER), (4, None), (5, DECEMBER))]
    done = replace(LINE, number=6, state="done", due=DECEMBER, closed_on=JUNE)
    coming = told(replace(REPORT, coming="Monthly webinars\nfrom July", commitments=[*lines, done]))["next"].lines
    assert coming == [
        "Monthly webinars from July",
        say("en", "closing.open_date", day=dates.day("en", DECEMBER), numbers="3, 5"),
        "1 open commitment has no date ahead.",
    ]
    assert told(replace(REPORT, commitments=[]))["next"].lines == [say("en", "closing.nothing_announced")]
