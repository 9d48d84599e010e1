"""Questions from the audience through the real app: asked, voted for, merged, answered; by name and anonymously."""

import json
import logging
from datetime import timedelta

import pytest

from bot.storage.tables import asked, history, metadata, votes
from responses.phrases import say
from tests.scenarios.workspace import DAY, MONDAY, the_only, wait_for, words

REPORT = "When is the transparency report published?"
REPORT_TOO = "When will the transparency report be published?"
PASSWORDS = "Were our passwords leaked?"
ASK, VOTE, QUESTIONS, OPEN = "weekly_ask", "weekly_vote", "weekly_questions", "weekly_question_open"
BEN, CHIARA, DIETER, EFREN = "U0BEN0001", "U0CHIARA1", "U0DIETER1", "U0EFREN01"


@pytest.fixture
def workspace(open_workspace):
    """A series of ben's, whose first update is written at its hour by one click."""
    workspace = open_workspace(starts_at=MONDAY)
    workspace.start_series("Data leak on Wednesday at 10:00 in Europe/Berlin")
    workspace.settle()
    return workspace


def announcement(workspace):
    return workspace.posts("Data leak")[0]["ts"]


def update(workspace):
    """Let ben click "nothing new" for the coming week and go to its hour; return the post."""
    workspace.advance_to(next_hour(workspace) - timedelta(hours=12))
    workspace.click("ben", "dm", preparation(workspace)["ts"], "weekly_nothing_new")
    workspace.advance(DAY)
    return workspace.posts("Data leak")[-1]


def preparation(workspace):
    return [each for each in workspace.from_candor("dm", user="ben") if "weekly_write" in json.dumps(each)][-1]


