"""Faults on demand: what shall go wrong, in which method, how many times."""

from collections.abc import Collection
from threading import Lock

from bot.local.errors import Refused

API_FAULTS = (
    "drop_after",
    "drop_before",
    "timeout",
    "500",
    "500_after",
    "internal_error",
    "ratelimited",
    "lag",
)
EVENT_FAULTS = ("duplicate",)
LAGGING_METHODS = ("conversations.history", "conversations.replies")
EVENTS = "events"
RESPONSE_URL = "response_url"
MOST_TIMES = 1000


class Faults:
    """The faults still to come, in the order they were asked for."""

    def __init__(self, methods: Collection[str]) -> None:
        self._methods = methods
        self._planned: dict[str, list[str]] = {}
        self._lock = Lock()

    def plan(self, method: str, fault: str, times: int = 1) -> None:
        """Let the next `times` calls of `method` go wrong; Refused when there is no such method or fault.

        `method` is a Web API method, "response_url" or "events". 0 times takes back what was planned.
        """
        allowed = self._allowed(method)
        if fault not in allowed:
            raise Refused(f"No fault {fault!r} for {method}. There is: {', '.join(allowed)}.")
        if not 0 <= times <= MOST_TIMES:
            raise Refused(f"times must be from 0 to {MOST_TIMES}.")
        with self._lock:
            if times == 0:
                self._planned.pop(method, None)
            else:
                self._planned.setdefault(method, []).extend([fault] * times)

    def take(self, method: str) -> str | None:
        """Return what is to go wrong in this call, if anything."""
        with self._lock:
            planned = self._planned.get(method)
            return planned.pop(0) if planned else None

    def planned(self, method: str) -> int:
        """Return how many faults are still to come in a method."""
        with self._lock:
            return len(self._planned.get(method, []))

    def _allowed(self, method: str) -> tuple[str, ...]:
        if method == EVENTS:
            return EVENT_FAULTS
        if method != RESPONSE_URL and method not in self._methods:
            raise Refused(f"No method {method!r}; name one of Slack's that exist here, response_url or events.")
        return tuple(fault for fault in API_FAULTS if fault != "lag" or method in LAGGING_METHODS)
