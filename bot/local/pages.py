"""The page people try Candor on: a few files, served as they are, with nothing from elsewhere."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

_FOLDER = Path(__file__).parent / "page"
ASSETS = ("page.css", "page.js", "api.js", "blocks.js", "composer.js", "messages.js", "modal.js", "mrkdwn.js")
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: https:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


async def _index(request: Request) -> Response:
    return FileResponse(_FOLDER / "index.html", headers=_HEADERS)


async def _asset(request: Request) -> Response:
    return FileResponse(_FOLDER / request.url.path.rpartition("/")[2], headers=_HEADERS)


def page_routes() -> list[Route]:
    """Return the page's addresses; permalinks (/archives/…) open the page too."""
    return [
        Route("/", _index),
        Route("/archives/{channel}/{message}", _index),
        *(Route(f"/page/{name}", _asset) for name in ASSETS),
    ]
