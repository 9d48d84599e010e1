"""Whether the database has the tables this version needs, and how it gets them."""

from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StorageError
from bot.storage.database import Database

VERSIONS = Path(__file__).parent / "migrations" / "versions"
# Any number will do, so long as nothing else on that database server locks the same one.
ADVISORY_LOCK = 732_019_041


def migrate(database: Database) -> str:
    """Bring the tables up to this version and return its revision; several processes may do so at once.

    Raises StorageError if the database cannot be reached, or was written by a newer Candor.
    """
    if current(database) == newest():
        return newest()
    # Alembic: 11 MB and 40 ms that a process whose database is up to date does without.
    from bot.storage.migrating import upgrade  # noqa: PLC0415

    try:
        with database.rebuild() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
            upgrade(connection)
    except SQLAlchemyError as error:
        raise StorageError(f"The database cannot be used: {_first_line(error)}") from error
    return newest()


def newest() -> str:
    """Return the revision that this version of the code needs."""
    return max(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))


def current(database: Database) -> str | None:
    """Return the revision that the database is at, None before the first migration.

    Raises StorageError if the database cannot be reached.
    """
    try:
        with database.read() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return found
    except SQLAlchemyError as error:
        raise StorageError(f"The database cannot be used: {_first_line(error)}") from error


def _first_line(error: SQLAlchemyError) -> str:
    """Return what the driver said, without the statement and its values."""
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
