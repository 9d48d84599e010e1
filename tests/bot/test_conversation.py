"""What is replied to whom, and what is remembered, on both databases."""

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from bot.conversation import Conversation, Incoming
from bot.library import Library
from bot.listeners import usage
from bot.storage import outbox
from bot.storage.conversations import find_thread
from bot.storage.tables import questions
from config.settings import HERE
from responses.knowledge import load_knowledge

QUESTION = "What is a good update rhythm for a long incident?"
OFF_TOPIC = "What is the weather in Rome tomorrow?"


@pytest.fixture(scope="module")
def knowledge():
    return load_knowledge([HERE / "lessons.yaml"], [HERE / "phrasings.yaml"], encoder=None)


@pytest.fixture
def wakes():
    return []


@pytest.fixture
def make(database, clock, knowledge, wakes):
    def make(days=90):
        return Conversation(
            database, Library(lambda: replace(knowledge), []), clock, wake=lambda: wakes.append(clock.now()),
            keep_questions=timedelta(days=days), usage=usage,
        )  # fmt: skip

    return make


@pytest.fixture
def conversation(make):
    return make()


def incoming(text=QUESTION, **changes):
    values = {"key": "event:Ev1", "text": text, "channel": "C1", "thread_ts": "1.1", "addressed": True,
              "language": lambda: "it"}  # fmt: skip
    return Incoming(**{**values, **changes})


@pytest.fixture
def row(database):
    def row(key="event:Ev1"):
        with database.read() as connection:
            return outbox.find(connection, key)

    return row


@pytest.fixture
def thread(database):
    def thread(ts="1.1"):
        with database.read() as connection:
            return find_thread(connection, "C1", ts)

    return thread


def kept(database):
    with database.read() as connection:
        return connection.execute(questions.select()).all()


def asked_privately(conversation, text, asker="U1", key="t", language=lambda: "en"):
    return json.loads(conversation.privately(text, asker=asker, key=key, language=language))


def test_a_question_is_answered_in_its_thread_and_the_sender_is_woken(conversation, row, thread, wakes):
    assert conversation.reply(incoming()) is True
    assert (row().channel, row().thread_ts, row().tell, row().state) == ("C1", "1.1", None, "pending")
    assert (thread().lesson, thread().language) == ("regular-updates", "en")
    assert len(wakes) == 1


def test_the_same_event_at_the_same_moment_is_one_answer(conversation, database, at_once):
    assert at_once(lambda: conversation.reply(incoming(OFF_TOPIC))) == [True, True]
    with database.read() as connection:
        assert len(connection.execute(outbox.outbox.select()).all()) == 1
    assert len(kept(database)) == 1


def test_a_redelivered_event_does_not_turn_the_thread_back(conversation, thread):
    conversation.reply(incoming())
    conversation.reply(incoming("How should we apologise?", key="event:Ev2"))
    after = thread().lesson
    assert after != "regular-updates"
    conversation.reply(incoming())
    assert thread().lesson == after


def test_what_nobody_addressed_to_candor_in_a_thread_it_does_not_know_is_left_alone(conversation, row, wakes):
    assert conversation.reply(incoming(addressed=False)) is False
    assert row() is None
    assert wakes == []


@pytest.mark.parametrize("text", ["thanks!", "👍", "<@U2> how often should we publish updates?", ""])
def test_chatter_in_a_known_thread_is_left_alone(conversation, row, text):
    conversation.reply(incoming())
    assert conversation.reply(incoming(text, key="event:Ev2", addressed=False)) is False
    assert row("event:Ev2") is None


@pytest.mark.parametrize("text", ["why?", "an example", "and in Italian?", "How should we apologise?"])
def test_follow_ups_and_questions_in_a_known_thread_are_taken_up(conversation, row, text):
    conversation.reply(incoming())
    assert conversation.reply(incoming(text, key="event:Ev2", addressed=False)) is True
    assert row("event:Ev2") is not None


def test_a_follow_up_is_answered_in_the_threads_language_until_another_is_asked_for(conversation, row, thread):
    conversation.reply(incoming())
    conversation.reply(incoming("auf Deutsch?", key="event:Ev2", addressed=False))
    assert thread().language == "de"
    conversation.reply(incoming("Yahoo?", key="event:Ev3", addressed=False))
    assert "Yahoo nicht" in str(row("event:Ev3").blocks)


