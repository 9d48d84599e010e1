"""When Candor wakes up: one in-memory tick that runs what is due and sleeps until the next thing is.

The only importer of APScheduler, which keeps no state here: the database is the truth, and a tick that comes late,
twice or in several processes does no harm.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot.clock import Clock

TICK = "tick"
# Another process may have written something that is due earlier than what this one knows of.
LONGEST_SLEEP = timedelta(seconds=10)
# APScheduler needs a moment to note that a run is over before it takes the next one.
BREATH = timedelta(milliseconds=20)

log = logging.getLogger(__name__)


class Ticker:
    """Runs `run_due` when it is due, one run at a time; `wake` makes it run at once."""

    def __init__(self, run_due: Callable[[], datetime | None], clock: Clock, *, periodic: bool = True) -> None:
        self._run_due = run_due
        self._clock = clock
        self._periodic = periodic
        self._lock = Lock()
        self._running = False
        self._wanted = False
        self._stopped = False
        self._scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})

    def start(self) -> None:
        """Begin ticking, with a first run at once."""
        self._scheduler.add_job(
            self._tick, trigger="interval", seconds=LONGEST_SLEEP.total_seconds(), id=TICK, coalesce=True,
            max_instances=1, misfire_grace_time=None, next_run_time=_now() + BREATH,
        )  # fmt: skip
        self._scheduler.start()

    def wake(self) -> None:
        """Run as soon as possible; if a run is under way, once more after it."""
        with self._lock:
            self._wanted = True
            if not self._running:
                self._at(_now() + BREATH)

    def stop(self) -> None:
        """End ticking and wait for a run that is under way."""
        with self._lock:
            self._stopped = True
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def _tick(self) -> None:
        with self._lock:
            self._running = True
        again = True
        while again:
            with self._lock:
                self._wanted = False
            due = self._run()
            with self._lock:
                again = self._wanted and not self._stopped
                self._running = again
                if not again:
                    self._at(self._wake_time(due))

    def _run(self) -> datetime | None:
        try:
            return self._run_due()
        except Exception:
            # The edge of the process: a database that is away for a minute must not end the ticking for ever.
            log.exception("the tick failed; it will be tried again within %d s", LONGEST_SLEEP.total_seconds())
            return self._clock.now() + LONGEST_SLEEP

    def _wake_time(self, due: datetime | None) -> datetime | None:
        if due is None:
            return _now() + LONGEST_SLEEP if self._periodic else None
        sleep = max(due - self._clock.now(), BREATH)
        return _now() + (min(sleep, LONGEST_SLEEP) if self._periodic else sleep)

    def _at(self, moment: datetime | None) -> None:
        # While it shuts down, APScheduler holds the lock that every call needs, until the run that calls has ended.
        if self._stopped or self._scheduler.get_job(TICK) is None:
            return
        self._scheduler.modify_job(TICK, next_run_time=moment)


def _now() -> datetime:
    """Return the machine's time, by which APScheduler sleeps; Candor's own clock may be a moved one."""
    return datetime.now(UTC)
