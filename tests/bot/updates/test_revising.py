"""What a change of terms does to sessions: future ones only, moved ones kept with their rule, none lost or doubled."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.updates.model import Series, Session, Step
from bot.updates.revising import has_new_rule, is_ahead, next_planned, revise
from bot.updates.timetable import plan_weeks
from tests.bot.updates import made

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)  # a Thursday: weeks 1 and 2 are over
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOTHING = frozenset[int]()


def series(**values) -> Series:
    return made.series(**{"weeks": 6, "hosts": ("U1", "U2")} | values)


def sessions_of(owner: Series, now=NOW) -> list[Session]:
    """Sessions where the rule puts them, those before `now` posted."""
    return [
        made.session(
            id=week.week, week=week.week, due_at=week.due_at, moved_from=week.moved_from,
            status="skipped" if week.skipped else "posted" if week.due_at <= now else "planned",
            look_at=None if week.skipped else week.due_at - DAY,
            cause=f"holiday: {week.holiday}" if week.skipped else None,
        )
        for week in plan_weeks(owner, range(1, (owner.weeks or 8) + 1))
    ]  # fmt: skip


def after(result, sessions):
    """All sessions as they are once a revision is applied, by week."""
    changed = {was.id: becomes for was, becomes in result.changed}
    gone = {each.id for each in result.removed}
    return {each.week: changed.get(each.id, each) for each in sessions if each.id not in gone}


def revised(before, changed, programme, sessions=None, written=NOTHING, now=NOW):
    rows = sessions_of(before) if sessions is None else sessions
    result = revise(before, changed, rows, written, programme, now)
    return result, after(result, rows)


def test_another_time_moves_what_is_to_come_and_nothing_else(programme):
    before = series()
    _, now_is = revised(before, replace(before, at=time(15), first_date=date(2026, 3, 18), first_week=3), programme)
    assert [f"{now_is[week].due_at.astimezone(BERLIN):%m-%d %H:%M}" for week in range(1, 7)] == [
        "03-04 10:00", "03-11 10:00", "03-18 15:00", "03-25 15:00", "04-01 15:00", "04-08 15:00",
    ]  # fmt: skip


def test_nothing_changes_when_nothing_is_changed(programme):
    before = series()
    for same in (before, replace(before, title="Other", language="de", deputy="U9", audiences=("C2",))):
        result, _ = revised(before, same, programme)
        assert (result.changed, result.added, result.removed) == ([], [], [])


def test_a_session_that_a_person_moved_stays_until_the_rule_changes(programme):
    before = series()
    sessions = sessions_of(before)
    moved = replace(sessions[3], due_at=sessions[3].due_at + DAY, moved_from=sessions[3].due_at)
    sessions[3] = moved
    _, kept = revised(before, replace(before, holidays="DE", holiday_policy="move", weeks=8), programme, sessions)
    assert kept[4] == moved
    result, back = revised(
        before, replace(before, at=time(9), first_date=date(2026, 3, 18), first_week=3), programme, sessions
    )
    assert result.returned == {4: moved.due_at}
    assert back[4].moved_from is None
    assert f"{back[4].due_at.astimezone(BERLIN):%a %H:%M}" == "Wed 09:00"


def test_a_session_that_a_person_skipped_stays_skipped(programme):
    before = series()
    sessions = sessions_of(before)
    sessions[3] = replace(sessions[3], status="skipped", cause="fair", closed_by="U2", look_at=None)
    _, now_is = revised(
        before, replace(before, at=time(9), first_date=date(2026, 3, 18), first_week=3), programme, sessions
    )
    assert (now_is[4].status, now_is[4].cause, now_is[4].closed_by) == ("skipped", "fair", "U2")
    assert now_is[3].due_at < now_is[4].due_at < now_is[5].due_at


def test_holidays_are_looked_at_anew(programme):
    # 6 April 2026 is Easter Monday.
    mondays = series(first_date=date(2026, 3, 2), at=time(10))
    _, skipped = revised(mondays, replace(mondays, holidays="DE", holiday_policy="skip"), programme)
    assert (skipped[6].status, skipped[6].look_at) == ("skipped", None)
    assert skipped[6].cause.startswith("holiday: ")
    with_skip = replace(mondays, holidays="DE", holiday_policy="skip")
    _, kept = revised(with_skip, mondays, programme)
    assert (kept[6].status, kept[6].cause) == ("planned", None)
    assert kept[6].look_at == kept[6].due_at - DAY
    _, moved = revised(with_skip, replace(with_skip, holiday_policy="move"), programme)
    assert (moved[6].status, moved[6].due_at - moved[6].moved_from) == ("planned", DAY)


WEEKS = [
    # weeks, weeks with a text -> weeks left, or what is wrong
    (2, NOTHING, [1, 2]),
    (4, NOTHING, [1, 2, 3, 4]),
    (6, NOTHING, [1, 2, 3, 4, 5, 6]),
    (8, NOTHING, [1, 2, 3, 4, 5, 6, 7, 8]),
    (4, frozenset({3}), [1, 2, 3, 4]),
    (1, NOTHING, ("start.weeks_are_over", 2)),
    (3, frozenset({5}), ("start.weeks_are_written", 5)),
    (None, NOTHING, [1, 2, 3, 4, 5, 6]),  # the planner adds what is missing
]


@pytest.mark.parametrize(("weeks", "written", "expected"), WEEKS)
def test_fewer_and_more_weeks(programme, weeks, written, expected):
    before = series()
    if isinstance(expected, tuple):
        with pytest.raises(UserError) as caught:
            revised(before, replace(before, weeks=weeks), programme, written=written)
        assert (caught.value.key, caught.value.values["week"]) == expected
        return
    result, now_is = revised(before, replace(before, weeks=weeks), programme, written=written)
    assert sorted([*now_is, *(each.week for each in result.added)]) == expected


def test_a_week_that_awaits_its_update_is_not_taken_out(programme):
    before = series()
    sessions = sessions_of(before)
    sessions[2] = replace(sessions[2], status="awaiting", due_at=NOW - HOUR)
    with pytest.raises(UserError, match=r"start\.weeks_are_over"):
        revised(before, replace(before, weeks=2), programme, sessions)


PREPARED = [
    # what changes -> is the preparation sent anew?
    ({"at": time(10, 30)}, False),
    ({"at": time(11)}, False),
    ({"at": time(11, 1)}, True),
    ({"first_date": date(2026, 3, 19)}, True),
    ({"zone": ZoneInfo("Europe/Rome")}, False),
    ({"zone": ZoneInfo("Asia/Manila")}, True),
]


@pytest.mark.parametrize(("values", "anew"), PREPARED)
def test_a_preparation_is_sent_anew_only_when_the_date_moved_by_more_than_an_hour(programme, values, anew):
    before = series()
    sessions = sessions_of(before)
    sessions[2] = replace(sessions[2], step=Step.PREPARE, look_at=sessions[2].due_at, asked_host="U9")
    changed = replace(before, **{"first_date": date(2026, 3, 18), "first_week": 3} | values)
    _, now_is = revised(before, changed, programme, sessions, now=sessions[2].due_at - 20 * HOUR)
    session = now_is[3]
    assert (session.step, session.revision) == ((Step.NONE, 1) if anew else (Step.PREPARE, 0))
    assert session.asked_host == (None if anew else "U9")
    assert session.look_at == (session.due_at - DAY if anew else session.due_at)


def test_a_preparation_is_sent_to_another_host(programme):
    before = series()
    sessions = sessions_of(before)
    sessions[2] = replace(sessions[2], step=Step.PREPARE)
    for hosts, anew in ((("U7", "U8"), True), (("U1", "U9"), False)):  # week 3 is the first host's
        _, now_is = revised(before, replace(before, hosts=hosts), programme, sessions)
        assert (now_is[3].step is Step.NONE) is anew
    taken_over = [replace(each, host="U5") for each in sessions]
    _, now_is = revised(before, replace(before, hosts=("U7",)), programme, taken_over)
    assert now_is[3].step is Step.PREPARE  # whoever took it over still has it


ZONES = st.sampled_from(["Europe/Berlin", "America/Los_Angeles", "Asia/Manila", "Australia/Lord_Howe", "UTC"])
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
DATES = st.dates(date(2026, 3, 14), date(2026, 5, 30))
HOLIDAYS = st.sampled_from([(None, "keep"), ("DE", "move"), ("DE", "skip"), ("PH", "move"), ("US", "keep")])
CADENCES = st.sampled_from(["weekly", "monthly"])
TERMS = st.tuples(DATES, TIMES, ZONES, HOLIDAYS, CADENCES, st.integers(3, 30) | st.none())
MARKS = st.lists(st.sampled_from(["", "", "moved", "skipped", "prepared"]), min_size=6, max_size=6)


@given(terms=TERMS, marks=MARKS)
def test_after_any_change_each_week_is_there_once_in_order_and_what_is_over_is_as_it_was(programme, terms, marks):
    day, at, zone, (country, policy), cadence, weeks = terms
    before = series()
    sessions = [_marked(each, mark) for each, mark in zip(sessions_of(before), marks, strict=True)]
    week = next_planned(sessions, NOW)
    changed = replace(
        before, at=at, zone=ZoneInfo(zone), holidays=country, holiday_policy=policy, weeks=weeks, cadence=cadence,
        **({"first_date": day, "first_week": week} if week else {}),
    )  # fmt: skip
    result, now_is = revised(before, changed, programme, sessions)
    assert sorted([*now_is, *(each.week for each in result.added)]) == [*range(1, (weeks or 6) + 1)]
    for each in sessions:
        if not is_ahead(each, NOW):
            assert now_is[each.week] == each
    held = [each for each in now_is.values() if each.status == "planned"]
    assert all(each.due_at > NOW and each.look_at is not None for each in held)
    assert all(each.look_at is None for each in now_is.values() if each.status == "skipped")
    ahead = sorted((each for each in now_is.values() if week and each.week >= week), key=lambda each: each.week)
    if has_new_rule(before, changed):
        assert all(one.due_at < other.due_at for one, other in pairwise(ahead))
        assert all(each.moved_from is None or each.due_at > each.moved_from for each in ahead)


@given(terms=TERMS, marks=MARKS)
def test_a_change_made_twice_is_a_change_made_once(programme, terms, marks):
    day, at, zone, (country, policy), cadence, _ = terms
    before = series()
    sessions = [_marked(each, mark) for each, mark in zip(sessions_of(before), marks, strict=True)]
    week = next_planned(sessions, NOW)
    changed = replace(
        before, at=at, zone=ZoneInfo(zone), holidays=country, holiday_policy=policy, cadence=cadence,
        **({"first_date": day, "first_week": week} if week else {}),
    )  # fmt: skip
    _, once = revised(before, changed, programme, sessions)
    again, _ = revised(changed, changed, programme, [*once.values()])
    assert again.changed == []


def _marked(session: Session, mark: str) -> Session:
    if session.status != "planned":
        return session
    if mark == "moved":
        return replace(session, due_at=session.due_at + DAY, moved_from=session.due_at, look_at=session.due_at)
    if mark == "skipped":
        return replace(session, status="skipped", cause="fair", closed_by="U1", look_at=None)
    return replace(session, step=Step.PREPARE, look_at=session.due_at) if mark == "prepared" else session
