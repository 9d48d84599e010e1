"""People who leave: noticed, replaced, and those told who should know."""

from datetime import timedelta

import pytest

from bot.people import Person
from bot.updates.rules import host_of
from tests.bot.updates.stage import ADMIN, DEPUTY, GUEST, HOST, OWNER, SECOND, Stage, caller

HOUR = timedelta(hours=1)


def leave(stage: Stage, *users: str) -> int:
    """Let people leave, as Slack's event tells of the first."""
    stage.people.gone |= {*users}
    return stage.leaving.left(users[0], stage.clock.now())


def host(stage: Stage, week: int = 1) -> str:
    return host_of(stage.series, stage.session(week))


# --- by the event ---


def test_a_host_who_leaves_is_replaced_by_the_deputy_and_the_admins_are_told(stage: Stage):
    stage.begin()
    assert leave(stage, HOST) == 1
    assert stage.series.hosts == (DEPUTY, SECOND)
    assert [host(stage, week) for week in (1, 2, 3)] == [DEPUTY, SECOND, DEPUTY]
    (told,) = stage.said(ADMIN)
    assert f"<@{HOST}>" in told
    assert f"<@{DEPUTY}>" in told
    assert len(stage.said(DEPUTY)) == 1
    assert stage.notes == [("host_left", None, {"old_users": HOST, "new_users": f"{DEPUTY} {SECOND}"})]
    assert stage.said() == []


def test_a_series_survives_its_creators_leaving(stage: Stage, due):
    """zulip/zulip#36825: what somebody has scheduled must not die with their account."""
    stage.begin(2, hosts=OWNER)
    leave(stage, OWNER)
    assert (stage.series.owner, stage.series.hosts, stage.series.deputy) == (DEPUTY, (DEPUTY,), None)
    assert [what for what, _, _ in stage.notes] == ["owner_left", "host_left"]
    stage.at(due(1) - HOUR)
    assert len(stage.said(DEPUTY)) == 2  # told, and asked to prepare
    stage.write(1, by=DEPUTY)
    stage.at(due(2) + 60 * HOUR)
    assert stage.statuses == ["posted", "missed"]
    assert stage.said(OWNER) == []


def test_without_a_deputy_the_first_host_owns_it(stage: Stage):
    stage.begin(deputy=None)
    leave(stage, OWNER)
    assert stage.series.owner == HOST
    assert f"<@{HOST}>" in stage.said(ADMIN)[0]
    assert len(stage.said(HOST)) == 1


def test_where_nobody_is_left_the_admins_are_asked_once_to_take_over(stage: Stage, due):
    stage.begin(hosts=OWNER, deputy=None)
    assert leave(stage, OWNER) == 1
    (asked,) = stage.said(ADMIN)
    assert f"`/candor-updates owner {stage.number} to @USER`" in asked
    stage.at(due(1) + HOUR)
    for _ in range(3):
        stage.clock.advance(hours=1)
        stage.leaving.replace_gone(due(4))
    assert len(stage.said(ADMIN)) == 1
    stage.control.transfer(stage.number, ADMIN, Person(), caller(ADMIN, is_admin=True))
    stage.leaving.replace_gone(due(4))
    assert (stage.series.owner, stage.series.hosts) == (ADMIN, (ADMIN,))


def test_a_deputy_who_leaves_is_taken_off(stage: Stage):
    stage.begin()
    leave(stage, DEPUTY)
    assert stage.series.deputy is None
    assert stage.notes == [("deputy_left", None, {"old_users": DEPUTY, "new_users": ""})]
    assert len(stage.said(ADMIN)) == 1


def test_a_deputy_who_has_left_as_well_takes_nobodys_place(stage: Stage):
    stage.begin()
    leave(stage, HOST, DEPUTY)
    assert (stage.series.hosts, stage.series.deputy) == ((SECOND,), None)


def test_who_left_is_replaced_in_every_series_and_nobody_else_hears_of_it(stage: Stage, add_series):
    stage.begin()
    other = add_series(key="command:2", hosts=HOST, deputy=SECOND)
    add_series(key="command:3", hosts=GUEST)
    assert leave(stage, HOST) == 2
    stage.number = other
    assert stage.series.hosts == (SECOND,)
    assert leave(stage, HOST) == 0  # the event comes twice


def test_somebody_without_a_part_in_anything_leaves_unnoticed(stage: Stage):
    stage.begin()
    assert leave(stage, "U77") == 0
    assert stage.messages() == []
    assert stage.people.asked == []  # Slack is not asked for each profile that changes


