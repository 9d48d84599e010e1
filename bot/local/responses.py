"""Answers that are no answers: a connection dropped, or held in silence until the client gives up."""

import asyncio
from collections.abc import Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

LONGEST_SILENCE = 30.0
Drop = Callable[[tuple[str, int]], None]


class Dropped(Response):
    """Ends the connection without a word."""

    def __init__(self, drop: Drop) -> None:
        super().__init__()
        self._drop = drop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hang up, and return only once the server knows it: else it would answer 500."""
        self._drop(scope["client"])
        await _gone(receive)


class Silence(Response):
    """Says nothing until the client gives up, the workspace closes, or half a minute has passed."""

    def __init__(self, drop: Drop, closing: asyncio.Event) -> None:
        super().__init__()
        self._drop = drop
        self._closing = closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait, then hang up."""
        waiting = {asyncio.ensure_future(_gone(receive)), asyncio.ensure_future(self._closing.wait())}
        await asyncio.wait(waiting, timeout=LONGEST_SILENCE, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        self._drop(scope["client"])
        await _gone(receive)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
