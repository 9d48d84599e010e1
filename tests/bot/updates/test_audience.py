"""What becomes of a question from the audience, on both databases."""

import logging
import random
from datetime import date, timedelta

import pytest

from bot.clock import Clock
from bot.errors import NotAllowedError, UserError
from bot.storage import asked as stored
from bot.storage import outbox
from bot.storage import series as stored_series
from bot.storage.tables import asked, history, metadata, updates, votes
from bot.storage.tables import outbox as outbox_table
from bot.storage.tables import sessions as sessions_table
from bot.updates.access import Caller
from bot.updates.audience import Audience, answered_lines, hashed, open_lines
from bot.updates.rows import series_of

OWNER, HOST, DEPUTY, ANNE, BEA, CARL = "U0OWNER", "U0HOST", "U0DEPUTY", "U0ANNE", "U0BEA", "U0CARL"
REPORT = "When is the transparency report published?"
REPORT_TOO = "When will the transparency report be published?"
PASSWORDS = "Were our passwords leaked?"


def who(user=ANNE, channel="C1", *, is_admin=False):
    return Caller(user, channel, "en", is_admin)


class Series:
    """A series with its outbox and its questions."""

    def __init__(self, database, clock, audience):
        self.database, self.clock, self.audience, self.clicks = database, clock, audience, 0
        self.number = self.start("command:1")

    def start(self, key, **values):
        row = {
            "title": "Data leak", "channel": "C1", "private": False, "language": "en", "zone": "Europe/Berlin",
            "at": "10:00", "first_date": date(2026, 3, 4), "weeks": 3, "owner": OWNER, "hosts": HOST, "deputy": DEPUTY,
            "created_at": self.clock.now(), "request_key": key,
        }  # fmt: skip
        with self.database.write() as connection:
            return stored_series.add(connection, row | values)

    @property
    def series(self):
        with self.database.read() as connection:
            return series_of(stored_series.find(connection, self.number))

    def key(self):
        self.clicks += 1
        return f"click:{self.clicks}"

    def ask(self, text=REPORT, user=ANNE, **more):
        return self.audience.ask(self.number, text, who(user), key=self.key(), **more)

    def answer(self, number, text="In June.", user=HOST, **more):
        return self.audience.answer(number, text, who(user), key=self.key(), **more)

    def post(self, key, channel="C1", ts=None, *, week=None, delay=timedelta(0)):
        """Post an update; with a week, record it."""
        now = self.clock.advance(minutes=1)
        ts = ts or f"{now.timestamp():.6f}"
        with self.database.write() as connection:
            values = {"key": key, "channel": channel, "text": "…", "blocks": [], "series_id": self.number}
            sent = {"state": "sent", "not_before": now, "created_at": now, "sent_at": now + delay}
            posted = {"posted_channel": channel, "message_ts": ts}
            connection.execute(outbox_table.insert().values(**values, **sent, **posted))
            if week:
                row = {"series_id": self.number, "week": week, "due_at": now, "status": "posted", "step": "none"}
                connection.execute(sessions_table.insert().values(**row, posted_at=now + delay, post_key=key))
        self.clock.advance(minutes=1)
        return ts

    def open(self):
        with self.database.read() as connection:
            return open_lines(connection, self.series)

    def answered(self, since=None):
        with self.database.read() as connection:
            return answered_lines(connection, self.series, since)

    def rows(self, table):
        with self.database.read() as connection:
            return connection.execute(table.select().order_by(*table.primary_key.columns)).all()

    def sent(self):
        """Return what waits to be sent: where to, below what, which words."""
        rows = [row for row in self.rows(outbox_table) if row.state == "pending"]
        return {(row.channel, row.thread_ts): f"{row.text}\n{row.blocks}" for row in rows}


@pytest.fixture
def wakes():
    return []


@pytest.fixture
def here(database, clock: Clock, wakes):
    return Series(database, clock, Audience(database, clock, lambda: wakes.append(True)))


# --- asking ---


def test_a_question_is_written_down_once_however_often_its_click_arrives(here):
    first = here.audience.ask(here.number, REPORT, who(), key="click:a")
    assert here.audience.similar(here.number, REPORT, who(), key="click:a") == []
    assert here.audience.ask(here.number, REPORT, who(), key="click:a") == first
    [row] = here.rows(asked)
    assert (row.id, row.text, row.asked_by, row.channel, row.thread_ts) == (first, REPORT, ANNE, None, None)


