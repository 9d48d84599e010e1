"""A session is handed over: asked, accepted or declined; until then the host stays."""

from contextlib import suppress
from datetime import timedelta

import pytest

from bot.errors import NotAllowedError, UserError
from bot.people import Person
from bot.updates.access import known_series
from bot.updates.handing import candidates
from bot.updates.rules import host_of
from responses.blocks.weekly.values import HAND_OVER, HAND_OVER_ACCEPT, Target
from tests.bot.updates.made import series, session
from tests.bot.updates.stage import BOT, DEPUTY, GONE, GUEST, HOST, OWNER, SECOND, STRANGER, Stage, caller

HOUR = timedelta(hours=1)


def refused(call, *arguments, **named) -> str:
    with pytest.raises(UserError) as caught:
        call(*arguments, **named)
    return caught.value.key


def host(stage: Stage, week: int = 1) -> str:
    return host_of(stage.series, stage.session(week))


def test_until_it_is_accepted_the_host_stays(stage: Stage):
    stage.begin()
    answer = stage.ask(GUEST)
    assert (stage.session(1).asked_host, host(stage)) == (GUEST, HOST)
    assert f"<@{HOST}>" in answer.text
    (asked,) = stage.messages(to=GUEST)
    assert HAND_OVER_ACCEPT in str(asked.blocks)
    assert stage.notes == []


def test_accepted_it_is_theirs_and_both_are_told(stage: Stage, due):
    stage.begin().at(due(1) - 2 * HOUR)
    stage.ask(GUEST)
    answer = stage.accept(GUEST)
    taken = stage.session(1)
    assert (taken.host, taken.asked_host, taken.revision) == (GUEST, None, 1)
    assert "is yours" in answer.text
    assert f"<@{GUEST}> takes over" in stage.said(HOST)[-1]
    assert stage.notes == [("handed_over", GUEST, {"week": 1, "old_users": HOST, "new_users": GUEST})]
    stage.tick()
    assert [row.key for row in stage.messages(to=GUEST)][-1] == f"session:{taken.id}:prepare:1"
    assert host(stage, 2) == SECOND


def test_before_the_preparation_is_sent_it_goes_to_the_new_host_only(stage: Stage, due):
    stage.begin().ask(GUEST)
    stage.accept(GUEST)
    stage.at(due(1) + 2 * HOUR)
    steps = {row.channel: row.key for row in stage.messages() if ":prepare" in row.key or ":nudge" in row.key}
    assert set(steps) == {GUEST}


def test_after_its_hour_the_new_host_is_nudged_at_once_and_the_old_one_no_more(stage: Stage, due):
    stage.begin().at(due(1))
    stage.ask(SECOND)
    stage.clock.advance(hours=1)
    stage.planner.queue_due(stage.clock.now())  # a nudge to the old host waits
    stage.accept(SECOND)
    nudges = [row for row in stage.messages(state="pending") if "nudge" in row.key]
    assert [row.channel for row in nudges] == [SECOND]
    stage.at(due(1) + 30 * HOUR)
    sent = [
        (row.channel, row.key.split(":")[2]) for row in stage.messages() if "nudge" in row.key and row.state == "sent"
    ]
    assert sent == [(SECOND, "nudge"), (SECOND, "nudge-again")]


def test_who_takes_over_within_the_first_hour_is_not_nudged_twice_in_it(stage: Stage, due):
    stage.begin().at(due(1) + HOUR / 2)
    stage.ask(SECOND)
    stage.accept(SECOND)
    stage.at(due(1) + 2 * HOUR)
    assert [row.channel for row in stage.messages() if ":nudge" in row.key] == [SECOND]


def test_a_nudge_that_waits_is_taken_back_once_the_new_host_has_written_or_handed_on(stage: Stage, due):
    stage.begin().at(due(1) + HOUR / 2)
    stage.ask(SECOND)
    stage.accept(SECOND)
    stage.ask(DEPUTY, by=SECOND)
    stage.accept(DEPUTY)
    nudges = [(row.channel, row.state) for row in stage.messages() if ":nudge" in row.key]
    assert nudges == [(SECOND, "withdrawn"), (DEPUTY, "pending")]
    stage.write(1, by=DEPUTY)
    stage.planner.queue_due(stage.clock.now())
    assert {row.state for row in stage.messages() if ":nudge" in row.key} == {"withdrawn"}


