"""One session is skipped, put back or moved; the rule and the others stay."""

from datetime import UTC, datetime, time, timedelta
from functools import partial

import pytest

from bot.errors import NotAllowedError, SkippedError, UserError
from bot.storage import sessions as kept
from bot.updates.model import Step
from responses.blocks.weekly.handing import MOVE_MODAL, SKIP_MODAL
from responses.blocks.weekly.values import PUT_BACK, Target
from tests.bot.updates.stage import ADMIN, DEPUTY, GUEST, HOST, OWNER, SECOND, STRANGER, Stage, caller, on

HOUR = timedelta(hours=1)


def refused(call, *arguments, **named) -> str:
    with pytest.raises(UserError) as caught:
        call(*arguments, **named)
    return caught.value.key


def put_back(stage: Stage, week: int, by=None):
    return stage.control.single.put_back(stage.target(week), by or caller())


# --- skip ---


def test_the_next_session_is_skipped_and_the_channel_is_told_why_and_when_it_goes_on(stage: Stage, due):
    stage.begin()
    answer = stage.skip("The team is at a <conference>")
    first = stage.session(1)
    assert (first.status, first.cause, first.closed_by) == ("skipped", "The team is at a <conference>", OWNER)
    (told,) = stage.said()
    assert "The team is at a &lt;conference&gt;" in told
    assert "11 March 2026" in told
    assert f"<@{OWNER}>" in told
    assert "Week 1 of 4" in answer.text
    assert stage.notes == [("skipped", OWNER, {"week": 1, "reason": "The team is at a <conference>"})]
    stage.at(due(2) - HOUR)
    assert stage.said(HOST) == []  # nobody is asked to prepare what is not held


def test_a_named_session_is_skipped_and_the_next_date_is_the_one_before_it(stage: Stage):
    stage.begin().skip(week=3)
    assert stage.statuses == ["planned", "planned", "skipped", "planned"]
    assert "4 March 2026" in stage.said()[0]


def test_a_waiting_session_is_skipped_and_its_nudges_are_taken_back(stage: Stage, due):
    stage.begin().at(due(1))
    stage.clock.advance(hours=1)
    stage.planner.queue_due(stage.clock.now())
    answer = stage.skip()
    assert [row.channel for row in stage.messages(state="withdrawn")] == [HOST]
    assert "cannot be undone" in answer.text
    stage.at(due(1) + 60 * HOUR)
    assert stage.statuses[0] == "skipped"
    assert not [text for text in stage.said() if "missed" in text]


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_without_a_reason_nothing_is_skipped(stage: Stage, reason):
    stage.begin()
    assert refused(stage.skip, reason) == "control.reason_needed"
    assert stage.statuses[0] == "planned"


@pytest.mark.parametrize("reason", ["paused", "Ended", "holiday: mine"])
def test_a_reason_is_not_taken_for_one_of_candors_own(stage: Stage, reason):
    stage.begin().skip(reason)
    assert stage.session(1).cause == f"{reason}."


@pytest.mark.parametrize(("written", "hours", "key"), [
    (True, 0.1, "control.is_posted"), (True, 3, "control.is_posted"), (False, 60, "control.is_missed"),
])  # fmt: skip
def test_what_is_over_is_not_skipped(stage: Stage, due, written, hours, key):
    stage.begin()
    stage.at(due(1) + (hours * HOUR if hours > 1 else -HOUR))
    if written:
        stage.write(1)
    stage.at(due(1) + hours * HOUR)
    before = stage.sessions
    assert refused(stage.skip, week=1) == key
    assert refused(stage.move, "2026-03-05", week=1) == key
    assert stage.sessions == before


def test_what_is_on_its_way_is_neither_skipped_nor_moved_nor_taken_for_the_week_after(stage: Stage, due):
    stage.begin().write(1)
    stage.clock.moment = due(1)
    stage.planner.queue_due(due(1))
    assert refused(stage.skip) == "control.on_its_way"
    assert refused(stage.move, "2026-03-05") == "control.on_its_way"
    assert stage.statuses == ["queued", "planned", "planned", "planned"]


