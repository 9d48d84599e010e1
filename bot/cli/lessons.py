"""`python -m bot lessons`: are the content files sound, and is what was learnt from them up to date."""

import argparse
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from bot.cli.ask import show_progress
from bot.cli.output import DONE, FOUND_FAULTS, complain
from config.settings import ConfigError, load_settings
from responses.encoder import load_encoder, missing_reason
from responses.faults import ContentError, Fault
from responses.knowledge import SHIPPED, load_knowledge
from responses.lessons import LessonBook, load_lessons
from responses.phrasings import Phrasings, load_phrasings
from responses.reading import read_yaml


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `lessons check`, `lessons embed` and `lessons export` to the command line."""
    parser = subparsers.add_parser("lessons", help="check the lessons and phrasings files")
    actions = parser.add_subparsers(dest="action", required=True, metavar="check|embed|export")
    check = actions.add_parser("check", help="report every fault as FILE:LINE: KEY: what is wrong")
    check.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="lessons or phrasings; default: the configured"
    )
    actions.add_parser("embed", help="learn from the configured files anew, so that no start has to")
    export = actions.add_parser("export", help="show the curators' rulings as a batch of sample questions")
    export.add_argument("--write", type=Path, metavar="FILE", help="append the batch to this phrasings file instead")


def run(args: argparse.Namespace) -> int:
    """Run the action; return 0, 1 if there are faults in the files, or 2 for faulty settings."""
    try:
        settings = load_settings()
    except ConfigError as error:
        return complain(error.faults)
    if args.action == "check":
        return check(args.files, settings.lessons, settings.phrasings)
    if args.action == "export":
        # Imported only here: the other actions need no SQLAlchemy, which takes most of a second to import.
        code: int = import_module("bot.cli.export").export(settings, args.write)
        return code
    return embed(settings.lessons, settings.phrasings, SHIPPED)


def check(files: Sequence[Path], lessons: Sequence[Path], phrasings: Sequence[Path]) -> int:
    """Print the faults of `files`, or of the configured `lessons` and `phrasings` if there are none; return the code.

    Phrasings alone are checked against the configured lessons.
    """
    if files:
        phrasings = [path for path in files if _holds_phrasings(path)]
        lessons = [path for path in files if path not in phrasings] or lessons
    book, faults = _book(lessons)
    try:
        # Of lessons that cannot be read no id is known: then only what is wrong with the samples themselves is told.
        samples = load_phrasings(phrasings, book, skip_unknown=bool(faults), unlike=True)
    except ContentError as error:
        faults += error.faults
    if faults:
        print(*sorted(faults), sep="\n")
        return FOUND_FAULTS
    print(_summary(book, samples))
    return DONE


def embed(lessons: Sequence[Path], phrasings: Sequence[Path], folder: Path) -> int:
    """Learn from the files, with the encoder and by characters alone, and write vectors and weights to `folder`."""
    encoder = load_encoder()
    if encoder is None:
        return complain([missing_reason()])
    for old in folder.glob("weights.*.npz"):
        old.unlink()  # solved for anew, not mended
    try:
        for used in (encoder, None):
            load_knowledge(lessons, phrasings, encoder=used, shipped=None, cache_dir=folder, progress=show_progress)
    except ContentError as error:
        print(error)
        return FOUND_FAULTS
    print(f"vectors and weights are in {folder}")
    return DONE


def _book(lessons: Sequence[Path]) -> tuple[LessonBook, list[Fault]]:
    try:
        return load_lessons(lessons), []
    except ContentError as error:
        return LessonBook(lessons={}, sources={}), list(error.faults)


def _holds_phrasings(path: Path) -> bool:
    value = read_yaml(path).value
    return isinstance(value, dict) and "batches" in value


def _summary(book: LessonBook, samples: Phrasings) -> str:
    on_topic = sum(sample.lesson is not None for sample in samples.samples)
    return (
        f"{len(book)} lessons, {len(book.sources)} sources, {on_topic} sample questions, "
        f"{len(samples) - on_topic} off-topic ones: no faults"
    )
