"""Which lessons Candor answers from at the moment: the files as last found good, and the curators' rulings."""

import logging
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Protocol

from responses.faults import ContentError
from responses.knowledge import Knowledge, Ruling

# A ruling made in another process is to be live here within a second, its learning included.
LOOK_EVERY_SECONDS = 0.25
# After a failure as many times that: a database that is away is not to fill the log.
PATIENCE = 40

log = logging.getLogger(__name__)
Stamp = tuple[tuple[int, int] | None, ...]


class Rulings(Protocol):
    """Where the curators' rulings are kept."""

    def version(self) -> Hashable:
        """Return something that changes with every ruling made or undone; cheap."""

    def standing(self) -> Sequence[Ruling]:
        """Return the rulings that have not been undone, oldest first."""


class Library:
    """Holds the knowledge, renewed when a file or a ruling changes; readers never wait nor see half a change."""

    def __init__(self, load: Callable[[], Knowledge], files: Sequence[Path], rulings: Rulings | None = None) -> None:
        self._load = load
        self._files = tuple(files)
        self._rulings = rulings
        self._stamp = self._look()
        self._version = rulings.version() if rulings else None
        self._knowledge = _ruled(load(), self._standing())
        self._refreshing = Lock()
        self._look_now = Event()
        self._stopped = False
        self._watcher: Thread | None = None

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge to answer from now."""
        return self._knowledge

    def refresh(self) -> bool:
        """Renew the knowledge if anything changed; return whether it did.

        A faulty file is reported with file and line, and the old book stays.
        """
        with self._refreshing:
            version = self._rulings.version() if self._rulings else None
            stamp = self._look()
            if (stamp, version) == (self._stamp, self._version):
                return False
            # Asked for first: if the database is away, the files have still not been looked at next time.
            standing = self._standing()
            base, ruled = self._loaded(stamp), version != self._version
            if base or ruled:
                self._knowledge = _ruled(base or self._knowledge, standing)
            self._version = version
            return ruled or base is not None

    def _loaded(self, stamp: Stamp) -> Knowledge | None:
        if stamp == self._stamp:
            return None
        self._stamp = stamp
        try:
            loaded = self._load()
        except ContentError as error:
            log.error("the lessons have changed but cannot be used; the old ones stay:\n%s", error)
            return None
        log.info("the lessons have changed and are in use")
        return loaded

    def _standing(self) -> Sequence[Ruling] | None:
        return self._rulings.standing() if self._rulings else None

    def watch(self) -> None:
        """Look for changes in the background until `stop`."""
        self._watcher = Thread(target=self._watch, name="library", daemon=True)
        self._watcher.start()

    def look_now(self) -> None:
        """Have the watcher look at once, not after its pause."""
        self._look_now.set()

    def stop(self) -> None:
        """End watching."""
        self._stopped = True
        self._look_now.set()
        if self._watcher:
            self._watcher.join()

    def _watch(self) -> None:
        pause = LOOK_EVERY_SECONDS
        while not self._stopped:
            self._look_now.wait(pause)
            self._look_now.clear()
            pause = LOOK_EVERY_SECONDS
            try:
                self.refresh()
            except Exception:
                # The edge of the thread: whatever one reload trips over must not end the watching for good.
                log.exception("lessons or rulings may have changed but could not be loaded; the old ones stay")
                pause = PATIENCE * LOOK_EVERY_SECONDS

    def _look(self) -> Stamp:
        return tuple(self._stamp_of(path) for path in self._files)

    @staticmethod
    def _stamp_of(path: Path) -> tuple[int, int] | None:
        try:
            status = path.stat()
        except OSError:
            return None  # an editor may replace the file in two steps: look again in a second
        return status.st_mtime_ns, status.st_size


def _ruled(base: Knowledge, standing: Sequence[Ruling] | None) -> Knowledge:
    return base if standing is None else base.with_rulings(standing)