def test_it_stands_below_the_post_where_it_was_asked_and_below_no_other_message(here):
    ts = here.post("session:1:update")
    here.ask(channel="C1", thread_ts=ts)
    here.ask(PASSWORDS, channel="C1", thread_ts="5.5")
    assert [(row.channel, row.thread_ts) for row in here.rows(asked)] == [("C1", ts), (None, None)]


@pytest.mark.parametrize("text", ["", "  \n\t", "\x00"])
def test_nothing_is_no_question(here, text):
    with pytest.raises(UserError, match="no_text"):
        here.ask(text)
    assert here.rows(asked) == []


def test_lines_stay_and_what_no_database_takes_goes(here):
    here.ask("Why?\x00\r\nAnd\ud800 when?\n\n\n\nBye " + "x" * 4000)
    [row] = here.rows(asked)
    assert row.text.startswith("Why?\nAnd? when?\n\nBye")
    assert len(row.text) <= 3000


def test_an_anonymous_question_leaves_no_trace_of_who_asked(here, caplog):
    caplog.set_level(logging.DEBUG)
    ts = here.post("session:1:update")
    number = here.ask(anonymous=True, channel="C1", thread_ts=ts)
    assert here.audience.similar(here.number, REPORT_TOO, who(), key="click:other")
    here.answer(number)
    here.audience.open(number, who())
    everything = repr({table.name: here.rows(table) for table in metadata.sorted_tables})
    assert REPORT in everything
    assert ANNE not in everything
    assert ANNE not in caplog.text
    assert "click:1" not in everything, "the click would lead back to the person"
    assert here.open() == []
    assert [(line.by, line.votes) for line in here.answered()] == [(None, 1)]
    assert {channel for channel, _ in here.sent()} == {"C1"}, "nobody can be told"


def test_nobody_asks_about_what_has_ended_and_is_told_whom_to_turn_to(here):
    with here.database.write() as connection:
        stored_series.end(connection, here.number, by=OWNER, now=here.clock.now())
    with pytest.raises(UserError, match="has_ended") as refused:
        here.ask()
    assert refused.value.values["owner"] == f"<@{OWNER}>"


def test_a_private_series_is_known_only_in_its_channel(here):
    number = here.start("command:2", private=True, channel="G9")
    with pytest.raises(UserError, match="no_such_series"):
        here.audience.ask(number, REPORT, who(), key="click:x")
    asked_in_it = here.audience.ask(number, REPORT, who(channel="G9"), key="click:y")
    for listener in (here.audience.open, here.audience.vote):
        with pytest.raises(UserError, match="no_such_series"):
            listener(asked_in_it, who(BEA))
    assert here.audience.open(asked_in_it, who(channel="D1")).line.text == REPORT, "whoever asked may read on"


def test_similar_open_questions_are_offered_and_no_others(here):
    report, _ = here.ask(), here.ask(PASSWORDS)
    done = here.ask("When is the transparency report published at last?")
    here.answer(done)
    offered = here.audience.similar(here.number, REPORT_TOO, who(BEA), key="click:x")
    assert [line.id for line in offered] == [report]


# --- replies below a post ---


def test_a_question_below_a_post_is_noted_and_confirmed_once(here, wakes):
    ts = here.post("session:1:update")
    for _ in range(2):
        assert here.audience.replied("C1", ts, "When is &lt;it&gt; fixed?", ANNE, key="event:Ev1")
    [row] = here.rows(asked)
    assert (row.text, row.asked_by, row.channel, row.thread_ts) == ("When is <it> fixed?", ANNE, "C1", ts)
    assert list(here.sent()) == [("C1", ts)]
    [confirmation] = here.sent().values()
    assert f"question {row.id}" in confirmation
    assert f"<@{ANNE}>" in confirmation
    assert wakes


@pytest.mark.parametrize("text", ["Thanks!", "<@U0BEA> what do you think?", "", "<@U0BEA>"])
def test_other_talk_below_a_post_is_left_alone(here, text):
    ts = here.post("session:1:update")
    assert here.audience.replied("C1", ts, text, ANNE, key="event:Ev1") is True
    assert (here.rows(asked), here.sent()) == ([], {})


