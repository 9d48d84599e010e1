"""Questions in channels, direct messages and threads: answered once, in place, in the asker's language."""

import pytest

from bot.storage.tables import outbox, threads
from responses.answering import Answer, answer
from responses.phrases import say
from tests.scenarios.workspace import the_only, words

QUESTION = "What is a good update rhythm for a long incident?"
TITLE = "Keep a steady rhythm of updates on several channels"
OFF_TOPIC = "What is the weather in Rome tomorrow?"


@pytest.fixture(scope="module", autouse=True)
def _the_question_has_a_clear_answer(knowledge):
    outcome = answer(QUESTION, knowledge)
    assert isinstance(outcome, Answer)
    assert outcome.lesson.text("en").title == TITLE


def test_a_mention_is_answered_in_its_thread(workspace):
    ts = workspace.ask("ben", "general", f"<@candor> {QUESTION}")
    reply = workspace.the_only_reply("general", ts)
    assert reply["thread_ts"] == ts
    assert TITLE in reply["text"]
    assert reply["blocks"][0]["text"]["text"].startswith(f"*{TITLE}*")


def test_a_mention_that_is_delivered_twice_is_answered_once(workspace):
    workspace.fault("events", "duplicate", times=2)
    ts = workspace.ask("ben", "general", f"<@candor> {QUESTION}")
    workspace.the_only_reply("general", ts)


def test_a_mention_and_its_message_event_are_one_question(workspace):
    before = len(workspace.rows(outbox))
    ts = workspace.ask("ben", "general", f"<@candor> {QUESTION}")
    workspace.the_only_reply("general", ts)
    inside = workspace.ask("ben", "general", "<@candor> what did Yahoo do?", ts)
    assert len(workspace.from_candor("general", ts)) == 2
    assert len(workspace.rows(outbox)) == before + 2
    assert inside != ts


def test_a_message_without_a_mention_is_left_alone(workspace):
    before = len(workspace.rows(outbox))
    workspace.ask("ben", "general", QUESTION)
    workspace.ask("ben", "general", f"<@ada> {QUESTION}")
    assert len(workspace.rows(outbox)) == before


def test_a_direct_message_is_answered_in_its_thread(workspace):
    ts = workspace.ask("chiara", "dm", "Ogni quanto dobbiamo mandare aggiornamenti ai clienti?")
    reply = workspace.the_only_reply("dm", ts, user="chiara")
    assert reply["thread_ts"] == ts
    assert "Che cosa fare" in words(reply)


def test_a_direct_message_in_a_thread_goes_on_there(workspace):
    ts = workspace.ask("ben", "dm", QUESTION)
    workspace.ask("ben", "dm", "why?", ts)
    assert len(workspace.from_candor("dm", ts, user="ben")) == 2


@pytest.mark.parametrize(
    ("reply", "language", "phrase"),
    [
        ("why?", "en", "verdict_supported"),
        ("Why", "en", "verdict_supported"),
        ("an example?", "en", "words"),
        ("what did Yahoo do?", "en", "yahoo"),
        ("and Zoom?", "en", "zoom"),
        ("sources?", "en", "sources"),
        ("and in Italian?", "it", "steps_lesson"),
        ("auf Deutsch?", "de", "steps_lesson"),
        ("sa Filipino?", "fil", "steps_lesson"),
        ("perché?", "it", "verdict_supported"),
    ],
)
def test_a_follow_up_needs_no_mention(workspace, reply, language, phrase):
    ts = workspace.ask("ben", "incident", f"<@candor> {QUESTION}")
    workspace.ask("ada", "incident", reply, ts)
    first, second = workspace.from_candor("incident", ts)
    assert TITLE in words(first)
    assert say(language, f"answers.{phrase}") in words(second)


def test_another_question_in_the_thread_is_taken_up_and_becomes_its_subject(workspace):
    ts = workspace.ask("ben", "incident", f"<@candor> {QUESTION}")
    workspace.ask("ben", "incident", "How should we apologise?", ts)
    workspace.ask("ben", "incident", "and in Italian?", ts)
    _, _, italian = workspace.from_candor("incident", ts)
    assert "scus" in italian["text"].lower()


@pytest.mark.parametrize(
    "chatter",
    [
        "thanks, that helps!",
        "ok, on it. Lunch first though",
        "see you all in the meeting room at three",
        "ok, I'll draft the apology and send it to legal",
        "<@ada> how often should we publish updates?",
        "👍",
        "lol",
    ],
)
def test_chatter_in_an_answered_thread_stays_unanswered(workspace, chatter):
    ts = workspace.ask("ben", "incident", f"<@candor> {QUESTION}")
    workspace.ask("ada", "incident", chatter, ts)
    workspace.the_only_reply("incident", ts)


