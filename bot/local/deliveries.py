"""What is delivered to the app, when it is tried again, and what people see when the app does not answer."""

import asyncio
import logging
import secrets
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.local import events
from bot.local.faults import EVENTS, Faults
from bot.local.state import JsonObject
from bot.local.transport import Ack, Kind, Retry, Transport

# After the first attempt: at once, after a minute, after five; docs.slack.dev/apis/events-api (retries).
RETRY_AFTER = (timedelta(), timedelta(minutes=1), timedelta(minutes=5))
# Without Delayed Events Slack delivers nothing that is older.
LATEST = timedelta(hours=2)
_POLL_SECONDS = 0.2

log = logging.getLogger(__name__)


@dataclass
class Delivery:
    """An event on its way; `due_at` is the next attempt on the workspace's clock."""

    payload: JsonObject
    first_at: datetime
    due_at: datetime
    retry: Retry | None = None


class Deliveries:
    """Slack's side of the Events API and of interactions; lives on the server's event loop."""

    def __init__(self, clock: Clock, transport: Transport, faults: Faults, subscriptions: Collection[str]) -> None:
        self._clock = clock
        self._transport = transport
        self._faults = faults
        self._subscriptions = frozenset(subscriptions)
        self._pending: list[Delivery] = []
        self._running: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()

    def publish(self, event: JsonObject) -> None:
        """Send an event on its way if the app subscribed to it."""
        if events.subscription_of(event) not in self._subscriptions:
            return
        now = self._clock.now()
        payload = events.callback(event, f"Ev{secrets.token_hex(5).upper()}", int(now.timestamp()))
        copies = 2 if self._faults.take(EVENTS) == "duplicate" else 1
        for _ in range(copies):
            self._start(Delivery(payload, now, now))

    async def ask(self, kind: Kind, payload: JsonObject) -> Ack:
        """Deliver a command or an interaction: once, and its failure has the name that people see."""
        if not self._transport.reachable():
            return Ack(False, reason="dispatch_failed")
        ack = await self._transport.send(kind, payload, None)
        if ack.acknowledged:
            return ack
        slow = ack.reason in ("timeout", "http_timeout")
        return Ack(False, reason="operation_timeout" if slow else "dispatch_failed")

    async def tell(self, event: JsonObject) -> None:
        """Publish an event and wait until the app took it, or the first attempt failed."""
        self.publish(event)
        if self._running:
            await asyncio.wait(set(self._running))

    async def settle(self) -> None:
        """Return when nothing is on its way and nothing due is left to send."""
        while True:
            self._start_due()
            if not self._running:
                return
            await asyncio.wait(set(self._running))

    def next_retry(self) -> datetime | None:
        """Return when the next attempt is due; None when there is none or nobody would hear it."""
        if not self._transport.reachable():
            return None
        return min((delivery.due_at for delivery in self._pending), default=None)

    def wake(self) -> None:
        """Look for due attempts now: the app has just connected."""
        self._wake.set()

    async def run(self) -> None:
        """Send retries as they fall due, until cancelled."""
        while True:
            self._wake.clear()
            self._start_due()
            # Polled while something waits, because tests move the clock under us.
            pause = _POLL_SECONDS if self._pending else None
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)

    def _start_due(self) -> None:
        now = self._clock.now()
        self._pending = [d for d in self._pending if now - d.first_at <= LATEST]
        if not self._transport.reachable():
            return
        for delivery in [d for d in self._pending if d.due_at <= now]:
            self._pending.remove(delivery)
            self._start(delivery)

    def _start(self, delivery: Delivery) -> None:
        task = asyncio.get_running_loop().create_task(self._attempt(delivery))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _attempt(self, delivery: Delivery) -> None:
        ack = await self._transport.send("events_api", delivery.payload, delivery.retry)
        if ack.acknowledged:
            return
        attempt = delivery.retry.attempt + 1 if delivery.retry else 1
        if ack.final or attempt > len(RETRY_AFTER):
            log.warning("Gave up delivering event %s: %s", delivery.payload["event_id"], ack.reason)
            return
        delivery.retry = Retry(attempt, ack.reason)
        delivery.due_at = delivery.first_at + RETRY_AFTER[attempt - 1]
        self._pending.append(delivery)
        self._wake.set()
