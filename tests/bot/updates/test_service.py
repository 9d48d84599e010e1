"""Start, list and show: what is made, who may know of it, what is said."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.errors import UserError
from bot.storage import series as stored
from bot.storage.tables import series
from bot.updates.model import StartRequest
from bot.updates.service import MOST_LISTED, Caller, Place
from responses.phrases import LANGUAGES, say

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
BERLIN, MANILA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Manila")
PUBLIC, PRIVATE = Place(False, True, BERLIN), Place(True, True, BERLIN)
OWNER, OTHER = Caller("U1", "C1", "en"), Caller("U2", "C1", "en")
ADMIN = replace(OTHER, user="U3", is_admin=True)
REQUEST = StartRequest("Data leak")


@pytest.fixture
def start(updates):
    def start_one(request=REQUEST, caller=OWNER, place=PUBLIC, *, key="command:1", now=NOW):
        return updates.start(request, caller, place, key=key, now=now)

    return start_one


@pytest.fixture
def rows(database):
    def read():
        with database.read() as connection:
            return connection.execute(select(series).order_by(series.c.id)).all()

    return read


def shown(message) -> str:
    return "\n".join(block["text"]["text"] for block in message.blocks)


# --- start ---


def test_what_is_left_out_comes_from_the_programme_and_the_starters_zone(start, rows, record):
    text = shown(start())
    (made,) = rows()
    assert (made.title, made.channel, made.zone, made.at) == ("Data leak", "C1", "Europe/Berlin", "10:00")
    assert (made.first_date.isoformat(), made.weeks, made.owner, made.host) == ("2026-03-04", 13, "U1", "U1")
    assert record(made.id) == ["planned"] * 13
    assert say("en", "updates.zone_taken", zone="Europe/Berlin") in text
    assert "1. Wednesday 4 March 2026, 10:00 (Europe/Berlin) · 09:00 UTC" in text
    assert "5. Wednesday 1 April 2026, 10:00 (Europe/Berlin) · 08:00 UTC · clocks change" in text
    assert text.count("clocks change") == 1


def test_what_is_said_is_taken(start, rows):
    text = shown(start(StartRequest("Leak", 4, time(0, 0), MANILA, 2)))
    (made,) = rows()
    assert (made.zone, made.at, made.first_date.isoformat(), made.weeks) == ("Asia/Manila", "00:00", "2026-03-06", 2)
    assert "Times are in" not in text


def test_the_same_command_twice_makes_one_series_and_gives_the_same_answer(start, rows, record):
    first = start()
    assert start(now=NOW + timedelta(days=8)) == first
    assert len(rows()) == 1
    assert len(record(1)) == 13
    start(key="command:2")
    assert len(rows()) == 2


def test_the_same_command_at_once_makes_one_series(start, rows, at_once):
    first, second = at_once(start)
    assert first == second
    assert len(rows()) == 1


def test_a_channel_that_the_bot_is_not_in_is_told_how_to_invite_it(start):
    invitation = say("en", "updates.invite", channel="<#C1>")
    assert invitation not in shown(start())
    assert invitation in shown(start(place=replace(PUBLIC, can_post=False), key="command:2"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_series_speaks_its_starters_language(start, updates, language):
    caller = replace(OWNER, language=language)
    text = shown(start(caller=caller))
    assert say(language, "updates.dates") in text
    assert say(language, "updates.list") in shown(updates.list(caller))
    assert say(language, "updates.status_planned") in shown(updates.show(1, caller))
    assert updates.end(1, caller, NOW).text == say(language, "updates.ended", title="Data leak", number=1)


# --- list and show ---


def test_the_list_names_the_next_session_of_each_running_series(start, updates):
    assert shown(updates.list(OWNER)) == say("en", "updates.none")
    start()
    start(StartRequest("Outage <!channel>", weeks=1), key="command:2")
    listed = shown(updates.list(OTHER))
    assert "*1* · Data leak · <#C1> · week 1 of 13 on Wednesday 4 March 2026, 10:00 (Europe/Berlin)" in listed
    assert "Outage &lt;!channel&gt;" in listed
    updates.end(1, OWNER, NOW)
    assert "Data leak" not in shown(updates.list(OTHER))


def test_a_series_whose_sessions_are_over_says_so(start, updates, database):
    start(StartRequest("Data leak", weeks=1))
    with database.write() as connection:
        stored.set_status(connection, 1, "posted", posted_at=NOW)
    assert "all 1 sessions are over" in shown(updates.list(OWNER))


def test_a_long_list_says_how_many_it_leaves_out(start, updates):
    for number in range(MOST_LISTED + 5):
        start(StartRequest(f"Leak {number}", weeks=1), key=f"command:{number}")
    listed = shown(updates.list(OWNER))
    assert listed.count("· week 1 of 1 on") == MOST_LISTED
    assert say("en", "updates.and_more.other", count=5) in listed


def test_the_record_says_what_became_of_each_week(start, updates, database):
    start(StartRequest("Data leak", weeks=5))
    due = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    with database.write() as connection:
        stored.set_status(connection, 1, "posted", posted_at=due)
        stored.set_status(connection, 2, "late", posted_at=due + timedelta(days=7, hours=3))
        stored.set_status(connection, 3, "missed", cause="not_in_channel")
        stored.set_status(connection, 4, "queued")
    text = shown(updates.show(1, OTHER))
    assert "owner <@U1>, host <@U1>. On time: 1 of 3. Times are in Europe/Berlin." in text
    assert text.splitlines()[1:] == [
        "1. Wednesday 4 March 2026, 10:00: posted",
        "2. Wednesday 11 March 2026, 10:00: posted late (+3 hours)",
        "3. Wednesday 18 March 2026, 10:00: missed (`not_in_channel`)",
        "4. Wednesday 25 March 2026, 10:00: being sent",
        "5. Wednesday 1 April 2026, 10:00: planned",
    ]


SEES = [
    # caller, sees a private series of U1 in C1
    (OWNER, True),
    (OTHER, True),  # it is their channel
    (replace(OWNER, channel="C9"), True),  # it is their own
    (replace(OTHER, channel="C9"), False),
    (replace(ADMIN, channel="C9"), False),
]


@pytest.mark.parametrize(("caller", "sees"), SEES)
def test_a_private_series_is_invisible_elsewhere(start, updates, caller, sees):
    start(place=PRIVATE)
    assert ("Data leak" in shown(updates.list(caller))) is sees
    if sees:
        assert "Data leak" in shown(updates.show(1, caller))
        return
    for attempt in (lambda: updates.show(1, caller), lambda: updates.end(1, caller, NOW)):
        with pytest.raises(UserError) as caught:
            attempt()
        assert (caught.value.key, caught.value.values) == ("updates.no_such_series", {"number": 1})


def test_a_public_series_is_seen_from_everywhere(start, updates):
    start()
    assert "Data leak" in shown(updates.show(1, replace(OTHER, channel="C9")))


@pytest.mark.parametrize("number", [0, 2, 999_999_999])
def test_a_number_that_does_not_exist_says_so(start, updates, number):
    start()
    for attempt in (lambda: updates.show(number, OWNER), lambda: updates.end(number, OWNER, NOW)):
        with pytest.raises(UserError, match=r"updates\.no_such_series"):
            attempt()
