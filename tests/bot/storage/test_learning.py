"""Kept questions, rulings and feedback, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.storage import learning
from bot.storage.conversations import forget_questions, keep_question
from bot.storage.tables import questions, rulings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def keep(database):
    """Keep questions, each a minute after the one before; return their numbers."""

    def put(*texts, start=NOW):
        with database.write() as connection:
            for place, text in enumerate(texts):
                keep_question(
                    connection, key=f"{start}{text}{place}", text=text, language="en", status="declined", nearest=None,
                    now=start + place * MINUTE,
                )  # fmt: skip
            return list(connection.scalars(select(questions.c.id).order_by(questions.c.id)))

    return put


@pytest.fixture
def rule(database):
    def put(*settles, lesson="say-sorry", text="How?"):
        values = {"text": text, "language": "en", "lesson": lesson, "ruled_by": "U1", "ruled_at": NOW}
        with database.write() as connection:
            return learning.add_ruling(connection, values, settles)

    return put


@pytest.fixture
def undo(database):
    def take_back(number, by="U2"):
        with database.write() as connection:
            return learning.undo_ruling(connection, number, by=by, now=NOW + MINUTE)

    return take_back


@pytest.fixture
def want(database):
    def note(*numbers):
        with database.write() as connection:
            return learning.want_lesson(connection, numbers, by="U3", now=NOW)

    return note


def open_texts(database, **given):
    with database.read() as connection:
        return [row.text for row in learning.open_questions(connection, **{"limit": 10, **given})]


def version(database):
    with database.read() as connection:
        return learning.version(connection)


def standing(database):
    with database.read() as connection:
        return [(row.id, row.text, row.lesson) for row in learning.standing_rulings(connection)]


def test_open_questions_come_newest_first_up_to_a_limit_and_a_moment(database, keep):
    keep("one", "two", "three")
    assert open_texts(database) == ["three", "two", "one"]
    assert open_texts(database, limit=2) == ["three", "two"]
    assert open_texts(database, until=NOW + MINUTE) == ["two", "one"]
    assert open_texts(database, until=NOW - MINUTE) == []


def test_of_questions_asked_at_once_the_later_row_is_the_newer(database, keep):
    keep("one")
    keep("two")
    assert open_texts(database) == ["two", "one"]


def test_a_ruling_settles_its_questions_and_no_others(database, keep, rule):
    one, two, _ = keep("one", "two", "three")
    number = rule(one, two)
    assert open_texts(database) == ["three"]
    assert standing(database) == [(number, "How?", "say-sorry")]


def test_a_ruling_is_recorded_with_who_and_when(database, keep, rule, undo):
    (one,) = keep("one")
    number = rule(one, lesson=None)
    undo(number)
    with database.read() as connection:
        row = connection.execute(select(rulings)).one()
    assert (row.lesson, row.ruled_by, row.ruled_at) == (None, "U1", NOW)
    assert (row.undone_by, row.undone_at) == ("U2", NOW + MINUTE)


def test_what_is_settled_is_not_settled_again(database, keep, rule, want):
    one, two = keep("one", "two")
    first = rule(one)
    assert rule(one, lesson=None) is None
    assert want(one) is False
    assert want(two) is True
    assert rule(two) is None
    assert want(two) is False
    assert standing(database) == [(first, "How?", "say-sorry")]


def test_a_ruling_settles_what_is_left_of_its_questions(database, keep, rule):
    one, two = keep("one", "two")
    first, second = rule(one), rule(one, two)
    with database.read() as connection:
        settled = {row.id: row.ruling_id for row in connection.execute(select(questions))}
    assert settled == {one: first, two: second}


def test_a_question_that_was_forgotten_cannot_be_ruled_on(database, keep, rule):
    (one,) = keep("one")
    with database.write() as connection:
        forget_questions(connection, before=NOW + MINUTE)
    assert rule(one) is None
    assert rule() is None
    assert standing(database) == []


def test_a_ruling_outlives_its_questions(database, keep, rule):
    number = rule(*keep("one"))
    with database.write() as connection:
        assert forget_questions(connection, before=NOW + MINUTE) == 1
    assert standing(database) == [(number, "How?", "say-sorry")]


def test_a_number_is_not_given_twice_though_all_questions_were_forgotten(database, keep):
    """A digest of weeks ago has a button with the old number."""
    (old,) = keep("one")
    with database.write() as connection:
        forget_questions(connection, before=NOW + MINUTE)
    assert keep("another", start=NOW + MINUTE) != [old]


def test_of_two_who_rule_at_once_one_is_first(database, keep, rule, at_once):
    (one,) = keep("one")
    first, second = sorted(at_once(lambda: rule(one)), key=lambda number: number is None)
    assert (first is None, second) == (False, None)
    assert [number for number, _, _ in standing(database)] == [first]


def test_undoing_opens_the_questions_again_once(database, keep, rule, undo):
    one, two = keep("one", "two")
    number, other = rule(one), rule(two)
    assert undo(number) is True
    assert open_texts(database) == ["one"]
    assert [each for each, _, _ in standing(database)] == [other]
    assert undo(number) is False
    assert undo(999) is False


def test_of_two_who_undo_at_once_one_is_first(keep, rule, undo, at_once):
    number = rule(*keep("one"))
    assert sorted(at_once(lambda: undo(number))) == [False, True]


def test_a_second_undo_does_not_open_what_was_ruled_anew(database, keep, rule, undo):
    (one,) = keep("one")
    first = rule(one)
    undo(first)
    second = rule(one)
    assert undo(first) is False
    assert open_texts(database) == []
    assert [each for each, _, _ in standing(database)] == [second]


def test_the_text_of_a_ruling(database, keep, rule):
    number = rule(*keep("one"), text="How & why?")
    with database.read() as connection:
        assert learning.ruling_text(connection, number) == "How & why?"
        assert learning.ruling_text(connection, 999) is None


def test_the_version_changes_with_each_ruling_and_each_undoing_and_with_nothing_else(database, keep, rule, undo, want):
    one, two = keep("one", "two")
    seen = [version(database)]
    number = rule(one)
    seen.append(version(database))
    want(two)
    undo(999)
    assert version(database) == seen[-1]
    undo(number)
    seen.append(version(database))
    rule(one)
    seen.append(version(database))
    assert len({*seen}) == 4


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_ruling_that_comes_to_light_after_a_later_one_changes_the_version_too(database, keep, rule):
    """PostgreSQL gives numbers out before it commits: the lower of two may be seen last."""
    one, two = keep("one", "two")
    values = {"text": "slow", "language": "en", "lesson": None, "ruled_by": "U1", "ruled_at": NOW}
    with database.write() as slow:
        early = learning.add_ruling(slow, values, [one])
        late = rule(two)
        between = version(database)
    assert early < late
    assert version(database) != between


def test_a_click_counts_once_and_clicks_are_counted_by_kind_and_time(database):
    def click(connection, key, helpful, now=NOW):
        values = {"key": key, "lesson": "say-sorry", "language": "en", "helpful": helpful, "given_at": now}
        return learning.add_feedback(connection, values)

    with database.write() as connection:
        assert click(connection, "1", helpful=True)
        assert not click(connection, "1", helpful=False)
        assert click(connection, "2", helpful=True)
        assert click(connection, "3", helpful=False)
        assert click(connection, "4", helpful=False, now=NOW - MINUTE)
    with database.read() as connection:
        assert learning.count_feedback(connection, since=NOW) == (2, 1)
        assert learning.count_feedback(connection, since=NOW - MINUTE) == (2, 2)
        assert learning.count_feedback(connection, since=NOW + MINUTE) == (0, 0)