def next_hour(workspace):
    first, now = workspace.first_session(1), workspace.clock.now()
    return first + timedelta(weeks=max(-((first - now) // timedelta(weeks=1)), 0))


def top(workspace, user):
    return workspace.views(user)[-1]


def seen(workspace, user):
    """Return the words of the uppermost modal."""
    view = top(workspace, user)
    return view["title"]["text"] + "\n" + words({"blocks": view["blocks"]})


def fill(workspace, user, text, how="name"):
    return workspace.submit(user, top(workspace, user)["id"], {"question": {"field": text}, "how": {"field": how}})


def ask(workspace, user, text, how="name", *, ts=None):
    """Ask by the button below a post; return what the modal says then."""
    workspace.click(user, "general", ts or announcement(workspace), ASK)
    assert fill(workspace, user, text, how)["ok"]
    return seen(workspace, user)


def press(workspace, user, action, value=None):
    return workspace.click_in_view(user, top(workspace, user)["id"], action, value)


def show_list(workspace, user):
    workspace.say(user, "general", "/candor-updates questions 1")
    return seen(workspace, user)


def open_one(workspace, user, number):
    show_list(workspace, user)
    press(workspace, user, OPEN, f"1||{number}")
    return seen(workspace, user)


def settle_one(workspace, user, number, text="", *, aside=False, into=None):
    """Answer, set aside or merge in the modal of a question; return what Slack's client was told."""
    values = {f"answer:{number}": {"field": text}}
    values |= {f"set_aside:{number}": {"field": ["aside"]}} if aside else {}
    values |= {f"merge:{number}": {"field": str(into)}} if into else {}
    return workspace.submit(user, top(workspace, user)["id"], values)


def answer(workspace, number, text, *, user="ben", **more):
    open_one(workspace, user, number)
    assert settle_one(workspace, user, number, text, **more)["ok"]
    told = seen(workspace, user)
    workspace.settle()
    return told


# --- asking ---


def test_a_question_by_name_is_noted_answered_in_the_thread_and_told(workspace):
    ts = announcement(workspace)
    said = ask(workspace, "chiara", REPORT)
    assert say("it", "audience.noted", number=1) in said
    assert say("it", "audience.noted_by_name") in said
    assert workspace.from_candor("general", thread_ts=ts)[1:] == [], "nothing is posted for a click"
    assert "1 open question" in show_list(workspace, "ben")
    assert say("en", "audience.answer_done", number=1) in answer(workspace, 1, "In *June*, <!channel>.")
    reply = the_only(workspace.from_candor("general", thread_ts=ts)[1:])
    assert "Answer to question 1" in words(reply)
    assert f"<@{CHIARA}>" in words(reply)
    assert "In *June*, &lt;!channel&gt;." in words(reply)
    told = the_only([each for each in workspace.direct("chiara") if "June" in each])
    assert say("it", "audience.told_answer", who=f"<@{BEN}>", number=1, title="Data leak") in told
    assert workspace.broadcasts == []


def test_an_anonymous_question_is_answered_and_leads_to_nobody(workspace, caplog):
    caplog.set_level(logging.INFO)
    ts = announcement(workspace)
    said = ask(workspace, "efren", PASSWORDS, "anonymous")
    assert say("fil", "audience.noted_anonymous") in said
    answer(workspace, 1, "No.")
    assert "asked anonymously" in words(workspace.from_candor("general", thread_ts=ts)[1])
    everything = repr([workspace.rows(table) for table in metadata.sorted_tables])
    assert PASSWORDS in everything
    assert EFREN not in everything
    assert "efren" not in everything.lower()
    assert EFREN not in caplog.text
    assert workspace.direct("efren") == []


def test_one_much_like_it_is_offered_first(workspace):
    ask(workspace, "chiara", REPORT)
    said = ask(workspace, "dieter", REPORT_TOO)
    assert REPORT in said
    assert len(workspace.rows(asked)) == 1
    press(workspace, "dieter", VOTE, "1||1")
    assert "2 Stimmen" in seen(workspace, "dieter")
    assert [(row.asked_id, row.voter) for row in workspace.rows(votes)] == [(1, DIETER)]


def test_whoever_wants_asks_theirs_anyway(workspace):
    ask(workspace, "chiara", REPORT)
    ask(workspace, "dieter", REPORT_TOO, "anonymous")
    view = top(workspace, "dieter")
    assert view["state"]["values"]["question"]["field"]["value"] == REPORT_TOO, "nothing is typed twice"
    assert workspace.submit("dieter", view["id"])["ok"]
    assert "Frage 2" in seen(workspace, "dieter")
    assert [(row.text, row.asked_by) for row in workspace.rows(asked)] == [(REPORT, CHIARA), (REPORT_TOO, None)]


def test_a_vote_that_does_not_count_loses_nothing_that_was_typed(workspace):
    ask(workspace, "chiara", REPORT)
    ask(workspace, "chiara", REPORT_TOO)
    press(workspace, "chiara", VOTE, "1||1")
    assert say("it", "audience.voted_already", number=1) in seen(workspace, "chiara")
    view = top(workspace, "chiara")
    assert view["state"]["values"]["question"]["field"]["value"] == REPORT_TOO
    assert workspace.submit("chiara", view["id"])["ok"]
    assert len(workspace.rows(asked)) == 2


def test_blanks_are_no_question(workspace):
    workspace.click("chiara", "general", announcement(workspace), ASK)
    told = fill(workspace, "chiara", "   ")
    assert told["errors"] == {"question": say("it", "audience.no_text")}
    assert workspace.rows(asked) == []


def test_after_the_end_the_owner_is_named(workspace):
    ts = announcement(workspace)
    workspace.click("chiara", "general", ts, ASK)
    workspace.say("ben", "general", "/candor-updates end 1")
    workspace.settle()
    assert fill(workspace, "chiara", REPORT)["ok"]
    ended = say("it", "audience.has_ended", title="Data leak", owner=f"<@{BEN}>")
    assert ended in seen(workspace, "chiara")
    workspace.click("chiara", "general", ts, ASK)
    assert ended in words(workspace.from_candor("general", user="chiara")[-1])
    assert workspace.rows(asked) == []


# --- below a post ---


def test_a_reply_with_a_question_is_noted_once_and_the_talk_around_it_left_alone(workspace):
    ts = announcement(workspace)
    workspace.ask("dieter", "general", PASSWORDS, thread_ts=ts)
    workspace.ask("chiara", "general", "Thanks for this.", thread_ts=ts)
    workspace.ask("chiara", "general", f"<@{DIETER}> did you hear anything?", thread_ts=ts)
    _, confirmed = workspace.from_candor("general", thread_ts=ts)
    assert say("en", "audience.noted_in_thread", number=1, who=f"<@{DIETER}>") in words(confirmed)
    [row] = workspace.rows(asked)
    assert (row.text, row.asked_by, row.thread_ts) == (PASSWORDS, DIETER, ts)
    assert workspace.candor.runner.sender is not None


def test_a_mention_below_a_post_is_answered_from_the_lessons(workspace):
    ts = announcement(workspace)
    workspace.ask("dieter", "general", "<@candor> how do we word an apology?", thread_ts=ts)
    assert len(workspace.from_candor("general", thread_ts=ts)) == 2
    assert workspace.rows(asked) == []
    workspace.ask("dieter", "general", "and when?", thread_ts=ts)
    assert len(workspace.rows(asked)) == 1, "below a post of a series a remark is its audience's"


# --- votes and merging ---


def test_the_list_is_voted_on_by_everybody_and_answered_by_few(workspace):
    ask(workspace, "chiara", REPORT)
    ask(workspace, "dieter", PASSWORDS)
    show_list(workspace, "efren")
    press(workspace, "efren", VOTE, "1||2")
    said = seen(workspace, "efren")
    assert say("fil", "audience.voted.other", number=2, count=2) in said
    assert said.index(PASSWORDS) < said.index(REPORT)
    open_one(workspace, "efren", 1)
    view = top(workspace, "efren")
    assert [block for block in view["blocks"] if block["type"] == "input"] == []
    assert view["submit"] is None
    press(workspace, "efren", VOTE, "1||1")
    assert say("fil", "audience.yours") in seen(workspace, "efren")
    press(workspace, "efren", "weekly_page:questions:list")
    assert say("fil", "audience.list_title") in seen(workspace, "efren")


def test_a_merge_counts_everybody_once_and_all_askers_get_the_answer(workspace):
    ask(workspace, "chiara", REPORT)
    ask(workspace, "dieter", REPORT_TOO)
    workspace.submit("dieter", top(workspace, "dieter")["id"])
    open_one(workspace, "ben", 2)
    assert settle_one(workspace, "ben", 2)["errors"] == {"answer:2": say("en", "audience.no_answer")}
    assert settle_one(workspace, "ben", 2, "In June.", into=1)["errors"] == {"answer:2": say("en", "audience.not_both")}
    assert settle_one(workspace, "ben", 2, into=1)["ok"]
    said = seen(workspace, "ben")
    assert say("en", "audience.merge_done", number=2, into=1) in said
    assert "2 votes" in said
    answer(workspace, 1, "In June.")
    for user in ("chiara", "dieter"):
        assert len([each for each in workspace.direct(user) if "In June." in each]) == 1
    assert [row.what for row in workspace.rows(history) if row.what.startswith("question")] == [
        "question_merged", "question_answered",
    ]  # fmt: skip


def test_two_hosts_at_once_send_one_answer(workspace):
    ask(workspace, "chiara", REPORT)
    open_one(workspace, "ben", 1)
    open_one(workspace, "ada", 1)
    assert settle_one(workspace, "ben", 1, "In June.")["ok"]
    assert settle_one(workspace, "ada", 1, "In July.")["ok"]
    assert say("en", "audience.answered_already", number=1) in seen(workspace, "ada")
    workspace.settle()
    assert len([each for each in workspace.direct("chiara") if "1" in each]) == 1
    assert settle_one(workspace, "ada", 1, "In July.")["ok"], "having seen it, she corrects it"
    workspace.settle()
    replies = workspace.from_candor("general", thread_ts=announcement(workspace))[1:]
    assert ["Corrected" in words(each) for each in replies] == [False, True]


# --- the next update ---


def test_unanswered_questions_are_carried_over_and_answered_ones_stand_in_the_next_update(workspace):
    ask(workspace, "chiara", REPORT)
    first = update(workspace)
    assert say("en", "sessions.waiting.one", count=1) in words(first)
    workspace.click("efren", "general", first["ts"], QUESTIONS)
    assert say("fil", "audience.carried.one", count=1) in seen(workspace, "efren")
    answer(workspace, 1, "In June.")
    second = update(workspace)
    assert "In June." in words(second)
    assert "In June." not in words(update(workspace)), "told once"


def test_nothing_is_lost_when_the_post_is_deleted(workspace):
    ts = announcement(workspace)
    ask(workspace, "chiara", REPORT, ts=ts)
    workspace.delete("ada", "general", ts)
    answer(workspace, 1, "In June.")
    assert len([each for each in workspace.direct("chiara") if "In June." in each]) == 1
    assert workspace.posts("In June.") == [], "Slack would show a reply to a deleted post to the whole channel"
    assert "In June." in words(update(workspace))


def test_one_set_aside_counts_as_answered_with_its_reason(workspace):
    ask(workspace, "chiara", "How do I mute myself?")
    answer(workspace, 1, "Support knows: #help", aside=True)
    assert "Set aside: Support knows: #help" in words(update(workspace))
    workspace.click("ben", "dm", preparation(workspace)["ts"], QUESTIONS)
    press(workspace, "ben", "weekly_page:questions:switch")
    assert "Set aside" not in seen(workspace, "ben").splitlines()[0]
    press(workspace, "ben", OPEN, "1||1")
    assert "Set aside: Support knows: #help" in json.dumps(top(workspace, "ben")["blocks"])


# --- who may know, and how much fits ---


def test_a_private_series_is_closed_to_those_outside(open_workspace):
    workspace = open_workspace(starts_at=MONDAY)
    workspace.slack.workspace.channels["G0LEADERS"].members.discard("U0CHIARA1")
    workspace.start_series("Secret breach in UTC", user="ada", channel="leadership")
    told = words(workspace.say("chiara", "general", "/candor-updates questions 1"))
    assert "Secret" not in told
    assert workspace.views("chiara") == []
    workspace.settle()
    post = workspace.posts("Secret breach", "leadership")[0]
    workspace.click("ben", "leadership", post["ts"], ASK)
    assert fill(workspace, "ben", REPORT)["ok"]
    assert len(workspace.rows(asked)) == 1


def test_200_questions_of_3000_characters_are_listed_opened_and_answered(workspace):
    long = "Why was <this> & that not said? " * 93
    now = workspace.clock.now()
    with workspace.candor.database.write() as connection:
        rows = [
            {"series_id": 1, "key": f"k{n}", "text": f"{n}: {long}"[:3000], "asked_by": CHIARA, "asked_at": now}
            for n in range(1, 201)
        ]
        connection.execute(asked.insert(), rows)
    assert "200 open questions" in show_list(workspace, "ben")
    listed = set()
    for page in range(10):
        shown = top(workspace, "ben")
        elements = [each for block in shown["blocks"] if block["type"] == "actions" for each in block["elements"]]
        listed |= {each["value"] for each in elements if each["action_id"] == OPEN}
        if page < 9:
            press(workspace, "ben", "weekly_page:questions:on")
    assert len(listed) == 200
    show_list(workspace, "ben")
    for _ in range(7):
        press(workspace, "ben", "weekly_page:questions:on")
    press(workspace, "ben", OPEN, "1||150")
    assert settle_one(workspace, "ben", 150, "x" * 3000)["ok"]
    workspace.settle()
    assert any("x" * 3000 in words(each) for each in workspace.from_candor("general", announcement(workspace)))
    said = ask(workspace, "dieter", long[:3000])
    assert say("de", "audience.ask_anyway") == top(workspace, "dieter")["submit"]["text"], said[:200]
    for _ in range(2):
        post = update(workspace)
        assert "199" in words(post)


def test_over_socket_mode_too(open_workspace):
    workspace = open_workspace(over="socket", starts_at=MONDAY)
    workspace.start_series("Data leak on Wednesday at 10:00 in Europe/Berlin")
    workspace.settle()
    ask(workspace, "chiara", REPORT)
    ask(workspace, "dieter", REPORT_TOO)
    workspace.submit("dieter", top(workspace, "dieter")["id"])
    answer(workspace, 2, "In June.")
    wait_for(lambda: any("In June." in each for each in workspace.direct("dieter")), "the answer")
    assert not any("In June." in each for each in workspace.direct("chiara"))
