"""What curators decide, on both databases: who may, once only, on record, and never who asked."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.curation import Curation, Curators, Place, StoredRulings
from bot.errors import NotAllowedError, UserError
from bot.storage import conversations
from bot.storage.tables import feedback, outbox, questions, rulings
from config.settings import HERE
from responses.blocks import learning as blocks
from responses.blocks.message import Message
from responses.knowledge import Ruling
from responses.lessons import LessonBook, load_lessons

CHANNEL = "C0CURATE"
HERE_CLICKED = Place("U1", "en", CHANNEL, "7.1")
AT_HOME = Place("U1", "it")
ASKED = "How do we tell the regulator?"
LESSON = "real-apology"


@pytest.fixture(scope="module")
def shipped() -> LessonBook:
    return load_lessons([HERE / "lessons.yaml"])


@pytest.fixture
def shelf(shipped):
    """The book that is in use; a test may put another in its place."""
    return [shipped]


@pytest.fixture
def calls():
    return []


@pytest.fixture
def curation(database, clock, shelf, calls):
    return Curation(
        database, lambda: shelf[0], clock, Curators(CHANNEL, {"U1"}),
        wake=lambda: calls.append("wake"), ruled=lambda: calls.append("ruled"),
    )  # fmt: skip


@pytest.fixture
def keep(database, clock):
    def put(*texts, language="en"):
        for text in texts:
            with database.write() as connection:
                conversations.keep_question(
                    connection, key=f"{clock.advance(seconds=1)}", text=text, language=language, status="declined",
                    nearest=None, now=clock.now(),
                )  # fmt: skip
        return rows_of(database, questions)[-1].id

    return put


def rows_of(database, table):
    with database.read() as connection:
        return connection.execute(select(table).order_by(table.c.id)).all()


def refused(call, *args):
    with pytest.raises(UserError) as caught:
        call(*args)
    return caught.value.key


# --- who may ---


@pytest.mark.parametrize(
    ("user", "channel", "is_admin", "may"),
    [
        ("U9", CHANNEL, False, True),
        ("U1", "C0OTHER", False, True),
        ("U1", None, False, True),
        ("U9", "C0OTHER", True, True),
        ("U9", None, True, True),
        ("U9", "C0OTHER", False, False),
        ("U9", None, False, False),
        ("U9", "", False, False),
        ("", None, False, False),
    ],
)
def test_curators_are_whoever_is_in_the_channel_those_named_and_admins(curation, user, channel, is_admin, may):
    if may:
        curation.check(user, channel, is_admin=is_admin)
    else:
        with pytest.raises(NotAllowedError):
            curation.check(user, channel, is_admin=is_admin)


def test_without_a_curators_channel_no_channel_makes_a_curator(database, clock, shelf):
    nobody = Curation(database, lambda: shelf[0], clock, Curators(None, ()), wake=lambda: None)
    for channel in (None, "", CHANNEL):
        with pytest.raises(NotAllowedError):
            nobody.check("U1", channel, is_admin=False)
    assert not nobody.is_curator("U1", is_admin=False)
    assert nobody.is_curator("U1", is_admin=True)


# --- ruling ---


def test_a_ruling_settles_every_wording_and_is_confirmed_where_it_was_made(curation, database, keep, calls, clock):
    keep(ASKED, "Who pays for lunch?")
    number = keep("how do we tell the regulators")
    curation.rule(number, LESSON, HERE_CLICKED)
    assert [gap.shown.text for gap in curation.gaps()] == ["Who pays for lunch?"]
    (row,) = rows_of(database, rulings)
    assert (row.text, row.lesson, row.ruled_by, row.ruled_at) == (
        "how do we tell the regulators", LESSON, "U1", clock.now(),
    )  # fmt: skip
    (post,) = rows_of(database, outbox)
    assert (post.channel, post.thread_ts, post.key) == (CHANNEL, "7.1", f"ruling:{row.id}")
    assert "how do we tell the regulators" in post.text
    assert calls == ["ruled", "wake"]
    assert StoredRulings(database).standing() == [Ruling("how do we tell the regulators", "en", LESSON)]


def test_a_ruling_is_on_the_words_that_the_curator_saw_not_on_newer_ones(curation, database, keep):
    seen = keep(ASKED)
    keep("How do we tell the regulators now?")
    curation.rule(seen, None, HERE_CLICKED)
    assert [row.text for row in rows_of(database, rulings)] == [ASKED]
    assert curation.gaps() == []


def test_at_home_a_ruling_is_confirmed_in_a_direct_message(curation, database, keep):
    curation.rule(keep(ASKED), None, AT_HOME)
    (post,) = rows_of(database, outbox)
    assert (post.channel, post.thread_ts) == ("U1", None)


def test_ruling_twice_is_refused_and_leaves_one_ruling(curation, database, keep, calls):
    number = keep(ASKED)
    curation.rule(number, LESSON, HERE_CLICKED)
    assert refused(curation.rule, number, None, replace(HERE_CLICKED, user="U2")) == "learning.already_settled"
    assert [row.lesson for row in rows_of(database, rulings)] == [LESSON]
    assert len(rows_of(database, outbox)) == 1
    assert calls == ["ruled", "wake"]


@pytest.mark.parametrize("other", ["rule", "want", "forget"])
def test_settled_between_look_and_write_nothing_is_left_behind(curation, database, keep, monkeypatch, clock, other):
    number = keep(ASKED)
    gap = curation.gap(number)
    match other:
        case "rule":
            curation.rule(number, LESSON, HERE_CLICKED)
        case "want":
            curation.want_lesson(number, HERE_CLICKED)
        case "forget":
            with database.write() as connection:
                conversations.forget_questions(connection, before=clock.now() + timedelta(days=1))
    before = (rows_of(database, rulings), rows_of(database, questions), rows_of(database, outbox))
    monkeypatch.setattr(curation, "gap", lambda _number: gap)
    late = replace(HERE_CLICKED, user="U2")
    assert refused(curation.rule, number, None, late) == "learning.already_settled"
    assert refused(curation.want_lesson, number, late) == "learning.already_settled"
    assert (rows_of(database, rulings), rows_of(database, questions), rows_of(database, outbox)) == before


def test_of_two_who_rule_at_the_same_instant_one_is_told(curation, database, keep, at_once):
    number = keep(ASKED)

    def rule():
        try:
            curation.rule(number, LESSON, HERE_CLICKED)
        except UserError as error:
            return error.key
        return "done"

    assert sorted(at_once(rule)) == ["done", "learning.already_settled"]
    assert len(rows_of(database, rulings)) == len(rows_of(database, outbox)) == 1


def test_a_lesson_that_vanished_from_the_book_is_not_ruled_to(curation, database, keep, shelf, calls):
    number = keep(ASKED)
    shelf[0] = LessonBook(lessons={}, sources={})
    assert refused(curation.rule, number, LESSON, HERE_CLICKED) == "failures.unknown_lesson"
    assert rows_of(database, rulings) == []
    assert [gap.shown.number for gap in curation.gaps()] == [number]
    assert calls == []


def test_a_question_that_was_never_kept(curation):
    assert refused(curation.gap, 404) == "learning.already_settled"
    assert refused(curation.rule, 404, None, HERE_CLICKED) == "learning.already_settled"


# --- undoing ---


def test_undoing_opens_the_questions_again_and_is_on_record(curation, database, keep, clock, calls):
    number = keep(ASKED)
    curation.rule(number, None, HERE_CLICKED)
    (ruling,) = rows_of(database, rulings)
    clock.advance(hours=1)
    curation.undo(ruling.id, replace(HERE_CLICKED, user="U2"))
    assert [gap.numbers for gap in curation.gaps()] == [[number]]
    (row,) = rows_of(database, rulings)
    assert (row.undone_by, row.undone_at) == ("U2", clock.now())
    assert StoredRulings(database).standing() == []
    assert [post.key for post in rows_of(database, outbox)] == [f"ruling:{row.id}", f"ruling:{row.id}:undone"]
    assert calls == ["ruled", "wake"] * 2


def test_undoing_twice_is_refused(curation, database, keep):
    curation.rule(keep(ASKED), None, HERE_CLICKED)
    (ruling,) = rows_of(database, rulings)
    curation.undo(ruling.id, HERE_CLICKED)
    assert refused(curation.undo, ruling.id, HERE_CLICKED) == "learning.already_settled"
    assert refused(curation.undo, 404, HERE_CLICKED) == "learning.already_settled"
    assert len(rows_of(database, outbox)) == 2


def test_what_was_undone_can_be_ruled_anew(curation, database, keep):
    number = keep(ASKED)
    curation.rule(number, None, HERE_CLICKED)
    curation.undo(rows_of(database, rulings)[0].id, HERE_CLICKED)
    curation.rule(number, LESSON, HERE_CLICKED)
    assert StoredRulings(database).standing() == [Ruling(ASKED, "en", LESSON)]


def test_of_two_rulings_on_the_same_words_the_later_one_stands(curation, database, keep):
    """The second asker wrote in capitals after the first one's question was settled."""
    curation.rule(keep(ASKED), None, HERE_CLICKED)
    curation.rule(keep(ASKED.upper()), LESSON, HERE_CLICKED)
    assert StoredRulings(database).standing() == [Ruling(ASKED.upper(), "en", LESSON)]
    curation.undo(rows_of(database, rulings)[1].id, HERE_CLICKED)
    assert StoredRulings(database).standing() == [Ruling(ASKED, "en", None)]