def test_an_ended_series_is_left_as_it_was(stage: Stage):
    stage.begin().control.end(stage.number, caller())
    before = stage.series
    assert leave(stage, HOST) == 0
    assert stage.series == before


# --- sessions ---


def test_after_the_preparation_the_new_host_gets_it_too(stage: Stage, due):
    stage.begin().at(due(1) - 2 * HOUR)
    leave(stage, HOST)
    stage.tick()
    assert [row.channel for row in stage.messages() if ":prepare" in row.key] == [HOST, DEPUTY]


def test_after_its_hour_the_new_host_is_nudged(stage: Stage, due):
    stage.begin().at(due(1) + HOUR / 2)
    leave(stage, HOST)
    assert len([row for row in stage.messages(to=DEPUTY) if ":nudge" in row.key]) == 1
    stage.at(due(1) + 5 * HOUR)
    assert {row.channel for row in stage.messages() if "nudge" in row.key} == {DEPUTY}


def test_whoever_was_asked_to_prepare_keeps_the_session_when_the_turns_shift(stage: Stage, due):
    """Three take turns; the first leaves, and week 2 stays with the second, who was asked for it the day before."""
    stage.begin(hosts=f"{HOST} {SECOND} {GUEST}", deputy=None).at(due(2) - 2 * HOUR)
    leave(stage, HOST)
    assert stage.series.hosts == (SECOND, GUEST)
    assert host(stage, 2) == SECOND
    stage.at(due(2) + 5 * HOUR)
    told = {
        row.channel for row in stage.messages() if f"session:{stage.session(2).id}:" in row.key and row.channel != "C1"
    }
    assert told == {SECOND}


def test_a_guest_who_took_a_session_over_and_leaves_gives_it_back(stage: Stage, due):
    stage.begin().ask(GUEST)
    stage.accept(GUEST)
    leave(stage, GUEST)
    assert (stage.session(1).host, host(stage)) == (None, HOST)
    assert f"<@{GUEST}>" in stage.said(ADMIN)[0]
    stage.at(due(1) - HOUR)
    assert [row.channel for row in stage.messages() if ":prepare" in row.key] == [HOST]


def test_who_was_asked_and_leaves_has_declined(stage: Stage):
    stage.begin().ask(GUEST)
    leave(stage, GUEST)
    assert stage.session(1).asked_host is None
    assert f"<@{GUEST}> cannot" in stage.said(HOST)[0]


# --- by looking ---


def test_before_a_sessions_steps_are_taken_it_is_seen_who_has_left(stage: Stage, due):
    stage.begin()
    stage.people.gone = {HOST}
    assert stage.leaving.replace_gone(stage.clock.now()) == 0
    assert stage.people.asked == []  # nothing is due
    stage.clock.moment = due(1) - 24 * HOUR
    assert stage.leaving.replace_gone(stage.clock.now()) == 1
    assert {*stage.people.asked} == {OWNER, HOST, SECOND, DEPUTY}
    stage.tick()
    assert [row.channel for row in stage.messages() if ":prepare" in row.key] == [DEPUTY]
    assert stage.leaving.replace_gone(stage.clock.now()) == 0


def test_only_the_people_of_a_series_with_something_due_are_asked_for(stage: Stage, due, add_series):
    stage.begin()
    add_series(key="command:2", hosts="U50", owner="U51", first=due(3).date())
    stage.leaving.replace_gone(due(1))
    assert {*stage.people.asked} == {OWNER, HOST, SECOND, DEPUTY}


def test_an_admin_who_left_is_not_told(stage: Stage):
    stage.begin(owner=ADMIN)
    stage.people.running_it = (ADMIN, "U90", "U91")
    leave(stage, ADMIN)
    assert stage.said(ADMIN) == []
    assert len(stage.said("U90")) == len(stage.said("U91")) == 1


def test_without_any_admin_the_series_goes_on(stage: Stage):
    stage.begin()
    stage.people.running_it = ()
    leave(stage, HOST)
    assert stage.series.hosts == (DEPUTY, SECOND)


@pytest.mark.parametrize("language", ["it", "de", "fil"])
def test_it_is_told_in_the_series_language(stage: Stage, language):
    stage.begin(language=language)
    leave(stage, OWNER)
    assert "no longer in this workspace" not in stage.said(ADMIN)[0] + stage.said(DEPUTY)[0]


def test_who_was_to_write_the_weeks_that_are_over_stays_on_the_record(stage: Stage, due):
    stage.begin(3)
    stage.at(due(2) + HOUR)
    assert stage.statuses == ["missed", "awaiting", "planned"]
    leave(stage, HOST)
    assert [host(stage, week) for week in (1, 2, 3)] == [HOST, SECOND, DEPUTY]
