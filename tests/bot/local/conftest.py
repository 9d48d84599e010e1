"""A workspace for each module of tests, and a real Bolt app that records what it is given."""

import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient

from bot.local.clock import MovableClock
from bot.local.person import Person
from bot.local.server import LocalSlack
from bot.local.web_api import DEFAULT_SCOPES

COMMANDS = (("/candor", "ask a question"), ("/candor-updates", "weekly updates"))
SCOPES = (*DEFAULT_SCOPES, "channels:join", "reactions:write")
SUBSCRIPTIONS = (
    "app_mention",
    "message.channels",
    "message.groups",
    "message.im",
    "app_home_opened",
    "member_joined_channel",
    "user_change",
)


class Recorder:
    """A Bolt app that keeps what it hears and does what a test tells it to, by kind of request."""

    def __init__(self, client: WebClient, **options: Any) -> None:
        self.app = App(client=client, process_before_response=True, ignoring_self_events_enabled=False, **options)
        self.client = client
        self.heard: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
        self.react: dict[str, Callable[..., None]] = {}
        self._news = threading.Condition()
        for name in ("message", "app_mention", "app_home_opened", "member_joined_channel", "user_change"):
            self.app.event(name)(self._listener(name))
        self.app.command(re.compile("/.*"))(self._listener("command"))
        self.app.action(re.compile(".*"))(self._listener("action"))
        self.app.view(re.compile(".*"))(self._listener("view"))
        self.app.view_closed(re.compile(".*"))(self._listener("closed"))
        self.app.shortcut(re.compile(".*"))(self._listener("shortcut"))

    def _listener(self, kind: str) -> Callable[..., None]:
        def listen(ack: Any, body: dict[str, Any], request: Any, respond: Any) -> None:
            with self._news:
                self.heard.append((kind, body, dict(request.headers)))
                self._news.notify_all()
            self.react.get(kind, lambda ack, body, respond: ack())(ack, body, respond)

        return listen

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        return [body for heard, body, _ in list(self.heard) if heard == kind]

    def wait(self, kind: str, count: int = 1, seconds: float = 8) -> list[dict[str, Any]]:
        with self._news:
            done = self._news.wait_for(lambda: len(self.bodies(kind)) >= count, seconds)
        assert done, f"heard {[kind for kind, _, _ in self.heard]}"
        return self.bodies(kind)

    def forget(self) -> None:
        self.heard.clear()
        self.react.clear()


def client_of(slack: LocalSlack) -> WebClient:
    return WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=5)


@contextlib.contextmanager
def socket_app(slack: LocalSlack) -> Iterator[Recorder]:
    """A recorder connected by Socket Mode."""
    recorder = Recorder(client_of(slack))
    handler = SocketModeHandler(recorder.app, slack.app_token)
    handler.connect()
    try:
        yield recorder
    finally:
        # Dropped from the server's side, or the client sits out its three-second receive timeout.
        handler.client.auto_reconnect_enabled = handler.client.default_auto_reconnect_enabled = False
        slack.drop_sockets()
        # close() trips over a socket that goes away while it looks.
        eventually(lambda: not handler.client.is_connected())
        # Its queue is read with a second's timeout; a last message ends that wait.
        handler.client.closed = True
        handler.client.message_queue.put(None)
        handler.close()


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = False


class _Quiet(WSGIRequestHandler):
    def log_message(self, *words: object) -> None:
        pass


@contextlib.contextmanager
def http_app(signing_secret: str) -> Iterator[tuple[str, Callable[[LocalSlack], Recorder]]]:
    """A WSGI server for a recorder that can only be made once the workspace, which needs the address, exists."""
    held: dict[str, Any] = {}
    server = make_server(
        "127.0.0.1", 0, lambda env, start: held["app"](env, start), server_class=_Threaded, handler_class=_Quiet
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()

    def connect(slack: LocalSlack) -> Recorder:
        recorder = Recorder(client_of(slack), signing_secret=signing_secret)
        held["app"] = SlackRequestHandler(recorder.app)
        return recorder

    try:
        yield f"http://127.0.0.1:{server.server_port}/slack/events", connect
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(
        clock=MovableClock(),
        commands=COMMANDS,
        shortcuts=(("review", "Review this draft"),),
        bot_scopes=SCOPES,
        subscriptions=SUBSCRIPTIONS,
        acknowledge_within=0.6,
    ) as running:
        yield running


@pytest.fixture(autouse=True)
def an_hour_later(request: pytest.FixtureRequest) -> None:
    """Tests of one module share a workspace: an hour between them lets the pace of posting recover."""
    if "slack" in request.fixturenames:
        request.getfixturevalue("slack").clock.advance(timedelta(hours=1))


@pytest.fixture
def api(slack: LocalSlack) -> WebClient:
    return client_of(slack)


@pytest.fixture
def ada(slack: LocalSlack) -> Person:
    return Person(slack.url, "ada")


@pytest.fixture
def show(slack: LocalSlack, api: WebClient) -> Callable[..., dict[str, Any]]:
    """Open a modal before Ada."""
    return lambda *blocks, **more: api.views_open(
        trigger_id=slack.workspace.triggers.issue("U0ADA0001"), view=modal(*blocks, **more)
    )["view"]


@pytest.fixture(scope="module")
def connected(slack: LocalSlack) -> Iterator[Recorder]:
    with socket_app(slack) as recorder:
        yield recorder


@pytest.fixture
def bolt(slack: LocalSlack, connected: Recorder) -> Iterator[Recorder]:
    slack.settle()
    connected.forget()
    yield connected
    connected.forget()


def eventually(condition: Callable[[], bool], seconds: float = 5) -> None:
    """Return once `condition` holds."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        pause.wait(0.01)


def section(text: str = "hello") -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(action_id: str = "go", value: str | None = None, **more: Any) -> dict[str, Any]:
    held = {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": "Go"}, **more}
    return held | ({"value": value} if value else {})


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    title = {"type": "plain_text", "text": "A modal"}
    submit = {"type": "plain_text", "text": "Send"}
    return {"type": "modal", "title": title, "submit": submit, "blocks": list(blocks) or [section()], **more}


def field(block_id: str, element, **more):
    label = {"type": "plain_text", "text": block_id}
    return {"type": "input", "block_id": block_id, "label": label, "element": {"action_id": "a", **element}, **more}


def row(*elements, block_id: str = "row"):
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def option(value: str):
    return {"text": {"type": "plain_text", "text": value.title()}, "value": value}
