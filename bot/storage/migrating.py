"""How tables are brought up to date: Alembic, which is loaded only where there is something to do."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from bot.errors import StorageError


def upgrade(connection: Connection) -> None:
    """Carry out the missing migrations within a transaction; raises StorageError for a newer version's database."""
    config = settings()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StorageError(
            "The database was written by a newer version of Candor; deploy that version or restore a backup."
        ) from error


def settings() -> Config:
    """Return where Alembic finds the migrations."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