def test_skipping_twice_is_told_once(stage: Stage):
    stage.begin().skip(week=1)
    assert refused(stage.skip, week=1) == "control.is_skipped"
    assert len(stage.said()) == 1


def test_after_the_last_one_is_skipped_the_series_closes(stage: Stage):
    stage.begin(1)
    answer = stage.skip()
    assert stage.series.ended_at is not None
    assert "cannot be undone" in answer.text


def test_a_series_without_an_end_never_runs_out_of_sessions(stage: Stage):
    stage.begin(None)
    for week in range(1, 12):
        stage.skip(week=week)
    assert stage.statuses.count("planned") == 8
    assert stage.series.ended_at is None


def test_a_session_of_another_series_is_not_found(stage: Stage, add_series):
    stage.begin()
    other = add_series(key="command:2")
    theirs = stage.session(1).id
    key = refused(stage.control.single.skip, other, "why", caller(), session=theirs)
    assert key == "control.no_session"
    assert refused(stage.control.single.skip, stage.number, "why", caller(), session=999) == "control.no_session"


# --- put back ---


def test_whoever_comes_back_to_a_skipped_session_is_shown_the_way_back_until_its_hour(stage: Stage, due):
    stage.begin().skip(week=1)
    acts = [partial(stage.skip, week=1), partial(stage.move, "2026-03-05", week=1), partial(stage.ask, SECOND, week=1)]
    for act in acts:
        with pytest.raises(SkippedError) as raised:
            act()
        assert raised.value.key == "control.is_skipped"
        assert Target.unpack(raised.value.back) == stage.target(1)
    stage.clock.moment = due(1)
    for act in acts:
        with pytest.raises(UserError) as refusal:
            act()
        assert type(refusal.value) is UserError


def test_what_a_holiday_left_out_has_no_way_back(stage: Stage):
    stage.begin()
    with stage.database.write() as connection:
        kept.change(connection, stage.session(1).id, status="skipped", cause="holiday: Fair", look_at=None)
    with pytest.raises(UserError) as raised:
        stage.skip(week=1)
    assert type(raised.value) is UserError


def test_a_skipped_session_is_put_back_and_prepared_anew(stage: Stage, due):
    stage.begin().at(due(1) - 2 * HOUR)
    answer = stage.skip()
    assert PUT_BACK in str(answer.blocks)
    put_back(stage, 1)
    assert (stage.session(1).status, stage.session(1).cause, stage.session(1).revision) == ("planned", None, 1)
    assert "after all" in stage.said()[-1]
    stage.tick()
    assert len(stage.said(HOST)) == 2
    stage.at(due(1) + HOUR / 2)
    assert stage.statuses[0] == "awaiting"
    assert [what for what, _, _ in stage.notes] == ["skipped", "put_back"]


def test_skipped_and_put_back_again_and_again_each_is_told(stage: Stage):
    stage.begin()
    for _ in range(3):
        stage.skip(week=1)
        put_back(stage, 1)
    assert len(stage.said()) == 6


def test_a_session_whose_hour_is_past_is_not_put_back(stage: Stage, due):
    stage.begin().skip()
    stage.clock.moment = due(1)
    assert refused(put_back, stage, 1) == "control.skip_is_over"
    assert refused(put_back, stage, 2) == "control.not_skipped"


def test_a_session_is_not_put_back_behind_one_that_was_moved_before_it(stage: Stage):
    stage.begin().skip(week=2)
    stage.move("2026-03-13", week=1)  # which is possible, as week 2 is not held
    assert refused(put_back, stage, 2) == "control.too_early"


def test_nothing_is_put_back_into_a_pause(stage: Stage):
    stage.begin().skip(week=1)
    stage.pause("2026-03-10")
    assert refused(put_back, stage, 1) == "control.in_pause"


