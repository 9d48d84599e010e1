from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local.limits import check_view
from responses.blocks.weekly.commitment_board import A_PAGE, BoardPage, board_modal, told_modal
from responses.blocks.weekly.commitment_forms import Form, add_modal, change_modal, reading_modal
from responses.blocks.weekly.commitments import board, changes, line
from responses.blocks.weekly.parts import CommitmentChange, CommitmentLine
from responses.phrases import LANGUAGES, say

JUNE, JULY = date(2026, 6, 30), date(2026, 7, 15)
BERLIN = ZoneInfo("Europe/Berlin")
HOSTILE = "<!channel> & " * 230 + "end"  # 3,000 characters, three times as many once escaped


def made(**values):
    fields = {
        "id": 70, "number": 7, "text": "Publish 3 reports", "owner": "U3", "due": JUNE, "first_due": JUNE,
        "state": "on_track", "reason": None, "days_late": 0, "is_new": False, "changed": False, "was_due": None,
        "was_text": None, "closed_on": None,
    }  # fmt: skip
    return CommitmentLine(**fields | values)


def many(count, **values):
    return [made(id=n, number=n, **values) for n in range(1, count + 1)]


def shown(**values):
    return line("en", made(**values), 280, with_reasons=True)


# --- one line ---


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "7. *On track* · Publish 3 reports · due Tuesday 30 June 2026 · <@U3>"),
        ({"owner": None, "due": None, "first_due": None}, "7. *On track* · Publish 3 reports"),
        ({"is_new": True, "owner": None, "due": None, "first_due": None}, "7. *On track, new* · Publish 3 reports"),
        (
            {"state": "late", "days_late": 1, "owner": None, "reason": "ill"},
            "7. *Late by 1 day* · Publish 3 reports · due Tuesday 30 June 2026 · because: ill",
        ),
        ({"state": "late", "owner": None, "due": None, "first_due": None}, "7. *Late* · Publish 3 reports"),
        (
            {"due": JULY, "was_due": JUNE, "owner": None, "changed": True},
            "7. *On track* · Publish 3 reports · due ~Tuesday 30 June 2026~ → *Wednesday 15 July 2026*",
        ),
        (
            {"due": JULY, "owner": None},
            "7. *On track* · Publish 3 reports · due Wednesday 15 July 2026 (first promised for Tuesday 30 June 2026)",
        ),
        (
            {"due": None, "was_due": JUNE, "owner": None},
            "7. *On track* · Publish 3 reports · due ~Tuesday 30 June 2026~ → *no date*",
        ),
        (
            {"was_text": "Publish 2 reports", "owner": None, "due": None, "first_due": None},
            "7. *On track* · Publish ~2~ → *3* reports",
        ),
        (
            {"was_text": "Print 3 reports", "owner": None, "due": None, "first_due": None},
            "7. *On track* · Publish 3 reports · before: “Print 3 reports”",
        ),
        (
            {"state": "done", "closed_on": JUNE, "owner": None, "due": None, "first_due": None, "reason": "ill"},
            "7. *Done, Tuesday 30 June 2026* · Publish 3 reports",
        ),
        (
            {"state": "dropped", "closed_on": JUNE, "owner": None, "due": None, "first_due": None, "reason": "no use"},
            "7. *Dropped, Tuesday 30 June 2026* · Publish 3 reports · because: no use",
        ),
    ],
)
def test_a_line_says_how_it_stands(values, expected):
    assert shown(**values) == expected


def test_what_people_wrote_stays_text():
    text = shown(text="<!here> 5 & <@U9>", was_text="<!here> 4 & <@U9>", reason="<!channel>", state="late")
    assert "&lt;!here&gt; ~4~ → *5* &amp; &lt;@U9&gt;" in text
    assert "&lt;!channel&gt;" in text
    assert "<!" not in text


def test_a_number_that_is_cut_off_is_named_all_the_same():
    words = "word " * 100
    text = shown(text=f"{words}30 days", was_text=f"{words}20 days")
    assert "… (~20~ → *30*)" in text


def test_a_number_of_three_thousand_digits_is_cut():
    assert len(shown(text="1" * 3000, was_text="2" * 3000)) < 600


# --- within a room ---


def test_the_board_takes_all_where_there_is_room():
    assert board("en", many(3), 1000) == [line("en", each, 280, with_reasons=False) for each in many(3)]


def test_texts_are_cut_before_lines_are():
    lines = board("en", many(40, text="word " * 600), 10_000)
    assert len(lines) == 40
    assert all("word word" in each and len(each) < 250 for each in lines)


def test_what_has_no_room_is_counted():
    lines = board("en", many(40, text="word " * 600), 1000)
    assert lines[-1] == say("en", "commitments.and_more.other", count=40 - len(lines) + 1)
    assert lines[0].startswith("1. ")
    assert len("\n".join(lines)) <= 1000


@given(
    st.integers(0, 100),
    st.integers(0, 5000),
    st.sampled_from(LANGUAGES),
    st.sampled_from(["short", HOSTILE, "<" * 3000]),
)
def test_no_more_than_the_room_is_taken(count, room, language, text):
    lines = many(count, text=text, was_text="9 8 7", reason=text, state="late", was_due=JULY, days_late=3)
    for part in (board(language, lines, room), changes(language, lines, room)):
        assert len("\n".join(part)) <= room
        assert bool(part) or count == 0 or room < 400


