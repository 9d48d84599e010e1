"""How the outbox is emptied: claim one row, post it or look for it, write down what became of it.

A row is written down as `sending` before Slack hears of it. Whatever then stays unclear (a process killed, a connection
dropped) is settled by the channel's history, read twice since it lags behind, before anything is posted again; where
the history may not be read, the message stays `unknown`, its owner is told, and it is not repeated on a guess.
"""

import logging
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from uuid import uuid4

from bot.clock import Clock
from bot.delivery.channel import Channel, Posted
from bot.delivery.outcomes import DELIVERY_ERRORS, Refused, TryAgain, Unknown, backoff, outcome
from bot.storage import outbox
from bot.storage.database import Database
from bot.storage.outbox import Delivery
from responses.blocks.message import Message

# Longer than a call to Slack may take (the client gives up after 10 s), so that a lease ends only with its process.
LEASE = timedelta(seconds=60)
# Slack's history lags behind a post: look first after the one, conclude "not there" only after the other.
FIRST_LOOK = timedelta(seconds=30)
LOOK_AGAIN = timedelta(seconds=30)
ENOUGH_READS = 2
PACE = timedelta(seconds=1)  # Slack takes about one message a second in a channel

log = logging.getLogger(__name__)


@dataclass
class SendReport:
    """What one pass did."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    unknown: int = 0


class Sender:
    """Sends what is due in the outbox; any number of processes may run one each."""

    def __init__(
        self,
        database: Database,
        channel: Channel,
        clock: Clock,
        explain: Callable[[Delivery, str], Message],
    ) -> None:
        self._database = database
        self._channel = channel
        self._clock = clock
        self._explain = explain
        self._lease = f"{socket.gethostname()[:20]}:{os.getpid()}:{uuid4().hex[:12]}"
        self._stopping = Event()

    def send_due(self) -> SendReport:
        """Handle every row that is due, one after the other, until none is left or `stop` is called."""
        report = SendReport()
        while not self._stopping.is_set() and (delivery := self._claim()):
            if delivery.state == "pending":
                self._post(delivery, report)
            else:
                self._look_for(delivery, report)
        return report

    def stop(self) -> None:
        """End after the message that is under way; the others wait in the outbox for the next process."""
        self._stopping.set()

    def next_due(self) -> datetime | None:
        """Return when the outbox needs the sender next, None if it is empty."""
        with self._database.read() as connection:
            return outbox.next_due(connection)

    def _claim(self) -> Delivery | None:
        now = self._clock.now()
        with self._database.write() as connection:
            return outbox.claim(connection, now=now, lease=self._lease, until=now + LEASE)

    def _post(self, delivery: Delivery, report: SendReport) -> None:
        try:
            channel = self._channel.resolve(delivery)
        except DELIVERY_ERRORS as error:
            self._not_posted(delivery, self._surely_not(error, delivery), report)
            return
        try:
            posted = self._channel.post(delivery, channel)
        except DELIVERY_ERRORS as error:
            self._not_posted(delivery, outcome(error, delivery.attempts + 1), report, channel)
            return
        self._sent(delivery, posted, report)

    @staticmethod
    def _surely_not(error: Exception, delivery: Delivery) -> TryAgain | Refused:
        """Classify a failure before the post itself: whatever happened, nothing has been posted."""
        seen = outcome(error, delivery.attempts + 1)
        return TryAgain(backoff(delivery.attempts + 1), seen.error) if isinstance(seen, Unknown) else seen

    def _sent(self, delivery: Delivery, posted: Posted, report: SendReport, at: datetime | None = None) -> None:
        """Write down that a message is there; `at` says since when, if it was only found now."""
        now = self._clock.now()
        done = {"state": "sent", "posted_channel": posted.channel, "message_ts": posted.ts, "sent_at": at or now}
        with self._database.write() as connection:
            outbox.settle(connection, delivery.id, lease=self._lease, error=None, **done)
            outbox.hold_channel(connection, delivery.channel, until=now + PACE)
        report.sent += 1
        log.info("sent %s", delivery.key)

    def _not_posted(
        self,
        delivery: Delivery,
        seen: TryAgain | Refused | Unknown,
        report: SendReport,
        channel: str | None = None,
    ) -> None:
        now = self._clock.now()
        log.warning("not sent %s: %s (%s)", delivery.key, type(seen).__name__, seen.error)
        if isinstance(seen, Refused):
            self._give_up(delivery, seen.error, "failed", report)
            return
        changes = {"error": seen.error, "posted_channel": channel}
        with self._database.write() as connection:
            if isinstance(seen, TryAgain):
                report.later += 1
                until = now + timedelta(seconds=seen.seconds)
                outbox.settle(connection, delivery.id, lease=self._lease, state="pending", not_before=until, **changes)
                outbox.hold_channel(connection, delivery.channel, until=until)
            else:
                report.unknown += 1
                look = now + FIRST_LOOK
                outbox.settle(connection, delivery.id, lease=self._lease, state="unknown", not_before=look, **changes)

    def _look_for(self, delivery: Delivery, report: SendReport) -> None:
        """Settle a delivery of which nobody knows whether it arrived."""
        try:
            channel = self._channel.resolve(delivery)
            found = self._channel.find(delivery, channel, delivery.attempted_at or self._clock.now())
        except DELIVERY_ERRORS as error:
            self._could_not_look(delivery, outcome(error, 1), report)
            return
        if found:
            self._sent(delivery, found, report, at=delivery.attempted_at)
            return
        now = self._clock.now()
        reads = delivery.reads + 1
        with self._database.write() as connection:
            if reads < ENOUGH_READS:
                changes = {"state": "unknown", "reads": reads, "not_before": now + LOOK_AGAIN}
            else:
                log.warning("%s is not in the channel's history: it will be posted again", delivery.key)
                changes = {"state": "pending", "reads": 0, "not_before": now}
            outbox.settle(connection, delivery.id, lease=self._lease, **changes)
        report.unknown += 1

    def _could_not_look(self, delivery: Delivery, seen: TryAgain | Refused | Unknown, report: SendReport) -> None:
        log.warning("cannot look for %s: %s", delivery.key, seen.error)
        if isinstance(seen, Refused):
            self._give_up(delivery, "unknown", "unverified", report)
            return
        wait = timedelta(seconds=seen.seconds) if isinstance(seen, TryAgain) else LOOK_AGAIN
        with self._database.write() as connection:
            later = self._clock.now() + wait
            outbox.settle(connection, delivery.id, lease=self._lease, state="unknown", not_before=later)
        report.unknown += 1

    def _give_up(self, delivery: Delivery, error: str, state: str, report: SendReport) -> None:
        """Write down that a message did not arrive, and tell the person it matters to, both or neither."""
        now = self._clock.now()
        note = self._explain(delivery, error) if delivery.tell else None
        with self._database.write() as connection:
            mine = outbox.settle(connection, delivery.id, lease=self._lease, state=state, error=error)
            if mine and note and delivery.tell:
                outbox.add(
                    connection, key=f"undelivered:{delivery.id}", channel=delivery.tell, text=note.text,
                    blocks=note.blocks, now=now,
                )  # fmt: skip
        report.failed += 1
