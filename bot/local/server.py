"""The local workspace as a whole: its parts, its port, its thread."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from bot.local.answers import Answers
from bot.local.changes import Changes
from bot.local.clock import MovableClock
from bot.local.deliveries import Deliveries
from bot.local.events import DEFAULT_SUBSCRIPTIONS
from bot.local.faults import Faults
from bot.local.files import Files
from bot.local.gestures import Gestures
from bot.local.guard import Guard
from bot.local.interface import Interface
from bot.local.pace import Pace
from bot.local.pages import page_routes
from bot.local.serving import HOST, ServerThread
from bot.local.session import Session
from bot.local.signed_http import SignedHttp
from bot.local.sockets import SocketMode
from bot.local.timeline import RunDue, Timeline
from bot.local.transport import ACK_SECONDS
from bot.local.web_api import DEFAULT_SCOPES, METHODS, WebApi
from bot.local.workspace import Workspace

BOT_TOKEN = "xoxb-local-bot"  # noqa: S105 - opens nothing but this workspace
APP_TOKEN = "xapp-local-app"  # noqa: S105
SIGNING_SECRET = "local-signing-secret"  # noqa: S105


class LocalSlack:
    """A strict Slack workspace on 127.0.0.1.

    `request_url` makes it deliver by signed HTTP instead of Socket Mode. `run_due` is the app's "do everything
    that is due at clock.now() and tell when the next thing is due (aware, UTC) or None"; it is called whenever the
    clock is moved, on another thread than the server's, and may be set later. `commands` and `shortcuts` are
    (name or callback_id, hint or title). LocalPortTaken when `port` is not free; 0 takes any.
    """

    def __init__(
        self,
        *,
        clock: MovableClock,
        port: int = 0,
        request_url: str | None = None,
        signing_secret: str = SIGNING_SECRET,
        bot_token: str = BOT_TOKEN,
        app_token: str = APP_TOKEN,
        bot_scopes: Sequence[str] = DEFAULT_SCOPES,
        subscriptions: Sequence[str] = DEFAULT_SUBSCRIPTIONS,
        commands: Sequence[tuple[str, str]] = (),
        shortcuts: Sequence[tuple[str, str]] = (),
        run_due: RunDue | None = None,
        acknowledge_within: float = ACK_SECONDS,
    ) -> None:
        self.clock = clock
        self.bot_token = bot_token
        self.app_token = app_token
        self.signing_secret = signing_secret
        self.workspace = Workspace(clock)
        self.faults = Faults(METHODS)
        self.sockets = SocketMode(acknowledge_within)
        self._server = ServerThread(port)
        self._changes = Changes()
        self._signed = SignedHttp(request_url, signing_secret, acknowledge_within) if request_url else None
        self._deliveries = Deliveries(clock, self._signed or self.sockets, self.faults, subscriptions)
        self._timeline = Timeline(clock, self.settle, self._deliveries.next_retry)
        self._timeline.run_due = run_due
        self._app = self._assemble(frozenset(bot_scopes), commands, shortcuts)

    @property
    def url(self) -> str:
        """The page's address, without a slash at the end."""
        return f"http://{HOST}:{self._server.port}"

    @property
    def api_url(self) -> str:
        """The Web API's base, for WebClient(base_url=…) and SLACK_API_URL."""
        return f"{self.url}/api/"

    @property
    def run_due(self) -> RunDue | None:
        """What the app does when the clock moves."""
        return self._timeline.run_due

    @run_due.setter
    def run_due(self, run_due: RunDue | None) -> None:
        self._timeline.run_due = run_due

    def start(self) -> Self:
        """Listen, and return once requests are answered."""
        self.sockets.on_connect = self._deliveries.wake
        self.workspace.emit = lambda event: self._server.soon(self._deliveries.publish, event)
        self.workspace.changed = lambda: self._server.soon(self._changes.bump)
        self._server.start(self._app, self._deliveries.run)
        return self

    def stop(self) -> None:
        """End every connection, thread and socket; stopping twice is harmless."""
        self._server.stop(self._changes.close, self.sockets.drop)
        if self._signed is not None:
            self._signed.close()

    def advance(self, seconds: float) -> datetime | None:
        """Move the clock, doing everything that falls due on the way; return what is due next, or None."""
        return self._timeline.advance(timedelta(seconds=seconds))

    def settle(self) -> None:
        """Return when no delivery is on its way any more."""
        self._server.wait(self._deliveries.settle)

    def refresh_sockets(self) -> None:
        """Ask the app to reconnect its web sockets, as Slack does every few hours."""
        self._server.wait(self.sockets.refresh)

    def drop_sockets(self) -> None:
        """Close the app's web sockets from this side."""
        self._server.wait(self.sockets.drop)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _assemble(
        self,
        scopes: frozenset[str],
        commands: Sequence[tuple[str, str]],
        shortcuts: Sequence[tuple[str, str]],
    ) -> Guard:
        drop = self._server.drop
        files = Files(self.url)
        session = Session(self.workspace, scopes, self.url, self.sockets.issue_ticket, Pace(), files)
        tokens = {self.bot_token: "bot", self.app_token: "app"}
        api = WebApi(session, self.faults, tokens, drop=drop, closing=self._server.closing)
        answers = Answers(self.workspace, self.faults, drop)
        gestures = Gestures(self.workspace, self._deliveries, answers, self.url, commands)
        interface = Interface(self.workspace, gestures, self.faults, self._timeline, self._changes, tuple(shortcuts))
        routes = [
            Route("/api/{method}", api.endpoint, methods=["GET", "POST"]),
            Route("/response/{token}", answers.endpoint, methods=["POST"]),
            WebSocketRoute("/link", self.sockets.endpoint),
            *interface.routes(),
            *files.routes(),
            *page_routes(),
        ]
        return Guard(Starlette(routes=routes), self._server.port)
