"""Moving the clock: everything that falls due on the way is done, in order, before the clock moves on."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from bot.local.clock import MovableClock
from bot.local.errors import Refused

LONGEST_STEP = timedelta(days=400)
# A sender that is told to wait answers "due in a second": any number of such rounds is fine, as the clock moves.
# This bounds rounds in which it does not.
MOST_ROUNDS = 50

RunDue = Callable[[], datetime | None]
log = logging.getLogger(__name__)


class Timeline:
    """Steps the clock from one due moment to the next; blocks, so never call it on the event loop."""

    def __init__(
        self, clock: MovableClock, settle: Callable[[], None], next_retry: Callable[[], datetime | None]
    ) -> None:
        self._clock = clock
        self._settle = settle
        self._next_retry = next_retry
        self._moving = Lock()
        self._app_next: datetime | None = None
        self.run_due: RunDue | None = None

    def advance(self, step: timedelta) -> datetime | None:
        """Move by `step`, 0 to 400 days; return what is due next (aware, UTC) or None. Else Refused."""
        if not timedelta() <= step <= LONGEST_STEP:
            raise Refused("advance_seconds must be from 0 to 34560000 (400 days): the clock never goes back.")
        with self._moving:
            return self._advance_to(self._clock.now() + step)

    def advance_to_next(self) -> datetime | None:
        """Move to what the app has due next; return what follows it. Without anything due the clock stays."""
        with self._moving:
            self._handle_due()
            upcoming = self._app_next
            if upcoming is None or upcoming - self._clock.now() > LONGEST_STEP:
                return upcoming
            return self._advance_to(upcoming)

    def _advance_to(self, target: datetime) -> datetime | None:
        while True:
            upcoming = self._handle_due()
            if self._clock.now() >= target:
                return upcoming
            self._clock.move_to(min(upcoming or target, target))

    def _handle_due(self) -> datetime | None:
        for _ in range(MOST_ROUNDS):
            self._settle()
            self._app_next = self.run_due() if self.run_due else None
            self._settle()
            upcoming = min((due for due in (self._app_next, self._next_retry()) if due), default=None)
            if upcoming is None or upcoming > self._clock.now():
                return upcoming
        log.warning("Something stays due after %d rounds; the clock moves on without it.", MOST_ROUNDS)
        return None
