"""Files: a place that waits for the bytes, the upload, and the file as messages show it; and where people get it."""

import mimetypes
import secrets
from dataclasses import dataclass
from pathlib import PurePath
from threading import Lock
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.local.errors import SlackError
from bot.local.state import BOT_USER_ID, TEAM_ID, JsonObject

# Slack takes 1 GB; this workspace holds all in memory.
LARGEST = 50_000_000


@dataclass
class File:
    """A file from its announcement on; without content until it was uploaded, `shared` once it was completed."""

    id: str
    ticket: str
    name: str
    size: int
    title: str = ""
    content: bytes | None = None
    shared: bool = False

    @property
    def mimetype(self) -> str:
        """What the name says it is."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


class Files:
    """All files of the workspace."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._files: dict[str, File] = {}
        self._lock = Lock()

    def announce(self, name: str, size: int) -> tuple[str, str]:
        """Return the id of a file to come, and the address to which its bytes are posted."""
        made = File(f"F{secrets.token_hex(5).upper()}", secrets.token_urlsafe(18), name, size)
        with self._lock:
            self._files[made.id] = made
        return made.id, f"{self._base_url}/upload/v1/{made.ticket}"

    def complete(self, wanted: list[tuple[str, str]]) -> list[File]:
        """Return the files for (id, title) pairs, all of them uploaded and none completed before; else SlackError."""
        with self._lock:
            found = [self._files.get(file_id) for file_id, _ in wanted]
            whole = [each for each in found if each is not None and each.content is not None and not each.shared]
            if len({each.id for each in whole}) != len(wanted):
                raise SlackError("file_not_found")
            for each, (_, title) in zip(whole, wanted, strict=True):
                each.title, each.shared = title or each.name, True
            return whole

    def describe(self, file: File) -> JsonObject:
        """Return a file as messages carry it."""
        address = f"{self._base_url}/_local/file?id={file.id}"
        return {
            "id": file.id,
            "name": file.name,
            "title": file.title,
            "mimetype": file.mimetype,
            "filetype": PurePath(file.name).suffix.removeprefix("."),
            "size": file.size,
            "user": BOT_USER_ID,
            "user_team": TEAM_ID,
            "mode": "hosted",
            "is_external": False,
            "url_private": address,
            "url_private_download": address,
        }

    def routes(self) -> list[Route]:
        """Return where bytes are posted and where people download them."""
        return [
            Route("/upload/v1/{ticket}", self._receive, methods=["POST"]),
            Route("/_local/file", self._download, methods=["GET"]),
        ]

    async def _receive(self, request: Request) -> Response:
        content, ticket = await request.body(), request.path_params["ticket"]
        with self._lock:
            file = next((each for each in self._files.values() if each.ticket == ticket), None)
            if file is None or file.content is not None:
                return PlainTextResponse("Not found", status_code=404)
            if len(content) != file.size:
                return PlainTextResponse(f"{file.size} bytes were announced, not {len(content)}", status_code=400)
            file.content = content
        return PlainTextResponse(f"OK - {file.size}")

    async def _download(self, request: Request) -> Response:
        with self._lock:
            file = self._files.get(request.query_params.get("id", ""))
        if file is None or file.content is None or not file.shared:
            return JSONResponse({"error": "There is no such file in this workspace."}, 404)
        # Always saved, never shown: what the app uploads must not run as a page of this address.
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(file.content, headers=headers, media_type=file.mimetype)
