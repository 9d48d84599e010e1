"""Telling pages that something changed: a counter they wait on."""

import asyncio
import contextlib


class Changes:
    """Counts changes; lives on the server's event loop."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = asyncio.Event()
        self._closed = False

    def bump(self) -> None:
        """Note a change."""
        self._count += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def close(self) -> None:
        """Let every waiter go, now and from now on."""
        self._closed = True
        self.bump()

    async def wait(self, since: int, seconds: float) -> int:
        """Return the count once it differs from `since`, or after `seconds`."""
        if since == self._count and not self._closed:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), seconds)
        return self._count
