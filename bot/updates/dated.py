"""The sessions of a series as a calendar (iCalendar, RFC 5545)."""

from datetime import timedelta

from icalendar import Calendar, Event, vText

from bot.updates.model import Session
from bot.updates.record import Record
from bot.updates.rules import is_paused
from responses.blocks.weekly.post import week_of
from responses.phrases import say
from responses.text import shorten

LONGEST_SUMMARY = 200
YEAR = timedelta(days=366)


def calendar(record: Record) -> bytes:
    """Return an event a session, past and to come, in the series' zone; those that are not held are cancelled."""
    made = Calendar()
    made.add("prodid", "-//Candor//weekly updates//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    # As text: without it the library takes what is in the title for the line itself.
    made.add("x-wr-calname", vText(_summary(record.series.title)))
    for session in record.sessions:
        made.add_component(_event(record, session))
    days = [session.due_at.astimezone(record.series.zone).date() for session in record.sessions]
    if days:
        # A year to both sides: every change of the clock that matters to these dates is described.
        made.add_missing_timezones(min(days) - YEAR, max(days) + YEAR)
    return bytes(made.to_ical())


def _event(record: Record, session: Session) -> Event:
    series, event = record.series, Event()
    week = week_of(series.language, session.week, series.weeks)
    # Numbers of series begin anew with each database: the moment of its start tells two of them apart.
    event.add("uid", f"series-{series.id}-{int(series.created_at.timestamp())}-week-{session.week}@candor")
    event.add("dtstamp", record.report.as_of)
    event.add("dtstart", session.due_at.astimezone(series.zone))
    event.add("duration", timedelta(minutes=record.minutes))
    event.add("summary", _summary(f"{week}: {series.title}"))
    event.add("description", say(series.language, f"updates.status_{session.status}"))
    event.add("status", "CANCELLED" if _is_off(record, session) else "CONFIRMED")
    event.add("sequence", session.revision)
    event.add("transp", "TRANSPARENT")
    return event


def _is_off(record: Record, session: Session) -> bool:
    paused = session.status == "planned" and is_paused(record.series, session.due_at)
    return session.status == "skipped" or paused


def _summary(text: str) -> str:
    return shorten(" ".join(text.split()), LONGEST_SUMMARY)
