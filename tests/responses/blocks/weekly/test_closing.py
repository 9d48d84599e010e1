"""The closing report and the owner's message within Slack's limits, however much there is to say."""

from dataclasses import replace
from datetime import timedelta

import pytest

from responses.blocks.weekly import closing, values
from responses.blocks.weekly.closing import Going
from responses.outcomes import Week
from responses.phrases import LANGUAGES, say
from tests.responses.test_reports import ASKED, DECEMBER, END, LINE, PACIFIC, REPORT

MOST_TEXT = 12_000  # Slack takes some 13,200 characters in all blocks of a message


def texts(node):
    if isinstance(node, list):
        return [text for each in node for text in texts(each)]
    if isinstance(node, dict):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [text for each in node.values() if isinstance(each, list | dict) for text in texts(each)]
    return []


def buttons(message):
    return [each for block in message.blocks if block["type"] == "actions" for each in block["elements"]]


def crowded(language_text):
    weeks = [Week(week, END + timedelta(weeks=week), "skipped", cause=language_text) for week in range(1, 105)]
    lines = [
        replace(LINE, number=number, text=language_text, reason=language_text, due=DECEMBER + timedelta(days=number))
        for number in range(1, 41)
    ]
    waiting = [replace(ASKED, id=number, text=language_text) for number in range(1, 201)]
    return replace(
        REPORT, title=language_text[:150], held=weeks, commitments=lines, waiting=waiting, coming=language_text,
        ended_by="U0123456789", weeks=104,
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text", ["words " * 500, "<&>" * 1000, "x" * 3000, "ñ🙂" * 1500], ids=["words", "escapes", "one", "wide"]
)
def test_forty_commitments_two_hundred_questions_and_long_texts_fit(language, text):
    message = closing.closing_report(language, crowded(text))
    assert len(message.blocks) <= 50
    assert all(len(each) <= 3000 for each in texts(message.blocks))
    assert sum(map(len, texts(message.blocks))) <= MOST_TEXT
    assert len(message.text) <= 3000
    header = message.blocks[0]
    assert header["type"] == "header"
    assert len(header["text"]["text"]) <= 150


def test_what_is_left_out_is_counted():
    message = closing.closing_report("en", crowded("words " * 500))
    shown = "\n".join(texts(message.blocks))
    listed = shown.count("people want to know")
    hidden = 200 - listed
    assert 0 < listed < 200
    assert say("en", "closing.more.other", count=hidden) in shown


def test_forty_commitments_of_the_usual_length_are_all_there():
    lines = [replace(LINE, number=number, text="Publish the report on data requests") for number in range(1, 41)]
    shown = "\n".join(texts(closing.closing_report("en", replace(REPORT, commitments=lines)).blocks))
    assert all(f"*{number}* · Publish" in shown for number in range(1, 41))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reader_can_have_the_whole(language):
    message = closing.closing_report(language, REPORT)
    assert [each["action_id"] for each in buttons(message)] == [values.COMMITMENTS, values.QUESTIONS, values.EXPORT]
    assert all(each["value"] == "1||" for each in buttons(message))


def test_without_commitments_there_is_no_button_for_them():
    message = closing.closing_report("en", replace(REPORT, commitments=[]))
    assert [each["action_id"] for each in buttons(message)] == [values.QUESTIONS, values.EXPORT]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_owner_is_offered_files_and_a_monthly_update(language):
    report = replace(REPORT, title="<b> & co")
    message = closing.closed(language, report, "C0GENERAL", END + timedelta(days=14))
    assert [each["action_id"] for each in buttons(message)] == [values.EXPORT, values.GO_ON_MONTHLY, values.LEAVE_IT]
    shown = "\n".join(texts(message.blocks))
    assert "<#C0GENERAL>" in shown
    assert "&lt;b&gt; &amp; co" in shown
    assert "/candor-updates export 1" in shown
    assert "python" not in shown
    assert "15" in shown
    assert "America/Los_Angeles" in shown
    assert all(len(each["text"]["text"]) <= 75 for each in buttons(message))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_announcement_says_when_who_and_what_comes_along(language):
    going = Going(4, "<b>", END, PACIFIC, "U1", commitments=1, questions=2)
    message = closing.announcement(language, going)
    shown = "\n".join(texts(message.blocks))
    assert "&lt;b&gt;" in shown
    assert "<@U1>" in shown
    assert say(language, "closing.announce_commitments.one", count=1) in shown
    assert say(language, "closing.announce_questions.other", count=2) in shown
    assert {each["action_id"] for each in buttons(message)} == {values.ASK, values.COMMITMENTS}
    assert {each["value"] for each in buttons(message)} == {"4||"}
    empty = closing.announcement(language, replace(going, commitments=0, questions=0))
    assert len("\n".join(texts(empty.blocks)).split("\n")) < len(shown.split("\n"))
