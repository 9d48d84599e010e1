"""How Candor keeps its Socket Mode connection: it waits for a Slack that is away, and replaces a dead connection.

slack_sdk's client reconnects by itself once it has been connected. Here it is helped to its first connection, and is
replaced as a whole when its message thread has ended or its connection stays away.
"""

import logging
from contextlib import suppress
from socket import SHUT_RDWR
from threading import Event, Thread

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode.builtin.connection import Connection

from bot.delivery.outcomes import CALL_ERRORS, outcome

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0
CHECK_EVERY_SECONDS = 5.0
# A call to Slack that hangs is not waited for; its thread ends with the process.
STOP_SECONDS = 5.0
# slack_sdk checks its own connection every 10 s; only after several chances is it given up.
PATIENCE = 6

log = logging.getLogger(__name__)


class Socket:
    """One Socket Mode connection that is kept up until `stop`."""

    def __init__(self, app: App, app_token: str, client: WebClient) -> None:
        self._app = app
        self._app_token = app_token
        self._client = client
        self._stop = Event()
        self._connected = Event()
        self._handler: SocketModeHandler | None = None
        self._thread = Thread(target=self._keep_up, name="socket", daemon=True)

    def start(self) -> None:
        """Begin connecting, in the background."""
        self._thread.start()

    def wait_connected(self, seconds: float) -> bool:
        """Wait for the first connection; return whether it is there."""
        return self._connected.wait(seconds)

    def stop(self) -> None:
        """Close the connection."""
        self._stop.set()
        self._thread.join(STOP_SECONDS)
        self._close()

    def _keep_up(self) -> None:
        while not self._stop.is_set():
            self._connect()
            self._watch()
            self._close()

    def _connect(self) -> None:
        wait = FIRST_WAIT_SECONDS
        while not self._stop.is_set():
            handler = SocketModeHandler(self._app, self._app_token, web_client=self._client)
            problem = _connect(handler)
            if problem is None:
                self._handler = handler
                self._connected.set()
                log.info("connected to Slack")
                return
            _shut(handler)
            log.warning("Slack cannot be reached (%s); next try in %d s", problem, wait)
            self._stop.wait(wait)
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)

    def _watch(self) -> None:
        """Return when the connection has to be made anew."""
        bad = 0
        while self._handler and not self._stop.wait(CHECK_EVERY_SECONDS):
            client = self._handler.client
            if not client.message_processor.is_alive():
                log.warning("the connection's message thread has ended; connecting anew")
                return
            bad = 0 if client.is_connected() else bad + 1
            if bad >= PATIENCE:
                log.warning("the connection has not come back by itself; connecting anew")
                return

    def _close(self) -> None:
        handler, self._handler = self._handler, None
        if handler:
            _shut(handler)


def _connect(handler: SocketModeHandler) -> str | None:
    """Open the connection; return what prevented it, None if nothing did."""
    try:
        handler.connect()  # type: ignore[no-untyped-call]
    except CALL_ERRORS as error:
        return outcome(error, attempts=1).error
    # slack_sdk only logs it when the web socket itself cannot be opened.
    return None if handler.client.is_connected() else "no web socket"


def _shut(handler: SocketModeHandler) -> None:
    handler.client.auto_reconnect_enabled = False
    _hang_up(handler.client.current_session)
    try:
        handler.close()  # type: ignore[no-untyped-call]
    except AttributeError:
        # slack_sdk 3.47 trips over a socket that goes away meanwhile, before it has ended its threads.
        handler.close()  # type: ignore[no-untyped-call]


def _hang_up(session: Connection | None) -> None:
    """Wake the thread that reads: until there is something to read, or for 3 s, it keeps the socket from closing."""
    open_socket = session.sock if session else None
    if open_socket is not None:
        # Already gone: then there is nobody to wake.
        with suppress(OSError):
            open_socket.shutdown(SHUT_RDWR)
