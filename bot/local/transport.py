"""What carries a delivery to the app, and what it reports back."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from bot.local.state import JsonObject

Kind = Literal["events_api", "slash_commands", "interactive"]
ACK_SECONDS = 3.0


@dataclass(frozen=True)
class Retry:
    """How often a delivery failed before, and why the last time."""

    attempt: int
    reason: str


@dataclass(frozen=True)
class Ack:
    """The app's answer: acknowledged with a body, or not, with Slack's name for the reason."""

    acknowledged: bool
    body: JsonObject = field(default_factory=dict)
    reason: str = ""
    final: bool = False


class Transport(Protocol):
    """A way to the app."""

    def reachable(self) -> bool:
        """Tell whether there is any point in trying."""

    async def send(self, kind: Kind, payload: JsonObject, retry: Retry | None) -> Ack:
        """Deliver once and wait for the acknowledgement, three seconds at most."""
