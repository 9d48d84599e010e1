"""Modals and Home tabs: which are open, on top of which, and what state their inputs are in."""

import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from threading import RLock

from bot.local.blocks import held_blocks
from bot.local.errors import SlackError
from bot.local.state import APP_ID, BOT_ID, TEAM_ID, JsonObject
from bot.local.states import opened_in, shown

MOST_STACKED = 3
_DEFAULTS: JsonObject = {
    "private_metadata": "",
    "callback_id": "",
    "external_id": "",
    "clear_on_close": False,
    "notify_on_close": False,
    "close": None,
    "submit": None,
}


@dataclass
class OpenView:
    """A view somebody has before them, and what they put into it (block_id -> action_id -> state)."""

    user: str
    body: JsonObject
    typed: JsonObject = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Slack's view_id."""
        return str(self.body["id"])

    @property
    def filled(self) -> JsonObject:
        """The view as interactions carry it: with the state of all its inputs."""
        return {**self.body, "state": {"values": shown(self.body["blocks"], self.typed)}}


class Views:
    """Each person's stack of modals and their Home tab."""

    def __init__(self) -> None:
        self._stacks: dict[str, list[OpenView]] = {}
        self._homes: dict[str, OpenView] = {}
        self._lock = RLock()

    def stack(self, user: str) -> list[JsonObject]:
        """Return somebody's open modals, filled in as they are, the uppermost last."""
        with self._lock:
            return [view.filled for view in self._stacks.get(user, [])]

    def home(self, user: str) -> JsonObject | None:
        """Return what was last published to somebody's Home tab."""
        with self._lock:
            return self._homes[user].filled if user in self._homes else None

    def fill(self, view_id: str, values: JsonObject) -> None:
        """Note what stands in a view's inputs (block_id -> action_id -> state); forgotten when it was closed."""
        with suppress(SlackError), self._lock:
            self.find(view_id).typed = values

    def find(self, view_id: str | None, external_id: str | None = None) -> OpenView:
        """Return an open view; SlackError("not_found") when it was closed or never was."""
        with self._lock:
            stacked = [view for stack in self._stacks.values() for view in stack]
            for view in [*stacked, *self._homes.values()]:
                if view.id == view_id or (external_id and view.body["external_id"] == external_id):
                    return view
        raise SlackError("not_found")

    def open(self, user: str, view: JsonObject, channel: str | None = None) -> JsonObject:
        """Show a modal as the only one; `channel` is where its user was."""
        with self._lock:
            self._refuse_taken(view)
            fresh = OpenView(user, _fresh(view))
            fresh.typed = opened_in(fresh.body["blocks"], channel)
            self._stacks[user] = [fresh]
            return fresh.body

    def push(self, user: str, view: JsonObject) -> JsonObject:
        """Lay a modal on top; SlackError when three are open or none."""
        with self._lock:
            stack = self._stacks.get(user, [])
            if not stack:
                raise SlackError("not_found")
            if len(stack) >= MOST_STACKED:
                raise SlackError("push_limit_reached")
            self._refuse_taken(view)
            fresh = OpenView(user, _fresh(view, below=stack[-1].body))
            stack.append(fresh)
            return fresh.body

    def update(self, target: OpenView, view: JsonObject, expected_hash: str | None = None) -> JsonObject:
        """Put another content into a view, in which what was typed stays; SlackError("hash_conflict") when too late."""
        with self._lock:
            if expected_hash and expected_hash != target.body["hash"]:
                raise SlackError("hash_conflict")
            kept = {key: target.body[key] for key in ("id", "root_view_id", "previous_view_id")}
            # The untouched, too: what had an initial value keeps it, whatever the new view says.
            target.typed = shown(target.body["blocks"], target.typed)
            target.body = _fresh(view) | kept
            return target.body

    def publish(self, user: str, view: JsonObject, expected_hash: str | None = None) -> JsonObject:
        """Put a view on somebody's Home tab."""
        with self._lock:
            if user in self._homes:
                return self.update(self._homes[user], view, expected_hash)
            self._homes[user] = OpenView(user, _fresh(view))
            return self._homes[user].body

    def close(self, view_id: str) -> list[JsonObject]:
        """Close a modal and those above it; return the closed, the uppermost first."""
        with self._lock:
            for stack in self._stacks.values():
                for index, view in enumerate(stack):
                    if view.id == view_id:
                        closed = [each.filled for each in reversed(stack[index:])]
                        del stack[index:]
                        return closed
        return []

    def clear(self, user: str) -> None:
        """Close all of somebody's modals."""
        with self._lock:
            self._stacks.pop(user, None)

    def _refuse_taken(self, view: JsonObject) -> None:
        external = view.get("external_id")
        if external and any(v.body["external_id"] == external for s in self._stacks.values() for v in s):
            raise SlackError("duplicate_external_id")


def _fresh(view: JsonObject, below: JsonObject | None = None) -> JsonObject:
    view_id = f"V{secrets.token_hex(5).upper()}"
    return {
        **_DEFAULTS,
        **view,
        "id": view_id,
        "team_id": TEAM_ID,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
        "blocks": held_blocks(view["blocks"]),
        "hash": f"{secrets.randbelow(10**10)}.{secrets.token_hex(4)}",
        "state": {"values": {}},
        "root_view_id": below["root_view_id"] if below else view_id,
        "previous_view_id": below["id"] if below else None,
    }
