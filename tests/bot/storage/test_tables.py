"""The tables against the queries: what the tick asks for is found by an index, however long the record is."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from bot.storage import outbox, sessions
from bot.storage.tables import metadata

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

QUERIES = {
    "outbox.claim": (lambda connection: outbox.claim(connection, now=NOW, lease="x", until=NOW), "ix_outbox_open"),
    "outbox.next_due": (outbox.next_due, "ix_outbox_open"),
    "sessions.claim_due": (lambda connection: sessions.claim_due(connection, now=NOW, limit=9), "ix_sessions_open"),
    "sessions.in_outbox": (sessions.in_outbox, "ix_sessions_open"),
    "sessions.next_look": (sessions.next_look, "ix_sessions_open"),
}


@pytest.fixture
def statements(database):
    """What is sent to the database while a test runs."""
    sent = []
    event.listen(database.engine, "before_cursor_execute", lambda _c, _u, sql, values, *_: sent.append((sql, values)))
    return sent


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL reads an empty table whole
@pytest.mark.parametrize("name", QUERIES)
def test_what_is_open_is_found_by_its_index(database, statements, name):
    """A partial index is not used where a query says its condition in other words: the whole record would be read."""
    ask, index = QUERIES[name]
    with database.write() as connection:
        ask(connection)
        sql, values = next(each for each in statements if each[0].startswith("SELECT"))
        plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert any(index in step for step in plan), plan
    unindexed = [step for step in plan if step.startswith("SCAN") and index not in step]
    assert unindexed == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_uses_the_index_as_well_once_the_record_is_long(database, statements):
    row = {"key": "", "channel": "C1", "text": "t", "blocks": [], "state": "sent", "not_before": NOW, "created_at": NOW}
    with database.write() as connection:
        connection.execute(metadata.tables["outbox"].insert(), [row | {"key": f"k{number}"} for number in range(3000)])
        outbox.add(connection, key="open", channel="C1", text="t", blocks=[], now=NOW)
        connection.exec_driver_sql("ANALYZE outbox")
        statements.clear()
        assert outbox.next_due(connection) == NOW
        sql, values = statements[-1]
        plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN {sql}", values).scalars())
    assert "ix_outbox_open" in plan


def test_every_moment_is_kept_in_utc():
    naive = [
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.c
        if column.name.endswith(("_at", "_before")) and type(column.type).__name__ != "UtcDateTime"
    ]
    assert naive == []


def test_the_same_week_of_a_series_cannot_be_planned_twice():
    names = {constraint.name for constraint in metadata.tables["sessions"].constraints}
    assert "uq_sessions_series_id_week" in names
