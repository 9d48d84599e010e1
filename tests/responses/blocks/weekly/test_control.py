"""What is said about a pause, a skip, a move, a hand-over or a departure, within Slack's limits in four languages."""

import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.local.limits import check_message, check_view
from bot.local.mrkdwn import notifies_everyone
from responses.blocks.weekly import control, handing, leaving
from responses.blocks.weekly.post import Occasion
from responses.blocks.weekly.values import HAND_OVER_ACCEPT, HAND_OVER_DECLINE, PUT_BACK, Target
from responses.phrases import LANGUAGES

BERLIN = ZoneInfo("Europe/Berlin")
OLD, DUE, NEXT = (datetime(2026, 3, day, 9, tzinfo=UTC) for day in (4, 6, 11))
TARGET = Target(3, 7)
LONG = "<& " * 1000


def occasion(title="Leak <A&B>", **more) -> Occasion:
    known = {"target": TARGET, "week": 1, "weeks": 4, "host": "U2", "due_at": DUE, "zone": BERLIN, "late": None}
    return Occasion(title=title, **known | {"next_at": NEXT} | more)


def messages(language, title="Leak <A&B>", reason="Why <not> & how"):
    one = occasion(title)
    until = date(2026, 3, 18)
    gone = leaving.Departure(3, title, "C1", ["U2", "U3"], True, "U4", True, ["U4"])
    return {
        "paused": control.paused(language, title, "U1", until, NEXT, BERLIN),
        "paused for good": control.paused(language, title, "U1", until, None, BERLIN),
        "resumed": control.resumed(language, title, "U1", NEXT, BERLIN),
        "skipped": control.skipped(language, one, "U1", reason),
        "put back": control.put_back(language, one, "U1"),
        "moved": control.moved(language, one, "U1", OLD),
        "paused answer": control.paused_answer(language, title, 3, until, NEXT, BERLIN, [*range(1, 60), 70]),
        "resumed answer": control.resumed_answer(language, title, 3, NEXT, BERLIN),
        "skipped answer": control.skipped_answer(language, one, undo=True),
        "skipped for good": control.skipped_answer(language, one, undo=False),
        "put back answer": control.put_back_answer(language, one),
        "moved answer": control.moved_answer(language, one, OLD, undo=True),
        "ended answer": control.ended_answer(language, title, 3, [2, 3, 5], [1]),
        "owner answer": control.owner_answer(language, title, 3, "U1", "U2"),
        "owner told": control.owner_told(language, title, 3, "C1", "U1"),
        "request": handing.request(language, one, "C1", "U2"),
        "asked": handing.asked(language, one, "U3"),
        "accepted": handing.accepted(language, one),
        "accepted told": handing.accepted_told(language, one, "U3"),
        "declined": handing.declined(language, one),
        "declined told": handing.declined_told(language, one, "U3"),
        "to admins": leaving.to_admins(language, gone),
        "to successor": leaving.to_successor(language, gone),
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", messages("en"))
def test_what_people_wrote_is_escaped_and_nothing_is_left_open(language, name):
    said = messages(language)[name]
    shown = said.text + json.dumps(said.blocks)
    assert "<A&B>" not in shown
    assert "<not>" not in shown
    assert "Leak &lt;A&amp;B&gt;" in said.text
    assert "{" not in said.text.replace("^{date_short_pretty} {time}|", "")
    assert said.text != messages("it" if language == "en" else "en")[name].text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", messages("en"))
def test_long_titles_and_reasons_stay_within_slacks_limits(language, name):
    said = messages(language, LONG, LONG)[name]
    assert check_message(said.text, said.blocks)
    assert len(said.text) <= 4000
    assert not notifies_everyone(said.text, said.blocks)


def test_the_channel_is_told_of_old_and_new_with_each_readers_own_time():
    text = control.moved("en", occasion(), "U1", OLD).text
    assert "Wednesday 4 March 2026, 10:00 (Europe/Berlin)" in text
    assert "Friday 6 March 2026, 10:00 (Europe/Berlin)" in text
    assert text.count("<!date^") == 2


def test_a_skip_names_the_reason_and_the_next_date_or_that_none_follows():
    text = control.skipped("en", occasion(), "U1", "Strike").text
    assert "Strike" in text
    assert "Wednesday 11 March 2026" in text
    assert "the last of the 4" in control.skipped("en", occasion(next_at=None), "U1", "Strike").text


@pytest.mark.parametrize(("undo", "held"), [(True, 1), (False, 0)])
def test_only_what_can_be_undone_has_the_button(undo, held):
    said = control.skipped_answer("en", occasion(), undo=undo)
    assert json.dumps(said.blocks).count(PUT_BACK) == held
    assert ("move 3 to 2026-03-04 at 10:00" in control.moved_answer("en", occasion(), OLD, undo=undo).text) is undo


@pytest.mark.parametrize(
    ("weeks", "text"), [([3], "3"), ([1, 2], "1–2"), ([5, 3, 4, 9, 11, 12], "3–5, 9, 11–12"), ([], "")]
)
def test_weeks_that_follow_each_other_are_drawn_together(weeks, text):
    assert control._ranges(weeks) == text


def test_the_request_carries_both_answers():
    shown = json.dumps(handing.request("en", occasion(), "C1", "U2").blocks)
    assert HAND_OVER_ACCEPT in shown
    assert HAND_OVER_DECLINE in shown
    assert TARGET.pack() in shown


@pytest.mark.parametrize(
    ("owner", "hosts_left", "expected"),
    [("U4", True, ["The owner is now <@U4>", "Hosting now: <@U4>"]), (None, True, ["owner 3 to @USER"])],
)
def test_the_admins_learn_who_took_over_or_that_they_must(owner, hosts_left, expected):
    gone = leaving.Departure(3, "Leak", "C1", ["U2"], True, owner, hosts_left, ["U4"])
    lines = leaving.to_admins("en", gone).text.split("\n")[1:]
    assert len(lines) == len(expected)
    assert all(part in line for part, line in zip(expected, lines, strict=True))


def modals(language, title="Leak"):
    one = occasion(title)
    people = [f"U{number}" for number in range(40)]
    return {
        "skip": handing.skip_modal(language, one),
        "move": handing.move_modal(language, one),
        "hand over": handing.hand_over_modal(language, one, people, "U77"),
        "notice": handing.notice(language, control.skipped_answer(language, one, undo=True)),
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", modals("en"))
def test_modals_keep_to_slacks_lengths(language, name):
    assert check_view(modals(language, LONG)[name], kinds=("modal",))


def test_what_was_given_is_read_back():
    def view(name, **held):
        return {"state": {"values": {name: {name: held}}}}

    assert handing.given(view(handing.REASON, value="why"), handing.REASON) == "why"
    assert handing.given(view(handing.DAY, selected_date="2026-03-04"), handing.DAY) == "2026-03-04"
    assert handing.given(view(handing.TIME, selected_time="10:00"), handing.TIME) == "10:00"
    assert handing.given(view(handing.AMONG, selected_option={"value": "U3"}), handing.AMONG) == "U3"
    assert handing.given(view(handing.ANYONE, selected_user="U3"), handing.ANYONE) == "U3"
    for empty in ({"value": None}, {"selected_option": None}, {"selected_user": None}, {}):
        assert handing.given(view(handing.REASON, **empty), handing.REASON) is None
    assert handing.given({"state": {"values": {}}}, handing.REASON) is None
