"""How fast an app may post: about one message a second to a channel, with short bursts."""

import math
from datetime import datetime
from threading import Lock

BURST = 3


class Pace:
    """A bucket of three for each channel, refilled by one a second of the workspace's clock."""

    def __init__(self, burst: int = BURST) -> None:
        self._burst = burst
        self._buckets: dict[str, tuple[float, datetime]] = {}
        self._lock = Lock()

    def take(self, channel: str, now: datetime) -> int:
        """Count one post; return 0, or the seconds to wait (Retry-After) when it comes too soon."""
        with self._lock:
            held, since = self._buckets.get(channel, (float(self._burst), now))
            held = min(self._burst, held + (now - since).total_seconds())
            if held < 1:
                # The bucket stays as it was, so that waiting for exactly Retry-After is always enough.
                return max(1, math.ceil(1 - held))
            self._buckets[channel] = (held - 1, now)
            return 0
