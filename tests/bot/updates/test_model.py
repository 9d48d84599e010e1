"""What a series and its sessions know of themselves."""

from datetime import date, time

from bot.updates.model import OVER, Step
from bot.updates.recurrence import MonthlyRule, WeeklyRule
from tests.bot.updates.made import BERLIN, FIRST, series, session


def test_a_series_knows_when_its_sessions_are():
    assert series().rule == WeeklyRule(FIRST, time(10), BERLIN)
    later = series(cadence="monthly", first_date=date(2026, 6, 3), first_week=4)
    assert later.rule == MonthlyRule(date(2026, 6, 3), time(10), BERLIN, 4)


def test_hosts_take_turns_by_the_weeks_number():
    assert [series(hosts=("U2", "U3", "U4")).turn(week) for week in range(1, 8)] == [
        "U2", "U3", "U4", "U2", "U3", "U4", "U2",
    ]  # fmt: skip


def test_its_people_and_its_places():
    owner = series(owner="U1", hosts=("U2", "U1"), deputy=None, audiences=("C2", "C1", "outlet:press"))
    assert owner.people == {"U1", "U2"}
    assert owner.everywhere == ("C1", "C2", "outlet:press")
    assert "U4" in series(deputy="U4").people


def test_the_key_of_a_message_is_its_sessions_steps_and_revisions_alone():
    keys = {
        session(id=number, revision=revision).key(step)
        for number in (1, 2)
        for step in (Step.PREPARE, Step.REMIND)
        for revision in (0, 1)
    }
    assert len(keys) == 8
    assert session(id=1).key(Step.REMIND) == "session:1:reminder"
    assert session(id=1, revision=2).key("update") == "session:1:update:2"


def test_what_is_over_stays_so():
    assert {status for status in ("planned", "awaiting", "queued", *OVER) if session(status=status).is_over} == OVER


def test_steps_are_in_the_order_of_time():
    assert [step.rank for step in Step] == [*range(len(Step))]