def test_a_reminder_that_could_not_be_sent_yet_names_the_new_host(stage: Stage, due):
    stage.begin().at(due(1) - HOUR)
    stage.ask(SECOND)
    stage.deliver()
    stage.clock.moment = due(1)
    stage.planner.queue_due(due(1))
    stage.accept(SECOND)
    (reminder,) = [row for row in stage.messages(state="pending") if ":reminder" in row.key]
    assert f"<@{SECOND}>" in reminder.text


def test_declined_it_stays_and_the_host_can_ask_another(stage: Stage):
    stage.begin().ask(GUEST)
    stage.decline(GUEST)
    assert (stage.session(1).asked_host, host(stage)) == (None, HOST)
    (told,) = stage.messages(to=HOST)
    assert HAND_OVER in str(told.blocks)
    stage.clock.advance(minutes=1)
    stage.ask(GUEST)  # they may change their mind
    stage.accept(GUEST)
    assert host(stage) == GUEST


def test_it_goes_back_and_forth(stage: Stage, due):
    stage.begin()
    for giver, taker in [(HOST, SECOND), (SECOND, HOST), (HOST, SECOND)]:
        stage.ask(taker, by=giver)
        stage.accept(taker)
        stage.clock.advance(minutes=1)
        assert host(stage) == taker
    assert stage.session(1).revision == 3
    stage.at(due(1) - HOUR)
    assert [row.channel for row in stage.messages() if ":prepare" in row.key] == [SECOND]


def test_who_is_asked_second_is_asked_instead(stage: Stage):
    stage.begin().ask(GUEST)
    stage.ask(SECOND)
    assert refused(stage.accept, GUEST) == "control.request_is_gone"
    stage.accept(SECOND)
    assert refused(stage.decline, GUEST) == "control.request_is_gone"
    assert host(stage) == SECOND


@pytest.mark.parametrize(("to", "person", "key"), [
    (HOST, Person(), "control.are_host"), ("UBOT", BOT, "control.is_bot"), ("UGONE", GONE, "control.has_left"),
])  # fmt: skip
def test_not_everybody_can_be_asked(stage: Stage, to, person, key):
    stage.begin()
    assert refused(stage.ask, to, person=person) == key
    assert stage.session(1).asked_host is None
    assert stage.messages() == []


def test_nobody_is_asked_twice_and_not_who_hosts_already(stage: Stage):
    stage.begin().ask(GUEST)
    assert refused(stage.ask, GUEST) == "control.was_asked"
    assert refused(stage.ask, HOST, by=OWNER) == "control.is_host"
    assert len(stage.messages(to=GUEST)) == 1


def test_an_owner_who_chooses_themselves_takes_it_over_at_once(stage: Stage):
    stage.begin().ask(OWNER, by=OWNER)
    assert host(stage) == OWNER
    assert len(stage.said(HOST)) == 1
    assert stage.said(OWNER) == []


# --- stale buttons ---


def test_the_button_of_a_session_that_is_posted_says_so(stage: Stage, due):
    stage.begin().ask(GUEST)
    stage.write(1)
    stage.at(due(1) + HOUR / 10)
    assert refused(stage.accept, GUEST) == "control.is_posted"
    assert refused(stage.control.handing.modal, stage.target(1), caller(HOST)) == "control.is_posted"
    assert stage.session(1).host is None


def test_the_button_of_a_session_that_was_moved_or_dropped_since_says_so(stage: Stage):
    stage.begin().ask(GUEST)
    stage.move("2026-03-05")
    assert refused(stage.accept, GUEST) == "control.request_is_gone"
    stage.ask(GUEST)
    stage.skip()
    assert refused(stage.accept, GUEST) == "control.request_is_gone"


