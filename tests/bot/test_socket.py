"""The Socket Mode connection: real slack_sdk, real web sockets, a Slack that comes and goes."""

import json
import socket
import time
import urllib.request
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot import socket as module
from bot.local.clock import MovableClock
from bot.local.server import APP_TOKEN, BOT_TOKEN, LocalSlack
from bot.socket import Socket

SOON = 10
STOP_SECONDS = 4


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(module, "FIRST_WAIT_SECONDS", 0.05)
    monkeypatch.setattr(module, "LONGEST_WAIT_SECONDS", 0.1)
    monkeypatch.setattr(module, "CHECK_EVERY_SECONDS", 0.05)
    monkeypatch.setattr(module, "SocketModeHandler", partial(SocketModeHandler, ping_interval=0.2))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, what):
    end = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < end, f"{what} did not happen within {SOON} s"
        time.sleep(0.01)


class Connection:
    """A Socket with an app that knows one command."""

    def __init__(self, port, app_token=APP_TOKEN):
        self.slack = None
        client = WebClient(token=BOT_TOKEN, base_url=f"http://127.0.0.1:{port}/api/", timeout=2, retry_handlers=[])
        app = App(client=client, process_before_response=True, token_verification_enabled=False, signing_secret="x")
        app.command("/ping")(lambda ack: ack("pong"))
        self.socket = Socket(app, app_token, client)

    def ping(self):
        body = json.dumps({"user": "ben", "channel": "general", "text": "/ping"}).encode()
        request = urllib.request.Request(f"{self.slack.url}/_local/say", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=SOON) as answer:
            return json.load(answer).get("text")

    def answers(self):
        return self.slack.sockets.reachable() and self.ping() == "pong"

    def stop(self):
        began = time.monotonic()
        self.socket.stop()
        assert time.monotonic() - began < STOP_SECONDS


@pytest.fixture
def connect():
    connections = []

    def connect(port, **more):
        connection = Connection(port, **more)
        connections.append(connection)
        connection.socket.start()
        return connection

    yield connect
    for connection in connections:
        connection.stop()


@pytest.fixture
def slack():
    with LocalSlack(clock=MovableClock()) as running:
        yield running


@pytest.fixture
def connected(slack, connect):
    connection = connect(int(slack.url.rsplit(":")[-1]))
    connection.slack = slack
    assert connection.socket.wait_connected(SOON)
    wait_for(lambda: slack.sockets.count == 1, "the connection")
    return connection


def test_commands_come_through(connected):
    assert connected.ping() == "pong"


def test_it_starts_while_slack_is_away_says_so_and_connects_when_slack_appears(connect, caplog):
    port = free_port()
    connection = connect(port)
    wait_for(lambda: "Slack cannot be reached (ConnectionRefusedError)" in caplog.text, "the warning")
    assert not connection.socket.wait_connected(0)
    with LocalSlack(clock=MovableClock(), port=port) as slack:
        connection.slack = slack
        assert connection.socket.wait_connected(SOON)
        wait_for(lambda: slack.sockets.count == 1, "the connection")
        assert connection.ping() == "pong"
        connection.stop()
        connection.slack = None


def test_a_wrong_token_is_named_and_tried_again(slack, connect, caplog):
    connection = connect(int(slack.url.rsplit(":")[-1]), app_token="xapp-wrong")
    wait_for(lambda: caplog.text.count("Slack cannot be reached (invalid_auth)") > 1, "the second warning")
    assert not connection.socket.wait_connected(0)


def test_it_reconnects_after_the_server_hung_up(connected, slack):
    slack.drop_sockets()
    wait_for(connected.answers, "the reconnection")


def test_it_reconnects_when_slack_asks_for_it(connected, slack):
    slack.refresh_sockets()
    wait_for(connected.answers, "the reconnection")


def test_a_refresh_that_fails_is_made_up_for_when_slack_hangs_up(connected, slack, caplog):
    slack.faults.plan("apps.connections.open", "drop_before", 1)
    slack.refresh_sockets()
    wait_for(lambda: "Failed to process a message" in caplog.text, "the failure")
    slack.drop_sockets()
    wait_for(connected.answers, "the reconnection")


def test_a_connection_whose_message_thread_died_is_replaced(connected, slack, caplog):
    client = connected.socket._handler.client
    client.closed = True
    client.message_processor.event.set()
    wait_for(lambda: "message thread has ended" in caplog.text, "noticing it")
    slack.drop_sockets()
    wait_for(connected.answers, "the replacement")


def test_a_connection_that_does_not_come_back_is_replaced(connected, slack, monkeypatch, caplog):
    monkeypatch.setattr(module, "PATIENCE", 2)
    connected.socket._handler.client.auto_reconnect_enabled = False
    slack.drop_sockets()
    wait_for(lambda: "has not come back by itself" in caplog.text, "noticing it")
    wait_for(connected.answers, "the replacement")


class WithoutSockets(BaseHTTPRequestHandler):
    """A Slack behind a proxy that lets HTTP through but no web sockets."""

    def do_POST(self):
        body = json.dumps({"ok": True, "url": f"ws://127.0.0.1:{free_port()}/link"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_a_web_socket_that_cannot_be_opened_is_no_connection(connect, caplog):
    with HTTPServer(("127.0.0.1", 0), WithoutSockets) as server:
        serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            connection = connect(server.server_port)
            wait_for(lambda: caplog.text.count("Slack cannot be reached (no web socket)") > 1, "the second warning")
            assert not connection.socket.wait_connected(0)
            connection.stop()
        finally:
            server.shutdown()
            serving.join()


class Tripping:
    """What slack_sdk does when the socket goes away while it closes it."""

    def __init__(self):
        self.calls = 0
        self.client = SimpleNamespace(auto_reconnect_enabled=True, current_session=None)

    def close(self):
        self.calls += 1
        if self.calls == 1:
            raise AttributeError("'NoneType' object has no attribute 'close'")


def test_a_close_that_slack_sdk_trips_over_is_done_again():
    handler = Tripping()
    module._shut(handler)
    assert handler.calls == 2
    assert not handler.client.auto_reconnect_enabled
