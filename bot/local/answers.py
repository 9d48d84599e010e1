"""Answers of the app to commands and clicks: what is shown, replaced or taken away, and to whom."""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.local.arguments import Arguments
from bot.local.errors import SlackError
from bot.local.faults import RESPONSE_URL, Faults
from bot.local.limits import check_message, check_metadata
from bot.local.responses import Drop, Dropped
from bot.local.state import Channel, Json, JsonObject, Message
from bot.local.tickets import ResponseUrl
from bot.local.workspace import Draft, Workspace

_FLAGS = ("replace_original", "delete_original")


class Answers:
    """Carries out what an ack's body or a response_url's body asks for."""

    def __init__(self, workspace: Workspace, faults: Faults, drop: Drop) -> None:
        self._workspace = workspace
        self._faults = faults
        self._drop = drop

    async def endpoint(self, request: Request) -> Response:
        """Serve POST /response/<token>, which needs no access token and no membership."""
        body = await request.body()
        fault = self._faults.take(RESPONSE_URL)
        if fault == "drop_before":
            return Dropped(self._drop)
        if fault in ("500", "ratelimited"):
            return PlainTextResponse("error", status_code=429 if fault == "ratelimited" else 500)
        try:
            answer = Arguments.read("", body, request.headers.get("content-type", ""))
            self.apply(self._workspace.response_urls.use(request.path_params["token"]), answer)
        except SlackError as error:
            status = error.status if error.status != 200 else 400
            return JSONResponse({"ok": False, "error": error.code, **error.fields}, status)
        if fault is not None:
            return Dropped(self._drop)
        return PlainTextResponse("ok")

    def acknowledged(self, token: str, body: JsonObject) -> None:
        """Show what the ack itself said, if it said anything; SlackError when Slack could not."""
        if body.get("text") or body.get("blocks") or any(body.get(flag) for flag in _FLAGS):
            self.apply(self._workspace.response_urls.peek(token), Arguments(body))

    def fail(self, channel: Channel, user: str, text: str, thread_ts: str | None = None) -> None:
        """Tell somebody that the app did not answer, as Slackbot would."""
        draft = Draft(text, thread_ts=thread_ts)
        self._workspace.post(channel, self._workspace.bot, draft, ephemeral_to=user)

    def apply(self, permit: ResponseUrl, answer: Arguments) -> None:
        """Post, replace or delete."""
        channel = self._workspace.channels[permit.channel]
        original = self._original(channel, permit)
        if answer.flag("delete_original"):
            if original is not None:
                self._workspace.delete(original)
            return
        draft = _read(answer)
        if answer.flag("replace_original") and original is not None:
            metadata = draft.metadata if "metadata" in answer else original.metadata
            self._workspace.edit(original, Draft(draft.text, draft.blocks, metadata=metadata))
            return
        public = answer.text("response_type") == "in_channel"
        posted = self._workspace.post(channel, self._workspace.bot, draft, ephemeral_to=None if public else permit.user)
        permit.original_ts = permit.original_ts or posted.ts

    def _original(self, channel: Channel, permit: ResponseUrl) -> Message | None:
        if permit.original_ts is None:
            return None
        return self._workspace.message(channel, permit.original_ts, viewer=permit.user)


def _read(answer: Arguments) -> Draft:
    text = answer.text("text")
    blocks: Json = check_message(text, answer.structure("blocks", "invalid_blocks_format"))
    metadata = check_metadata(answer.structure("metadata", "invalid_metadata_format"))
    return Draft(text, blocks, answer.text("thread_ts") or None, metadata)
