"""The buttons under answers, in private answers and in threads."""

import pytest

from bot.storage.tables import outbox
from responses.phrases import say
from tests.scenarios.workspace import the_only, words

QUESTION = "What is a good update rhythm for a long incident?"
TITLE = "Keep a steady rhythm of updates on several channels"
OFF_TOPIC = "What is the weather in Rome tomorrow?"


def buttons(message):
    """Return (label, action_id, value) of each button, in order."""
    elements = [each for block in message["blocks"] for each in block.get("elements", []) if each["type"] == "button"]
    return [(each["text"]["text"], each["action_id"], each.get("value")) for each in elements]


def menu(message):
    """Return the values of the topics menu."""
    elements = [each for block in message["blocks"] for each in block.get("elements", [])]
    select = the_only([each for each in elements if each["type"] == "static_select"])
    return [option["value"] for group in select["option_groups"] for option in group["options"]]


def privately(workspace, user, channel, text=f"/candor {QUESTION}"):
    """Ask by slash command; return the private answer as it stands in the channel."""
    workspace.say(user, channel, text)
    return [each for each in workspace.from_candor(channel, user=user) if each.get("ephemeral_to")][-1]


def in_thread(workspace, text=QUESTION):
    ts = workspace.ask("ben", "general", f"<@candor> {text}")
    return ts, workspace.the_only_reply("general", ts)


def first(message, beginning):
    return next(each for each in buttons(message) if each[1].startswith(beginning))


def test_a_related_lesson_of_a_private_answer_is_shown_privately(workspace):
    answer = privately(workspace, "ben", "random")
    label, action, _ = first(answer, "lesson_open:")
    workspace.click("ben", "random", answer["ts"], action)
    shown = workspace.from_candor("random", user="ben")[-1]
    assert shown["ephemeral_to"] == "U0BEN0001"
    assert words(shown).startswith(label)
    assert workspace.from_candor("random") == []


def test_a_related_lesson_in_a_thread_is_posted_there_once(workspace):
    ts, answer = in_thread(workspace)
    label, action, _ = first(answer, "lesson_open:")
    workspace.click("ada", "general", answer["ts"], action)
    workspace.settle()
    _, second = workspace.from_candor("general", ts)
    assert words(second).startswith(label)
    assert "ephemeral_to" not in second


def test_after_a_click_the_thread_is_about_the_new_lesson(workspace):
    ts, answer = in_thread(workspace)
    workspace.click("ada", "general", answer["ts"], first(answer, "lesson_open:")[1])
    workspace.settle()
    workspace.ask("ada", "general", "why?", ts)
    _, opened, why = workspace.from_candor("general", ts)
    assert words(why).startswith(words(opened).splitlines()[0])


def test_a_declined_question_offers_the_topics_privately(workspace):
    declined = privately(workspace, "ben", "random", f"/candor {OFF_TOPIC}")
    workspace.click("ben", "random", declined["ts"], "topics_open")
    topics = workspace.from_candor("random", user="ben")[-1]
    assert words(topics).startswith(say("en", "answers.topics_title"))
    value = next(value for value in menu(topics) if value.startswith("regular-updates|"))
    workspace.click("ben", "random", topics["ts"], "topic_pick", value)
    assert words(workspace.from_candor("random", user="ben")[-1]).startswith(TITLE)


def test_in_a_thread_topics_and_picks_stay_in_the_thread(workspace):
    ts, declined = in_thread(workspace, OFF_TOPIC)
    workspace.click("ben", "general", declined["ts"], "topics_open")
    workspace.settle()
    topics = workspace.from_candor("general", ts)[-1]
    value = next(value for value in menu(topics) if value.startswith("regular-updates|"))
    workspace.click("ben", "general", topics["ts"], "topic_pick", value)
    workspace.settle()
    assert words(workspace.from_candor("general", ts)[-1]).startswith(TITLE)
    assert len(workspace.from_candor("general", ts)) == 3


def test_in_direct_messages_buttons_answer_in_the_thread(workspace):
    ts = workspace.ask("ben", "dm", OFF_TOPIC)
    declined = workspace.the_only_reply("dm", ts, user="ben")
    workspace.click("ben", "dm", declined["ts"], "topics_open")
    workspace.settle()
    assert len(workspace.from_candor("dm", ts, user="ben")) == 2


