"""What every process does when it wakes up, and in which order."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from bot.clock import Clock
from bot.delivery.sender import Sender
from bot.digest import Digest
from bot.storage import conversations, outbox
from bot.storage.database import Database
from bot.updates.leaving import Leaving
from bot.updates.planning import Planner

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Runner:
    """What every process does when it wakes up."""

    database: Database
    leaving: Leaving
    planner: Planner
    digest: Digest
    sender: Sender
    clock: Clock
    keep_questions: timedelta
    # Within one process one run at a time: the local workspace runs it when its clock is moved, beside the ticker.
    lock: Lock = field(default_factory=Lock)

    def run_due(self) -> datetime | None:
        """Do everything that is due now; return when the next thing is, aware, None if nothing is planned."""
        with self.lock:
            return self._run_due()

    def _run_due(self) -> datetime | None:
        self._forget_questions()
        self.leaving.replace_gone(self.clock.now())
        self.planner.queue_due(self.clock.now())
        self.digest.queue_due(self.clock.now())
        self.planner.settle(self.clock.now())
        report = self.sender.send_due()
        look_again = self.planner.settle(self.clock.now())
        if report.sent or report.failed:
            log.info("sent %d, failed %d, to try again %d", report.sent, report.failed, report.later)
        due = (look_again, self.planner.next_due(), self.sender.next_due(), self.digest.next_due(self.clock.now()))
        return min((moment for moment in due if moment is not None), default=None)

    def _forget_questions(self) -> None:
        with self.database.write() as connection:
            conversations.forget_questions(connection, before=self.clock.now() - self.keep_questions)

    def tidy(self) -> None:
        """Forget what is finished and old."""
        with self.database.write() as connection:
            outbox.forget(connection, before=self.clock.now() - outbox.KEEP)
