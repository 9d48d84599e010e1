"""`python -m bot lessons export`: the curators' rulings as a batch of sample questions, shown or appended to a file."""

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.cli.output import DONE, FOUND_FAULTS, complain
from bot.clock import SystemClock
from bot.curation import StoredRulings
from bot.errors import StorageError
from bot.storage import schema
from bot.storage.database import Database
from config.settings import Settings
from responses.exporting import appended, as_batch, choose
from responses.faults import ContentError, Fault
from responses.knowledge import Ruling
from responses.lessons import LessonBook, load_lessons
from responses.phrasings import load_phrasings

NO_ROOM = "nothing can be appended: `batches:` must be the file's last key, with its entries below each other"


def export(settings: Settings, file: Path | None) -> int:
    """Print the standing rulings that are no samples yet, or append them to `file`; of those left out, say why.

    Return 0, 1 if a file has faults (then nothing is written), or 2 for a database or a file that cannot be used.
    """
    try:
        standing = _standing(settings.database_url)
        return _export(standing, settings, file, f"rulings-{_today():%Y-%m-%d}")
    except StorageError as error:
        return complain([str(error)])
    except ContentError as error:
        print(error)
        return FOUND_FAULTS
    except OSError as error:
        return complain([f"{file}: cannot be written: {error.strerror or error}"])


def _today() -> date:
    return SystemClock().now().date()


def _standing(url: str) -> Sequence[Ruling]:
    database = Database(url)
    try:
        at = schema.current(database)
        if at != schema.newest():
            raise StorageError(f"The database is at revision {at} instead of {schema.newest()}: run `migrate` first.")
        return StoredRulings(database).standing()
    finally:
        database.close()


def _export(standing: Sequence[Ruling], settings: Settings, file: Path | None, name: str) -> int:
    book = load_lessons(settings.lessons)
    # Together with what else is configured: a question is to have one answer in all files.
    others = [path for path in settings.phrasings if file is None or path.resolve() != file.resolve()]
    known = load_phrasings([*others, file] if file else others, book)
    chosen = choose(standing, book, known)
    for line in chosen.left_out:
        print(f"left out: {line}", file=sys.stderr)
    if not chosen.rulings:
        print("Nothing to export: no ruling stands that is not among the samples already or left out.")
    elif file is None:
        print(as_batch(name, chosen.rulings), end="")
    else:
        text = appended(file.read_bytes().decode("utf-8"), name, chosen.rulings)
        _Replacement(file, others, book, len(known) + len(chosen.rulings)).write(text)
        print(f"{len(chosen.rulings)} sample questions were appended to {file} as batch {name}")
    return DONE


@dataclass(frozen=True)
class _Replacement:
    """A phrasings file's new text, which takes the old one's place in one step and only if it is sound."""

    file: Path
    others: Sequence[Path]
    book: LessonBook
    samples: int  # that are to be found, in the others too

    def write(self, text: str) -> None:
        """Replace the file; raises ContentError and leaves it alone if samples would get lost or faults come in."""
        path = self.file.resolve()
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            draft.write_bytes(text.encode())
            shutil.copymode(path, draft)
            if not self._is_sound(draft):
                raise ContentError([Fault(str(self.file), 1, "batches", NO_ROOM)])
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def _is_sound(self, draft: Path) -> bool:
        try:
            return len(load_phrasings([*self.others, draft], self.book)) == self.samples
        except ContentError:
            return False
