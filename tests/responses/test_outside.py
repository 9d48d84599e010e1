"""What people outside Slack read: words and dates, no ids, no markup, nobody's name who did not sign."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from responses import dates
from responses.blocks.weekly import post, start
from responses.blocks.weekly.parts import CommitmentLine, QuestionLine
from responses.blocks.weekly.post import Content, Occasion, Part
from responses.blocks.weekly.start import Outline
from responses.blocks.weekly.values import Target
from responses.outside import as_plain_text
from responses.phrases import LANGUAGES, say

ROME = ZoneInfo("Europe/Rome")
DUE = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
NAMES = {"UADA": "Ada Okafor", "UBEN": "Ben Carter"}


def name_of(user):
    return NAMES.get(user, "")


def section(text):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


@pytest.mark.parametrize(
    ("mrkdwn", "expected"),
    [
        ("*bold*, _leaning_ and ~gone~", "bold, leaning and gone"),
        ("2 * 3 * 4, snake_case_name, ~/.bashrc and ~/x", "2 * 3 * 4, snake_case_name, ~/.bashrc and ~/x"),
        ("A &amp; B &lt;b&gt;", "A & B <b>"),
        ("&amp;lt; stays as it was typed", "&lt; stays as it was typed"),
        ("see <https://a.example/x?a=1&amp;b=2|the page>", "see the page (https://a.example/x?a=1&b=2)"),
        ("see <https://a.example/>", "see https://a.example/"),
        ("at <!date^1772614800^{date_short_pretty} {time}|2026-03-04 09:00 UTC>", "at 2026-03-04 09:00 UTC"),
        ("<!channel> <!here|here> <!subteam^S1|@team> hello", "hello"),
        ("<@UADA> promises, <@UBEN|ben> writes", "Ada Okafor promises, Ben Carter writes"),
        ("by <@UNOBODY>", "by"),
        ("1. *Done* · Publish it · due Friday · <@UBEN>", "1. Done · Publish it · due Friday"),
        ("1. “Why?” · 2 votes · asked by <@UBEN> · carried over once", "1. “Why?” · 2 votes · carried over once"),
        ("call reset() or f( ) · twice", "call reset() or f( ) · twice"),
        ("in <#C1>", "in"),
        ("one\ntwo\n\nthree", "one\ntwo\n\nthree"),
    ],
)  # fmt: skip
def test_mrkdwn_becomes_words(mrkdwn, expected):
    assert as_plain_text("", [section(mrkdwn)], name_of) == expected
    assert as_plain_text(mrkdwn, [], name_of) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_moment_is_in_the_zone_it_names_and_in_utc_not_in_the_readers(language):
    text = dates.moment_for_all(language, DUE, ROME)
    plain = as_plain_text(text, [])
    assert plain == f"{dates.moment(language, DUE, ROME)}, 2026-03-04 09:00 UTC"


def test_each_kind_of_block_has_its_own_way():
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Week 1: *Salt* &amp; Pepper"}},
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "Written by <@UADA>"}, {"type": "image"}]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "Ask with the button."}]},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*one*"}, {"type": "mrkdwn", "text": "two"}]},
        section("<@UNOBODY>"),
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Ask"}}]},
    ]
    assert as_plain_text("not this", blocks, name_of) == "Week 1: *Salt* & Pepper\n\none\n\ntwo"


def test_without_blocks_it_is_the_notification_text():
    assert as_plain_text("Week 1. *It* is there &amp; new.", []) == "Week 1. It is there & new."


@pytest.fixture
def update():
    def make(language):
        occasion = Occasion(Target(1, 1), "Salt & Pepper", 1, 13, "UADA", DUE, ROME, None, DUE + timedelta(weeks=1))
        commitment = CommitmentLine(
            id=1, number=1, text="Publish 3 < 4 reports", owner="UBEN", due=date(2026, 3, 1), first_due=None,
            state="late", reason="no time", days_late=3, is_new=False, changed=True, was_due=date(2026, 2, 1),
            was_text=None, closed_on=None,
        )  # fmt: skip
        question = QuestionLine(1, "Why & when?", "UBEN", 2, date(2026, 3, 1), 0, "Because of <b>.", "UADA")
        parts = [
            Part("text", "Done", "Fixed *everything* <!channel>"), Part("commitments", "Commitments"),
            Part("questions", "Questions"), Part("changes", "Late"),
        ]  # fmt: skip
        return post.update_post(language, occasion, Content(1, parts, False, [commitment], [question], 2))

    return make


MARKUP = ("<@", "<!", "<#", "&amp;", "&lt;", "&gt;", "UADA", "UBEN")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_update_can_be_read_outside(update, language):
    message = update(language)
    text = as_plain_text(message.text, message.blocks, name_of)
    assert not any(mark in text for mark in ("<@", "<#", "&amp;", "&lt;", "UADA", "UBEN")), text
    assert text.startswith(say(language, "sessions.week_of", week=1, weeks=13))
    assert "Salt & Pepper" in text
    assert "Publish 3 < 4 reports" in text
    assert "Why & when?" in text
    assert "Because of <b>." in text
    assert "2026-03-11 09:00 UTC" in text
    assert "<!channel>" in text, "what somebody typed is only words"
    assert not any(name in text for name in NAMES.values()), "who asked and who owes stays inside"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("known", [True, False])
def test_the_announcement_names_who_answers_for_it(language, known):
    outline = Outline("Salt & Pepper", "C1", (), "UADA", ("UADA", "UBEN"), None, 2, time(10), ROME, "weekly", 13, DUE)
    message = start.announcement(language, 1, outline, [])
    text = as_plain_text(message.text, message.blocks, name_of if known else lambda _user: "")
    assert not any(mark in text for mark in MARKUP), text
    assert ("Ada Okafor" in text) == known
    assert say(language, "start.how_to_ask") not in text, "there is no button out there"