def test_only_what_is_late_new_or_changed_is_among_the_changes():
    lines = [
        made(number=1, state="late"), made(number=2, is_new=True), made(number=3, changed=True), made(number=4),
        made(number=5, state="done"),
    ]  # fmt: skip
    assert [each[0] for each in changes("en", lines, 3000)] == ["1", "2", "3"]
    assert changes("en", lines[3:], 3000) == []


# --- modals ---


def page(lines, number=0, *, may_change=True, title="Data leak"):
    return board_modal("en", BoardPage(1, title, lines, number, may_change), "{}")


def actions_of(view):
    elements = [
        each for block in view["blocks"] for each in [*block.get("elements", []), block.get("accessory")] if each
    ]
    return [(each["action_id"], each["value"]) for each in elements if "action_id" in each]


def numbers(view):
    return [int(block["text"]["text"].partition(".")[0]) for block in view["blocks"] if block["type"] == "section"]


@pytest.mark.parametrize(
    ("at", "first", "count", "turns"),
    [
        (0, 1, 20, [("on", "1||1")]),
        (1, 21, 20, [("back", "1||0"), ("on", "1||2")]),
        (2, 41, 5, [("back", "1||1")]),
        (9, 41, 5, [("back", "1||1")]),
        (-1, 1, 20, [("on", "1||1")]),
    ],
)
def test_the_board_has_pages(at, first, count, turns):
    view = page(many(45), at)
    assert numbers(view) == [*range(first, first + count)]
    found = [(name.rpartition(":")[2], value) for name, value in actions_of(view) if name.startswith("weekly_page")]
    assert found == turns


def test_only_who_may_change_them_is_offered_it():
    offered, looking = page(many(2)), page(many(2), may_change=False)
    assert [name for name, _ in actions_of(offered)] == ["weekly_commitment_edit"] * 2 + ["weekly_commitment_add"]
    assert [name for name, _ in actions_of(looking)] == ["weekly_commitment_edit"] * 2
    labels = {block["accessory"]["text"]["text"] for view in (offered, looking) for block in view["blocks"][1:3]}
    assert labels == {"Change", "Read"}


def test_an_empty_board_says_so():
    assert say("en", "commitments.none") in str(page([]))


CHANGES = [
    CommitmentChange(datetime(2026, 3, 2, 9, tzinfo=UTC), "U1", "made", None, HOSTILE),
    *[
        CommitmentChange(datetime(2026, 3, 2, 9, tzinfo=UTC), "U1", field, HOSTILE, HOSTILE, HOSTILE)
        for field in ("text", "reason") * 30
    ],
]
FULL = Form(100, HOSTILE, "U3", JUNE, "late", HOSTILE, CHANGES, BERLIN, HOSTILE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_takes_every_modal_however_much_there_is_to_say(language):
    lines = many(100, text=HOSTILE, was_text="9 " * 1500, reason=HOSTILE, state="late", days_late=3, was_due=JULY)
    views = [
        *(board_modal(language, BoardPage(1, "<" * 150, lines, at, True), "{}") for at in range(5)),
        add_modal(language, "{}"),
        change_modal(language, FULL, "{}", CHANGES),
        reading_modal(language, FULL, lines[0], "{}"),
        told_modal(language, say(language, "commitments.not_there"), "{}"),
    ]
    for view in views:
        assert check_view(view, kinds=("modal",))
    assert A_PAGE * 5 == 100


def change(field, old, new, reason=None):
    return CommitmentChange(datetime(2026, 3, 2, 9, tzinfo=UTC), "U1", field, old, new, reason)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (change("made", None, "Audit"), "<@U1> committed to “Audit”"),
        (change("text", "A <b>", "B"), "<@U1> changed the text from “A &lt;b&gt;” to “B”"),
        (change("owner", None, "U2"), "changed who sees to it from nobody to <@U2>"),
        (change("due", None, "2026-06-30"), "changed the date from no date to Tuesday 30 June 2026"),
        (change("due", "2026-06-30", None, "ill"), "from Tuesday 30 June 2026 to no date · because: ill"),
        (change("state", "on_track", "done"), "changed the state from “On track” to “Done”"),
        (change("reason", None, "ill", "ill"), "<@U1> gave the reason “ill”"),
    ],
)
def test_each_change_is_told_with_its_date_and_name(entry, expected):
    form = Form(7, "Audit", None, None, "on_track", None, [entry], BERLIN)
    text = change_modal("en", form, "{}")["blocks"][-1]["text"]["text"]
    assert text.endswith(expected)
    assert text.startswith("Monday 2 March 2026, 10:00 (Europe/Berlin), your time <!date^1772442000^")


def test_who_only_reads_sees_the_whole_text_and_no_inputs():
    view = reading_modal("en", FULL, made(), "{}")
    assert view["blocks"][0]["text"] == {"type": "plain_text", "text": HOSTILE, "emoji": False}
    assert "submit" not in view
    assert "input" not in {block["type"] for block in view["blocks"]}


def test_a_form_shown_anew_has_new_inputs():
    """In a block of the same name Slack would keep what was typed before, whatever the new form says."""
    before, after = (
        change_modal("en", Form(7, "Audit", None, None, "on_track", None, entries, BERLIN), "{}")
        for entries in (CHANGES[:1], CHANGES[:2])
    )
    names = [{block["block_id"] for block in view["blocks"] if block["type"] == "input"} for view in (before, after)]
    assert names[0].isdisjoint(names[1])
    assert len(names[0]) == 5
