"""The real app beside the strict local workspace: what scenarios do and see, over HTTP only."""

import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from socketserver import ThreadingMixIn
from threading import Thread
from urllib.parse import urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from zoneinfo import ZoneInfo

from slack_sdk import WebClient

from bot.app import build, secret, slack_client
from bot.cli.local import connected_to
from bot.cli.web import site
from bot.local.clock import MovableClock
from bot.local.events import DEFAULT_SUBSCRIPTIONS
from bot.local.server import LocalSlack
from bot.local.web_api import DEFAULT_SCOPES
from bot.socket import Socket
from bot.storage.tables import series, sessions
from bot.updates.programme import load_programme
from config.settings import load_settings

HOUR, DAY, WEEK = 3600, 86_400, 604_800
MONDAY = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)
# Longer than the pace of a channel and a rate limit of the workspace, shorter than the wait before a history is read.
A_WHILE = 5
SOON = 20


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *_args):
        pass


class ThreadedServer(ThreadingMixIn, WSGIServer):
    """Serves requests side by side, as gunicorn's threads do."""

    daemon_threads = False


class Workspace:
    """A workspace with the app in it, over Socket Mode or, with `over="http"`, signed requests."""

    def __init__(
        self, knowledge, database_url, *, over="socket", starts_at=None, patience=2, scopes=DEFAULT_SCOPES,
        subscriptions=DEFAULT_SUBSCRIPTIONS, **settings,
    ):  # fmt: skip
        offset = (starts_at - datetime.now(UTC)) if starts_at else None
        self.clock = MovableClock(offset) if offset else MovableClock()
        self.over = over
        self.knowledge = knowledge
        self.patience = patience
        self._server = self._serving = self.socket = self.candor = None
        self._port = _free_port() if over == "http" else None
        self.request_url = url = f"http://127.0.0.1:{self._port}/slack/events" if over == "http" else None
        self.slack = LocalSlack(clock=self.clock, request_url=url, bot_scopes=scopes, subscriptions=subscriptions)
        self.slack.start()
        self.settings = connected_to(self.slack, load_settings(**settings), database_url)
        self.programme = load_programme(self.settings.programme)

    # The app's life

    def start_app(self):
        client = slack_client(self.settings)
        hasty = self.patience and WebClient(
            token=client.token, base_url=client.base_url, timeout=self.patience, retry_handlers=[]
        )
        self.candor = build(self.settings, clock=self.clock, slack=hasty or None, load=lambda: self.knowledge)
        self.slack.run_due = self.candor.runner.run_due
        self.candor.start()
        if self.over == "http":
            self._server = make_server(
                "127.0.0.1", self._port, site(self.candor), ThreadedServer, handler_class=QuietHandler
            )
            self._serving = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
            self._serving.start()
        else:
            self.socket = Socket(self.candor.app, secret(self.settings.slack_app_token), client)
            self.socket.start()
            assert self.socket.wait_connected(SOON)
            wait_for(self.slack.sockets.reachable, "the connection")
        return self

    def stop_app(self):
        """End the app as SIGTERM does; its database stays."""
        if self.candor is None:
            return
        self.slack.run_due = None
        if self._server:
            self._server.shutdown()
            self._serving.join()
            self._server.server_close()
        else:
            self.socket.stop()
        self.candor.stop()
        self.candor = self._server = self.socket = None

    def close(self):
        self.stop_app()
        self.slack.stop()

    # What people do

    def say(self, user, channel, text, thread_ts=None):
        more = {"thread_ts": thread_ts} if thread_ts else {}
        return self._post("say", user=user, channel=channel, text=text, **more)

    def ask(self, user, channel, text, thread_ts=None):
        """Write a message and wait until the app is done with it; return its ts."""
        ts = self.say(user, channel, text, thread_ts)["ts"]
        self.settle()
        return ts

    def start_series(self, text, *, user="ben", channel="general"):
        """Start weekly updates; return the series' number and the answer."""
        answer = self.say(user, channel, f"/candor-updates start {text}")
        return max(row.id for row in self.rows(series)), answer

    def click(self, user, channel, ts, action_id, value=None):
        more = {} if value is None else {"value": value}
        return self._post("click", user=user, channel=channel, ts=ts, action_id=action_id, **more)

    def shortcut(self, user, channel, ts, callback_id):
        return self._post("shortcut", user=user, channel=channel, ts=ts, callback_id=callback_id)

    def submit(self, user, view_id, values=None):
        """Submit a modal; values by block_id and action_id, those not named stay as they are."""
        return self._post("submit", user=user, view_id=view_id, values=values or {})

    def click_in_view(self, user, view_id, action_id, value=None, values=None):
        """Press a button or choose an option in a modal or Home tab; `values` are the inputs typed so far."""
        place = {"view_id": view_id, "action_id": action_id}
        return self._post("click", user=user, **place, value=value, values=values or {})

    def close_view(self, user, view_id, everything=False):
        return self._post("close", user=user, view_id=view_id, all=everything)

    def delete(self, user, channel, ts):
        """Take a message away: one's own; as an admin (ada), anybody's."""
        return self._post("delete", user=user, channel=channel, ts=ts)

    def deactivate(self, user):
        """Let somebody leave the workspace; `reactivate` brings them back."""
        return self._post("deactivate", user=user)

    def reactivate(self, user):
        return self._post("reactivate", user=user)

    def invite(self, channel, user="ada"):
        return self._post("invite", user=user, channel=channel)

    def fault(self, method, fault, times=1):
        self._post("faults", method=method, fault=fault, times=times)

    def advance(self, seconds):
        """Move the clock; everything due by then has been handled when this returns."""
        return self._post("clock", advance_seconds=seconds)

    def settle(self):
        self.advance(A_WHILE)

    def advance_to(self, moment):
        self.advance((moment - self.clock.now()).total_seconds())

    # What there is to see

    def messages(self, channel, thread_ts=None, user=None):
        given = {"channel": channel, "thread_ts": thread_ts, "user": user}
        query = urlencode({name: value for name, value in given.items() if value})
        return self._get(f"messages?{query}")["messages"]

    def views(self, user):
        """Return a person's open modals with what stands in them (state.values), the uppermost last."""
        return self._get(f"views?user={user}")["views"]

    def download(self, file):
        """Return the bytes of a file as messages have them under `files`."""
        with urllib.request.urlopen(file["url_private"], timeout=60) as answer:
            return answer.read()

    def from_candor(self, channel, thread_ts=None, user=None):
        return [each for each in self.messages(channel, thread_ts, user) if each["user"] == "U0CANDOR1"]

    def posts(self, title, channel="general"):
        """Return what the bot posted to a channel about the series called `title`."""
        return [each for each in self.from_candor(channel) if title in words(each)]

    def steps(self, step, channel="general", user=None):
        """Return the messages of one step of any session or series: "reminder", "update", "missed", "closing" …"""
        found = self.from_candor(channel, user=user)
        keys = [(((each.get("metadata") or {}).get("event_payload")) or {}).get("key", "") for each in found]
        return [each for each, key in zip(found, keys, strict=True) if step in key.split(":")]

    def reminders(self, title, channel="general"):
        """Return the reminders that were posted to a channel about the series called `title`."""
        return [each for each in self.steps("reminder", channel) if title in words(each)]

    def direct(self, user):
        """Return the texts of what the bot wrote to a person, outside of threads."""
        return [words(each) for each in self.from_candor("dm", user=user)]

    def the_only_reply(self, channel, ts, user=None):
        """Return the one message of the bot in the thread of `ts`; none or two fail the test."""
        return the_only(self.from_candor(channel, thread_ts=ts, user=user))

    def the_only_private(self, user, channel):
        return the_only([each for each in self.from_candor(channel, user=user) if each.get("ephemeral_to")])

    def local_time(self, message, zone):
        return datetime.fromtimestamp(float(message["ts"]), ZoneInfo(zone))

    @property
    def broadcasts(self):
        return self._get("state")["broadcasts"]

    def rows(self, table):
        with self.candor.database.read() as connection:
            return connection.execute(table.select()).all()

    def first_session(self, number):
        return min(row.due_at for row in self.rows(sessions) if row.series_id == number)

    def _post(self, name, **body):
        data = json.dumps(body).encode()
        request = urllib.request.Request(f"{self.slack.url}/_local/{name}", data, {"Content-Type": "application/json"})
        return _read(request)

    def _get(self, path):
        return _read(urllib.request.Request(f"{self.slack.url}/_local/{path}"))


def the_only(messages):
    assert len(messages) == 1, [words(each) for each in messages]
    return messages[0]


def words(message):
    """Return all the text that a message or a command's answer shows, its notification text first."""
    return "\n".join([message.get("text") or "", *_texts(message.get("blocks") or [])])


def _texts(node):
    if isinstance(node, list):
        for each in node:
            yield from _texts(each)
    elif isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"]
        for each in node.values():
            yield from _texts(each) if isinstance(each, dict | list) else ()


def wait_for(condition: Callable[[], object], what: str, seconds: float = SOON) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what} did not happen within {seconds} s"
        time.sleep(0.01)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _read(request):
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error, suppress(ValueError):
            raise AssertionError(f"{request.full_url}: {error.code} {error.read().decode()}") from None
        raise
