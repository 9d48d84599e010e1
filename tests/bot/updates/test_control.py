"""Pause, resume, end and ownership of a whole series."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.errors import NotAllowedError, UserError
from bot.people import Person
from bot.updates.days import Day
from tests.bot.updates.stage import ADMIN, BOT, DEPUTY, GONE, HOST, OWNER, SECOND, STRANGER, Stage, caller, on

HOUR = timedelta(hours=1)


def refused(call, *arguments, **named) -> str:
    with pytest.raises(UserError) as caught:
        call(*arguments, **named)
    return caught.value.key


# --- pause and resume ---


def test_a_pause_posts_nothing_and_records_each_week_in_it_as_skipped(stage: Stage, due):
    stage.begin()
    answer = stage.pause("2026-03-18")
    stage.at(due(2) + 40 * HOUR)
    assert stage.statuses == ["skipped", "skipped", "planned", "planned"]
    assert [each.cause for each in stage.sessions] == ["paused", "paused", None, None]
    assert len(stage.said()) == 1
    assert "until Wednesday 18 March 2026" in stage.said()[0]
    assert "weeks 1–2" in answer.text
    assert "resume" in answer.text
    assert stage.said(HOST) == stage.said(SECOND) == []


def test_the_day_on_which_a_pause_ends_is_not_in_it(stage: Stage, due):
    stage.begin().pause("2026-03-11")
    stage.at(due(2) + HOUR / 2)
    assert stage.statuses[:2] == ["skipped", "awaiting"]
    assert stage.series.paused_until == datetime(2026, 3, 10, 23, tzinfo=ZoneInfo("UTC"))


def test_a_pause_skips_the_waiting_week_and_takes_its_nudges_back(stage: Stage, due):
    stage.begin().at(due(1))
    stage.clock.advance(hours=1)
    stage.planner.queue_due(stage.clock.now())  # the nudge waits in the outbox
    assert [row.channel for row in stage.messages(state="pending")] == [HOST]
    stage.pause("2026-03-20")
    assert [row.channel for row in stage.messages(state="pending")] == ["C1"]
    assert (stage.session(1).status, stage.session(1).cause, stage.session(1).closed_by) == ("skipped", "paused", OWNER)
    stage.at(due(2) + 60 * HOUR)
    assert stage.statuses[:2] == ["skipped", "skipped"]


def test_a_pause_leaves_an_update_that_is_on_its_way(stage: Stage, due, post):
    stage.begin().write(1)
    stage.clock.moment = due(1)
    stage.planner.queue_due(due(1))
    while post.take(due(1)).channel != "C1":
        pass
    stage.pause("2026-03-20")
    assert stage.statuses[0] == "queued"


def test_a_pause_takes_an_update_back_that_nobody_has_tried_to_send(stage: Stage, due):
    stage.begin().write(1)
    stage.clock.moment = due(1)
    stage.planner.queue_due(due(1))
    stage.pause("2026-03-20")
    assert stage.statuses[0] == "skipped"
    assert [row.key for row in stage.messages(state="withdrawn", to="C1")] == [stage.session(1).key("update")]


def test_resumed_before_its_date_the_coming_weeks_are_live_again(stage: Stage, due):
    stage.begin().pause("2026-03-26")
    stage.at(due(1) + 5 * HOUR)
    answer = stage.control.resume(stage.number, caller())
    assert "pause" in answer.text
    assert stage.series.paused_until is None
    stage.at(due(2) + HOUR / 2)
    assert stage.statuses == ["skipped", "awaiting", "planned", "planned"]
    assert any("ended the pause" in text and "11 March" in text for text in stage.said())
    assert len(stage.said(SECOND)) == 1  # asked to prepare week 2, a day before


def test_a_week_that_fell_into_a_pause_while_nobody_looked_stays_skipped_when_it_is_resumed(stage: Stage, due):
    stage.begin().pause("2026-03-26")
    stage.clock.moment = due(1) + HOUR
    stage.control.resume(stage.number, caller())
    stage.tick()
    assert stage.statuses[:2] == ["skipped", "planned"]


def test_resumed_within_the_day_before_a_session_its_host_is_asked_at_once(stage: Stage, due):
    stage.begin().pause("2026-03-26")
    stage.at(due(1) - 2 * HOUR)
    assert stage.said(HOST) == []
    stage.control.resume(stage.number, caller())
    stage.tick()
    assert len(stage.said(HOST)) == 1


@pytest.mark.parametrize(
    ("second", "held"), [("2026-03-11", ["skipped", "awaiting"]), ("2026-03-25", ["skipped", "skipped"])]
)
def test_of_two_pauses_the_second_counts(stage: Stage, due, second, held):
    stage.begin().pause("2026-03-18")
    stage.clock.advance(minutes=5)
    stage.pause(second)
    stage.at(due(2) + HOUR / 2)
    assert stage.statuses[:2] == held
    assert len([text for text in stage.said() if "paused" in text]) == 2


def test_the_same_pause_twice_is_told_and_noted_once(stage: Stage):
    stage.begin()
    assert stage.pause("2026-03-18").text == stage.pause("2026-03-18").text
    assert [what for what, _, _ in stage.notes] == ["paused"]
    assert len(stage.said()) == 1


@pytest.mark.parametrize(
    ("day", "key"),
    [
        ("2026-03-01", "control.pause_is_past"),
        ("2026-03-02", "control.pause_is_past"),
        ("2027-03-04", "control.pause_is_long"),
        ("9999-12-31", "control.pause_is_long"),
    ],
)
def test_a_pause_ends_on_a_day_to_come_within_a_year(stage: Stage, day, key):
    stage.begin()
    assert refused(stage.pause, day) == key
    assert stage.notes == []


def test_today_is_the_series_own_day(stage: Stage, clock):
    stage.begin(zone="Pacific/Auckland")
    clock.moment = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("UTC"))  # already the 3rd there
    assert refused(stage.pause, "2026-03-03") == "control.pause_is_past"
    stage.control.pause(stage.number, Day(offset=1), caller())
    assert stage.series.paused_until == datetime(2026, 3, 4, tzinfo=ZoneInfo("Pacific/Auckland"))


def test_a_pause_begins_again_at_midnight_where_the_clock_skips_it(stage: Stage):
    stage.begin(zone="Africa/Cairo")  # on 24 April 2026 midnight becomes one o'clock
    stage.pause("2026-04-24")
    assert stage.series.paused_until == datetime(2026, 4, 24, 1, tzinfo=ZoneInfo("Africa/Cairo"))


def test_without_a_pause_there_is_nothing_to_resume(stage: Stage, due):
    stage.begin()
    assert refused(stage.control.resume, stage.number, caller()) == "control.not_paused"
    stage.pause("2026-03-05")
    stage.at(due(2) - HOUR)
    assert refused(stage.control.resume, stage.number, caller()) == "control.not_paused"


def test_a_series_without_an_end_names_a_date_beyond_those_it_has_planned(stage: Stage):
    stage.begin(None)
    answer = stage.pause("2026-08-01")
    assert "Wednesday 5 August 2026" in answer.text
    assert "5 August" in stage.said()[0]


def test_a_series_whose_last_week_is_waiting_closes_when_it_is_paused(stage: Stage, due):
    stage.begin(1).at(due(1) + HOUR)
    stage.pause("2026-04-01")
    assert stage.statuses == ["skipped"]
    assert stage.series.ended_at == stage.clock.now()


# --- the end ---


def test_the_end_drops_what_is_open_and_takes_back_what_waits(stage: Stage, due):
    stage.begin().at(due(2) + HOUR / 2)
    stage.clock.advance(hours=1)
    stage.planner.queue_due(stage.clock.now())
    assert [row.channel for row in stage.messages(state="pending")] == [SECOND]
    answer = stage.control.end(stage.number, caller())
    assert stage.statuses == ["missed", "skipped", "skipped", "skipped"]
    assert {each.cause for each in stage.sessions[1:]} == {"ended"}
    assert {row.channel for row in stage.messages(state="pending")} == {"C1", OWNER}  # the report, and the owner's copy
    assert (stage.series.ended_at, stage.series.ended_by) == (stage.clock.now(), OWNER)
    assert "2–4" in answer.text
    assert stage.woken == 1
    stage.deliver()
    told = len(stage.messages())
    stage.at(due(4) + 60 * HOUR)
    assert len(stage.messages()) == told


def test_the_end_leaves_what_is_on_its_way_and_says_so(stage: Stage, due, post):
    stage.begin(2).write(1)
    stage.clock.moment = due(1)
    stage.planner.queue_due(due(1))
    while post.take(due(1)).channel != "C1":
        pass
    answer = stage.control.end(stage.number, caller())
    assert stage.statuses == ["queued", "skipped"]
    assert "week 1" in answer.text


def test_ending_twice_does_no_harm(stage: Stage):
    stage.begin().control.end(stage.number, caller())
    messages = len(stage.messages())
    assert "had already ended" in stage.control.end(stage.number, caller()).text
    assert len(stage.messages()) == messages


def test_an_ended_series_takes_no_other_change(stage: Stage):
    stage.begin().control.end(stage.number, caller())
    assert refused(stage.pause, "2026-03-18") == "updates.has_ended"
    assert refused(stage.control.resume, stage.number, caller()) == "updates.has_ended"
    assert refused(stage.control.transfer, stage.number, HOST, Person(), caller()) == "updates.has_ended"


# --- the owner ---


def test_ownership_is_handed_over_and_the_new_owner_is_told(stage: Stage):
    stage.begin()
    answer = stage.control.transfer(stage.number, STRANGER, Person(), caller())
    assert stage.series.owner == STRANGER
    assert f"<@{STRANGER}>" in answer.text
    assert len(stage.said(STRANGER)) == 1
    assert f"<@{OWNER}>" in stage.said(STRANGER)[0]
    assert stage.notes == [("owner_changed", OWNER, {"old_users": OWNER, "new_users": STRANGER})]
    assert refused(stage.control.resume, stage.number, caller()) == "updates.not_yours"  # it is no longer theirs


def test_ownership_goes_back_and_forth_and_is_told_each_time(stage: Stage):
    stage.begin()
    for _ in range(2):
        stage.control.transfer(stage.number, STRANGER, Person(), caller())
        stage.clock.advance(seconds=1)
        stage.control.transfer(stage.number, OWNER, Person(), caller(STRANGER))
        stage.clock.advance(seconds=1)
    assert len(stage.said(STRANGER)) == len(stage.said(OWNER)) == 2


@pytest.mark.parametrize(("user", "person", "key"), [
    ("UBOT", BOT, "control.is_bot"), ("UGONE", GONE, "control.has_left"), (OWNER, Person(), "control.owns_already"),
])  # fmt: skip
def test_not_everybody_can_own_a_series(stage: Stage, user, person, key):
    stage.begin()
    assert refused(stage.control.transfer, stage.number, user, person, caller()) == key
    assert stage.series.owner == OWNER


def test_an_admin_may_take_a_series_over(stage: Stage):
    stage.begin().control.transfer(stage.number, ADMIN, Person(), caller(ADMIN, is_admin=True))
    assert stage.series.owner == ADMIN
    assert stage.said(ADMIN) == []  # they did it themselves


# --- who may ---

ACTS = {
    "pause": lambda stage, by: stage.control.pause(stage.number, on("2026-03-18"), by),
    "resume": lambda stage, by: stage.control.resume(stage.number, by),
    "end": lambda stage, by: stage.control.end(stage.number, by),
    "owner": lambda stage, by: stage.control.transfer(stage.number, STRANGER, Person(), by),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("by", [caller(STRANGER), caller("U77")])
def test_nobody_else_changes_a_series(stage: Stage, act, by):
    stage.begin()
    if act == "resume":
        stage.pause("2026-03-18")
    before = (stage.series, stage.sessions, stage.notes)
    with pytest.raises(NotAllowedError):
        ACTS[act](stage, by)
    assert (stage.series, stage.sessions, stage.notes) == before


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    "by", [caller(user) for user in (OWNER, HOST, SECOND, DEPUTY)] + [caller(ADMIN, is_admin=True)]
)
def test_its_people_and_admins_do(stage: Stage, act, by):
    stage.begin()
    if act == "resume":
        stage.pause("2026-03-18")
    ACTS[act](stage, by)
    assert stage.notes[-1][1] == by.user


@pytest.mark.parametrize("act", ACTS)
def test_a_series_of_a_private_channel_is_not_even_known(stage: Stage, act):
    stage.begin(private=True)
    assert refused(ACTS[act], stage, caller(STRANGER)) == "updates.no_such_series"


@pytest.mark.parametrize("language", ["it", "de", "fil"])
def test_the_channel_hears_it_in_its_language_and_the_caller_in_theirs(stage: Stage, language):
    stage.begin(language=language)
    answer = stage.pause("2026-03-18")
    assert "is paused" in answer.text
    assert "has paused" not in stage.said()[0]
    assert "<!date^" in stage.said()[0]
