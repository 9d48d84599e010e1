"""What was worked out lately and need not be again: a bounded store that forgets what was used longest ago."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar

Made = TypeVar("Made")
MOST_RECENT = 512  # entries: a question's outcome takes 1 kB, its answer as it goes out 6


class Recent:
    """Keeps results by key for any number of threads; the kind of a result belongs into its key.

    What is kept is handed out again as it is: nobody changes it.
    """

    def __init__(self, most: int = MOST_RECENT) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = Lock()

    def get_or_make(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what is kept under `key`, or what `make` returns.

        `make` runs outside the lock: two threads may both make one thing, but none waits for another's.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]  # type: ignore[return-value]  # what `make` of this key returned
        made = make()
        with self._lock:
            self._kept[key] = made
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def __len__(self) -> int:
        return len(self._kept)
