"""Migrating: from nothing, twice at once, after a failure, and what an operator is told when it cannot be done."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, make_url, text

from bot.errors import StorageError
from bot.storage import migrating, schema
from bot.storage.database import Database
from bot.storage.tables import metadata

TABLES = {"alembic_version", *metadata.tables}


def tables(database) -> set[str]:
    with database.read() as connection:
        return set(inspect(connection).get_table_names())


def test_from_empty_to_this_version_and_then_nothing_is_left_to_do(empty):
    assert schema.current(empty) is None
    assert schema.migrate(empty) == schema.newest()
    assert schema.current(empty) == schema.newest()
    assert tables(empty) == TABLES
    assert schema.migrate(empty) == schema.newest()


def test_the_newest_revision_is_the_one_that_alembic_takes_for_the_head():
    assert ScriptDirectory.from_config(migrating.settings()).get_heads() == [schema.newest()]


def test_the_migrations_make_exactly_the_tables_of_the_code(database):
    options = {"compare_type": True, "compare_server_default": True}
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_the_migrations_make_the_partial_indexes_of_the_code(database):
    def conditions(connection):
        if connection.dialect.name == "sqlite":
            rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'index'"))
        else:
            rows = connection.execute(text("SELECT indexname, indexdef FROM pg_indexes"))
        return {
            name: sql.partition(" WHERE ")[2] for name, sql in rows if name in {"ix_sessions_open", "ix_outbox_open"}
        }

    with database.write() as connection:
        migrated = conditions(connection)
        for table in (metadata.tables["sessions"], metadata.tables["outbox"]):
            for index in table.indexes:
                index.drop(connection)
                index.create(connection)
        assert conditions(connection) == migrated
    assert all(migrated.values())
    assert len(migrated) == 2


def test_two_processes_may_migrate_at_once(empty_url, at_once):
    def migrate() -> str:
        database = Database(empty_url)  # one each, as two processes have
        try:
            return schema.migrate(database)
        finally:
            database.close()

    assert at_once(migrate) == [schema.newest()] * 2
    database = Database(empty_url)
    assert tables(database) == TABLES
    database.close()


def test_a_migration_that_is_killed_half_way_leaves_nothing_behind(empty):
    def kill(_connection, _cursor, statement, *_rest):
        if "CREATE TABLE threads" in statement:
            raise KeyboardInterrupt

    event.listen(empty.engine, "before_cursor_execute", kill)
    with pytest.raises(KeyboardInterrupt):
        schema.migrate(empty)
    event.remove(empty.engine, "before_cursor_execute", kill)
    assert tables(empty) == set()
    assert schema.migrate(empty) == schema.newest()


def test_every_migration_can_be_taken_back(database):
    config = migrating.settings()
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert tables(database) == {"alembic_version"}
    assert schema.migrate(database) == schema.newest()
    assert tables(database) == TABLES


def test_a_database_of_a_newer_version_is_left_alone(database):
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError) as caught:
        schema.migrate(database)
    assert "written by a newer version of Candor" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert schema.current(database) == "9999"
    assert tables(database) == TABLES


UNREACHABLE = [
    "postgresql+psycopg://candor:hunter2@127.0.0.1:1/candor",  # nobody listens there
    "postgresql+psycopg://candor:hunter2@nowhere.invalid/candor",
    "sqlite:////nowhere/at/all/candor.db",
]


@pytest.mark.parametrize("url", UNREACHABLE)
@pytest.mark.parametrize("use", [schema.migrate, schema.current])
def test_a_database_that_is_away_is_one_readable_line_without_the_password(url, use):
    database = Database(url)
    with pytest.raises(StorageError) as caught:
        use(database)
    database.close()
    line = str(caught.value)
    assert line.startswith("The database cannot be used: ")
    assert len(line.splitlines()) == 1
    assert "hunter2" not in line
    assert "hunter2" not in repr(database.engine)


@pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)  # SQLite has no passwords
def test_a_wrong_password_is_not_shown(empty_url):
    url = make_url(empty_url).set(username="nobody", password="hunter2")
    database = Database(url.render_as_string(hide_password=False))
    with pytest.raises(StorageError) as caught:
        schema.migrate(database)
    database.close()
    assert "nobody" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_no_database_is_a_readable_line(tmp_path):
    (tmp_path / "notes.txt").write_text("dear diary, " * 100, encoding="utf-8")
    database = Database(f"sqlite:///{tmp_path / 'notes.txt'}")
    with pytest.raises(StorageError, match="The database cannot be used: file is not a database"):
        schema.migrate(database)
    database.close()


def test_on_an_empty_file_nobody_is_turned_away_while_another_turns_wal_on(tmp_path, at_once):
    """SQLite says "database is locked" at once here, without the patience that it has everywhere else."""

    def migrate(number: int) -> str:
        database = Database(f"sqlite:///{tmp_path / f'{number}.db'}")
        try:
            return schema.migrate(database)
        finally:
            database.close()

    for number in range(20):
        assert at_once(lambda number=number: migrate(number)) == [schema.newest()] * 2