# --- move ---


def test_one_session_is_moved_and_the_rule_stays(stage: Stage, due):
    stage.begin()
    answer = stage.move("2026-03-05", time(15, 30))
    moved = stage.session(1)
    assert moved.due_at == datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
    assert moved.moved_from == due(1)
    assert (moved.revision, moved.step) == (1, Step.NONE)
    assert [each.due_at for each in stage.sessions[1:]] == [due(2), due(3), due(4)]
    (told,) = stage.said()
    assert "Wednesday 4 March 2026, 10:00 (Europe/Berlin)" in told
    assert "Thursday 5 March 2026, 15:30 (Europe/Berlin)" in told
    assert f"`/candor-updates move {stage.number} to 2026-03-04 at 10:00`" in answer.text
    assert stage.notes == [("moved", OWNER, {"week": 1, "old": "2026-03-04 10:00", "new": "2026-03-05 15:30"})]


def test_moved_twice_it_remembers_where_the_rule_had_put_it(stage: Stage, due):
    stage.begin().move("2026-03-05")
    stage.move("2026-03-06")
    assert (stage.session(1).moved_from, stage.session(1).revision) == (due(1), 2)
    assert len(stage.said()) == 2


def test_a_moved_session_is_prepared_and_posted_once_at_its_new_hour(stage: Stage, due):
    stage.begin().at(due(1) - HOUR)
    assert len(stage.said(HOST)) == 1
    stage.write(1)
    stage.move("2026-03-06")
    stage.at(due(1) + 30 * HOUR)
    assert stage.statuses[0] == "planned"
    assert len(stage.said(HOST)) == 2
    stage.at(due(1) + 48 * HOUR)
    assert stage.statuses[0] == "posted"
    assert stage.session(1).posted_at == due(1) + 48 * HOUR
    assert len([row for row in stage.messages(to="C1") if ":update" in row.key]) == 1


def test_a_waiting_session_is_moved_and_its_nudges_stop(stage: Stage, due):
    stage.begin().at(due(1) + 2 * HOUR)
    assert len(stage.said(HOST)) == 2  # the preparation and a nudge
    answer = stage.move("2026-03-06", time(12))
    assert stage.session(1).status == "planned"
    assert "back there" not in answer.text  # the old hour is past
    stage.at(due(1) + 10 * HOUR)
    assert len(stage.said(HOST)) == 2
    stage.at(datetime(2026, 3, 6, 11, tzinfo=UTC))
    assert len([row for row in stage.messages(to="C1") if ":reminder" in row.key]) == 2


def test_moved_into_the_coming_day_its_host_is_asked_at_once(stage: Stage, clock):
    stage.begin().move("2026-03-02", time(18))
    stage.tick()
    assert len(stage.said(HOST)) == 1


@pytest.mark.parametrize(("day", "at", "key"), [
    ("2026-03-01", None, "control.is_past"),
    ("2026-03-02", time(10), "control.is_past"),  # this very minute
    ("2026-03-11", None, "control.too_late"),
    ("2026-03-12", None, "control.too_late"),
    ("2026-03-04", None, "control.same_moment"),
])  # fmt: skip
def test_a_session_keeps_its_place(stage: Stage, day, at, key):
    stage.begin()
    assert refused(stage.move, day, at) == key
    assert stage.session(1).moved_from is None
    assert stage.said() == []


def test_a_session_stays_behind_the_one_before_it(stage: Stage, due):
    stage.begin()
    assert refused(stage.move, "2026-03-04", week=2) == "control.too_early"
    stage.move("2026-03-04", time(10, 1), week=2)
    assert stage.session(2).due_at == due(1) + timedelta(minutes=1)


def test_the_last_session_has_room_behind_it_but_not_where_more_will_follow(stage: Stage):
    stage.begin(2).move("2026-04-30", week=2)
    assert stage.session(2).due_at == datetime(2026, 4, 30, 8, tzinfo=UTC)
    stage.begin(None, key="command:2")
    assert refused(stage.move, "2026-04-30", week=8) == "control.too_late"


