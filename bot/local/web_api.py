"""The Web API's front door: tokens, scopes, faults, and the shape of every answer."""

import asyncio
import dataclasses
import logging

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.local import api_chat, api_conversations, api_files, api_people, api_views
from bot.local.arguments import Arguments
from bot.local.errors import SlackError
from bot.local.faults import Faults
from bot.local.responses import Drop, Dropped, Silence
from bot.local.session import Method, Session
from bot.local.state import JsonObject

METHODS: dict[str, Method] = {
    **api_chat.METHODS,
    **api_conversations.METHODS,
    **api_files.METHODS,
    **api_people.METHODS,
    **api_views.METHODS,
}
DEFAULT_SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "users:read",
)
_RETRY_AFTER = 2

log = logging.getLogger(__name__)


class WebApi:
    """Answers /api/<method>."""

    def __init__(
        self, session: Session, faults: Faults, tokens: dict[str, str], *, drop: Drop, closing: asyncio.Event
    ) -> None:
        self._session = session
        self._faults = faults
        self._tokens = tokens
        self._drop = drop
        self._closing = closing

    async def endpoint(self, request: Request) -> Response:
        """Serve one call, with the fault planned for it, if any."""
        name = request.path_params["method"]
        body = await request.body()
        fault = self._faults.take(name)
        if fault == "drop_before":
            return Dropped(self._drop)
        if fault == "500":
            return PlainTextResponse("Internal Server Error", status_code=500)
        if fault == "ratelimited":
            return self._refusal(SlackError("ratelimited", status=429, retry_after=_RETRY_AFTER))
        answer = self._perform(name, request, body, lagging=fault == "lag")
        if fault == "drop_after":
            return Dropped(self._drop)
        if fault == "timeout":
            return Silence(self._drop, self._closing)
        if fault == "500_after":
            return PlainTextResponse("Internal Server Error", status_code=500)
        if fault == "internal_error":
            return self._refusal(SlackError("internal_error"))
        return answer

    def _perform(self, name: str, request: Request, body: bytes, *, lagging: bool) -> Response:
        try:
            content_type = request.headers.get("content-type", "")
            arguments = Arguments.read(request.url.query, body, content_type)
            method = self._admit(name, request.headers.get("authorization", ""), arguments)
            session = dataclasses.replace(self._session, lagging=lagging)
            with session.workspace.lock:
                return self._answer({"ok": True, **method.handle(session, arguments)})
        except SlackError as error:
            return self._refusal(error)

    def _admit(self, name: str, authorization: str, arguments: Arguments) -> Method:
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        if method.caller == "none":
            return method
        token = authorization.removeprefix("Bearer ").strip() or arguments.text("token")
        if not token:
            raise SlackError("not_authed")
        kind = self._tokens.get(token)
        if kind is None:
            raise SlackError("invalid_auth")
        if method.caller not in (kind, "any"):
            raise SlackError("not_allowed_token_type")
        if method.scopes:
            self._session.need(*method.scopes)
        return method

    def _refusal(self, error: SlackError) -> Response:
        log.debug("Refused with %s", error.code)
        answer = self._answer({"ok": False, "error": error.code, **error.fields}, error.status)
        if error.retry_after is not None:
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer

    def _answer(self, body: JsonObject, status: int = 200) -> Response:
        return JSONResponse(body, status, headers={"X-OAuth-Scopes": ",".join(sorted(self._session.scopes))})
