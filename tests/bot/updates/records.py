"""A whole record made by hand, for tests of the files it is written to."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.updates.asking import Asked, Question
from bot.updates.record import Posted, Promise, Record
from bot.updates.reporting import report
from responses.blocks.weekly.history import Change
from responses.blocks.weekly.parts import CommitmentChange, CommitmentLine, QuestionLine
from tests.bot.updates.made import DUE, series, session

NOW = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
HOSTILE = "=1+1 <script> *bold* _it_ `code` [x](http://e.vil) # no | & \\ @channel"
LINE = CommitmentLine(
    id=1, number=1, text=HOSTILE, owner="U2", due=date(2026, 12, 18), first_due=date(2026, 3, 30), state="late",
    reason="-lawyers", days_late=0, is_new=False, changed=False, was_due=None, was_text=None, closed_on=None,
)  # fmt: skip
CHANGES = (
    CommitmentChange(DUE, "U1", "made", None, HOSTILE),
    CommitmentChange(DUE + timedelta(days=20), "U2", "due", "2026-03-30", "2026-12-18", "-lawyers"),
    CommitmentChange(DUE + timedelta(days=20), "U2", "state", "on_track", "late", "-lawyers"),
    CommitmentChange(DUE + timedelta(days=21), "U2", "owner", None, "U2"),
)
SESSIONS = [
    session(id=1, week=1, status="posted", posted_at=DUE + timedelta(minutes=1)),
    session(id=2, week=2, due_at=DUE + timedelta(weeks=1), status="missed", cause="not_written"),
    session(id=3, week=3, due_at=DUE + timedelta(weeks=2), status="skipped", cause="+all ill", closed_by="U1"),
    session(
        id=4, week=4, due_at=DUE + timedelta(weeks=3, hours=2), status="planned", revision=2,
        moved_from=DUE + timedelta(weeks=3),
    ),
    session(id=5, week=5, due_at=DUE + timedelta(weeks=4) - timedelta(hours=1), status="planned"),  # summer time
]  # fmt: skip
DONE = "Done since last week"
ASKED = Asked(11, "Who reads\n- my calls?", None, DUE + timedelta(hours=3))
MERGED = Asked(12, "Who listens to my calls?", "U5", DUE + timedelta(hours=4), merged_into=11)
ANSWERED = Asked(13, "@here why?", "U6", DUE, answer="Nobody.\n\n    # heading", answered_by="U2", answered_at=NOW)


def record(**values):
    """A series of five weeks, two of them to come: one promise, three questions, one update, one entry of history."""
    owner = series(weeks=5, title="Data *leak*", **values)
    waiting = [QuestionLine(11, ASKED.text, None, 3, DUE.date(), 1, None, None)]
    return Record(
        series=owner, report=report(owner, SESSIONS, [LINE], (waiting, 1), "Coming: 2-factor", NOW), sessions=SESSIONS,
        updates=[
            Posted(1, "U2", DUE + timedelta(minutes=1), False, [(DONE, f"# not a heading\n{HOSTILE}")]),
            Posted(None, "U1", DUE + timedelta(days=2), False, [(DONE, "Urgent: <b>")]),
            Posted(2, "U2", DUE + timedelta(days=9), True, []),
        ],
        promises=[Promise(LINE, DUE, "U1", CHANGES)],
        questions=[Question(ASKED, (MERGED,), frozenset({"U7"})), Question(ANSWERED)],
        history=[Change(DUE, "U1", "committed", {"commitment": 1, "text": HOSTILE})],
        minutes=60,
    )  # fmt: skip


def with_text(text):
    """The same record with one text in all places where people write."""
    made = record()
    line = replace(LINE, text=text, reason=text)
    return replace(
        made,
        series=replace(made.series, title=text),
        report=replace(made.report, title=text, commitments=[line], coming=text),
        updates=[Posted(1, "U2", DUE, False, [("Done", text)])],
        promises=[Promise(line, DUE, "U1", [CommitmentChange(DUE, "U1", "made", None, text, text)])],
        questions=[Question(replace(ANSWERED, text=text, answer=text))],
        history=[Change(DUE, "U1", "committed", {"commitment": 1, "text": text})],
    )
