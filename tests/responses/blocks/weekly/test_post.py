"""The posts around a session: what they say, within Slack's limits and harmless, in four languages."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from slack_sdk.models.blocks import Block

from responses.blocks.weekly import direct, post
from responses.blocks.weekly.parts import CommitmentLine, QuestionLine
from responses.blocks.weekly.post import Content, Occasion, Part
from responses.blocks.weekly.values import Target
from responses.phrases import LANGUAGES, say, say_count

DUE = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
BERLIN = ZoneInfo("Europe/Berlin")
# As hostile as a title may be: 150 characters, each of which is five when escaped, and calls to everybody.
NASTY = ["&" * 150, "<!channel> <!here> <@U1> <https://evil.example|bank>" + "&" * 98, "{title} {0} %s \\ `*_~"]
OURS = re.compile(r"<(?:@[UW]\w+|#C\w+|!date\^\d+\^\{date_short_pretty\} \{time\}\|[\d: -]+ UTC)>")

OCCASION = Occasion(
    target=Target(7, 3), title="Data leak", week=2, weeks=13, host="U2", due_at=DUE, zone=BERLIN, late=None,
    next_at=DUE + WEEK,
)  # fmt: skip
PARTS = [
    Part("text", "Opening", "We are sorry."),
    Part("commitments", "Commitments"),
    Part("text", "Done", ""),
    Part("questions", "Questions"),
    Part("changes", "Late or changed"),
]
CONTENT = Content(update=5, parts=PARTS, nothing_new=False, commitments=[], answered=[], waiting=0)


def commitment(number=1, text="Publish the report", **changes) -> CommitmentLine:
    line = CommitmentLine(
        id=number, number=number, text=text, owner="U3", due=date(2026, 3, 1), first_due=date(2026, 3, 1),
        state="late", reason=None, days_late=3, is_new=False, changed=False, was_due=None, was_text=None,
        closed_on=None,
    )  # fmt: skip
    return replace(line, **changes)


def question(number=1, text="Was my address in it?", **changes) -> QuestionLine:
    line = QuestionLine(
        id=number, text=text, by="U8", votes=3, asked_on=date(2026, 3, 2), carried=1, answer="No.", answered_by="U2"
    )
    return replace(line, **changes)


def texts_of(message) -> Sequence[str]:
    found = [message.text]
    for block in message.blocks:
        found += [block["text"]["text"]] if "text" in block else []
        found += [e["text"] for e in block.get("elements", []) if isinstance(e.get("text"), str)]
    return found


def actions_of(message) -> list[str]:
    rows = (block["elements"] for block in message.blocks if block["type"] == "actions")
    return [element["action_id"] for row in rows for element in row]


def full(text: str) -> Content:
    """As much as an update can hold."""
    parts = [part if part.kind != "text" else replace(part, text=text) for part in PARTS]
    return Content(
        update=5, parts=[*parts, Part("text", "More", text)], nothing_new=False,
        commitments=[commitment(number, text) for number in range(1, 41)],
        answered=[question(number, text, answer=text) for number in range(1, 201)], waiting=200,
    )  # fmt: skip


def every_message(language, title, text):
    occasion = replace(OCCASION, title=title, late=timedelta(hours=30))
    preparation = direct.Preparation("C1", full(text).commitments, full(text).answered, text, True)
    yield "update", post.update_post(language, occasion, full(text))
    yield "urgent", post.update_post(language, replace(occasion, week=None), full(text))
    yield "reminder", post.reminder(language, occasion, [(text[:200], 180)] * 12)
    yield "missed", post.missed(language, range(1, 105), 48, "unwritten", occasion)
    yield "preparation", direct.preparation(language, occasion, preparation)
    yield "nudge", direct.nudge(language, occasion, "C1", again=True)
    yield "escalation", direct.escalation(language, occasion, "C1", own=False)
    yield "not posted", direct.not_posted(language, occasion, "C1", paused=title.startswith("&"))


@pytest.mark.parametrize("title", NASTY)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_breaks_slacks_limits_or_comes_alive(language, title):
    text = ("<!channel> & <@U1> " * 200)[:3000]
    for name, message in every_message(language, title, text):
        assert len(message.blocks) <= 50, name
        assert sum(map(len, texts_of(message))) <= 13_000, name
        for block in Block.parse_all(message.blocks):
            block.validate_json()
        for each in texts_of(message):
            assert 1 <= len(each) <= 3000, name
            header = any(block["type"] == "header" and block["text"]["text"] == each for block in message.blocks)
            rest = re.sub(r"(?m)^>", "", OURS.sub("", each))  # a quotation begins with it
            assert header or not re.search(r"<|>|&(?!(?:amp|lt|gt);)", rest), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_update_names_the_week_the_author_what_was_written_and_the_next_date(language):
    message = post.update_post(language, OCCASION, CONTENT)
    said = "\n".join(texts_of(message))
    assert say(language, "sessions.week_of", week=2, weeks=13) + ": Data leak" in said
    assert say(language, "sessions.by", host="<@U2>") in said
    assert "*Opening*\nWe are sorry." in said
    assert "*Done*" not in said, "a point without anything to say is left out"
    assert "10:00" in said
    assert "(Europe/Berlin)" in said
    assert f"<!date^{int((DUE + WEEK).timestamp())}^" in said


def test_outside_the_rhythm_and_without_an_end_there_is_no_week_of():
    urgent = post.update_post("en", replace(OCCASION, week=None), CONTENT)
    assert "Update outside the weekly rhythm: Data leak" in texts_of(urgent)[1]
    endless = post.update_post("en", replace(OCCASION, weeks=None), CONTENT)
    assert texts_of(endless)[1] == "Week 2: Data leak"


def test_a_late_update_says_by_how_much_and_when_it_was_due():
    message = post.update_post("en", replace(OCCASION, late=timedelta(hours=3, minutes=5)), CONTENT)
    assert any("comes 3 hours late: it was due on Wednesday 4 March 2026, 10:00" in text for text in texts_of(message))


def test_nothing_new_says_so_and_still_shows_the_board():
    content = replace(CONTENT, nothing_new=True, parts=PARTS[1:], commitments=[commitment()])
    said = "\n".join(texts_of(post.update_post("en", OCCASION, content)))
    assert say("en", "sessions.nothing_new") in said
    assert "Publish the report" in said


def test_what_is_late_surfaces_by_itself():
    content = replace(CONTENT, commitments=[commitment(), commitment(2, "Fix the door", state="on_track", days_late=0)])
    message = post.update_post("en", OCCASION, content)
    changes = next(text for text in texts_of(message) if text.startswith("*Late or changed*"))
    assert "Publish the report" in changes
    assert "Fix the door" not in changes


def test_where_nothing_is_late_it_is_said():
    content = replace(CONTENT, commitments=[commitment(state="on_track", days_late=0)])
    said = "\n".join(texts_of(post.update_post("en", OCCASION, content)))
    assert say("en", "sessions.nothing_late") in said


@pytest.mark.parametrize("waiting", [1, 4])
def test_questions_are_answered_or_counted(waiting):
    content = replace(CONTENT, answered=[question()], waiting=waiting)
    message = post.update_post("en", OCCASION, content)
    said = "\n".join(texts_of(message))
    assert "Was my address in it?" in said
    assert say_count("en", "sessions.waiting", waiting) in said
    assert "weekly_questions" in actions_of(message)


def test_every_post_lets_people_ask_and_see_the_commitments():
    for message in (
        post.update_post("en", OCCASION, CONTENT),
        post.update_post("en", replace(OCCASION, week=None), CONTENT),
    ):
        assert {"weekly_ask", "weekly_commitments"} <= {*actions_of(message)}
    assert "weekly_ask" in actions_of(post.reminder("en", OCCASION, [("Opening", 5)]))


def test_a_cut_text_comes_with_a_button_that_shows_all_of_it():
    text = "word & word " * 250
    content = replace(CONTENT, parts=[Part("text", name, text) for name in ("A", "B", "C")])
    message = post.update_post("en", OCCASION, content)
    assert actions_of(message)[0] == "weekly_read_in_full"
    assert "".join(post.whole("en", content.parts)).count("&amp;") == 750
    assert all(len(piece) <= 3000 for piece in post.whole("en", content.parts))
    assert "weekly_read_in_full" not in actions_of(post.update_post("en", OCCASION, CONTENT))


@pytest.mark.parametrize("text", ["&" * 3000, "x" * 3000, "<tag>\n" * 500, "a " * 1500])
def test_pieces_of_a_long_text_are_all_of_it_and_no_escape_is_cut(text):
    pieces = post.whole("en", [Part("text", "T", text)])[1:]
    assert all(not re.search(r"&(?!(?:amp|lt|gt);)", piece) for piece in pieces)
    unescaped = "".join(pieces).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert re.sub(r"\s", "", unescaped) == re.sub(r"\s", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reminder_names_the_host_the_agenda_and_the_next_date(language):
    message = post.reminder(language, OCCASION, [("Opening", 5), ("Questions", 20)])
    header, expected, agenda, footer, _ = message.blocks
    assert header["text"]["text"] == say(language, "sessions.week_of", week=2, weeks=13) + ": Data leak"
    assert expected["text"]["text"] == say(language, "updates.expected", host="<@U2>")
    assert agenda["text"]["text"].splitlines()[1] == say(
        language, "updates.agenda_item", number=1, title="Opening", minutes=5
    )
    assert "2026, " in footer["elements"][0]["text"]


def test_the_last_post_says_that_it_is_the_last():
    message = post.reminder("en", replace(OCCASION, next_at=None), [("Opening", 5)])
    assert message.blocks[-2]["elements"][0]["text"] == say("en", "updates.last", weeks=13)


@pytest.mark.parametrize("cause", ["unwritten", "unsent"])
@pytest.mark.parametrize(("weeks", "named"), [([3], "week 3"), ([1, 2, 3], "weeks 1, 2, 3")])
def test_missed_weeks_are_named_with_the_reason_and_the_next_date(cause, weeks, named):
    message = post.missed("en", weeks, 48, cause, OCCASION)
    text = message.text
    assert actions_of(message) == ["weekly_ask"]
    assert named in text
    assert "48 hours" in text
    assert "11 March 2026" in text
    assert ("Candor was not running" in text) == (cause == "unsent")


# --- direct messages ---


def test_a_preparation_has_what_is_due_what_is_asked_and_what_was_promised():
    content = direct.Preparation("C1", [commitment()], [question(answer=None)], "An audit.", False)
    message = direct.preparation("en", OCCASION, content)
    said = "\n".join(texts_of(message))
    for expected in ("Publish the report", "Was my address in it?", "An audit.", "<#C1>", "4 March 2026, 10:00"):
        assert expected in said
    assert say("en", "sessions.already_written") not in said
    assert actions_of(message) == [
        "weekly_write", "weekly_nothing_new", "weekly_hand_over", "weekly_move", "weekly_skip", "weekly_questions",
        "weekly_commitments",
    ]  # fmt: skip


def test_a_preparation_leaves_out_what_there_is_not():
    message = direct.preparation("en", OCCASION, direct.Preparation("C1", [], [], "", True))
    assert len(message.blocks) == 4
    assert say("en", "sessions.already_written") in texts_of(message)[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nudges_and_escalation_say_what_is_missing_and_offer_the_way_out(language):
    for message in (
        direct.nudge(language, OCCASION, "C1", again=False),
        direct.nudge(language, OCCASION, "C1", again=True),
        direct.escalation(language, OCCASION, "C1", own=False),
        direct.escalation(language, OCCASION, "C1", own=True),
    ):
        assert "<#C1>" in message.text
        assert "Data leak" in message.text
        assert "weekly_write" in actions_of(message)
        assert "weekly_nothing_new" in actions_of(message)