def test_replies_in_threads_of_others_are_ignored(workspace):
    ts = workspace.ask("ada", "incident", "Does anybody know what happened?")
    workspace.ask("ben", "incident", QUESTION, ts)
    workspace.ask("ben", "incident", "why?", ts)
    assert workspace.from_candor("incident", ts) == []


def test_a_mention_in_a_thread_of_others_is_answered_there(workspace):
    ts = workspace.ask("ada", "incident", "Does anybody know what happened?")
    workspace.ask("ben", "incident", f"<@candor> {QUESTION}", ts)
    workspace.the_only_reply("incident", ts)
    workspace.ask("ada", "incident", "an example?", ts)
    assert len(workspace.from_candor("incident", ts)) == 2


def test_in_a_private_channel_too(workspace):
    ts = workspace.ask("ada", "leadership", f"<@candor> {QUESTION}")
    workspace.the_only_reply("leadership", ts)


def test_a_declined_question_is_declined_in_its_language_and_offers_topics(workspace):
    ts = workspace.ask("ben", "general", f"<@candor> {OFF_TOPIC}")
    reply = workspace.the_only_reply("general", ts)
    assert "I have no lesson on that." in words(reply)
    assert any(element.get("action_id") == "topics_open" for element in reply["blocks"][-1]["elements"])


def test_after_a_declined_question_the_thread_can_go_on(workspace):
    ts = workspace.ask("ben", "general", f"<@candor> {OFF_TOPIC}")
    workspace.ask("ben", "general", QUESTION, ts)
    _, second = workspace.from_candor("general", ts)
    assert TITLE in words(second)


@pytest.mark.parametrize(
    ("user", "begins"), [("ben", "Candor answers questions"), ("chiara", "Candor risponde"), ("dieter", "Candor beant")]
)
def test_a_mention_without_a_question_shows_the_help_in_the_persons_language(workspace, user, begins):
    ts = workspace.ask(user, "general", "<@candor>")
    assert words(workspace.the_only_reply("general", ts)).startswith(begins)


def test_the_thread_is_remembered_with_lesson_and_language_and_nobodys_name(workspace):
    ts = workspace.ask("chiara", "general", "<@candor> Ogni quanto dobbiamo mandare aggiornamenti ai clienti?")
    row = the_only([row for row in workspace.rows(threads) if row.thread_ts == ts])
    assert (row.lesson, row.language) == ("regular-updates", "it")


class TestSlashCommand:
    def test_the_answer_is_private_and_can_be_shared(self, workspace):
        answer = workspace.say("ben", "general", f"/candor {QUESTION}")
        assert answer["response_type"] == "ephemeral"
        assert TITLE in words(answer)
        assert "Share to channel" in words(answer)

    def test_it_works_where_the_bot_is_no_member(self, workspace):
        assert TITLE in words(workspace.say("ben", "random", f"/candor {QUESTION}"))

    @pytest.mark.parametrize("text", ["", " ", "help", "👍", "?!"])
    @pytest.mark.parametrize(
        ("user", "begins"), [("ben", "Candor answers"), ("chiara", "Candor risponde"), ("efren", "Sinasagot ng Candor")]
    )
    def test_without_a_question_the_help_in_the_persons_language(self, workspace, user, begins, text):
        answer = workspace.say(user, "general", f"/candor {text}")
        assert words(answer).startswith(begins)
        assert "/candor-updates" in words(answer)
        assert answer["response_type"] == "ephemeral"

    def test_the_question_decides_the_language_of_the_answer(self, workspace):
        assert "Was zu tun ist" in words(workspace.say("ben", "general", "/candor Wie oft sollen wir Updates geben?"))

    def test_a_profile_that_slack_does_not_give_stops_nothing(self, workspace):
        workspace.fault("users.info", "500")
        assert words(workspace.say("dieter", "general", "/candor")).startswith("Candor")

    @pytest.mark.parametrize("user", ["ben", "chiara"])
    def test_reviewing_is_not_there_yet_and_says_so(self, workspace, user):
        answer = workspace.say(user, "general", "/candor-review We are sorry")
        assert "/candor" in answer["text"]
        assert answer["response_type"] == "ephemeral"