@pytest.mark.parametrize("language", ["it", "de", "fil"])
def test_what_a_button_opens_is_in_the_language_of_its_message(workspace, language):
    questions = {"it": "Che tempo fa domani a Roma?", "de": "Wie wird das Wetter morgen in Rom?",
                 "fil": "Ano ang lagay ng panahon bukas sa Roma?"}  # fmt: skip
    ts, declined = in_thread(workspace, questions[language])
    assert say(language, "answers.declined") in words(declined)
    workspace.click("ben", "general", declined["ts"], "topics_open")
    workspace.settle()
    assert say(language, "answers.topics_title") in words(workspace.from_candor("general", ts)[-1])


def test_a_shared_answer_stands_in_the_channel_once_and_names_the_sharer(workspace):
    answer = privately(workspace, "dieter", "status-updates")
    workspace.click("dieter", "status-updates", answer["ts"], "answer_share")
    workspace.settle()
    shared = the_only([each for each in workspace.from_candor("status-updates") if TITLE in words(each)][-1:])
    assert "<@U0DIETER1> shared this answer:" in words(shared)
    assert "Share to channel" not in words(shared)
    confirmed = workspace.from_candor("status-updates", user="dieter")[-2:]
    assert any("<#C0UPDATES>" in words(each) for each in confirmed)


def test_two_clicks_are_two_shares_one_click_is_one(workspace):
    before = [row.key for row in workspace.rows(outbox)]
    answer = privately(workspace, "dieter", "status-updates")
    for _ in range(2):
        workspace.click("dieter", "status-updates", answer["ts"], "answer_share")
    workspace.settle()
    assert len([row for row in workspace.rows(outbox) if row.key not in before]) == 2


def test_where_the_bot_is_no_member_the_sharer_is_told_what_to_do(workspace):
    answer = privately(workspace, "ben", "random")
    workspace.click("ben", "random", answer["ts"], "answer_share")
    workspace.settle()
    assert workspace.from_candor("random") == []
    told = workspace.direct("ben")[-1]
    assert "<#C0RANDOM1>" in told
    assert "not_in_channel" in told
    assert "/invite @Candor" in told


def test_a_button_of_a_lesson_that_is_gone_says_so(workspace, monkeypatch):
    answer = privately(workspace, "ben", "general")
    ts, public = in_thread(workspace)
    book = workspace.candor.library.knowledge.book
    _, action, value = first(answer, "lesson_open:")
    monkeypatch.delitem(book.lessons, value.split("|")[0])
    workspace.click("ben", "general", answer["ts"], action)
    assert "no longer there" in words(workspace.from_candor("general", user="ben")[-1])
    workspace.click("ben", "general", public["ts"], action)
    workspace.settle()
    workspace.the_only_reply("general", ts)
    assert words(workspace.from_candor("general", user="ben")[-1]).count("no longer there") == 2, "text and block"


def test_the_review_shortcut_says_that_it_is_not_there_yet(workspace):
    ts = workspace.ask("chiara", "general", "Siamo spiacenti per gli eventuali disagi.")
    workspace.shortcut("chiara", "general", ts, "review_draft")
    assert words(workspace.from_candor("general", user="chiara")[-1]).startswith(say("it", "failures.not_yet"))


@pytest.mark.parametrize("fault", ["drop_before", "500"])
def test_a_lost_private_answer_is_shown_by_another_click(workspace, fault):
    answer = privately(workspace, "ada", "random")
    action = first(answer, "lesson_open:")[1]
    before = len(workspace.from_candor("random", user="ada"))
    workspace.fault("response_url", fault)
    workspace.click("ada", "random", answer["ts"], action)
    assert len(workspace.from_candor("random", user="ada")) == before
    workspace.click("ada", "random", answer["ts"], action)
    assert len(workspace.from_candor("random", user="ada")) == before + 1


def test_a_private_answer_whose_receipt_got_lost_is_not_shown_twice(workspace):
    answer = privately(workspace, "ada", "random")
    before = len(workspace.from_candor("random", user="ada"))
    workspace.fault("response_url", "drop_after")
    workspace.click("ada", "random", answer["ts"], first(answer, "lesson_open:")[1])
    assert len(workspace.from_candor("random", user="ada")) == before + 1
