"""The workspace's clock: real time, moved forward on request."""

from datetime import UTC, datetime, timedelta
from threading import Lock


class MovableClock:
    """Real UTC time plus an offset that only grows; satisfies `bot.clock.Clock`."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self._offset = offset
        self._last = datetime.min.replace(tzinfo=UTC)
        self._lock = Lock()

    def now(self) -> datetime:
        """Return the workspace's present moment, aware, in UTC; never earlier than an answer given before."""
        with self._lock:
            return self._read()

    def advance(self, step: timedelta) -> datetime:
        """Move forward by `step` and return the new moment; a negative step is a ValueError."""
        if step < timedelta():
            raise ValueError("The clock never goes back.")
        with self._lock:
            self._offset += step
            return self._read()

    def move_to(self, moment: datetime) -> datetime:
        """Move forward to `moment` (aware); a moment already passed leaves the clock as it is."""
        with self._lock:
            self._offset += max(moment - self._read(), timedelta())
            return self._read()

    def _read(self) -> datetime:
        # The machine's own clock may be set back; the workspace's must not follow.
        self._last = max(self._last, datetime.now(UTC) + self._offset)
        return self._last
