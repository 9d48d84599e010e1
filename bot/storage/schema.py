"""Whether the database has the tables this version needs, and how it gets them."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StorageError
from bot.storage.database import Database

# Any number will do, so long as nothing else on that database server locks the same one.
ADVISORY_LOCK = 732_019_041


def migrate(database: Database) -> str:
    """Bring the tables up to this version and return its revision; several processes may do so at once.

    Raises StorageError if the database cannot be reached, or was written by a newer Candor.
    """
    config = _config()
    try:
        with database.write() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise StorageError(
            "The database was written by a newer version of Candor; deploy that version or restore a backup."
        ) from error
    except SQLAlchemyError as error:
        raise StorageError(f"The database cannot be used: {_first_line(error)}") from error
    return newest()


def newest() -> str:
    """Return the revision that this version of the code needs."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def current(database: Database) -> str | None:
    """Return the revision that the database is at, None before the first migration.

    Raises StorageError if the database cannot be reached.
    """
    try:
        with database.read() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        raise StorageError(f"The database cannot be used: {_first_line(error)}") from error


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def _first_line(error: SQLAlchemyError) -> str:
    """Return what the driver said, without the statement and its values."""
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
