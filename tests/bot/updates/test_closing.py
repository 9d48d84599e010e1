"""The end of a series, on both databases: the report, the offer, the files, and going on once a month."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.errors import NotAllowedError, UserError
from bot.storage import asked, outbox
from bot.storage import commitments as promised
from bot.storage import series as stored
from bot.storage import sessions as kept
from bot.storage.tables import commitments, history, series, sessions
from bot.updates import closing
from bot.updates.access import Caller
from bot.updates.closing import Closing
from bot.updates.questions import questions_of
from bot.updates.rows import series_of, session_of
from bot.updates.timetable import plan_all

START = datetime(2020, 4, 1, 17, 0, tzinfo=UTC)
LAST = datetime(2020, 7, 1, 17, 0, tzinfo=UTC)  # the thirteenth Wednesday, ten o'clock Pacific
END = LAST + timedelta(minutes=1)
OWNER, HOST, DEPUTY, STRANGER = (Caller(user, "C1", "en") for user in ("U1", "U2", "U4", "U9"))
ADMIN = Caller("U8", "C1", "en", is_admin=True)


@pytest.fixture
def woken():
    return []


@pytest.fixture
def service(database, programme, clock, woken):
    clock.moment = END
    return Closing(database, programme, clock, lambda: woken.append(1))


@pytest.fixture
def make(database, programme):
    """Make Zoom's thirteen weeks; return the series' number."""

    def make(**values):
        row = {
            "title": "90 days", "channel": "C1", "private": False, "audiences": "C2", "language": "en",
            "zone": "America/Los_Angeles", "at": "10:00", "first_date": date(2020, 4, 8), "weeks": 13, "owner": "U1",
            "hosts": "U2 U3", "deputy": "U4", "created_at": START, "request_key": "command:1",
        }  # fmt: skip
        with database.write() as connection:
            number = stored.add(connection, row | values)
            plan_all(connection, series_of(stored.find(connection, number)), programme)
        return number

    return make


@pytest.fixture
def over(database):
    """Put all weeks of a series on the record: posted, but for those in `outcomes`."""

    def over(number, last=13, **outcomes):
        with database.write() as connection:
            for row in kept.of_series(connection, [number])[:last]:
                status = outcomes.get(f"week{row.week}", "posted")
                posted = row.due_at if status in {"posted", "late"} else None
                kept.change(connection, row.id, status=status, posted_at=posted, look_at=None)
            for row in kept.of_series(connection, [number])[last:]:
                kept.change(connection, row.id, status="skipped", cause="ended", look_at=None)

    return over


@pytest.fixture
def close(database, programme):
    def close(number, by=None, now=END):
        with database.write() as connection:
            found = series_of(stored.find(connection, number))
            closing.close(connection, found, programme, now, by=by)

    return close


@pytest.fixture
def finished(make, over, close):
    """A series at its planned end; return its number."""
    number = make()
    over(number)
    close(number)
    return number


@pytest.fixture
def promise(database):
    """Add a commitment with its changes."""

    def promise(number, text, state="on_track", due=None, was=None, reason=None):
        closed = START if state in {"done", "dropped"} else None
        with database.write() as connection:
            values = {"text": text, "owner": "U2", "due": due, "state": state, "reason": reason, "closed_at": closed}
            made, _ = promised.add(connection, number, values | {"made_at": START, "made_by": "U1"})
            note = {"commitment_id": made, "changed_at": START, "changed_by": "U1", "reason": reason}
            changes = [{"field": "made", "old": None, "new": text}]
            changes += [{"field": "due", "old": was.isoformat(), "new": due.isoformat()}] if was else []
            promised.note(connection, [note | change for change in changes])

    return promise


@pytest.fixture
def question(database):
    def question(number, text, by=None, answer=None, into=None, voters=()):
        with database.write() as connection:
            made = asked.add(
                connection,
                {"series_id": number, "key": text, "text": text, "asked_by": by, "asked_at": START, "channel": "C1",
                 "thread_ts": "1.0"},
            )  # fmt: skip
            if into:
                asked.merge(connection, made, into)
            if answer:
                asked.answer(connection, made, answer, by="U2", now=END)
            for voter in voters:
                asked.vote(connection, made, voter)
        return made

    return question


@pytest.fixture
def write(database):
    """Write the update of a week; a draft unless it is `written`."""

    def write(number, week, texts, *, written=True):
        with database.write() as connection:
            row = kept.of_series(connection, [number])[week - 1]
            values = {"series_id": number, "texts": texts, "nothing_new": False, "author": "U2", "saved_at": row.due_at}
            kept.save_update(connection, row.id, values | {"written_at": row.due_at if written else None})

    return write


@pytest.fixture
def rows(database):
    def read(table, **values):
        query = table.select().order_by(table.c.id)
        with database.read() as connection:
            found = connection.execute(query).all()
        return [row for row in found if all(getattr(row, name) == value for name, value in values.items())]

    return read


@pytest.fixture
def sent(rows):
    """The messages in the outbox by key."""
    return lambda: {row.key: row for row in rows(outbox.outbox)}


def words(row):
    return f"{row.text}\n{row.blocks}"


# --- the end ---


def test_the_report_goes_to_the_channel_and_its_audiences_and_the_offer_to_the_owner(finished, sent, rows):
    found = sent()
    assert {key: row.channel for key, row in found.items()} == {
        "series:1:closing": "C1", "series:1:closing:to:C2": "C2", "series:1:closed": "U1",
    }  # fmt: skip
    assert "All 13 planned weeks" in words(found["series:1:closing"])
    assert found["series:1:closing"].blocks == found["series:1:closing:to:C2"].blocks
    assert "Wednesday 15 July 2020, 10:00 (America/Los_Angeles)" in words(found["series:1:closed"])
    (row,) = rows(series)
    assert (row.ended_at, row.ended_by) == (END, None)
    assert [note.what for note in rows(history)] == ["finished"]


def test_a_second_end_does_nothing(finished, close, sent, rows):
    before = sent()
    close(finished, by="U1", now=END + timedelta(hours=1))
    assert sent() == before
    assert rows(series)[0].ended_by is None


def test_the_report_tells_each_week_the_rate_and_each_promise(make, over, close, promise, question, write, sent):
    number = make()
    over(number, week4="late", week9="missed")
    promise(number, "Freeze features", "done")
    promise(number, "Transparency report", "late", date(2020, 12, 18), date(2020, 6, 30), "it takes longer")
    promise(number, "Penetration tests", due=date(2020, 6, 1))
    question(number, "Who reads my calls?", voters=("U5", "U6"))
    question(number, "Why?", answer="Because.")
    write(number, 13, {"coming": "From July on once a month."})
    close(number)
    shown = words(sent()["series:1:closing"])
    assert "On time: 11 of 13 updates (84%)." in shown
    assert "11 on time · 1 late · 1 missed" in shown
    assert "New date: Friday 18 December 2020 (first promised for Tuesday 30 June 2020)." in shown
    assert "Reason: it takes longer" in shown
    assert "It was due on Monday 1 June 2020, and there is no new date. No reason was given." in shown
    assert "Asked: 2. Answered: 1. Without an answer: 1." in shown
    assert "From July on once a month." in shown
    assert "Friday 18 December 2020: commitment 2" in shown


def test_an_early_end_says_who_and_at_which_week(make, over, close, sent, rows):
    number = make()
    over(number, last=5)
    close(number, by="U4", now=START + timedelta(weeks=6))
    shown = words(sent()["series:1:closing"])
    assert "<@U4> ended this update early, after week 5 of 13" in shown
    assert "8 planned weeks no longer took place" in shown
    assert "On time: 5 of 5" in shown
    assert rows(series)[0].ended_by == "U4"
    assert [note.by for note in rows(history)] == ["U4"]


def test_two_processes_that_close_at_once_post_one_report(make, over, database, programme, sent):
    number = make()
    over(number)
    with database.read() as connection:
        seen = series_of(stored.find(connection, number))
    for _ in range(2):
        with database.write() as connection:
            closing.close(connection, seen, programme, END, by=None)
    assert len(sent()) == 3


# --- the files ---


def test_everybody_who_may_see_it_may_have_the_files(service, finished):
    for caller in (OWNER, STRANGER):
        assert [file.name for file in service.files(finished, caller)] == [
            "candor-series-1.md", "candor-series-1-csv.zip", "candor-series-1.ics",
        ]  # fmt: skip


def test_a_private_one_is_exported_by_its_own_people_only(service, make):
    number = make(private=True)
    stranger = Caller("U9", "C9", "en")
    for call in (service.check, service.files):
        with pytest.raises(UserError):
            call(number, stranger)
        assert call(number, Caller("U2", "D2", "en"))


def test_the_files_hold_what_was_posted_and_no_draft(service, make, over, write, promise, question):
    number = make()
    over(number, week2="missed")
    write(number, 1, {"done": "We froze all features.", "gone-point": "An older agenda"})
    write(number, 2, {"done": "Never posted"}, written=False)
    promise(number, "Transparency report", "late", date(2020, 12, 18), date(2020, 6, 30), "it takes longer")
    question(number, "Anonymous?")
    text = service.files(number, OWNER)[0].content.decode()
    assert "> We froze all features." in text
    assert "An older agenda" in text
    assert "Never posted" not in text
    assert "from Tuesday 30 June 2020 to Friday 18 December 2020" in text
    assert "still running" in text


def test_an_update_outside_the_rhythm_is_in_the_files_once_it_was_posted(service, make, database):
    number = make()
    with database.write() as connection:
        for key in ("sent", "waiting"):
            values = {
                "series_id": number, "texts": {"done": f"Urgent and {key}"},
                "author": "U1", "saved_at": END, "written_at": END, "post_key": key,
            }  # fmt: skip
            kept.save_urgent(connection, key, values)
            outbox.add(connection, key=key, channel="C1", text="x", blocks=[], now=END, series_id=number)
        row = outbox.outbox.update().where(outbox.outbox.c.key == "sent")
        connection.execute(row.values(state="sent", sent_at=END))
    text = service.files(number, OWNER)[0].content.decode()
    assert "Urgent and sent" in text
    assert "Outside the weekly rhythm" in text
    assert "Urgent and waiting" not in text


# --- going on ---


def test_it_goes_on_monthly_from_two_weeks_later_with_the_same_people(service, finished, rows, sent, woken):
    answer = service.go_on(finished, OWNER)
    _, made = rows(series)
    assert (made.cadence, made.weeks, made.first_date) == ("monthly", None, date(2020, 7, 15))
    old = rows(series)[0]
    for same in ("title", "channel", "private", "audiences", "language", "zone", "at", "owner", "deputy"):
        assert getattr(made, same) == getattr(old, same)
    assert made.hosts == "U3 U2", "the thirteenth was U2's turn"
    planned = [session_of(row).due_at.date() for row in rows(sessions, series_id=made.id)]
    assert planned[:3] == [date(2020, 7, 15), date(2020, 8, 19), date(2020, 9, 16)]
    announced = sent()[f"series:{made.id}:announced"]
    assert announced.channel == "C1"
    assert "15 July 2020" in words(announced)
    assert "<@U3>" in words(announced)
    assert "series 2" in answer.text
    assert woken == [1]


def test_clicking_twice_makes_one(service, finished, rows, sent, woken):
    service.go_on(finished, OWNER)
    before = sent()
    answer = service.go_on(finished, HOST)
    assert "already" in answer.text
    assert "series 2" in answer.text
    assert len(rows(series)) == 2
    assert sent() == before
    assert woken == [1]


@pytest.mark.parametrize("caller", [OWNER, HOST, DEPUTY, ADMIN])
def test_those_who_may_change_it_may_let_it_go_on(service, finished, caller, rows):
    service.go_on(finished, caller)
    assert [note.by for note in rows(history, what="went_on")] == [caller.user]


def test_nobody_else_may(service, finished, rows):
    for act in (service.go_on, service.leave):
        with pytest.raises(NotAllowedError):
            act(finished, STRANGER)
    assert len(rows(series)) == 1


def test_one_that_still_runs_cannot_go_on(service, make):
    with pytest.raises(UserError) as error:
        service.go_on(make(), OWNER)
    assert error.value.key == "closing.still_running"


def test_open_promises_come_along_with_their_history(service, make, over, close, promise, rows, database):
    number = make()
    over(number)
    promise(number, "Freeze features", "done")
    promise(number, "Dropped", "dropped", reason="x")
    promise(number, "Transparency report", "late", date(2020, 12, 18), date(2020, 6, 30), "it takes longer")
    close(number)
    service.go_on(number, OWNER)
    (row,) = rows(commitments, series_id=2)
    assert (row.number, row.text, row.state, row.due) == (1, "Transparency report", "late", date(2020, 12, 18))
    assert (row.made_by, row.made_at, row.owner) == ("U1", START, "U2")
    with database.read() as connection:
        ((_, changes),) = promised.of_series(connection, 2)
    assert [(each.field, each.old) for each in changes] == [("made", None), ("due", "2020-06-30")]
    assert (changes[0].changed_by, changes[0].changed_at) == ("U1", START), "who promised it, and when"
    assert changes[1].reason == "it takes longer"
    assert changes[0].reason == "carried over from series 1, commitment 3"
    text = service.files(2, OWNER)[0].content.decode()
    assert "first promised for Tuesday 30 June 2020" in text
    assert "carried over from series 1, commitment 3" in text
    assert len(rows(commitments, series_id=number)) == 3, "the old record stays as it is"


def test_open_questions_come_along_with_their_votes(service, make, over, close, question, database, sent):
    number = make()
    over(number)
    head = question(number, "Who reads my calls?", voters=("U5",))
    question(number, "Who listens to me?", by="U6", into=head, voters=("U7",))
    question(number, "Why?", by="U5", answer="Because.")
    close(number)
    service.go_on(number, OWNER)
    with database.read() as connection:
        (before, _), (carried,) = questions_of(connection, number), questions_of(connection, 2)
    assert carried.head.text == "Who reads my calls?"
    assert carried.head.by is None
    assert [each.by for each in carried.merged] == ["U6"]
    assert carried.voters == before.voters == {"U5", "U7"}
    assert carried.votes == before.votes
    assert (carried.head.asked_at, carried.head.channel, carried.head.thread_ts) == (START, "C1", "1.0")
    with database.read() as connection:
        assert asked.of_series(connection, 2)[0].key == f"carried:2:from:{head}"
    assert "1 question without an answer comes along." in words(sent()["series:2:announced"])


def test_both_records_name_each_other(service, finished, rows):
    service.go_on(finished, OWNER)
    notes = {(note.series_id, note.what): note.details for note in rows(history)}
    assert notes[1, "went_on"]["number"] == 2
    assert notes[2, "follows"]["number"] == 1
    assert "continuation of series 1" in service.files(2, OWNER)[0].content.decode()


def test_after_an_early_end_it_goes_on_from_there(service, make, over, close, rows, clock):
    number = make()
    over(number, last=5)
    clock.moment = START + timedelta(weeks=5, days=1)
    close(number, by="U1", now=clock.moment)
    service.go_on(number, OWNER)
    assert rows(series)[1].first_date == date(2020, 5, 20)


def test_leaving_it_is_noted_once_and_can_be_thought_over(service, finished, rows):
    assert service.leave(finished, OWNER).text.startswith("All right")
    service.leave(finished, HOST)
    assert [note.by for note in rows(history, what="left_it")] == ["U1"]
    service.go_on(finished, OWNER)
    assert len(rows(series)) == 2