def test_a_language_that_is_none_of_the_four_is_taken_for_english(curation, database, keep):
    curation.rule(keep(ASKED, language="und"), LESSON, HERE_CLICKED)
    assert StoredRulings(database).standing() == [Ruling(ASKED, "en", LESSON)]


# --- writing a lesson ---


def test_a_wanted_lesson_takes_the_question_off_the_list_once(curation, database, keep, clock):
    number = keep(ASKED)
    curation.want_lesson(number, HERE_CLICKED)
    assert curation.gaps() == []
    (row,) = rows_of(database, questions)
    assert (row.wanted_by, row.wanted_at, row.ruling_id) == ("U1", clock.now(), None)
    assert refused(curation.want_lesson, number, HERE_CLICKED) == "learning.already_settled"
    (post,) = rows_of(database, outbox)
    assert ASKED in post.text
    assert rows_of(database, rulings) == []


@pytest.mark.parametrize(
    ("action", "callback"), [(blocks.GAP_BELONGS, blocks.BELONGS_MODAL), (blocks.GAP_WRITE, blocks.WRITE_MODAL)]
)
@pytest.mark.parametrize("place", [HERE_CLICKED, AT_HOME])
def test_each_button_has_its_modal(curation, keep, action, callback, place):
    assert curation.modal(action, curation.gap(keep(ASKED)), place)["callback_id"] == callback


