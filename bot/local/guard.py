"""Who may speak to a server without a password: programs on this machine and its own page, no website."""

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

_HOSTS = ("127.0.0.1", "localhost")


class Guard:
    """Refuses foreign Host headers (DNS rebinding) and foreign Origins on all that changes something."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._origins = {f"http://{host}:{port}" for host in _HOSTS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 403."""
        reason = self._refusal(scope)
        if reason is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(1008)(scope, receive, send)
        else:
            await JSONResponse({"error": reason}, 403)(scope, receive, send)

    def _refusal(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        # slack_sdk's web socket client sends the host without the port.
        if headers.get("host", "").partition(":")[0] not in _HOSTS:
            return "This workspace answers on 127.0.0.1 and localhost only."
        origin = headers.get("origin")
        reading = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        if origin is not None and origin not in self._origins and not reading:
            return "Other websites may not act in this workspace."
        return None