def test_other_threads_are_not_ours(here):
    direct = here.post("session:1:prepare", channel=HOST)
    assert here.audience.replied("C1", "5.5", "Why?", ANNE, key="event:Ev1") is False
    assert here.audience.replied(HOST, direct, "Why?", HOST, key="event:Ev2") is False
    assert here.rows(asked) == []


def test_below_the_posts_of_an_ended_series_the_owner_is_named(here):
    ts = here.post("session:1:update")
    with here.database.write() as connection:
        stored_series.end(connection, here.number, by=None, now=here.clock.now())
    assert here.audience.replied("C1", ts, "And now?", ANNE, key="event:Ev1")
    assert here.rows(asked) == []
    assert f"<@{OWNER}>" in here.sent()["C1", ts]


# --- votes ---


def test_a_vote_counts_once_a_person_and_the_asker_is_one(here):
    number = here.ask()
    assert here.audience.vote(number, who(BEA)).votes == 2
    for user in (BEA, ANNE):
        with pytest.raises(UserError, match="voted_already"):
            here.audience.vote(number, who(user))
    assert [line.votes for line in here.open()] == [2]


def test_of_two_votes_at_once_one_counts(here, at_once):
    number = here.ask()

    def vote():
        try:
            return here.audience.vote(number, who(BEA)).votes
        except UserError as error:
            return error.key

    assert sorted(map(str, at_once(vote))) == ["2", "audience.voted_already"]
    assert len(here.rows(votes)) == 1


def test_no_vote_for_what_is_answered_or_not_there(here):
    number = here.ask()
    here.answer(number)
    with pytest.raises(UserError, match="answered_already"):
        here.audience.vote(number, who(BEA))
    with pytest.raises(UserError, match="no_such"):
        here.audience.vote(99, who(BEA))


# --- merging ---


def test_merged_questions_count_together_and_all_askers_get_the_answer(here):
    here.post("session:1:update", ts="1.1")
    one = here.ask(channel="C1", thread_ts="1.1")
    here.post("session:2:update", ts="2.2")
    two = here.ask(REPORT_TOO, BEA, channel="C1", thread_ts="2.2")
    three = here.ask("And the report?", None, anonymous=True)
    here.audience.vote(one, who(CARL))
    here.audience.vote(two, who(CARL))
    here.audience.merge(three, two, who(HOST))
    here.audience.merge(two, one, who(HOST))
    assert [(line.id, line.votes) for line in here.open()] == [(one, 4)]
    with pytest.raises(UserError, match="voted_already"):
        here.audience.vote(two, who(CARL))
    here.answer(three, "On 1 July.")
    assert {*here.sent()} == {("C1", "1.1"), ("C1", "2.2"), (ANNE, None), (BEA, None)}
    assert REPORT_TOO in here.sent()[BEA, None], "each reads the own words"
    assert all("On 1 July." in words for words in here.sent().values())


def test_a_merge_of_a_merge_and_one_with_itself_change_nothing(here):
    one, two = here.ask(), here.ask(REPORT_TOO, BEA)
    for _ in range(2):
        here.audience.merge(two, one, who(HOST))
    here.audience.merge(one, two, who(HOST))
    assert [row.merged_into for row in here.rows(asked)] == [None, one]
    assert [row.what for row in here.rows(history)] == ["question_merged"]


def test_two_who_merge_crosswise_at_once_lose_nothing(here, at_once):
    one, two = here.ask(), here.ask(REPORT_TOO, BEA)
    ways = iter([(one, two), (two, one)])
    at_once(lambda: here.audience.merge(*next(ways), who(HOST)))
    assert [line.votes for line in here.open()] == [2]


def test_only_open_questions_of_one_series_are_merged(here):
    one, done = here.ask(), here.ask(PASSWORDS)
    here.answer(done)
    elsewhere = here.audience.ask(here.start("command:2"), REPORT, who(), key="click:x")
    for pair, key in [
        ((one, done), "answered_already"),
        ((done, one), "answered_already"),
        ((one, elsewhere), "no_such"),
    ]:
        with pytest.raises(UserError, match=key):
            here.audience.merge(*pair, who(HOST))


@pytest.mark.parametrize("user", [ANNE, BEA])
def test_only_those_who_may_change_the_series_merge_and_answer(here, user):
    one, two = here.ask(), here.ask(PASSWORDS)
    with pytest.raises(NotAllowedError):
        here.audience.merge(one, two, who(user))
    with pytest.raises(NotAllowedError):
        here.answer(one, user=user)
    assert not here.audience.open(one, who(user)).may_answer
    assert here.audience.open(one, who(user)).others == []
    assert here.sent() == {}


