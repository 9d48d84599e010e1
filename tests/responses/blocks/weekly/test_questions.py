"""Questions from the audience, held against the local workspace's reading of Slack's limits."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local.limits import LONGEST_BLOCKS, check_message, check_view
from bot.local.mrkdwn import notifies_everyone
from responses.blocks.weekly import asking, box, questions
from responses.blocks.weekly.asking import Spot
from responses.blocks.weekly.parts import QuestionLine
from responses.blocks.weekly.values import QUESTION_OPEN, VOTE, Target
from responses.phrases import LANGUAGES

ALIVE = "<!channel> <@U0BEN0001> <https://evil.example|click> @here #general *bold*"
SIGNS = "&<>" * 1000
LONG = ("Why was this not said earlier, and by whom? " * 80)[:3000]
SPOT = Spot(3, "C1", "1.1")
TEXTS = {"alive": ALIVE, "signs": SIGNS, "long": LONG, "word": "x" * 3000, "lines": "?\n" * 1500}
NASTY = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
EACH_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


def line(number=7, text="When is it fixed?", by="U1", **more):
    values = {"votes": 3, "asked_on": date(2026, 3, 4), "carried": 0, "answer": None, "answered_by": None}
    return QuestionLine(id=number, text=text, by=by, **values | more)


def page(lines, **more):
    values = {"title": "Data leak", "pages": 1, "open": len(lines), "answered": 0, "mine": (), "may_ask": True}
    return box.Page(lines=lines, **values | more)


def shown(asked, **more):
    values = {"merged": [], "others": [], "may_answer": False, "counted": False}
    return box.Shown(asked, **values | more)


def view_of(view):
    return check_view(view, kinds=("modal",))


def buttons(view):
    rows = [block for block in view["blocks"] if block["type"] == "actions"]
    return [(each["action_id"], each["value"]) for row in rows for each in row["elements"]]


def inputs(view):
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


def words(view):
    return json.dumps(view["blocks"], ensure_ascii=False)


# --- in an update ---


def test_an_open_question_says_who_asked_how_many_want_to_know_and_how_often_it_was_carried_over():
    assert questions.waiting("en", [line(), line(8, by=None, votes=1, carried=2), line(9, carried=1)], 3000) == [
        "*7.* “When is it fixed?” · 3 votes · asked by <@U1>",
        "*8.* “When is it fixed?” · 1 vote · asked anonymously · carried over 2 times",
        "*9.* “When is it fixed?” · 3 votes · asked by <@U1> · carried over once",
    ]


def test_an_answered_question_comes_with_its_answer_on_one_line():
    [text] = questions.answered("de", [line(answer="Im Juni.\n\nOder <Juli>.", answered_by="U2")], 3000)
    assert text == "*7.* „When is it fixed?“ · 3 Stimmen · gefragt von <@U1>\n> Im Juni. Oder &lt;Juli&gt;."


@EACH_LANGUAGE
@NASTY
@given(room=st.integers(40, 3000), count=st.integers(0, 200))
def test_lines_keep_to_their_room_and_count_what_is_left_out(language, text, room, count):
    lines = [line(number, text, answer=text) for number in range(1, count + 1)]
    for made in (questions.waiting(language, lines, room), questions.answered(language, lines, room)):
        assert sum(map(len, made)) + len(made) <= room
        left_out = count - len(made) + 1
        if len(made) < count or (made and not made[-1].startswith("*")):
            assert str(left_out) in made[-1]
        else:
            assert len(made) == count


# --- messages ---


@EACH_LANGUAGE
@NASTY
@pytest.mark.parametrize("corrected", [False, True])
def test_slack_takes_every_answer(language, text, corrected):
    told = questions.Told(3, text[:150], 7, text, 8, text, "U2")
    messages = [
        questions.answer(language, line(text=text), text, "U2", 3, corrected=corrected),
        questions.tell(language, told, corrected=corrected),
    ]
    for message in messages:
        check_message(message.text, message.blocks)
        assert len(json.dumps(message.blocks, ensure_ascii=False)) < LONGEST_BLOCKS
        assert len(message.text) <= 3000
        assert not notifies_everyone(message.text, message.blocks)
        assert "<!channel>" not in json.dumps(message.blocks)


def test_a_long_answer_stands_there_in_full_and_a_cut_question_has_a_way_to_the_rest():
    message = questions.answer("en", line(text=LONG), LONG, "U2", 3)
    assert "".join(block["text"]["text"] for block in message.blocks[1:-1]) == LONG
    [button] = message.blocks[-1]["elements"]
    assert (button["action_id"], Target.unpack(button["value"]).item) == (QUESTION_OPEN, 7)
    assert len(questions.answer("en", line(), "Soon.", "U2", 3).blocks) == 2


def test_whose_question_was_merged_reads_their_own_words_and_where_it_was_answered():
    message = questions.tell("en", questions.Told(3, "Leak", 9, "And when?", 7, "In June.", "U2"))
    text = json.dumps(message.blocks, ensure_ascii=False)
    assert "your question 9 on *Leak*" in text
    assert "question 7" in text
    assert "“And when?”" in text


@EACH_LANGUAGE
def test_short_messages_name_people_and_numbers(language):
    noted, ended = questions.noted_in_thread(language, 7, "U1"), questions.no_more(language, "A & B", "U9")
    assert "7" in noted.text
    assert "<@U1>" in noted.text
    assert "A &amp; B" in ended.text
    assert "<@U9>" in ended.text


# --- modals ---


@EACH_LANGUAGE
@NASTY
def test_slack_takes_the_modal_to_ask_whatever_was_typed(language, text):
    view_of(asking.ask_modal(language, SPOT, text[:150]))
    similar = [line(number, text) for number in range(5)]
    offered = view_of(asking.ask_modal(language, SPOT, "", text=text, anonymous=True, similar=similar, notice="…"))
    assert inputs(offered)[asking.TEXT_BLOCK]["initial_value"] == text, "nothing typed is lost"
    assert inputs(offered)[asking.HOW_BLOCK]["initial_option"]["value"] == asking.ANONYMOUS
    votes = [block["accessory"]["value"] for block in offered["blocks"] if "accessory" in block]
    assert votes == [Target(3, item=number).pack() for number in range(5)]
    for anonymous in (False, True):
        view_of(asking.noted_modal(language, SPOT, 7, anonymous=anonymous))


@EACH_LANGUAGE
def test_nobody_is_anonymous_without_having_read_what_it_means(language):
    view = view_of(asking.ask_modal(language, SPOT, "Leak"))
    how = next(block for block in view["blocks"] if block.get("block_id") == asking.HOW_BLOCK)
    assert "Slack" in how["hint"]["text"]
    assert how["element"]["initial_option"]["value"] == asking.BY_NAME


@EACH_LANGUAGE
@NASTY
def test_slack_takes_a_page_of_twenty_whatever_is_in_them(language, text):
    lines = [line(number, text, carried=3) for number in range(20)]
    view = view_of(box.list_modal(language, Spot(3, page=4), page(lines, pages=10, open=200, answered=150), notice="…"))
    assert "200" in words(view)
    assert len([each for each in buttons(view) if each[0] == VOTE]) == 20


def test_ways_through_the_list_lead_where_they_say():
    view = view_of(box.list_modal("en", Spot(3, "C1", page=1), page([line()], pages=3, open=60, answered=4)))
    ways = {action: Spot.unpack(value) for action, value in buttons(view) if action.startswith("weekly_page")}
    assert {action.rpartition(":")[2]: (way.page, way.answered) for action, way in ways.items()} == {
        "back": (0, False), "on": (2, False), "switch": (0, True),
    }  # fmt: skip
    assert all(way.channel == "C1" for way in ways.values())


def test_whoever_is_counted_already_has_no_vote_to_give():
    view = view_of(box.list_modal("en", SPOT, page([line(1), line(2)], mine={2})))
    assert [value for action, value in buttons(view) if action == VOTE] == [Target(3, item=1).pack()]
    assert "you are counted" in words(view)
    done = view_of(box.list_modal("en", Spot(3, answered=True), page([line(1, answer="Yes.")], answered=1)))
    assert VOTE not in dict(buttons(done))


@EACH_LANGUAGE
@NASTY
@pytest.mark.parametrize("answer", [None, "the text"])
def test_slack_takes_one_question_in_full_with_all_that_may_be_done(language, text, answer):
    asked = line(text=text, answer=answer and text, answered_by=answer and "U2", carried=12)
    others = [line(number, text) for number in range(100, 299)]
    merged = [(number, text) for number in range(300, 400)]
    view = view_of(box.question_modal(language, SPOT, shown(asked, merged=merged, others=others, may_answer=True), "…"))
    made = inputs(view)
    assert made["answer:7"].get("initial_value") == asked.answer
    assert len(made["merge:7"]["options"]) == 100
    assert len({option["value"] for option in made["merge:7"]["options"]}) == 100
    for_all = view_of(box.question_modal(language, SPOT, shown(asked, counted=True)))
    assert inputs(for_all) == {}
    assert for_all.get("submit") is None


def test_others_read_the_question_and_its_answer_in_full():
    view = view_of(box.question_modal("en", SPOT, shown(line(text=LONG, answer="x" * 3000, answered_by="U2"))))
    assert LONG in words(view)
    assert "x" * 3000 in words(view)
    assert "<@U2>" in words(view)


def test_where_somebody_is_survives_the_way_through_slack():
    spot = Spot(3, "C1", "1.1", page=2, answered=True, question=7)
    assert Spot.unpack(spot.pack()) == spot
    for broken in ("", "[]", "3||", '{"series": 1, "what": 2}', "3"):
        with pytest.raises((ValueError, TypeError)):
            Spot.unpack(broken)
