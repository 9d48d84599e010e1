"""Which lessons Candor answers from at the moment: the files as they were when last found good."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Thread

from responses.faults import ContentError
from responses.knowledge import Knowledge

LOOK_EVERY_SECONDS = 1.0

log = logging.getLogger(__name__)
Stamp = tuple[tuple[int, int] | None, ...]


class Library:
    """Holds the knowledge and reloads it when a file changes; readers never wait and never see half a change."""

    def __init__(self, load: Callable[[], Knowledge], files: Sequence[Path]) -> None:
        self._load = load
        self._files = tuple(files)
        self._stamp = self._look()
        self._knowledge = load()
        self._stop = Event()
        self._watcher: Thread | None = None

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge to answer from now."""
        return self._knowledge

    def refresh(self) -> bool:
        """Reload if a file has changed; a faulty one is reported with file and line and the old book stays."""
        stamp = self._look()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            self._knowledge = self._load()
        except ContentError as error:
            log.error("the lessons have changed but cannot be used; the old ones stay:\n%s", error)
            return False
        log.info("the lessons have changed and are in use")
        return True

    def watch(self) -> None:
        """Look for changes in the background until `stop`."""
        self._watcher = Thread(target=self._watch, name="library", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """End watching."""
        self._stop.set()
        if self._watcher:
            self._watcher.join()

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_EVERY_SECONDS):
            self.refresh()

    def _look(self) -> Stamp:
        return tuple(self._stamp_of(path) for path in self._files)

    @staticmethod
    def _stamp_of(path: Path) -> tuple[int, int] | None:
        try:
            status = path.stat()
        except OSError:
            return None  # an editor may replace the file in two steps: look again in a second
        return status.st_mtime_ns, status.st_size
