"""The database of the last release, at revision 0002: its weeks go on, and nothing is said twice or out of the blue."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import DateTime, bindparam, text

from bot.storage import migrating, schema
from bot.storage.tables import outbox
from bot.updates.planning import Planner

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
FIRST = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)  # ten o'clock in Berlin
NOW = FIRST + WEEK + timedelta(minutes=1)  # the reminder of week 2 has just been queued
SERIES = text(
    "INSERT INTO series (id, title, channel, private, language, zone, at, first_date, weeks, owner, host, created_at,"
    " ended_at, ended_by, request_key) VALUES (:id, :title, 'C1', false, 'en', 'Europe/Berlin', '10:00', '2026-03-04',"
    " :weeks, 'U1', 'U2', :created_at, :ended_at, :ended_by, :request_key)"
).bindparams(*(bindparam(name, type_=DateTime(timezone=True)) for name in ("created_at", "ended_at")))
SESSION = text(
    "INSERT INTO sessions (id, series_id, week, due_at, status, posted_at, cause)"
    " VALUES (:id, :series_id, :week, :due_at, :status, :posted_at, :cause)"
).bindparams(*(bindparam(name, type_=DateTime(timezone=True)) for name in ("due_at", "posted_at")))
MESSAGE = text(
    "INSERT INTO outbox (key, channel, text, blocks, state, not_before, created_at)"
    " VALUES (:key, 'C1', :text, :blocks, :state, :at, :at)"
).bindparams(bindparam("at", type_=DateTime(timezone=True)))
# What became of each week.
RUNNING = {1: "posted", 2: "queued", 3: "planned", 4: "planned"}
ENDED_UNDER_WAY = {1: "posted", 2: "queued", 3: "ended"}
RUN_OUT = {1: "posted", 2: "missed"}


@pytest.fixture(params=["pending", "sending", "sent", "failed"])
def delivery(request):
    return request.param


@pytest.fixture
def old(empty, delivery):
    """A database of the last release with a series that runs, one that was ended, one that came to its end."""
    config = migrating.settings()
    with empty.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for number, weeks in enumerate((RUNNING, ENDED_UNDER_WAY, RUN_OUT), start=1):
            ended = NOW - timedelta(seconds=30) if number == 2 else None
            _add(connection, number, weeks, ended, delivery)
        if connection.dialect.name == "postgresql":
            for table in ("series", "sessions", "outbox"):
                highest = f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"
                connection.execute(text(highest))
    schema.migrate(empty)
    return empty


def _add(connection, number, weeks, ended, delivery):
    values = {"id": number, "title": f"series {number}", "weeks": len(weeks), "created_at": FIRST - DAY}
    values["request_key"] = f"command:{number}"
    connection.execute(SERIES, values | {"ended_at": ended, "ended_by": ended and "U1"})
    for week, status in weeks.items():
        session, due_at = 10 * number + week, FIRST + (week - 1) * WEEK
        posted_at = due_at if status == "posted" else None
        row = {"id": session, "series_id": number, "week": week, "due_at": due_at, "status": status, "cause": None}
        connection.execute(SESSION, row | {"posted_at": posted_at})
        state = {"posted": "sent", "queued": delivery}.get(status)
        if state:
            message = {"key": f"session:{session}:reminder", "text": "old", "blocks": json.dumps([]), "at": due_at}
            connection.execute(MESSAGE, message | {"state": state})


def weeks_of(database, series):
    query = text("SELECT status, step, cause FROM sessions WHERE series_id = :series ORDER BY week")
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(query, {"series": series})]


def keys(database):
    with database.read() as connection:
        return [row.key for row in connection.execute(outbox.select().order_by(outbox.c.id))]


def let_time_pass(database, planner, until):
    """Let everything be sent and looked at, hour by hour; return what was new in the outbox."""
    before, now = keys(database), NOW
    while now <= until:
        planner.queue_due(now)
        planner.settle(now)
        with database.write() as connection:
            waiting = outbox.c.state.in_(["pending", "sending"])
            connection.execute(outbox.update().where(waiting).values(state="sent", sent_at=now))
        planner.settle(now)
        now += HOUR
    return [key for key in keys(database) if key not in before]


def test_the_weeks_of_a_running_series_go_on(old, programme):
    planner = Planner(old, programme)
    said = let_time_pass(old, planner, FIRST + 4 * WEEK)
    about_first = [key for key in said if key.split(":")[1] in {"11", "12", "13", "14"} and key.startswith("session:")]
    steps = {step: [int(key.split(":")[1]) for key in about_first if key.split(":")[2] == step] for step in (
        "prepare", "reminder", "nudge", "nudge-again", "escalate", "missed")}  # fmt: skip
    assert steps["prepare"] == [13, 14], "a day before, though the last release prepared nothing"
    assert steps["reminder"] == [13, 14], "that of week 2 stood in the outbox already"
    assert steps["nudge"] == steps["nudge-again"] == steps["missed"] == [12, 13, 14]
    assert [status for status, *_ in weeks_of(old, 1)] == ["posted", "missed", "missed", "missed"]
    assert "series:1:closing" in said


def test_of_a_series_that_was_ended_or_ran_out_nothing_more_is_said(old, programme):
    said = let_time_pass(old, Planner(old, programme), FIRST + 4 * WEEK)
    assert [key for key in said if key.startswith(("series:2", "series:3", "session:2", "session:3"))] == []
    assert [status for status, *_ in weeks_of(old, 2)] == ["posted", "skipped", "skipped"]
    assert [status for status, *_ in weeks_of(old, 3)] == ["posted", "missed"]
    with old.read() as connection:
        ended = connection.execute(text("SELECT count(*) FROM series WHERE ended_at IS NULL")).scalar()
    assert ended == 0
