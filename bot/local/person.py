"""Somebody at the workspace, over HTTP: for tests and scripts that do what a person would do on the page."""

import json
import time
from collections.abc import Callable
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from bot.local.errors import LocalError, Refused
from bot.local.state import Json, JsonObject

_SECONDS = 60.0


class Person:
    """Acts as one user (id or name); what the workspace refuses is raised as Refused."""

    def __init__(self, url: str, name: str) -> None:
        self._server = urlsplit(url)
        self.name = name

    def say(self, channel: str, text: str, thread_ts: str | None = None) -> JsonObject:
        """Write a message ({"ts"}) or send a slash command (its answer)."""
        return self.post("say", user=self.name, channel=channel, text=text, thread_ts=thread_ts)

    def messages(self, channel: str, thread_ts: str | None = None) -> list[JsonObject]:
        """Return what this person sees in a channel or thread, oldest first."""
        found: list[JsonObject] = self.get("messages", user=self.name, channel=channel, thread_ts=thread_ts)["messages"]
        return found

    def click(self, channel: str, ts: str, action_id: str, value: Json = None) -> JsonObject:
        """Press a button or choose an option in a message."""
        return self.post("click", user=self.name, channel=channel, ts=ts, action_id=action_id, value=value)

    def click_in_view(self, view_id: str, action_id: str, value: Json = None, values: Json = None) -> JsonObject:
        """Press a button or choose an option in a modal or Home tab; `values` are the inputs typed so far."""
        return self.post("click", user=self.name, view_id=view_id, action_id=action_id, value=value, values=values)

    def views(self) -> list[JsonObject]:
        """Return the open modals with what stands in them (state.values), the uppermost last."""
        found: list[JsonObject] = self.get("views", user=self.name)["views"]
        return found

    def submit(self, view_id: str, values: Json = None) -> JsonObject:
        """Submit a modal; values by block_id and action_id, those not named stay as they are."""
        return self.post("submit", user=self.name, view_id=view_id, values={} if values is None else values)

    def close(self, view_id: str, *, everything: bool = False) -> JsonObject:
        """Close a modal without submitting it; with `everything` the whole stack."""
        return self.post("close", user=self.name, view_id=view_id, all=everything)

    def delete(self, channel: str, ts: str) -> JsonObject:
        """Take a message away: one's own; as an admin, anybody's."""
        return self.post("delete", user=self.name, channel=channel, ts=ts)

    def deactivate(self) -> JsonObject:
        """Leave the workspace: whatever this person does from now on is refused."""
        return self.post("deactivate", user=self.name)

    def reactivate(self) -> JsonObject:
        """Come back."""
        return self.post("reactivate", user=self.name)

    def home(self) -> JsonObject | None:
        """Open the Home tab and return its view."""
        found: JsonObject | None = self.get("home", user=self.name)["view"]
        return found

    def wait_for(
        self,
        channel: str,
        condition: Callable[[list[JsonObject]], bool],
        *,
        thread_ts: str | None = None,
        seconds: float = 5.0,
    ) -> list[JsonObject]:
        """Return a channel's or thread's messages once they satisfy `condition`; LocalError after `seconds`."""
        deadline = time.monotonic() + seconds
        count = -1
        while True:
            count = self.get("events", since=count, seconds=max(0.0, deadline - time.monotonic()))["count"]
            found = self.messages(channel, thread_ts)
            if condition(found):
                return found
            if time.monotonic() >= deadline:
                raise LocalError(f"Not so after {seconds} s in {channel}: {[m['text'] for m in found]}")

    def post(self, endpoint: str, **fields: Json) -> JsonObject:
        """Call a POST endpoint of the /_local/ interface."""
        return self._call("POST", f"/_local/{endpoint}", json.dumps(fields))

    def get(self, endpoint: str, **query: Json) -> JsonObject:
        """Call a GET endpoint of the /_local/ interface."""
        given = {key: value for key, value in query.items() if value is not None}
        return self._call("GET", f"/_local/{endpoint}?{urlencode(given)}", None)

    def _call(self, verb: str, path: str, body: str | None) -> JsonObject:
        connection = HTTPConnection(self._server.hostname or "", self._server.port, timeout=_SECONDS)
        try:
            connection.request(verb, path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer: JsonObject = json.loads(response.read())
        finally:
            connection.close()
        if response.status >= 400:
            reason = str(answer.pop("error", response.reason))
            raise Refused(reason, response.status, **answer)
        return answer
