from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.errors import NotAllowedError, UserError
from bot.storage import commitments as kept
from bot.storage import series as stored
from bot.storage import sessions
from bot.storage.tables import commitment_changes, commitments, history
from bot.updates import ledger
from bot.updates.access import Caller
from bot.updates.commitments import Content
from bot.updates.ledger import ChangedMeanwhileError, Ledger
from bot.updates.rows import series_of
from tests.conftest import NOW

OWNER, HOST, STRANGER = (Caller(user, "C1", "en") for user in ("U1", "U2", "U9"))
ADMIN = Caller("U8", "C1", "en", is_admin=True)
JUNE, JULY = date(2026, 6, 30), date(2026, 7, 15)


@pytest.fixture
def book(database, clock):
    return Ledger(database, clock)


@pytest.fixture
def make_series(database):
    def make(**values):
        row = {
            "title": "Data leak", "channel": "C1", "private": False, "language": "en", "zone": "Europe/Berlin",
            "at": "10:00", "first_date": date(2026, 3, 4), "weeks": 3, "owner": "U1", "hosts": "U2 U3", "deputy": "U4",
            "created_at": NOW, "request_key": "command:1",
        }  # fmt: skip
        with database.write() as connection:
            return stored.add(connection, row | values)

    return make


@pytest.fixture
def rows(database):
    def read(table):
        with database.read() as connection:
            return connection.execute(table.select().order_by(table.c.id)).all()

    return read


@pytest.fixture
def made(book, make_series):
    """A series with one commitment; return the commitment's id."""
    number = make_series()
    book.add(number, OWNER, Content("Publish the report", "U2", JUNE))
    return book.board(number, OWNER).lines[0].id


def only(book, number, caller=OWNER):
    (line,) = book.board(number, caller).lines
    return line


# --- adding ---


def test_one_added_stands_on_the_board_and_in_the_record(book, make_series, rows):
    number = make_series()
    assert book.add(number, HOST, Content("Publish  the\nreport", "U3", JUNE)) == 1
    assert book.add(number, ADMIN, Content("Audit")) == 2
    first, second = rows(commitments)
    assert (first.number, first.text, first.owner, first.due, first.state) == (
        1,
        "Publish the report",
        "U3",
        JUNE,
        "on_track",
    )
    assert (first.made_by, first.made_at, second.number) == ("U2", NOW, 2)
    assert [(row.field, row.new, row.changed_by) for row in rows(commitment_changes)] == [
        ("made", "Publish the report", "U2"), ("made", "Audit", "U8"),
    ]  # fmt: skip
    assert [(row.what, row.by, row.details) for row in rows(history)] == [
        ("committed", "U2", {"commitment": 1, "text": "Publish the report"}),
        ("committed", "U8", {"commitment": 2, "text": "Audit"}),
    ]


def test_numbers_are_counted_in_each_series(book, make_series):
    one, two = make_series(), make_series(request_key="command:2")
    added = [book.add(number, OWNER, Content(text)) for number, text in ((one, "A"), (two, "A"), (two, "B"))]
    assert added == [1, 1, 2]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (Content(" \n"), "no_text"),
        (Content("x" * 3001), "too_long"),
        (Content("Publish the report"), "already_there"),
    ],
)
def test_what_cannot_be_added(book, made, rows, content, key):
    with pytest.raises(UserError) as raised:
        book.add(1, OWNER, content)
    assert raised.value.key == f"commitments.{key}"
    assert len(rows(commitments)) == len(rows(commitment_changes)) == len(rows(history)) == 1


def test_the_same_may_be_promised_again_once_it_is_done(book, made):
    book.change(made, OWNER, 1, Content("Publish the report", "U2", JUNE, "done"))
    assert book.add(1, OWNER, Content("Publish the report")) == 2


def test_a_series_has_at_most_a_hundred(book, make_series, database):
    number = make_series()
    with database.write() as connection:
        series = series_of(stored.find(connection, number))
        ledger.add_many(connection, series, [f"Promise {n}" for n in range(100)], "U1", NOW)
    with pytest.raises(UserError) as raised:
        book.add(number, OWNER, Content("One more"))
    assert raised.value.key == "commitments.too_many"
    assert len(book.board(number, STRANGER).lines) == 100


