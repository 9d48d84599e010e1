"""Socket Mode: the app's open web sockets, and which of them gets the next envelope."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.local.state import APP_ID, JsonObject
from bot.local.transport import ACK_SECONDS, Ack, Kind, Retry
from bot.local.wire import read_json

_HELLO_SECONDS = 18_060
_POLICY_VIOLATION = 1008


@dataclass(eq=False)
class Connection:
    """One web socket; `leaving` when the app was asked to reconnect, so it gets nothing more."""

    socket: WebSocket
    waiting: dict[str, asyncio.Future[Ack]] = field(default_factory=dict)
    leaving: bool = False


class SocketMode:
    """Delivers over the app's web sockets, each envelope to one of them; lives on the server's event loop."""

    def __init__(self, acknowledge_within: float = ACK_SECONDS) -> None:
        self._acknowledge_within = acknowledge_within
        self._tickets: set[str] = set()
        self._connections: list[Connection] = []
        self.on_connect: Callable[[], None] = lambda: None

    def issue_ticket(self) -> str:
        """Return a ticket that admits one connection."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return ticket

    @property
    def count(self) -> int:
        """How many sockets are open."""
        return len(self._connections)

    def reachable(self) -> bool:
        """Tell whether a socket is open."""
        return bool(self._connections)

    async def endpoint(self, socket: WebSocket) -> None:
        """Serve one connection of the app until it ends."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await socket.close(_POLICY_VIOLATION)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        connection = Connection(socket)
        await socket.send_json(self._hello())
        self._connections.append(connection)
        self.on_connect()
        try:
            while True:
                _settle(connection, await socket.receive_text())
        except (WebSocketDisconnect, KeyError):
            # KeyError: starlette's receive_text on a binary frame, which no Slack client sends.
            pass
        finally:
            self._forget(connection)

    async def send(self, kind: Kind, payload: JsonObject, retry: Retry | None) -> Ack:
        """Deliver to one socket and wait for its acknowledgement."""
        connection = self._choose()
        if connection is None:
            return Ack(False, reason="connection_failed")
        envelope: JsonObject = {
            "envelope_id": f"{secrets.token_hex(8)}-{secrets.token_hex(8)}",
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope["retry_attempt"] = retry.attempt if retry else 0
            envelope["retry_reason"] = retry.reason if retry else ""
        answer: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = answer
        try:
            await connection.socket.send_json(envelope)
            return await asyncio.wait_for(answer, self._acknowledge_within)
        except TimeoutError:
            return Ack(False, reason="timeout")
        except (WebSocketDisconnect, RuntimeError):
            # starlette raises RuntimeError when the socket was closed a moment ago.
            return Ack(False, reason="connection_failed")
        finally:
            connection.waiting.pop(envelope["envelope_id"], None)

    async def refresh(self) -> None:
        """Ask the app to reconnect, as Slack does every few hours; old sockets get nothing more."""
        for connection in list(self._connections):
            connection.leaving = True
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await connection.socket.send_json({"type": "disconnect", "reason": "refresh_requested"})

    async def drop(self) -> None:
        """Close every socket from this side."""
        for connection in list(self._connections):
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await connection.socket.close()
            self._forget(connection)

    def _choose(self) -> Connection | None:
        staying = [c for c in self._connections if not c.leaving] or self._connections
        if not staying:
            return None
        chosen = staying[0]
        self._connections.remove(chosen)
        self._connections.append(chosen)
        return chosen

    def _forget(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
        for answer in connection.waiting.values():
            if not answer.done():
                answer.set_result(Ack(False, reason="connection_failed"))

    def _hello(self) -> JsonObject:
        return {
            "type": "hello",
            "num_connections": self.count + 1,
            "connection_info": {"app_id": APP_ID},
            "debug_info": {
                "host": "local",
                "build_number": 1,
                "approximate_connection_time": _HELLO_SECONDS,
            },
        }


def _settle(connection: Connection, text: str) -> None:
    try:
        answer = read_json(text)
    except ValueError:
        return
    if not isinstance(answer, dict):
        return
    waiting = connection.waiting.get(str(answer.get("envelope_id")))
    if waiting is not None and not waiting.done():
        payload = answer.get("payload")
        waiting.set_result(Ack(True, payload if isinstance(payload, dict) else {}))
