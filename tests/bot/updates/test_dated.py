"""The sessions as a calendar, read back by the library."""

from dataclasses import replace
from datetime import timedelta

import pytest
from icalendar import Calendar

from bot.updates.dated import calendar
from responses.phrases import LANGUAGES
from tests.bot.updates.made import DUE
from tests.bot.updates.records import NOW, SESSIONS, record, with_text


def events(made):
    return Calendar.from_ical(calendar(made)).walk("VEVENT")


def test_there_is_an_event_a_session_past_and_to_come():
    found = events(record())
    assert [event.decoded("dtstart") for event in found] == [each.due_at for each in SESSIONS]
    assert [str(event["status"]) for event in found] == ["CONFIRMED"] * 2 + ["CANCELLED"] + ["CONFIRMED"] * 2
    assert [event["sequence"] for event in found] == [0, 0, 0, 2, 0]
    assert {event.decoded("dtstamp") for event in found} == {NOW}
    assert {event.decoded("duration") for event in found} == {timedelta(minutes=60)}
    assert len({str(event["uid"]) for event in found}) == len(SESSIONS)
    assert str(found[0]["summary"]) == "Week 1 of 5: Data *leak*"


def test_it_is_in_the_series_zone_which_it_describes():
    made = Calendar.from_ical(calendar(record()))
    (zone,) = made.walk("VTIMEZONE")
    assert str(zone["tzid"]) == "Europe/Berlin"
    assert made.get_missing_tzids() == set()
    first, *_, summer = made.walk("VEVENT")
    assert first["dtstart"].params["tzid"] == summer["dtstart"].params["tzid"] == "Europe/Berlin"
    assert b"DTSTART;TZID=Europe/Berlin:20260304T100000" in calendar(record())
    assert b"DTSTART;TZID=Europe/Berlin:20260401T100000" in calendar(record())


def test_the_uid_is_kept_when_a_session_is_moved_and_differs_between_two_databases():
    uids = [[str(event["uid"]) for event in events(made)] for made in (record(), moved(), record(created_at=NOW))]
    assert uids[0] == uids[1]
    assert not {*uids[0]} & {*uids[2]}


def moved():
    made = record()
    sessions = [replace(each, due_at=each.due_at + timedelta(hours=1), revision=1) for each in made.sessions]
    return replace(made, sessions=sessions)


def test_a_week_in_a_pause_is_cancelled():
    found = events(record(paused_until=DUE + timedelta(weeks=3, days=3)))
    assert [str(event["status"]) for event in found][3:] == ["CANCELLED", "CONFIRMED"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_series_language(language):
    (first, *_) = events(record(language=language))
    assert "5" in str(first["summary"])
    assert str(first["description"])


@pytest.mark.parametrize("text", ["a\r\nATTENDEE:mailto:x@example.com", "x" * 3000, "a;b,c\\d:é🙂", "BEGIN:VEVENT"])
def test_a_title_is_text_and_nothing_else(text):
    found = Calendar.from_ical(calendar(with_text(text)))
    assert len(found.walk("VEVENT")) == len(SESSIONS)
    assert all("attendee" not in event for event in found.walk("VEVENT"))
    assert all(len(line) <= 75 for line in calendar(with_text(text)).split(b"\r\n"))


def test_without_sessions_it_is_an_empty_calendar():
    assert events(replace(record(), sessions=[])) == []