@pytest.mark.parametrize("user", [OWNER, HOST, DEPUTY])
def test_owner_host_and_deputy_answer(here, user):
    number = here.ask()
    assert here.answer(number, user=user)
    assert here.rows(asked)[0].answered_by == user
    assert here.audience.answer(number, "No.", who(BEA, is_admin=True), key="click:x", correcting=True)


# --- answers ---


def test_the_answer_goes_to_the_thread_to_the_asker_and_into_the_next_update(here, wakes):
    ts = here.post("session:1:update", week=1)
    number = here.ask(channel="C1", thread_ts=ts)
    since = here.rows(sessions_table)[0].posted_at
    assert here.answer(number)
    assert {*here.sent()} == {("C1", ts), (ANNE, None)}
    assert all("In June." in words for words in here.sent().values())
    assert [(line.id, line.answer, line.answered_by) for line in here.answered(since)] == [(number, "In June.", HOST)]
    assert here.open() == []
    assert [(row.what, row.by, row.details) for row in here.rows(history)] == [
        ("question_answered", HOST, {"number": number})
    ]
    assert wakes
    here.post("session:2:update", week=2)
    assert here.answered(here.rows(sessions_table)[1].posted_at) == [], "told once"


def test_one_asked_elsewhere_is_answered_below_the_latest_post(here):
    here.post("session:1:update", ts="1.1")
    here.post("session:2:update", ts="2.2")
    here.post("session:2:prepare", channel=HOST, ts="3.3")
    here.answer(here.ask())
    assert {*here.sent()} == {("C1", "2.2"), (ANNE, None)}


def test_before_the_first_post_the_asker_is_told(here):
    here.answer(here.ask())
    assert {*here.sent()} == {(ANNE, None)}


def test_each_asker_reads_their_own_language_the_thread_the_series(here):
    here.post("session:1:update", ts="1.1")
    number = here.ask()
    here.answer(number, language_of={ANNE: "de"}.__getitem__)
    assert "beantwortet" in here.sent()[ANNE, None]
    assert "Answer to question" in here.sent()["C1", "1.1"]


def test_a_correction_is_posted_as_such_and_stands_in_the_next_update(here):
    here.post("session:1:update", ts="1.1")
    number = here.ask()
    here.answer(number)
    with pytest.raises(UserError, match="answered_already"):
        here.answer(number, "No: in July.")  # by somebody who had not seen that it is answered
    since = here.clock.now()
    here.clock.advance(hours=1)
    assert here.answer(number, "No: in July.", correcting=True)
    assert [line.answer for line in here.answered(since)] == ["No: in July."]
    texts = [row.text for row in here.rows(outbox_table) if (row.channel, row.thread_ts) == ("C1", "1.1")]
    assert len(texts) == 2
    assert texts[1].startswith("*Corrected answer")
    assert [row.what for row in here.rows(history)] == ["question_answered", "question_corrected"]


def test_the_same_answer_again_sends_nothing(here):
    number = here.ask()
    assert here.answer(number)
    assert not here.answer(number)
    assert len(here.sent()) == 1


def test_of_two_who_answer_at_once_one_does(here, at_once):
    number = here.ask()
    users = iter([OWNER, HOST])

    def answer():
        user = next(users)
        try:
            return str(here.audience.answer(number, f"Says {user}", who(user), key=f"click:{user}"))
        except UserError as error:
            return error.key

    assert sorted(at_once(answer)) == ["True", "audience.answered_already"]
    assert len(here.sent()) == 1


def test_set_aside_with_a_reason_counts_as_answered(here):
    number = here.ask("How do I mute myself?")
    with pytest.raises(UserError, match="no_answer"):
        here.answer(number, " ", aside=True)
    assert here.answer(number, "Ask support.", aside=True)
    [line] = here.answered()
    assert line.answer == "Set aside: Ask support."
    assert [row.what for row in here.rows(history)] == ["question_set_aside"]
    assert "Set aside: Ask support." in here.sent()[ANNE, None]


def test_whoever_answers_their_own_question_is_not_written_to(here):
    here.answer(here.ask(user=HOST), user=HOST)
    assert here.sent() == {}