# --- App Home and numbers ---


def test_home_shows_gaps_to_curators_only(curation, keep):
    keep(ASKED)
    helped = Message("help", [{"type": "divider"}])
    assert ASKED in str(curation.home("en", helped, curator=True))
    assert ASKED not in str(curation.home("en", helped, curator=False))


def test_500_open_questions_are_grouped_within_two_seconds(curation, database, clock):
    """The list is read anew for each click, which has three seconds in all."""
    with database.write() as connection:
        for number in range(600):
            conversations.keep_question(
                connection, key=str(number), text=f"{number * 7919} is {'what ' * 40}{number}"[:500], language="en",
                status="declined", nearest=None, now=clock.advance(seconds=1),
            )  # fmt: skip
    start = time.perf_counter()
    gaps = curation.gaps()
    assert time.perf_counter() - start < 2
    assert sum(gap.count for gap in gaps) == 500


def test_feedback_counts_a_click_once_and_keeps_no_trace_of_who(curation, database):
    for key in ("click:1.U0ASKER1", "click:1.U0ASKER1", "click:2.U0ASKER1"):
        curation.feedback(LESSON, "de", helpful=True, key=key)
    rows = rows_of(database, feedback)
    assert [(row.lesson, row.language, row.helpful) for row in rows] == [(LESSON, "de", True)] * 2
    assert "U0ASKER1" not in str(rows)


# --- rulings for the library ---


def test_stored_rulings_come_oldest_first_with_a_version_that_follows_them(curation, database, keep):
    stored = StoredRulings(database)
    versions = [stored.version()]
    for text, lesson in ((ASKED, LESSON), ("Who pays for lunch?", None)):
        curation.rule(keep(text), lesson, HERE_CLICKED)
        versions.append(stored.version())
    assert stored.standing() == [Ruling(ASKED, "en", LESSON), Ruling("Who pays for lunch?", "en", None)]
    curation.undo(rows_of(database, rulings)[0].id, HERE_CLICKED)
    versions.append(stored.version())
    assert stored.standing() == [Ruling("Who pays for lunch?", "en", None)]
    assert len({*versions}) == 4
