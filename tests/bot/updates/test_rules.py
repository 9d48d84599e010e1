"""What is to be done about a session, by how late it is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.updates.model import Session
from bot.updates.programme import load_programme
from bot.updates.rules import Decision, decide, next_look, record
from config.settings import HERE

DUE = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
LATE, MISSED = timedelta(minutes=15), timedelta(hours=12)
PROGRAMME = load_programme(HERE / "programme.yaml")
ANY_LATENESS = st.timedeltas(timedelta(days=-30), timedelta(days=400))


def session(status="queued") -> Session:
    return Session(1, 1, 1, DUE, status, None, None)


@pytest.mark.parametrize(
    ("lateness", "expected"),
    [
        (-timedelta(days=7), Decision("wait")),
        (-TICK, Decision("wait")),
        (timedelta(0), Decision("post")),
        (timedelta(minutes=14), Decision("post")),
        (LATE, Decision("post")),
        (LATE + TICK, Decision("post", late=True)),
        (timedelta(hours=11), Decision("post", late=True)),
        (MISSED, Decision("post", late=True)),
        (MISSED + TICK, Decision("miss")),
        (timedelta(days=400), Decision("miss")),
    ],
)
def test_what_each_lateness_asks_for(lateness, expected):
    assert decide(session(), PROGRAMME, DUE + lateness) == expected


@given(lateness=ANY_LATENESS)
def test_exactly_one_thing_is_to_be_done_at_any_lateness(lateness):
    decision = decide(session(), PROGRAMME, DUE + lateness)
    waits, posts, misses = lateness < timedelta(0), timedelta(0) <= lateness <= MISSED, lateness > MISSED
    assert [waits, posts, misses].count(True) == 1
    assert decision.action == ("wait" if waits else "post" if posts else "miss")
    assert decision.late == (posts and lateness > LATE)


@given(lateness=ANY_LATENESS, later=st.timedeltas(timedelta(0), timedelta(days=400)))
def test_time_never_takes_a_decision_back(lateness, later):
    order = [("wait", False), ("post", False), ("post", True), ("miss", False)]
    places = []
    for moment in (DUE + lateness, DUE + lateness + later):
        decision = decide(session(), PROGRAMME, moment)
        places.append(order.index((decision.action, decision.late)))
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("lateness", "status"),
    [(-timedelta(minutes=1), "posted"), (timedelta(0), "posted"), (LATE, "posted"), (LATE + TICK, "late")],
)
def test_the_record_uses_the_same_line_as_the_post(lateness, status):
    assert record(session(), PROGRAMME, DUE + lateness) == status


@given(lateness=st.timedeltas(timedelta(0), MISSED))
def test_the_next_look_comes_just_when_the_decision_changes(lateness):
    now = DUE + lateness
    look = next_look(session(), PROGRAMME, now)
    assert look > now
    before, after = (decide(session(), PROGRAMME, moment) for moment in (look - TICK, look))
    assert before == decide(session(), PROGRAMME, now)
    assert after != before


def test_a_planned_session_is_looked_at_when_it_is_due():
    assert next_look(session("planned"), PROGRAMME, DUE - timedelta(days=3)) == DUE


def test_nothing_is_left_to_wait_for_after_the_last_turning_point():
    now = DUE + MISSED + TICK
    assert next_look(session(), PROGRAMME, now) == now