def test_those_of_the_start_are_not_new_in_the_first_update(database, make_series, book):
    number = make_series()
    with database.write() as connection:
        series = series_of(stored.find(connection, number))
        ledger.add_many(connection, series, ["Audit | 2026-06-30", " ", "Report by 2026-07-15", "Freeze"], "U1", NOW)
    lines = book.board(number, OWNER).lines
    assert [(line.number, line.text, line.due, line.is_new) for line in lines] == [
        (1, "Audit", JUNE, False), (2, "Report", JULY, False), (3, "Freeze", None, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "texts",
    [["Audit", "P | 2026-02-31"], ["Audit", "P | soon"], ["Audit", "Audit"], ["Audit", "x" * 3001]],
)
def test_a_faulty_line_at_the_start_undoes_all(database, make_series, rows, texts):
    number = make_series()
    with pytest.raises(UserError), database.write() as connection:  # noqa: PT012
        series = series_of(stored.find(connection, number))
        ledger.add_many(connection, series, texts, "U1", NOW)
    assert rows(commitments) == []


# --- changing ---


def test_each_change_is_dated_and_attributed(book, made, rows, clock):
    then = clock.advance(days=1)
    assert book.change(made, HOST, 1, Content("Publish it", "U3", JULY, "late", "The auditors fell ill")) is True
    found = [(r.field, r.old, r.new, r.reason, r.changed_by, r.changed_at) for r in rows(commitment_changes)[1:]]
    why = ("The auditors fell ill", "U2", then)
    assert found == [
        ("text", "Publish the report", "Publish it", *why),
        ("owner", "U2", "U3", *why),
        ("due", "2026-06-30", "2026-07-15", *why),
        ("state", "on_track", "late", *why),
    ]
    (row,) = rows(commitments)
    assert (row.text, row.owner, row.due, row.state) == ("Publish it", "U3", JULY, "late")
    assert (row.reason, row.closed_at) == ("The auditors fell ill", None)


def test_the_record_of_the_series_tells_each_change(book, made, rows):
    wanted = [
        Content("Publish it", "U2", JUNE),
        Content("Publish it", None, JUNE),
        Content("Publish it", "U3", JUNE),
        Content("Publish it", "U3", JULY, reason="ill"),
        Content("Publish it", "U3", None, reason="unclear"),
        Content("Publish it", "U3", JUNE),
        Content("Publish it", "U3", JUNE, reason="clear"),
        Content("Publish it", "U3", JUNE, "late", "ill"),
        Content("Publish it", "U3", JUNE, "on_track"),
        Content("Publish it", "U3", JUNE, "done"),
        Content("Publish it", "U3", JUNE, "dropped", "no use"),
    ]
    for version, each in enumerate(wanted, start=1):
        assert book.change(made, OWNER, version, each) is True
    assert [row.what for row in rows(history)] == [
        "committed", "commitment_reworded", "commitment_disowned", "commitment_owned", "commitment_moved",
        "commitment_undated", "commitment_dated", "commitment_explained", "commitment_late", "commitment_on_track",
        "commitment_done", "commitment_dropped",
    ]  # fmt: skip
    moved = rows(history)[4]
    assert moved.details == {"commitment": 1, "old": "2026-06-30", "new": "2026-07-15", "reason": "ill"}
    assert rows(history)[3].details == {"commitment": 1, "user": "U3"}


def test_nothing_is_written_when_nothing_changed(book, made, rows):
    assert book.change(made, OWNER, 1, Content(" Publish the  report ", "U2", JUNE)) is False
    assert len(rows(commitment_changes)) == len(rows(history)) == 1


@pytest.mark.parametrize("state", ["done", "dropped"])
def test_one_closed_has_its_day_and_can_be_reopened(book, made, rows, clock, state):
    closed = clock.advance(days=3)
    book.change(made, OWNER, 1, Content("Publish the report", "U2", JUNE, state, "no use"))
    assert (only(book, 1).state, only(book, 1).closed_on, rows(commitments)[0].closed_at) == (
        state,
        date(2026, 3, 5),
        closed,
    )
    clock.advance(days=1)
    book.change(made, OWNER, 2, Content("Publish the report", "U2", JUNE))
    (row,) = rows(commitments)
    assert (row.state, row.closed_at, row.reason) == ("on_track", None, None)


def test_a_change_that_does_not_say_why_is_refused(book, made, rows):
    with pytest.raises(UserError) as raised:
        book.change(made, OWNER, 1, Content("Publish the report", "U2", JULY, reason=" \n"))
    assert raised.value.key == "commitments.say_why"
    assert len(rows(commitment_changes)) == 1


def test_who_saves_on_top_of_a_change_is_told_of_it_and_keeps_what_they_typed(book, made, rows, clock):
    clock.advance(hours=1)
    book.change(made, HOST, 1, Content("Publish the report", "U2", JULY, reason="ill"))
    with pytest.raises(ChangedMeanwhileError) as raised:
        book.change(made, OWNER, 1, Content("Publish it", "U2", JUNE))
    error = raised.value
    assert [(each.field, each.old, each.new, each.by) for each in error.changes] == [
        ("due", "2026-06-30", "2026-07-15", "U2")
    ]
    assert error.merged == Content("Publish it", "U2", JULY)
    assert len(rows(commitment_changes)) == 2
    assert book.change(made, OWNER, error.current.commitment.version, error.merged) is True
    assert (rows(commitments)[0].text, rows(commitments)[0].due) == ("Publish it", JULY)


def test_an_overdue_one_that_somebody_closed_stays_closed_under_an_untouched_form(book, made, clock):
    clock.advance(days=130)
    opened = book.open(made, OWNER)
    book.change(made, HOST, 1, Content("Publish the report", "U2", JUNE, "done"))
    with pytest.raises(ChangedMeanwhileError) as raised:
        book.change(made, OWNER, 1, replace(opened.shown, text="Publish it"))
    assert raised.value.merged == Content("Publish it", "U2", JUNE, "done")


def test_of_two_at_once_one_is_refused(book, made, rows, at_once):
    def save():
        try:
            return book.change(made, OWNER, 1, Content("Publish the report", "U2", JUNE, "done"))
        except ChangedMeanwhileError:
            return None

    assert sorted(at_once(save), key=str) == [None, True]
    assert [row.field for row in rows(commitment_changes)] == ["made", "state"]


def test_two_who_add_at_once_get_two_numbers(book, make_series, rows, at_once):
    number, texts = make_series(), iter(["One", "Two"])
    assert sorted(at_once(lambda: book.add(number, OWNER, Content(next(texts))))) == [1, 2]
    assert len(rows(commitments)) == 2


def test_the_same_added_twice_at_once_is_there_once(book, make_series, rows, at_once):
    number = make_series()

    def add():
        try:
            return book.add(number, OWNER, Content("One"))
        except UserError as error:
            return error.key

    assert sorted(map(str, at_once(add))) == ["1", "commitments.already_there"]
    assert len(rows(commitments)) == 1


def test_an_overdue_one_opened_and_saved_as_it_is_has_not_changed(book, made, rows, clock):
    clock.advance(days=130)
    opened = book.open(made, OWNER)
    assert (opened.line.state, opened.shown.state, opened.commitment.content.state) == ("late", "late", "on_track")
    assert book.change(made, OWNER, 1, opened.shown) is False
    assert len(rows(commitment_changes)) == 1


# --- since the last update ---


def test_what_changed_since_the_last_update_is_marked(book, made, database, clock):
    book.change(made, OWNER, 1, Content("Publish the report", "U2", JULY, reason="ill"))
    assert only(book, 1).was_due is None  # as long as no update was posted, since the series was started
    clock.advance(hours=1)
    book.change(made, OWNER, 2, Content("Publish the report", "U2", date(2026, 7, 20), reason="ill"))
    assert (only(book, 1).was_due, only(book, 1).changed) == (JULY, True)
    with database.write() as connection:
        session = {"series_id": 1, "week": 1, "due_at": NOW, "status": "posted", "posted_at": clock.advance(hours=1)}
        sessions.add(connection, [session])
    assert (only(book, 1).was_due, only(book, 1).changed, only(book, 1).first_due) == (None, False, JUNE)


def test_a_date_that_passes_surfaces_by_itself(database, book, made):
    with database.read() as connection:
        series = series_of(stored.find(connection, 1))
        (before,) = ledger.lines(connection, series, NOW + timedelta(days=100), None)
        (after,) = ledger.lines(connection, series, NOW + timedelta(days=121), NOW + timedelta(days=114))
    assert (before.state, after.state, after.days_late, after.changed) == ("on_track", "late", 1, True)


# --- who may ---


def test_everybody_may_look_and_only_its_people_change(book, made, rows):
    assert [book.board(1, each).may_change for each in (OWNER, HOST, ADMIN, STRANGER)] == [True, True, True, False]
    assert [book.open(made, each).may_change for each in (OWNER, STRANGER)] == [True, False]
    for attempt in (
        lambda: book.check(1, STRANGER),
        lambda: book.add(1, STRANGER, Content("Mine")),
        lambda: book.change(made, STRANGER, 1, Content("Mine")),
    ):
        with pytest.raises(NotAllowedError):
            attempt()
    assert len(rows(commitment_changes)) == 1


def test_those_of_a_private_series_are_not_shown_elsewhere(book, make_series, database):
    number = make_series(private=True)
    book.add(number, OWNER, Content("Secret"))
    (found,) = book.board(number, STRANGER).lines
    elsewhere = Caller("U9", "C2", "en")
    for attempt in (lambda: book.board(number, elsewhere), lambda: book.open(found.id, elsewhere)):
        with pytest.raises(UserError) as raised:
            attempt()
        assert raised.value.key == "updates.no_such_series"


def test_those_of_a_series_that_has_ended_can_only_be_read(book, made, database, clock):
    with database.write() as connection:
        stored.end(connection, 1, by="U1", now=clock.now())
    assert (book.board(1, OWNER).may_change, len(book.board(1, OWNER).lines)) == (False, 1)
    with pytest.raises(UserError) as raised:
        book.change(made, OWNER, 1, Content("Publish it"))
    assert raised.value.key == "updates.has_ended"


@pytest.mark.parametrize("attempt", ["open", "change"])
def test_one_that_is_not_there(book, make_series, attempt):
    make_series()
    with pytest.raises(UserError) as raised:
        book.open(77, OWNER) if attempt == "open" else book.change(77, OWNER, 1, Content("x"))
    assert raised.value.key == "commitments.not_there"


def test_each_comes_with_its_own_changes(database, make_series, book):
    number = make_series()
    for text in ("One", "Two", "Three"):
        book.add(number, OWNER, Content(text))
    with database.read() as connection:
        found = kept.of_series(connection, number)
    assert [(row.text, [each.field for each in changes]) for row, changes in found] == [
        ("One", ["made"]), ("Two", ["made"]), ("Three", ["made"]),
    ]  # fmt: skip
