from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.updates import commitments as rules
from bot.updates.commitments import Commitment, Content
from responses.blocks.weekly.parts import CommitmentChange

BERLIN, HONOLULU = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Honolulu")
MADE = datetime(2026, 3, 2, 9, tzinfo=UTC)
LAST, NOW = MADE + timedelta(days=7), MADE + timedelta(days=14)  # the last update, and today: Monday 16 March
TODAY = date(2026, 3, 16)


def change(days, field, old, new, reason=None):
    return CommitmentChange(MADE + timedelta(days=days), "U2", field, old, new, reason)


def commitment(*changes, made=0, number=1, closed=None, **content):
    made_at = MADE + timedelta(days=made)
    first = CommitmentChange(made_at, "U1", "made", None, "Publish the report")
    return Commitment(
        number, 1, number, Content(**{"text": "Publish the report"} | content), made_at, "U1",
        MADE + timedelta(days=closed) if closed is not None else None, (first, *changes),
    )  # fmt: skip


def line(*changes, **values):
    return rules.line(commitment(*changes, **values), NOW, LAST, BERLIN)


# --- how it stands ---


@pytest.mark.parametrize(
    ("state", "due", "stands", "days"),
    [
        ("on_track", None, "on_track", 0),
        ("on_track", date(2026, 3, 17), "on_track", 0),
        ("on_track", TODAY, "on_track", 0),
        ("on_track", date(2026, 3, 15), "late", 1),
        ("on_track", date(2026, 2, 16), "late", 28),
        ("late", None, "late", 0),
        ("late", date(2026, 4, 1), "late", 0),
        ("late", date(2026, 3, 1), "late", 15),
        ("done", date(2026, 3, 1), "done", 0),
        ("dropped", date(2026, 3, 1), "dropped", 0),
    ],
)
def test_how_a_commitment_stands(state, due, stands, days):
    content = Content("Publish", due=due, state=state)
    assert rules.standing(content, TODAY) == stands
    assert rules.days_late(content, TODAY) == days
    assert rules.as_shown(content, TODAY) == Content("Publish", due=due, state=stands)


def test_the_day_is_the_one_in_the_series_zone():
    at = datetime(2026, 3, 16, 3, tzinfo=UTC)  # in Honolulu it is still the 15th
    due = commitment(due=date(2026, 3, 15))
    assert [rules.line(due, at, LAST, zone).state for zone in (BERLIN, HONOLULU)] == ["late", "on_track"]


# --- what has changed since the last update ---


def test_nothing_has_changed():
    found = line(due=date(2026, 4, 1), owner="U3")
    assert (found.is_new, found.changed, found.was_due, found.was_text) == (False, False, None, None)
    assert (found.first_due, found.state, found.closed_on) == (date(2026, 4, 1), "on_track", None)


def test_one_made_after_the_last_update_is_new_and_not_changed():
    found = line(change(9, "text", "Publish", "Publish the report"), made=8)
    assert (found.is_new, found.changed, found.was_text) == (True, False, None)


def test_a_date_moved_before_the_last_update_is_no_news_but_the_first_one_stays_known():
    found = line(change(3, "due", "2026-03-10", "2026-04-01", "ill"), due=date(2026, 4, 1))
    assert (found.changed, found.was_due, found.first_due) == (False, None, date(2026, 3, 10))


def test_a_date_moved_twice_since_shows_what_the_last_update_showed():
    moves = (change(8, "due", "2026-03-20", "2026-03-25", "a"), change(9, "due", "2026-03-25", "2026-04-01", "b"))
    found = line(*moves, due=date(2026, 4, 1), reason="b")
    assert (found.changed, found.was_due, found.first_due) == (True, date(2026, 3, 20), date(2026, 3, 20))


def test_a_date_moved_and_moved_back_has_not_changed():
    moves = (change(8, "due", "2026-03-20", "2026-03-25", "a"), change(9, "due", "2026-03-25", "2026-03-20", "b"))
    found = line(*moves, due=date(2026, 3, 20))
    assert (found.changed, found.was_due) == (False, None)


def test_a_date_given_later_is_the_first():
    found = line(change(8, "due", None, "2026-04-01"), due=date(2026, 4, 1))
    assert (found.changed, found.was_due, found.first_due) == (True, None, date(2026, 4, 1))


def test_a_date_taken_off_is_still_known():
    found = line(change(8, "due", "2026-03-20", None, "x"))
    assert (found.changed, found.due) == (True, None)
    assert (found.was_due, found.first_due) == (date(2026, 3, 20), date(2026, 3, 20))


def test_one_that_became_late_by_itself_has_changed_once():
    due = commitment(due=date(2026, 3, 12))
    assert rules.line(due, NOW, LAST, BERLIN).changed is True
    later = rules.line(due, NOW + timedelta(days=7), NOW, BERLIN)
    assert (later.state, later.changed, later.days_late) == ("late", False, 11)


def test_who_sees_to_it_is_no_news():
    assert line(change(8, "owner", None, "U3"), owner="U3").changed is False