def test_nothing_is_moved_into_a_pause_but_out_of_one(stage: Stage, due):
    stage.begin().pause("2026-03-06")
    assert refused(stage.move, "2026-03-05") == "control.in_pause"
    stage.move("2026-03-06")
    stage.at(due(1) + 49 * HOUR)
    assert stage.statuses[0] == "awaiting"


@pytest.mark.parametrize(("day", "at", "moment"), [
    ("2026-03-29", time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # in the spring gap: half past three
    ("2026-03-30", time(2, 30), datetime(2026, 3, 30, 0, 30, tzinfo=UTC)),
    ("2026-03-28", time(2, 30), datetime(2026, 3, 28, 1, 30, tzinfo=UTC)),
])  # fmt: skip
def test_around_a_clock_change_the_wall_counts(stage: Stage, day, at, moment):
    stage.begin().move(day, at, week=4)
    assert stage.session(4).due_at == moment


def test_in_the_hour_that_comes_twice_the_first_counts(stage: Stage):
    stage.begin(1, first=datetime(2026, 10, 24, tzinfo=UTC).date()).move("2026-10-25", time(2, 30))
    assert stage.session(1).due_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


# --- modals and rights ---


def test_the_modal_begins_with_where_the_session_is(stage: Stage):
    stage.begin().move("2026-03-05", time(15, 30))
    view = stage.control.single.modal(MOVE_MODAL, stage.target(1), caller(HOST))
    day, at = (block["element"] for block in view["blocks"] if block["type"] == "input")
    assert (day["initial_date"], at["initial_time"]) == ("2026-03-05", "15:30")
    assert Target.unpack(view["private_metadata"]) == stage.target(1)


@pytest.mark.parametrize("callback", [SKIP_MODAL, MOVE_MODAL])
def test_a_stale_button_opens_no_modal(stage: Stage, callback):
    stage.begin().skip()
    assert refused(stage.control.single.modal, callback, stage.target(1), caller()) == "control.is_skipped"


ACTS = {
    "skip": lambda stage, by: stage.control.single.skip(stage.number, "why", by, session=stage.session(1).id),
    "move": lambda stage, by: stage.control.single.move(
        stage.number, on("2026-03-05"), None, by, session=stage.session(1).id
    ),
    "put back": lambda stage, by: stage.control.single.put_back(stage.target(2), by),
    "skip modal": lambda stage, by: stage.control.single.modal(SKIP_MODAL, stage.target(1), by),
    "move modal": lambda stage, by: stage.control.single.modal(MOVE_MODAL, stage.target(1), by),
}


@pytest.mark.parametrize("act", ACTS)
def test_only_its_people_change_a_session(stage: Stage, act):
    stage.begin().skip(week=2)
    before = (stage.sessions, stage.notes)
    for wrong in (STRANGER, GUEST):
        with pytest.raises(NotAllowedError):
            ACTS[act](stage, caller(wrong))
    assert (stage.sessions, stage.notes) == before


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    "by", [caller(user) for user in (OWNER, HOST, SECOND, DEPUTY)] + [caller(ADMIN, is_admin=True)]
)
def test_each_of_them_may(stage: Stage, act, by):
    stage.begin().skip(week=2)
    assert ACTS[act](stage, by)


@pytest.mark.parametrize("private", [False, True])
def test_who_took_a_session_over_may_change_that_one_only(stage: Stage, private):
    stage.begin(private=private).ask(GUEST)
    stage.accept(GUEST)
    stage.skip(week=1, by=GUEST)
    assert stage.statuses[0] == "skipped"
    assert refused(stage.skip, week=2, by=GUEST) in {"updates.not_yours", "updates.no_such_series"}
    assert refused(stage.control.end, stage.number, caller(GUEST)) in {"updates.not_yours", "updates.no_such_series"}
