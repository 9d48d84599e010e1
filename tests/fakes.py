"""One recording fake a port: a clock that moves when told to, and a channel that keeps a transcript."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.delivery.channel import Posted
from bot.storage.outbox import Delivery


@dataclass
class FrozenClock:
    """A clock that stands still between calls of `advance`."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def advance(self, **length: float) -> datetime:
        self.moment += timedelta(**length)
        return self.moment


@dataclass
class FakeChannel:
    """Slack's side of the outbox. `failures` are raised in turn; `arrives` says whether a failing post got through."""

    transcript: list[Delivery] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    look_failures: list[Exception] = field(default_factory=list)
    arrives: bool = False
    visible: Callable[[Delivery], bool] = lambda _delivery: True
    looks: int = 0

    def resolve(self, delivery: Delivery) -> str:
        return delivery.posted_channel or delivery.channel.replace("U", "D", 1)

    def post(self, delivery: Delivery, channel: str) -> Posted:
        if self.failures:
            failure = self.failures.pop(0)
            if self.arrives:
                self.transcript.append(delivery)
            raise failure
        self.transcript.append(delivery)
        return Posted(channel, f"{len(self.transcript)}.000100")

    def find(self, delivery: Delivery, channel: str, since: datetime) -> Posted | None:
        self.looks += 1
        if self.look_failures:
            raise self.look_failures.pop(0)
        there = [each for each in self.transcript if each.key == delivery.key]
        return Posted(channel, "1.000100") if there and self.visible(delivery) else None

    @property
    def keys(self) -> list[str]:
        return [delivery.key for delivery in self.transcript]