def test_one_done_since_is_news_with_its_day():
    found = line(change(8, "state", "on_track", "done"), state="done", closed=8)
    assert (found.changed, found.closed_on) == (True, date(2026, 3, 10))


# --- order ---


def test_late_then_news_then_by_date_then_closed():
    made = [
        commitment(number=1, state="done", closed=1),
        commitment(number=2),
        commitment(number=3, due=date(2026, 4, 2)),
        commitment(number=4, due=date(2026, 4, 1)),
        commitment(number=5, due=date(2026, 3, 10)),
        commitment(number=6, due=date(2026, 2, 10)),
        commitment(number=7, state="late"),
        commitment(number=8, made=9),
        commitment(change(8, "state", "on_track", "done"), number=9, state="done", closed=8),
    ]
    lines = [rules.line(each, NOW, LAST, BERLIN) for each in made]
    assert [each.number for each in rules.in_order(lines)] == [6, 5, 7, 8, 9, 4, 3, 2, 1]


# --- what a change has to say ---

ON_TRACK = Content("Publish", "U1", date(2026, 4, 1))
OVERDUE = Content("Publish", "U1", date(2026, 3, 1))


@pytest.mark.parametrize(
    ("before", "wanted", "expected"),
    [
        (ON_TRACK, ON_TRACK, []),
        (ON_TRACK, Content("Publish it", "U1", date(2026, 4, 1)), [("text", "Publish", "Publish it")]),
        (ON_TRACK, Content("Publish", None, date(2026, 4, 1)), [("owner", "U1", None)]),
        (ON_TRACK, Content("Publish", "U1", date(2026, 4, 1), "done"), [("state", "on_track", "done")]),
        (ON_TRACK, Content("Publish", "U1", date(2026, 4, 8), reason="ill"), [("due", "2026-04-01", "2026-04-08")]),
        (ON_TRACK, Content("Publish", "U1", date(2026, 4, 1), reason="ill"), [("reason", None, "ill")]),
        (Content("Publish"), Content("Publish", due=date(2026, 4, 1)), [("due", None, "2026-04-01")]),
        (Content("P", state="dropped", reason="no"), Content("P"), [("state", "dropped", "on_track")]),
        (Content("P", state="done"), Content("P", state="on_track"), [("state", "done", "on_track")]),
        # A form shows an overdue one as late; left so, nobody has called it late.
        (OVERDUE, Content("Publish", "U1", date(2026, 3, 1), "late"), []),
        (OVERDUE, Content("Pub", "U1", date(2026, 3, 1), "late"), [("text", "Publish", "Pub")]),
        (OVERDUE, Content("Publish", "U1", date(2026, 3, 1), "late", "ill"), [("reason", None, "ill")]),
        (OVERDUE, Content("Publish", "U1", date(2026, 3, 1), "done"), [("state", "on_track", "done")]),
        (
            OVERDUE, Content("Publish", "U1", date(2026, 5, 1), "late", "ill"),
            [("due", "2026-03-01", "2026-05-01"), ("state", "on_track", "late")],
        ),
        (OVERDUE, Content("Publish", "U1", date(2026, 5, 1), reason="ill"), [("due", "2026-03-01", "2026-05-01")]),
    ],
)  # fmt: skip
def test_what_a_change_is(before, wanted, expected):
    assert rules.edits(before, wanted, TODAY) == expected


@pytest.mark.parametrize(
    ("before", "wanted", "complaint"),
    [
        (ON_TRACK, Content("Publish", "U1", date(2026, 4, 8)), "say_why"),
        (ON_TRACK, Content("Publish", "U1", date(2026, 3, 20)), "say_why"),
        (ON_TRACK, Content("Publish", "U1"), "say_why"),
        (ON_TRACK, Content("Publish", "U1", date(2026, 4, 1), "dropped"), "say_why"),
        (ON_TRACK, Content("Publish", "U1", date(2026, 4, 1), "late"), "say_why"),
        (OVERDUE, Content("Publish", "U1", date(2026, 5, 1), "late"), "say_why"),
        (OVERDUE, Content("Publish", "U1", date(2026, 3, 1), "on_track", "soon"), "date_has_passed"),
        (ON_TRACK, Content("Publish", "U1", date(2026, 3, 1), "on_track", "oops"), "date_has_passed"),
        # An old reason is none for a new change.
        (Content("P", due=date(2026, 4, 1), reason="ill"), Content("P", due=date(2026, 4, 8)), "say_why"),
    ],
)
def test_a_change_that_has_to_say_more(before, wanted, complaint):
    with pytest.raises(UserError) as raised:
        rules.edits(before, wanted, TODAY)
    assert raised.value.key == f"commitments.{complaint}"


STATES = st.sampled_from(["on_track", "done", "late", "dropped"])
DAYS = st.none() | st.dates(date(2026, 2, 1), date(2026, 5, 1))
CONTENTS = st.builds(
    Content, st.sampled_from(["a", "b 3", "b 5"]), st.sampled_from([None, "U1", "U2"]), DAYS, STATES,
    st.sampled_from([None, "ill"]),
)  # fmt: skip
DAY = timedelta(days=1)