def test_help_is_in_the_persons_language_wherever_the_words_show_none(conversation, row):
    conversation.reply(incoming("👋"))
    assert row().text.startswith("Candor risponde")
    assert asked_privately(conversation, "", language=lambda: "de")["text"].startswith("Candor beantwortet")


def test_the_language_is_not_looked_up_where_it_is_not_needed(conversation):
    def nobody_asks():
        raise AssertionError("users.info costs a call to Slack")

    asked_privately(conversation, QUESTION, language=nobody_asks)
    conversation.reply(incoming(language=nobody_asks))


@pytest.mark.parametrize("text", ["how often \ud800 should we publish updates?", "\ud800", "\0", "🔥" * 20_000])
def test_any_string_at_all_is_answered(conversation, row, text):
    assert asked_privately(conversation, text)["blocks"]
    assert conversation.reply(incoming(text)) is True
    assert row().text


def test_a_declined_question_is_kept_without_any_way_back_to_who_asked(conversation, database, clock):
    conversation.reply(incoming(f"<@U0BEN0001> {OFF_TOPIC}"))
    [question] = kept(database)
    assert (question.text, question.language, question.status) == (OFF_TOPIC, "en", "declined")
    assert question.key == sha256(b"event:Ev1").hexdigest()
    assert question.asked_at == clock.now()


def test_a_question_counts_once_a_day_for_one_asker(conversation, database, clock):
    def ask(asker, key):
        return asked_privately(conversation, OFF_TOPIC, asker, key)

    first = ask("U1", "1")
    assert "was kept" in first["text"]
    assert ask("U1", "2") == first
    assert len(kept(database)) == 1
    ask("U2", "3")
    clock.advance(days=1)
    assert ask("U1", "4") == first
    assert len(kept(database)) == 3


def test_an_answer_says_the_same_when_it_is_asked_for_again(conversation):
    first = asked_privately(conversation, QUESTION)
    assert first == asked_privately(conversation, QUESTION, asker="U2", key="2")
    assert first["response_type"] == "ephemeral"
    assert "regular-updates" in str(first["blocks"])


def test_with_no_days_nothing_is_kept_anywhere(make, database, row):
    conversation = make(days=0)
    asked_privately(conversation, OFF_TOPIC)
    conversation.reply(incoming(OFF_TOPIC))
    assert kept(database) == []
    assert "weather" not in str(row().blocks) + row().text


def test_a_share_names_who_shared_and_tells_them_if_it_fails(conversation, row, wakes):
    assert conversation.share("regular-updates|de|", channel="C1", user="U1", key="click:1") is True
    shared = row("click:1")
    assert (shared.channel, shared.thread_ts, shared.tell) == ("C1", None, "U1")
    assert shared.text.startswith("<@U1> hat diese Antwort geteilt:")
    assert len(wakes) == 1


@pytest.mark.parametrize("value", ["no-such-lesson|en|", "", "||", "|" * 50])
def test_a_lesson_that_is_gone_is_neither_shown_nor_posted(conversation, row, thread, value):
    assert conversation.lesson(value) is None
    assert conversation.share(value, channel="C1", user="U1", key="k") is False
    assert conversation.lesson_in_thread(value, channel="C1", thread_ts="1.1", key="k") is False
    assert row("k") is None
    assert thread() is None


def test_a_button_in_a_thread_moves_the_thread_on_once(conversation, row, thread):
    conversation.reply(incoming())
    for _ in range(2):
        conversation.lesson_in_thread("real-apology|it|", channel="C1", thread_ts="1.1", key="click:1")
    assert (thread().lesson, thread().language) == ("real-apology", "it")
    assert row("click:1").thread_ts == "1.1"


def test_topics_in_a_thread_leave_its_lesson(conversation, row, thread):
    conversation.reply(incoming())
    conversation.topics_in_thread("en", channel="C1", thread_ts="1.1", key="click:1")
    assert row("click:1").thread_ts == "1.1"
    assert thread().lesson == "regular-updates"