def test_questions_are_answered_also_when_all_is_over(here):
    number = here.ask()
    with here.database.write() as connection:
        stored_series.end(connection, here.number, by=None, now=here.clock.now())
    assert here.answer(number)


def test_what_was_answered_while_an_update_waited_to_be_sent_stands_in_the_next(here):
    number = here.ask()
    delay = timedelta(hours=2)
    here.post("session:1:update", week=1, delay=delay)
    here.clock.advance(hours=1)
    here.answer(number)
    [row] = here.rows(sessions_table)
    assert [line.id for line in here.answered(row.posted_at)] == [number]


# --- carried over ---


def test_open_questions_are_ranked_and_carried_over(here):
    old, new = here.ask(), here.ask(PASSWORDS)
    here.post("session:1:update", week=1)
    here.clock.advance(hours=1)
    late = here.ask("Who pays?")
    here.post("session:2:update", week=2)
    here.post("session:2:nudge")  # no update
    here.audience.vote(late, who(BEA))
    assert [(line.id, line.carried, line.votes) for line in here.open()] == [(late, 1, 2), (old, 2, 1), (new, 2, 1)]


def test_an_update_outside_the_rhythm_counts_as_one(here):
    here.ask()
    here.post("urgent:1")
    with here.database.write() as connection:
        values = {"series_id": here.number, "texts": {}, "nothing_new": False, "author": HOST, "post_key": "urgent:1"}
        times = {"saved_at": here.clock.now(), "written_at": here.clock.now()}
        connection.execute(updates.insert().values(**values, **times, version=1))
    assert [line.carried for line in here.open()] == [1]


# --- lists ---


def test_the_list_tells_what_counts_the_reader_already(here):
    one, two, three = here.ask(), here.ask(PASSWORDS, BEA), here.ask("Who pays?", BEA)
    here.audience.vote(two, who(ANNE))
    here.clock.advance(minutes=1)
    here.answer(three)
    found = here.audience.listing(here.number, who())
    assert [line.id for line in found.open] == [two, one]
    assert [line.id for line in found.answered] == [three]
    assert found.mine == {one, two}


def test_the_most_alike_comes_first_where_one_is_to_be_merged(here):
    one, _, three = here.ask(), here.ask(PASSWORDS), here.ask(REPORT_TOO)
    opened = here.audience.open(three, who(HOST))
    assert [line.id for line in opened.others] == [one, 2]
    here.audience.merge(three, one, who(HOST))
    merged = here.audience.open(three, who(HOST))
    assert (merged.line.id, [each.id for each in merged.merged]) == (one, [three])


def test_a_key_is_kept_as_nothing_that_leads_back(here):
    here.audience.ask(here.number, REPORT, who(), key="click:secret")
    with here.database.read() as connection:
        assert stored.find_by_key(connection, hashed("click:secret")) is not None
        assert outbox.find(connection, "click:secret") is None


@pytest.mark.parametrize("seed", range(4))
def test_whatever_people_do_no_question_and_no_vote_is_lost(here, seed):
    chance = random.Random(seed)
    texts, counted = {}, {}
    for step in range(60):
        here.clock.advance(minutes=1)
        deed, user = chance.choice(["ask", "ask", "vote", "vote", "merge", "answer"]), chance.choice([ANNE, BEA, CARL])
        numbers = [*texts] or [0]
        one, other = chance.choice(numbers), chance.choice(numbers)
        try:
            if deed == "ask":
                anonymous = chance.random() < 0.3
                number = here.ask(f"Question of step {step}?", user, anonymous=anonymous)
                texts[number] = f"Question of step {step}?"
                counted[number] = {f"nobody {number}" if anonymous else user}
            elif deed == "vote":
                here.audience.vote(one, who(user))
                counted[one].add(user)
            elif deed == "merge":
                here.audience.merge(one, other, who(HOST))
            elif chance.random() < 0.3:
                here.answer(one, f"Answer {step}")
        except UserError:
            continue
    found = here.audience.listing(here.number, who())
    opened = [here.audience.open(line.id, who(HOST)) for line in [*found.open, *found.answered]]
    shown = [{each.line.id, *(one.id for one in each.merged)} for each in opened]
    assert sorted(number for numbers in shown for number in numbers) == sorted(texts)
    for each, numbers in zip(opened, shown, strict=True):
        assert each.line.votes == len(set().union(*(counted[number] for number in numbers)))
        assert each.line.text == texts[each.line.id]