@given(CONTENTS, st.lists(st.tuples(CONTENTS, st.integers(0, 20))), st.integers(0, 20))
def test_changes_lead_from_what_was_to_what_is_and_back(first, wanted, since):
    """Whatever is done in whatever order, undoing the changes after a moment gives what it was at that moment."""
    content, changes, at = first, [], 0
    history = [(0, first)]
    for each, wait in wanted:
        at += wait
        today = (MADE + at * DAY).date()
        try:
            found = rules.edits(content, each, today)
        except UserError:
            continue
        content = rules.after(content, found, each.reason)
        changes += [change(at, field, old, new, each.reason) for field, old, new in found]
        history.append((at, content))
        assert rules.edits(content, rules.as_shown(content, today), today) == []
    then = [kept for when, kept in history if when <= since][-1]
    undone = rules.undone(content, [each for each in changes if each.at > MADE + since * DAY])
    assert (undone.text, undone.owner, undone.due, undone.state) == (then.text, then.owner, then.due, then.state)


@given(CONTENTS, CONTENTS, CONTENTS)
def test_of_two_who_change_it_each_keeps_what_is_their_own(base, typed, current):
    merged = rules.merged(base, typed, current)
    for field in ("text", "owner", "due", "state"):
        own = getattr(typed, field)
        assert getattr(merged, field) == (own if own != getattr(base, field) else getattr(current, field))
    assert merged.reason == typed.reason
    assert rules.merged(base, base, current).text == current.text


@pytest.mark.parametrize(
    ("changed", "said", "kept"),
    [
        ([("state", "late", "on_track")], None, None),
        ([("state", "late", "on_track"), ("due", "2026-03-01", "2026-05-01")], "new plan", "new plan"),
        ([("text", "P", "Q")], None, "ill"),
        ([("state", "late", "done")], None, "ill"),
        ([("reason", "ill", "worse")], "worse", "worse"),
    ],
)
def test_which_reason_stands(changed, said, kept):
    assert rules.after(Content("P", state="late", reason="ill"), changed, said).reason == kept


# --- how one is written in a line ---


@pytest.mark.parametrize(
    ("given", "text", "due"),
    [
        ("Publish the report", "Publish the report", None),
        ("Publish | 2026-06-30", "Publish", date(2026, 6, 30)),
        ("Publish|2026-06-30 ", "Publish", date(2026, 6, 30)),
        ("Publish by 2026-06-30", "Publish", date(2026, 6, 30)),
        ("Publish By 2026-06-30", "Publish", date(2026, 6, 30)),
        ("Reviewed by two firms by 2026-06-30", "Reviewed by two firms", date(2026, 6, 30)),
        ("Standby 2026-06-30", "Standby 2026-06-30", None),
        ("Publish by 30 June", "Publish by 30 June", None),
        ("A | B | 2026-06-30", "A | B", date(2026, 6, 30)),
        ("Publish |", "Publish", None),
        ("by 2026-06-30", "by 2026-06-30", None),
        (" Fix\tit\n now ", "Fix it now", None),
        ("a &lt; b", "a < b", None),
    ],
)
def test_a_line_with_its_date(given, text, due):
    assert rules.parsed(given) == Content(text, due=due)


@pytest.mark.parametrize("given", ["", "  ", "\n"])
def test_an_empty_line_is_none(given):
    assert rules.parsed(given) is None


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("P | 2026-02-30", "no_such_date"),
        ("Encrypt all backups | soon", "not_a_date"),
        ("P | 30 June 2026", "not_a_date"),
        ("P by 2026-06-30 | soon", "not_a_date"),
        ("P | 2026-06-30 | soon", "not_a_date"),
        ("A | B |", "not_a_date"),
        ("| 2026-06-30", "no_text"),
        ("x" * 3001, "too_long"),
    ],
)
def test_a_line_that_cannot_be_taken(given, key):
    with pytest.raises(UserError) as raised:
        rules.parsed(given)
    assert raised.value.key == f"commitments.{key}"
    assert rules.parsed("x" * 3000) == Content("x" * 3000)


def test_one_reason_for_several_changes_is_told_with_the_last_of_them():
    owner, due, later = (
        CommitmentChange(at, "U1", field, "a", "b", "lawyers")
        for at, field in ((NOW, "owner"), (NOW, "due"), (NOW + timedelta(days=1), "due"))
    )
    told = rules.told_once([owner, due, later])
    assert [each.reason for each in told] == [None, "lawyers", "lawyers"]
    assert rules.told_once([]) == []


def test_what_is_no_date_is_quoted_but_not_at_length():
    with pytest.raises(UserError) as raised:
        rules.parsed(f"P | {'soon ' * 100}")
    assert len(str(raised.value.values["given"])) <= rules.LONGEST_QUOTE
