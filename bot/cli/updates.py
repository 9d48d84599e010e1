"""`python -m bot updates`: which series there are, and the whole record of one as files."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

from bot.app import PROFILE_TIMEOUT_SECONDS, slack_client
from bot.cli.output import DONE, complain
from bot.clock import SystemClock
from bot.errors import StorageError
from bot.files import File
from bot.people import People
from bot.storage import schema
from bot.storage import series as stored
from bot.storage.database import Database
from bot.updates.closing import FORMATS, Format, files_of
from bot.updates.naming import Names
from bot.updates.programme import Programme, load_programme
from bot.updates.record import record_of
from bot.updates.rows import series_of
from config.settings import ConfigError, Settings, load_settings

ALL = "all"
STDOUT = "-"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `updates list` and `updates export` to the command line."""
    parser = subparsers.add_parser("updates", help="list the weekly updates, export the record of one")
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|export")
    actions.add_parser("list", help="show every series, a line each, ended ones too")
    export = actions.add_parser("export", help="write the whole record of a series to files")
    export.add_argument("series", type=int, metavar="ID", help="the series' number, as `list` shows it")
    export.add_argument(
        "--format", choices=[*get_args(Format), ALL], default=ALL,
        help="md: the report with everything said; csv: the tables, in a .zip; ics: the dates; default: all three",
    )  # fmt: skip
    export.add_argument(
        "--out", default=".", metavar="FOLDER", help="where to; - writes one format to stdout; default: here"
    )


def run(args: argparse.Namespace) -> int:
    """Run the action; return 0, or 2 for faulty settings, a database that is not ready, an unknown series."""
    if args.action == "export" and args.out == STDOUT and args.format == ALL:
        return complain(["Only one format at a time can go to stdout: add --format md, csv or ics."])
    try:
        settings = load_settings()
        programme = load_programme(settings.programme)
        database = Database(settings.database_url)
        try:
            _check(database)
            return _list(database) if args.action == "list" else _export(database, settings, programme, args)
        finally:
            database.close()
    except ConfigError as error:
        return complain(error.faults)
    except StorageError as error:
        return complain(str(error).splitlines())


def _check(database: Database) -> None:
    """Raise StorageError unless the tables are as this version needs them; nothing is changed to look at a record."""
    if schema.current(database) != schema.newest():
        raise StorageError("The database is not up to date; run `python -m bot migrate` first.")


def _list(database: Database) -> int:
    with database.read() as connection:
        rows = stored.every(connection)
    for series in map(series_of, rows):
        weeks = f"{series.weeks} weeks" if series.weeks else "until ended"
        state = f"ended {series.ended_at:%Y-%m-%d}" if series.ended_at else "running"
        print(series.id, series.title, series.channel, f"{series.cadence}, {weeks}", state, sep="\t")
    if not rows:
        print("There is no weekly update yet.", file=sys.stderr)
    return DONE


def _export(database: Database, settings: Settings, programme: Programme, args: argparse.Namespace) -> int:
    formats: Sequence[Format] = FORMATS if args.format == ALL else (args.format,)
    with database.read() as connection:
        row = stored.find(connection, args.series)
        record = record_of(connection, series_of(row), programme, SystemClock().now()) if row else None
    if record is None:
        return complain([f"There is no series {args.series}; `python -m bot updates list` shows those there are."])
    files = files_of(replace(record, names=_names(settings)), tuple(formats))
    return _print(files) if args.out == STDOUT else _save(files, Path(args.out))


def _names(settings: Settings) -> Names:
    """Return what names people and channels: Slack where there is a token; else, and where it is silent, ids stay."""
    if settings.slack_bot_token is None:
        return Names()
    return Names(People(slack_client(settings, timeout=PROFILE_TIMEOUT_SECONDS), SystemClock()))


def _print(files: Sequence[File]) -> int:
    for file in files:
        sys.stdout.buffer.write(file.content)
    sys.stdout.flush()
    return DONE


def _save(files: Sequence[File], folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            (folder / file.name).write_bytes(file.content)
    except OSError as error:
        return complain([f"{error.filename or folder}: {error.strerror}"])
    print(*(folder / file.name for file in files), sep="\n")
    return DONE
