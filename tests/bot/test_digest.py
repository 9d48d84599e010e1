"""When the digest is posted: on Monday at nine, once, and only if there is something in it. On both databases."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.digest import MOST_QUESTIONS, Digest
from bot.storage import conversations, learning
from bot.storage.tables import outbox, questions
from config.settings import HERE
from responses.lessons import load_lessons

BERLIN, MANILA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Manila")
NEW_YORK, LORD_HOWE = ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")
CHANNEL = "C0CURATE"
DUE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # Monday, 09:00 in Berlin
MINUTE, HOUR, DAY, WEEK = (timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days", "weeks"))


@pytest.fixture(scope="module")
def book():
    return load_lessons([HERE / "lessons.yaml"])


@pytest.fixture
def digest(database, book):
    return Digest(database, lambda: book, CHANNEL, BERLIN)


@pytest.fixture
def ask(database):
    def keep(text="How?", at=DUE - HOUR):
        with database.write() as connection:
            conversations.keep_question(
                connection, key=f"{text}{at}", text=text, language="en", status="declined", nearest=None, now=at
            )

    return keep


@pytest.fixture
def posts(database):
    def read():
        with database.read() as connection:
            return connection.execute(select(outbox).order_by(outbox.c.id)).all()

    return read


def test_on_monday_at_nine_it_goes_to_the_curators_once(digest, ask, posts):
    ask()
    digest.queue_due(DUE - MINUTE)
    assert posts() == []
    for minutes in (0, 1, 60, 600):
        digest.queue_due(DUE + minutes * MINUTE)
    (post,) = posts()
    assert (post.channel, post.thread_ts, post.key) == (CHANNEL, None, "digest:2026-W10")


def test_each_week_has_its_own(digest, ask, posts):
    ask()
    for week in range(3):
        digest.queue_due(DUE + week * WEEK)
    assert [post.key for post in posts()] == ["digest:2026-W10", "digest:2026-W11", "digest:2026-W12"]


def test_around_new_year_no_week_is_taken_for_another(digest, ask, posts):
    first = datetime(2026, 12, 28, 8, tzinfo=UTC)
    ask()
    for week in range(2):
        digest.queue_due(first + week * WEEK)
    assert [post.key for post in posts()] == ["digest:2026-W53", "digest:2027-W01"]


def test_nothing_open_is_no_digest(digest, posts, database, ask):
    digest.queue_due(DUE)
    ask()
    with database.write() as connection:
        (number,) = connection.scalars(select(questions.c.id))
        learning.want_lesson(connection, [number], by="U1", now=DUE - MINUTE)
    digest.queue_due(DUE)
    assert posts() == []


def test_what_is_asked_after_nine_waits_for_the_next_one(digest, ask, posts):
    ask("What is new?", at=DUE + MINUTE)
    digest.queue_due(DUE + HOUR)
    assert posts() == []
    digest.queue_due(DUE + WEEK)
    (post,) = posts()
    assert "What is new?" in str(post.blocks)


@pytest.mark.parametrize(("late", "sent"), [(DAY, 1), (DAY + MINUTE, 0), (3 * DAY, 0)])
def test_after_an_outage_it_is_sent_on_its_day_or_not_at_all(digest, ask, posts, late, sent):
    ask()
    digest.queue_due(DUE + late)
    assert len(posts()) == sent
    digest.queue_due(DUE + WEEK)
    assert len(posts()) == sent + 1


def test_two_processes_that_tick_at_the_same_instant_post_one(database, book, ask, posts, at_once):
    ask()
    at_once(lambda: Digest(database, lambda: book, CHANNEL, BERLIN).queue_due(DUE))
    assert len(posts()) == 1


def test_without_a_curators_channel_there_is_none(database, book, ask, posts):
    ask()
    none = Digest(database, lambda: book, None, BERLIN)
    none.queue_due(DUE)
    assert posts() == []
    assert none.next_due(DUE) is None


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        (BERLIN, DUE - MINUTE, DUE),
        (BERLIN, DUE, DUE + WEEK),
        (BERLIN, datetime(2026, 3, 23, 8, tzinfo=UTC), datetime(2026, 3, 30, 7, tzinfo=UTC)),  # summer time begins
        (BERLIN, datetime(2026, 10, 19, 7, tzinfo=UTC), datetime(2026, 10, 26, 8, tzinfo=UTC)),  # and ends
        (MANILA, DUE, datetime(2026, 3, 9, 1, tzinfo=UTC)),
        (
            MANILA,
            datetime(2026, 3, 1, 23, tzinfo=UTC),
            datetime(2026, 3, 2, 1, tzinfo=UTC),
        ),  # Sunday in UTC
    ],
)
def test_the_next_one_is_at_nine_on_the_wall(database, book, zone, now, due):
    assert Digest(database, lambda: book, CHANNEL, zone).next_due(now) == due


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, LORD_HOWE, MANILA], ids=str)
def test_in_a_year_of_ticks_there_is_one_a_week_at_nine_whatever_the_clocks_do(database, book, ask, posts, zone):
    """Ticked at each due moment, a minute before and two hours after."""
    digest = Digest(database, lambda: book, CHANNEL, zone)
    now = first = datetime(2026, 3, 2, tzinfo=UTC)
    ask(at=first - WEEK)
    due = []
    while now < first + 53 * WEEK:
        moment = digest.next_due(now)
        due.append(moment)
        digest.queue_due(moment - MINUTE)
        assert len(posts()) == len(due) - 1
        for later in (timedelta(0), 2 * HOUR):
            digest.queue_due(moment + later)
            assert len(posts()) == len(due)
        now = moment
    assert {(each.astimezone(zone).isoweekday(), each.astimezone(zone).hour) for each in due} == {(1, 9)}
    assert all(abs(later - earlier - WEEK) <= HOUR for earlier, later in pairwise(due))
    assert len({post.key for post in posts()}) == len(due)


def test_it_counts_the_weeks_clicks(digest, ask, posts, database):
    ask()
    given = [(DUE - 8 * DAY, True), (DUE - DAY, True), (DUE - DAY, True), (DUE - HOUR, False)]
    with database.write() as connection:
        for number, (at, helpful) in enumerate(given):
            values = {"key": str(number), "lesson": "x", "language": "en", "helpful": helpful, "given_at": at}
            learning.add_feedback(connection, values)
    digest.queue_due(DUE)
    assert "2 answers were called helpful and 1 not" in posts()[0].text


def test_it_looks_at_the_newest_questions_only(digest, database, posts):
    with database.write() as connection:
        for number in range(MOST_QUESTIONS + 20):
            conversations.keep_question(
                connection, key=str(number), text="How?", language="en", status="declined", nearest=None,
                now=DUE - HOUR + number * timedelta(seconds=1),
            )  # fmt: skip
    digest.queue_due(DUE)
    assert f"asked {MOST_QUESTIONS} times" in str(posts()[0].blocks)