def test_accepting_twice_says_that_it_is_theirs(stage: Stage):
    stage.begin().ask(GUEST)
    stage.accept(GUEST)
    assert refused(stage.accept, GUEST) == "control.are_host"
    assert stage.session(1).revision == 1


@pytest.mark.parametrize("user", [STRANGER, OWNER, SECOND, DEPUTY])
def test_only_who_was_asked_can_answer(stage: Stage, user):
    stage.begin().ask(GUEST)
    assert refused(stage.accept, user) == "control.request_is_gone"
    assert refused(stage.decline, user) == "control.request_is_gone"
    assert stage.session(1).asked_host == GUEST


def test_a_made_up_button_finds_nothing(stage: Stage, add_series):
    stage.begin().ask(GUEST)
    other = add_series(key="command:2")
    for target in (Target(other, stage.session(1).id), Target(999, 1), Target(stage.number), Target(stage.number, 999)):
        with pytest.raises(UserError):
            stage.control.handing.accept(target, caller(GUEST))


@pytest.mark.parametrize("user", [STRANGER, GUEST])
def test_nobody_else_hands_it_over(stage: Stage, user):
    stage.begin()
    with pytest.raises(NotAllowedError):
        stage.ask(SECOND, by=user)
    with pytest.raises(NotAllowedError):
        stage.control.handing.modal(stage.target(1), caller(user))


def test_who_took_it_over_may_hand_it_on(stage: Stage):
    stage.begin(private=True).ask(GUEST)
    stage.accept(GUEST)
    stage.ask(STRANGER, by=GUEST)
    stage.accept(STRANGER)
    assert host(stage) == STRANGER


def test_two_who_accept_at_the_same_moment_get_one_answer(stage: Stage, at_once):
    stage.begin().ask(GUEST)

    def accept() -> str:
        try:
            return stage.accept(GUEST).text
        except UserError as error:
            return error.key

    assert sorted(answer == "control.are_host" for answer in at_once(accept)) == [False, True]
    assert stage.session(1).revision == 1


# --- whom the modal offers ---


@pytest.mark.parametrize(("hosts", "deputy", "week", "now_host", "expected"), [
    (("U2",), None, 1, None, []),
    (("U2",), "U4", 1, None, ["U4"]),
    (("U2", "U3", "U5"), "U4", 1, None, ["U3", "U5", "U4"]),
    (("U2", "U3", "U5"), "U4", 2, None, ["U5", "U2", "U4"]),
    (("U2", "U3", "U5"), "U2", 3, None, ["U2", "U3"]),
    (("U2", "U3"), "U4", 1, "U9", ["U3", "U2", "U4"]),
])  # fmt: skip
def test_the_next_in_turn_is_offered_first_then_the_other_hosts_then_the_deputy(
    hosts, deputy, week, now_host, expected
):
    assert candidates(series(hosts=hosts, deputy=deputy), session(week=week, host=now_host)) == expected


def test_the_modal_offers_them_and_anyone(stage: Stage):
    stage.begin().ask(GUEST)
    view = stage.control.handing.modal(stage.target(1), caller(HOST))
    assert [option["value"] for option in view["blocks"][2]["element"]["options"]] == [SECOND, DEPUTY]
    assert f"<@{GUEST}>" in view["blocks"][1]["text"]["text"]
    assert view["blocks"][-1]["element"]["type"] == "users_select"


def test_who_took_a_session_over_sees_the_private_series_until_it_is_over(stage: Stage, due):
    def known(user: str) -> bool:
        with stage.database.read() as connection, suppress(UserError):
            return known_series(connection, stage.number, caller(user)).id == stage.number
        return False

    stage.begin(private=True).ask(GUEST)
    assert not known(GUEST), "whoever was only asked sees what the request says"
    stage.accept(GUEST)
    assert known(GUEST), "they have to see the commitments and questions of what they write about"
    assert not known(STRANGER)
    stage.at(due(1) + 49 * HOUR)
    assert not known(GUEST)
