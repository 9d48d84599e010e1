"""The record as Markdown: everything is there, nothing that people wrote becomes markup, anonymous stays anonymous."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.updates.commitments import told_once
from bot.updates.markdown import escaped, markdown, quoted
from bot.updates.naming import Names
from responses.blocks.weekly.history import Change
from responses.phrases import LANGUAGES
from tests.bot.updates.made import DUE
from tests.bot.updates.records import CHANGES, HOSTILE, record, with_text
from tests.bot.updates.test_naming import Known

MARKS = "\\`*_{}[]<>#|~!&$"


def headings(text):
    return [line for line in text.split("\n") if line.startswith("#")]


def test_it_has_its_chapters_in_order():
    assert headings(markdown(record(ended_at=None))) == [
        "# Closing report: Data \\*leak\\*",
        "## Week by week (times in Europe/Berlin)",
        "## The commitments, one by one",
        "## Questions",
        "## What comes next",
        "## The updates",
        "### Week 1 of 5",
        "### Outside the weekly rhythm",
        "### Week 2 of 5",
        "## The commitments and how they changed",
        "## The questions and their answers",
        "### 11 · Who reads - my calls?",
        "### 13 · @here why?",
        "## Who changed what",
    ]


def test_what_people_wrote_stands_there_escaped_and_in_full():
    text = markdown(record())
    assert "> \\# not a heading  " in text
    assert escaped(HOSTILE) in text
    assert "<script>" not in text.replace("\\<script\\>", "")
    assert "> Nobody.  \n>\n> \\# heading  " in text
    assert "> Urgent: \\<b\\>  " in text


def test_times_have_their_zone_and_each_change_its_date_name_and_reason():
    text = markdown(record())
    assert "Wednesday 4 March 2026, 10:01 (Europe/Berlin)" in text
    (moved,) = [line for line in text.split("\n") if "from Monday 30 March 2026 to Friday 18 December 2026" in line]
    assert "Tuesday 24 March 2026" in moved
    assert "@U2" in moved
    assert "Reason: \\-lawyers" in moved


def test_names_stand_for_ids_where_they_are_known():
    people = Known(U1="Ada *Bold*", U2="Ben &lt; Co", C1="general", C2="press")
    history = [
        Change(DUE, "U1", "owner_changed", {"old_users": "U1", "new_users": "U2"}),
        Change(DUE, "U9", "changed_audiences", {"old_places": "C2", "new_places": "C9"}),
    ]
    text = markdown(replace(record(), names=Names(people), history=history))
    assert "in \\#general; responsible: Ada \\*Bold\\*" in text
    assert "Written by Ben \\&lt; Co" in text
    assert "Ada \\*Bold\\* changed the owner: Ada \\*Bold\\* → Ben \\&lt; Co" in text
    assert "@U9 changed where else it goes: \\#press → \\#C9" in text
    assert "U1" not in text
    assert "U2" not in text
    assert "Asked by @U5" in text, "an id stays where no name is known"


def test_a_reason_that_was_given_once_is_told_once():
    twice = [replace(each, reason="why so") for each in CHANGES[1:3]]
    promise = replace(record().promises[0], changes=told_once([CHANGES[0], *twice]))
    chapter = markdown(replace(record(), promises=[promise])).split("## The commitments and how they changed")[1]
    assert chapter.count("why so") == 1


def test_an_anonymous_question_stays_anonymous_and_merged_ones_are_there():
    text = markdown(record())
    assert "Asked anonymously on Wednesday 4 March 2026, 13:00 (Europe/Berlin)" in text
    assert "Asked by @U5" in text
    assert "Who listens to my calls?" in text
    assert "U7" not in text, "who voted is nobody's business"


def test_a_merged_question_of_one_line_is_told_with_its_words():
    assert text_of_list_item(markdown(record()), "@U5").strip().startswith("> Who listens")


def text_of_list_item(text, mark):
    lines = text.split("\n")
    return lines[next(number for number, line in enumerate(lines) if mark in line and line.startswith("- Asked")) + 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_written_in_each_language(language):
    text = markdown(record(language=language))
    assert len(headings(text)) == 14
    assert "{" not in text


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("# x", "\\# x"),
        ("- x", "\\- x"),
        ("  + x", "\\+ x"),
        ("1. x", "1\\. x"),
        ("12) x", "12\\) x"),
        ("12 x", "12 x"),
        ("===", "\\==="),
        ("> x", "\\> x"),
        ("a * b_c", "a \\* b\\_c"),
        ("&lt;", "\\&lt;"),
        ("see https://a.example/x_y?z=1&q=2 now_", "see <https://a.example/x_y?z=1&q=2> now\\_"),
        ("https://a.example/<script>", "<https://a.example/>\\<script\\>"),
        ("(see https://a.example/x.)", "(see <https://a.example/x>.)"),
        ("a\x00b\u2028c", "a b c"),
        ("R&D: 3 < 4", "R\\&D: 3 \\< 4"),
    ],
)
def test_a_line_is_shown_as_it_is(line, expected):
    assert escaped(line) == expected


@given(st.text(alphabet=st.sampled_from(MARKS + "ab 1.-+=\n\r\t\x0b\u2028"), max_size=60))
def test_no_text_breaks_out_of_its_line_or_quotation(text):
    lines = quoted(text)
    assert all(line == ">" or line.startswith("> ") for line in lines)
    assert all(len(line.splitlines()) == 1 for line in lines)
    assert len(escaped(" ".join(text.split())).splitlines()) <= 1
    # Without the escapes nothing of Markdown's signs is left.
    assert not set(re.sub(r"\\.", "", escaped(text.replace("\n", " ")))) & set(MARKS)


@given(st.text(max_size=80) | st.text(alphabet="\n# -=>~`a", max_size=20))
def test_no_text_makes_a_heading_of_its_own(text):
    usual, other = (headings(markdown(with_text(each))) for each in ("plain", text))
    assert len(usual) == len(other)


def test_a_record_with_nothing_in_it_has_no_empty_chapters():
    made = record()
    bare = replace(made, updates=[], promises=[], questions=[], history=[])
    assert "## The updates" not in markdown(bare)
    assert not markdown(bare).endswith("\n\n")
