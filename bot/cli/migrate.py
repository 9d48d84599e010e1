"""`python -m bot migrate`: brings the database up to date; what the Procfile's `release` runs."""

import argparse

from bot.cli.output import DONE, complain
from bot.errors import StorageError
from bot.storage import schema
from bot.storage.database import Database
from config.settings import ConfigError, load_settings


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `migrate` to the command line."""
    subparsers.add_parser("migrate", help="bring the database up to date")


def run(_args: argparse.Namespace) -> int:
    """Migrate and say to which revision; return the exit code."""
    try:
        database = Database(load_settings().database_url)
        revision = schema.migrate(database)
        database.close()
    except (ConfigError, StorageError) as error:
        return complain(str(error).splitlines())
    print(f"The database is at revision {revision}.")
    return DONE
