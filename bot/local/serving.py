"""How the workspace is served: a port on 127.0.0.1, an event loop on its own thread, and its clean end."""

import asyncio
import contextlib
import errno
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import uvicorn
from starlette.types import ASGIApp

from bot.local.errors import LocalError, LocalPortTaken

HOST = "127.0.0.1"
_BACKLOG = 128
_GRACE_SECONDS = 2
_Result = TypeVar("_Result")
Background = Callable[[], Coroutine[Any, Any, None]]


class ServerThread:
    """Runs an ASGI app and one background task on an event loop beside the caller's thread."""

    def __init__(self, port: int) -> None:
        self._listener = _listen(port)
        self.port: int = self._listener.getsockname()[1]
        self.closing = asyncio.Event()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, app: ASGIApp, background: Background) -> None:
        """Serve, and return once requests are answered."""
        if self._server is not None:
            raise LocalError("This workspace was started before; make a new one.")
        config = uvicorn.Config(
            app,
            loop="asyncio",
            http="h11",
            ws="websockets-sansio",
            lifespan="off",
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        self._server = _Server(config)
        run = self._run(self._server, background)
        self._thread = threading.Thread(target=asyncio.run, args=(run,), name="local-slack", daemon=True)
        self._thread.start()
        self._server.ready.wait()

    def stop(self, *farewells: Callable[[], Awaitable[None]]) -> None:
        """Say the farewells on the loop, end every connection, join the thread; twice is harmless."""
        if self._server is not None and self._thread is not None and self._thread.is_alive():
            self.soon(self.closing.set)
            for farewell in farewells:
                self.wait(farewell)
            self._server.should_exit = True
            self._thread.join()
        self._listener.close()

    def soon(self, call: Callable[..., object], *values: object) -> None:
        """Call something on the loop, from any thread; forgotten when the loop is not running."""
        if self._loop is not None:
            # RuntimeError: the loop closed this moment, and nobody is left to tell.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(call, *values)

    def wait(self, call: Callable[[], Awaitable[_Result]]) -> _Result:
        """Run something on the loop and wait for it; never from the loop itself."""
        if self._loop is None:
            raise LocalError("The workspace is not running; call start() first.")
        return asyncio.run_coroutine_threadsafe(_awaited(call), self._loop).result()

    def drop(self, client: tuple[str, int]) -> None:
        """Cut the connection to a client without an answer; on the loop only."""
        for connection in list(self._server.server_state.connections) if self._server else []:
            if getattr(connection, "client", None) == tuple(client):
                connection.transport.abort()

    async def _run(self, server: "_Server", background: Background) -> None:
        self._loop = asyncio.get_running_loop()
        beside = asyncio.create_task(background())
        try:
            await server.serve(sockets=[self._listener])
        finally:
            beside.cancel()
            await asyncio.gather(beside, return_exceptions=True)
            server.ready.set()


class _Server(uvicorn.Server):
    """uvicorn, telling when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


async def _awaited(call: Callable[[], Awaitable[_Result]]) -> _Result:
    return await call()


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise LocalPortTaken(port) from None
        raise
    return listener
