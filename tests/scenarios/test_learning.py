"""Candor learns from people: feedback, the digest, rulings and App Home, through the real app."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.storage.tables import feedback, metadata, questions, rulings
from responses.phrases import say
from tests.scenarios.workspace import HOUR, MONDAY, WEEK, the_only, wait_for, words

ASKED = "Can pigeons carry the bad news to the ministry?"
KNOWN = "What is a good update rhythm for a long incident?"
OFF_TOPIC = "What is the weather in Rome tomorrow?"
CURATORS = "incident"  # the channel; dieter is a curator besides, ada an admin, chiara neither, but in the channel
DIETER = "U0DIETER1"


@pytest.fixture
def taught(open_workspace):
    """A workspace on a Monday at eight, an hour before the digest."""
    return open_workspace(starts_at=MONDAY, curators_channel="C0INCIDNT", curators=(DIETER,))


def private(workspace, user, channel="random"):
    return [each for each in workspace.from_candor(channel, user=user) if each.get("ephemeral_to")][-1]


def ask_privately(workspace, text, user="ben", channel="random"):
    workspace.say(user, channel, f"/candor {text}")
    return private(workspace, user, channel)


def digest(workspace):
    workspace.advance_to(MONDAY.replace(hour=9))
    workspace.settle()
    return the_only(workspace.from_candor(CURATORS))


def home(workspace, user):
    return workspace._get(f"home?user={user}")["view"]


def click_at_home(workspace, user, view, action_id):
    return workspace._post("click", user=user, view_id=view["id"], action_id=action_id)


def modal(workspace, user):
    return the_only_view(workspace._get(f"views?user={user}")["views"])


def the_only_view(views):
    assert len(views) == 1
    return views[0]


def pick(workspace, user, lesson="real-apology"):
    """Submit the open modal with a lesson picked."""
    view = modal(workspace, user)
    language = {"chiara": "it", "dieter": "de"}.get(user, "en")
    values = {"lesson": {"lesson_pick": f"{lesson}|{language}|"}}
    return workspace._post("submit", user=user, view_id=view["id"], values=values)


def is_answered(workspace):
    """Ask; tell whether the answer is the lesson that is ruled to be the right one in these tests."""
    title = workspace.knowledge.book.lessons["real-apology"].text("en").title
    return words(ask_privately(workspace, ASKED)).startswith(title)


def in_use(workspace, condition):
    """Wait until a ruling is: a second at most."""
    wait_for(lambda: condition(workspace.candor.library.knowledge.rulings), "the ruling", seconds=1.0)


# --- the whole way ---


def test_from_a_question_without_answer_to_an_answer_and_back(taught):
    assert not is_answered(taught)
    post = digest(taught)
    assert ASKED in words(post)
    taught.click("chiara", CURATORS, post["ts"], "gap_belongs")
    assert pick(taught, "chiara")["ok"] is True
    taught.settle()
    in_use(taught, len)
    _, confirmed = taught.from_candor(CURATORS, post["ts"])
    assert "<@U0CHIARA1>" in words(confirmed)
    assert say("it", "learning.undo") in words(confirmed)
    assert is_answered(taught)

    taught.click("ben", CURATORS, confirmed["ts"], "ruling_undo")
    taught.settle()
    in_use(taught, lambda rulings: not rulings)
    assert not is_answered(taught)
    (row,) = taught.rows(rulings)
    assert (row.ruled_by, row.undone_by, row.text) == ("U0CHIARA1", "U0BEN0001", ASKED)
    assert row.ruled_at.date() == row.undone_at.date() == MONDAY.date()


def test_a_ruling_survives_a_restart(taught):
    ask_privately(taught, ASKED)
    post = digest(taught)
    taught.click("chiara", CURATORS, post["ts"], "gap_belongs")
    pick(taught, "chiara")
    taught.stop_app()
    taught.start_app()
    assert is_answered(taught)


def test_a_click_off_topic_is_enough(taught):
    ask_privately(taught, ASKED)
    post = digest(taught)
    taught.click("efren", CURATORS, post["ts"], "gap_off_topic")
    taught.settle()
    assert say("fil", "learning.undo") in words(taught.from_candor(CURATORS, post["ts"])[-1])
    in_use(taught, lambda rulings: [each.lesson_id for each in rulings] == [None])
    assert "pigeons" not in json.dumps(home(taught, "dieter")["blocks"])


def test_a_lesson_to_be_written_comes_with_what_to_copy(taught):
    ask_privately(taught, ASKED)
    post = digest(taught)
    taught.click("ben", CURATORS, post["ts"], "gap_write")
    view = modal(taught, "ben")
    to_copy = the_only([each["element"]["initial_value"] for each in view["blocks"] if each["type"] == "input"])
    assert f'questions: {{en: ["{ASKED}"]}}' in to_copy
    assert taught._post("submit", user="ben", view_id=view["id"], values={})["ok"] is True
    taught.settle()
    assert "<@U0BEN0001>" in words(taught.from_candor(CURATORS, post["ts"])[-1])
    (row,) = taught.rows(questions)
    assert (row.wanted_by, row.ruling_id) == ("U0BEN0001", None)


def test_a_week_in_which_nothing_is_open_has_no_digest(taught):
    taught.advance(WEEK)
    assert taught.from_candor(CURATORS) == []
    ask_privately(taught, ASKED)
    taught.advance(WEEK)
    taught.advance(WEEK)
    assert len(taught.from_candor(CURATORS)) == 2


# --- too late ---


def test_whoever_submits_second_is_told_in_the_modal(taught):
    ask_privately(taught, ASKED)
    post = digest(taught)
    for user in ("chiara", "dieter"):
        taught.click(user, CURATORS, post["ts"], "gap_belongs")
    taught.click("ben", CURATORS, post["ts"], "gap_write")
    assert pick(taught, "chiara")["ok"] is True
    late = pick(taught, "dieter", "regular-updates")
    assert late["errors"] == {"lesson": say("de", "learning.already_settled")}
    written = taught._post("submit", user="ben", view_id=modal(taught, "ben")["id"], values={})
    assert written["errors"] == {"yaml": say("en", "learning.already_settled")}
    assert [row.lesson for row in taught.rows(rulings)] == ["real-apology"]
    assert [row.wanted_by for row in taught.rows(questions)] == [None]


def test_the_buttons_of_a_settled_question_say_so(taught):
    ask_privately(taught, ASKED)
    post = digest(taught)
    taught.click("ben", CURATORS, post["ts"], "gap_off_topic")
    for action in ("gap_off_topic", "gap_belongs", "gap_write"):
        before = len(taught.from_candor(CURATORS, user="chiara"))
        taught.click("chiara", CURATORS, post["ts"], action)
        assert words(taught.from_candor(CURATORS, user="chiara")[before]) == words(
            {"text": (told := say("it", "learning.already_settled")), "blocks": [{"text": told}]}
        )
    assert taught._get("views?user=chiara")["views"] == []
    assert len(taught.rows(rulings)) == 1


def test_undoing_twice_says_so(taught):
    ask_privately(taught, ASKED)
    post = digest(taught)
    taught.click("ben", CURATORS, post["ts"], "gap_off_topic")
    taught.settle()
    undo = taught.from_candor(CURATORS, post["ts"])[-1]
    for _ in range(2):
        taught.click("ben", CURATORS, undo["ts"], "ruling_undo")
    taught.settle()
    assert say("en", "learning.already_settled") in words(private(taught, "ben", CURATORS))
    assert len(taught.from_candor(CURATORS, post["ts"])) == 3


def test_a_lesson_that_vanished_while_the_modal_was_open(taught, monkeypatch):
    ask_privately(taught, ASKED)
    post = digest(taught)
    taught.click("chiara", CURATORS, post["ts"], "gap_belongs")
    monkeypatch.delitem(taught.candor.library.knowledge.book.lessons, "real-apology")
    assert pick(taught, "chiara")["errors"] == {"lesson": say("it", "failures.unknown_lesson")}
    assert taught.rows(rulings) == []


# --- who may ---


def test_outside_of_the_curators_channel_nobody_else_rules(taught):
    """The channel has become another one; the old digest still stands in the old one."""
    ask_privately(taught, ASKED)
    post = digest(taught)
    taught.stop_app()
    taught.settings = taught.settings.model_copy(update={"curators_channel": "C0UPDATES"})
    taught.start_app()
    for action in ("gap_off_topic", "gap_belongs", "gap_write"):
        taught.click("efren", CURATORS, post["ts"], action)
        assert say("fil", "learning.not_a_curator") in words(private(taught, "efren", CURATORS))
    assert taught._get("views?user=efren")["views"] == []
    assert taught.rows(rulings) == []
    for user in ("dieter", "ada"):
        taught.click(user, CURATORS, post["ts"], "gap_belongs")
        assert modal(taught, user)


def test_a_modal_of_somebody_who_is_no_curator_any_more_is_refused(taught):
    ask_privately(taught, ASKED)
    post = digest(taught)
    taught.click("chiara", CURATORS, post["ts"], "gap_belongs")
    taught.stop_app()
    taught.settings = taught.settings.model_copy(update={"curators_channel": "C0UPDATES"})
    taught.start_app()
    assert pick(taught, "chiara")["errors"] == {"lesson": say("it", "learning.not_a_curator")}
    assert taught.rows(rulings) == []


# --- App Home ---


def test_home_shows_the_questions_to_curators_and_the_help_to_everybody(taught):
    ask_privately(taught, ASKED)
    for user, sees in (("dieter", True), ("ada", True), ("ben", False)):
        shown = json.dumps(home(taught, user)["blocks"], ensure_ascii=False)
        assert (ASKED in shown) is sees, user
        assert "/candor-updates" in shown


def test_home_ruled_on_is_shown_anew_and_confirmed_in_a_direct_message(taught):
    ask_privately(taught, ASKED)
    assert click_at_home(taught, "dieter", home(taught, "dieter"), "gap_off_topic")["ok"] is True
    peeked = taught._get("home?user=dieter&peek=1")["view"]
    assert say("de", "learning.home_none") in json.dumps(peeked["blocks"], ensure_ascii=False)
    taught.settle()
    confirmed = the_only(taught.from_candor("dm", user="dieter"))
    taught.click("dieter", "dm", confirmed["ts"], "ruling_undo")
    assert ASKED in json.dumps(home(taught, "dieter")["blocks"], ensure_ascii=False)


@pytest.mark.parametrize("action", ["gap_belongs", "gap_write"])
def test_modals_of_home_do_as_those_of_the_digest(taught, action):
    ask_privately(taught, ASKED)
    click_at_home(taught, "dieter", home(taught, "dieter"), action)
    if action == "gap_belongs":
        assert pick(taught, "dieter")["ok"] is True
    else:
        view = modal(taught, "dieter")
        assert taught._post("submit", user="dieter", view_id=view["id"], values={})["ok"] is True
    peeked = taught._get("home?user=dieter&peek=1")["view"]
    assert ASKED not in json.dumps(peeked["blocks"], ensure_ascii=False)
    taught.settle()
    assert f"<@{DIETER}>" in words(the_only(taught.from_candor("dm", user="dieter")))


def test_a_click_in_an_old_home_shows_how_things_are(taught):
    """App Home has no place for a complaint."""
    ask_privately(taught, ASKED)
    old = home(taught, "dieter")
    click_at_home(taught, "ada", home(taught, "ada"), "gap_off_topic")
    assert click_at_home(taught, "dieter", old, "gap_off_topic")["ok"] is True
    peeked = taught._get("home?user=dieter&peek=1")["view"]
    assert say("de", "learning.home_none") in json.dumps(peeked["blocks"], ensure_ascii=False)
    assert [row.ruled_by for row in taught.rows(rulings)] == ["U0ADA0001"]


def test_home_of_somebody_who_is_no_admin_any_more_has_no_power(taught):
    ask_privately(taught, ASKED)
    view = home(taught, "ada")
    people = taught.slack.workspace.users
    people["U0ADA0001"] = replace(people["U0ADA0001"], is_admin=False)
    taught.advance(HOUR / 4)  # a profile is remembered for ten minutes
    click_at_home(taught, "ada", view, "gap_off_topic")
    peeked = taught._get("home?user=ada&peek=1")["view"]
    assert ASKED not in json.dumps(peeked["blocks"])
    assert "/candor-updates" in json.dumps(peeked["blocks"])
    assert taught.rows(rulings) == []


# --- feedback and what is kept ---


def test_helpful_is_counted_and_thanked_for(taught):
    answer = ask_privately(taught, KNOWN)
    taught.click("ben", "random", answer["ts"], "answer_helpful")
    assert say("en", "learning.thanks_helpful") in words(private(taught, "ben"))
    assert [(row.helpful, row.lesson) for row in taught.rows(feedback)] == [(True, "regular-updates")]
    assert taught.rows(questions) == []


def test_not_helpful_keeps_the_question_once_however_many_say_so(taught):
    ts = taught.ask("ben", "general", f"<@candor> {KNOWN}")
    answer = taught.the_only_reply("general", ts)
    for user in ("ben", "chiara", "ben"):
        taught.click(user, "general", answer["ts"], "answer_unhelpful")
    assert say("it", "learning.thanks_unhelpful") not in words(private(taught, "chiara", "general"))
    (row,) = taught.rows(questions)
    assert (row.text, row.status, row.nearest) == (KNOWN, "disputed", "regular-updates")
    assert [row.helpful for row in taught.rows(feedback)] == [False] * 3
    assert say("en", "learning.status_disputed") in words(digest(taught))


def everything(workspace):
    with workspace.candor.database.read() as connection:
        return "\n".join(
            str(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(select(table))
        )


@pytest.mark.parametrize("asker", ["U0BEN0001", "Ben Carter"])
def test_nothing_in_the_database_says_who_asked(taught, asker):
    answer = ask_privately(taught, KNOWN)
    for action in ("answer_unhelpful", "answer_helpful"):
        taught.click("ben", "random", answer["ts"], action)
    for text in (ASKED, f"<@U0BEN0001> {ASKED} says <@ben>"):
        ask_privately(taught, text)
        taught.ask("ben", "general", f"<@candor> {text}")
        taught.ask("ben", "dm", text)
    digest(taught)
    home(taught, "dieter")
    assert len(taught.rows(questions)) == 7
    assert asker not in everything(taught)


def test_mentions_in_a_kept_question_never_come_alive(taught):
    text = "may pigeons tell <!channel> and <!here> &lt;!everyone&gt; <@efren> @channel at <#general> <https://evil.example>"
    ask_privately(taught, text)
    assert "<!channel>" in taught.rows(questions)[0].text
    post = digest(taught)
    taught.click("ben", CURATORS, post["ts"], "gap_off_topic")
    taught.settle()
    taught.click("ben", CURATORS, taught.from_candor(CURATORS, post["ts"])[-1]["ts"], "ruling_undo")
    taught.click("ben", CURATORS, post["ts"], "gap_write")
    taught._post("submit", user="ben", view_id=modal(taught, "ben")["id"], values={})
    taught.settle()
    assert len(taught.from_candor(CURATORS, post["ts"])) == 4
    assert taught.broadcasts == []
    shown = "\n".join(words(each) for each in taught.from_candor(CURATORS, post["ts"]))
    assert "pigeons" in shown
    assert not any(alive in shown for alive in ("<!", "<https", "<@U0EFREN", "<#"))


def test_where_nothing_is_kept_nothing_is_kept(open_workspace):
    workspace = open_workspace(
        starts_at=MONDAY, curators_channel="C0INCIDNT", curators=(DIETER,), keep_questions_days=0
    )
    assert say("en", "answers.declined_kept") not in words(ask_privately(workspace, OFF_TOPIC))
    workspace.ask("ben", "general", f"<@candor> {ASKED}")
    ask_privately(workspace, ASKED)
    answer = ask_privately(workspace, KNOWN)
    workspace.click("ben", "random", answer["ts"], "answer_unhelpful")
    assert say("en", "learning.thanks_unkept") in words(private(workspace, "ben"))
    assert workspace.rows(questions) == []
    workspace.advance(WEEK)
    assert workspace.from_candor(CURATORS) == []
    assert say("de", "learning.home_none") in json.dumps(home(workspace, "dieter")["blocks"], ensure_ascii=False)


def test_switched_off_later_what_was_kept_is_forgotten_but_rulings_stay(taught):
    ask_privately(taught, ASKED)
    ask_privately(taught, "Is there any cake left in the kitchen?")
    post = digest(taught)
    taught.click("ben", CURATORS, post["ts"], "gap_off_topic")
    taught.stop_app()
    taught.settings = taught.settings.model_copy(update={"keep_questions_days": 0})
    taught.start_app()
    taught.settle()
    assert taught.rows(questions) == []
    assert len(taught.rows(rulings)) == 1


def test_after_the_set_time_questions_are_forgotten_though_nobody_asks_anything(taught):
    ask_privately(taught, ASKED)
    taught.advance(89 * 24 * HOUR)
    assert len(taught.rows(questions)) == 1
    taught.advance(2 * 24 * HOUR)
    assert taught.rows(questions) == []
