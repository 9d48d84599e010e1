"""The /_local/ JSON interface: what a person, a page or a test does and sees in the workspace."""

import asyncio
import logging
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.routing import Route

from bot.local.changes import Changes
from bot.local.errors import Refused
from bot.local.faults import Faults
from bot.local.gestures import Gestures
from bot.local.portrait import portrait, shown
from bot.local.requests import Body, Names, routes_of
from bot.local.state import JsonObject
from bot.local.timeline import Timeline
from bot.local.upkeep import Upkeep
from bot.local.workspace import Workspace

POLL_SECONDS = 25.0
log = logging.getLogger(__name__)


class Interface:
    """Each endpoint reads, calls one thing, and answers."""

    def __init__(
        self,
        workspace: Workspace,
        gestures: Gestures,
        faults: Faults,
        timeline: Timeline,
        changes: Changes,
        shortcuts: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self._workspace = workspace
        self._names = Names(workspace)
        self._gestures = gestures
        self._faults = faults
        self._timeline = timeline
        self._changes = changes
        self._shortcuts = shortcuts

    def routes(self) -> list[Route]:
        """Return the table of contents."""
        posts = (self.say, self.click, self.submit, self.close, self.shortcut, self.clock, self.faults)
        gets = (self.messages, self.views, self.home, self.state, self.events)
        return [
            *routes_of(posts, "POST"),
            *routes_of(Upkeep(self._workspace).handlers(), "POST"),
            *routes_of(gets, "GET"),
        ]

    async def say(self, request: Request) -> JsonObject:
        """Write a message or send a slash command."""
        body = await Body.read(request)
        user = self._names.actor(body.text("user"))
        channel = self._names.channel(body.text("channel"), user)
        text, thread_ts = body.text("text"), body.optional_text("thread_ts")
        if user.id not in channel.members:
            raise Refused(f"{user.name} is not in #{channel.name}.")
        if channel.is_archived:
            raise Refused(f"#{channel.name} is archived: nobody can write in it.")
        if not text.startswith("/"):
            return self._gestures.write(user, channel, text, self._names.thread(channel, thread_ts))
        if thread_ts is not None:
            command = text.split(maxsplit=1)[0]
            raise Refused(f"{command} is not supported in threads. Sorry!")
        return await self._gestures.command(user, channel, text)

    async def messages(self, request: Request) -> JsonObject:
        """List a conversation or a thread, oldest first; with `user`, as that person sees it."""
        query = Body(dict(request.query_params))
        name = query.optional_text("user")
        user = self._names.user(name) if name else None
        channel = self._names.channel(query.text("channel"), user)
        thread = self._names.thread(channel, query.optional_text("thread_ts"))
        with self._workspace.lock:
            held = self._workspace.messages.get(channel.id, [])
            found = [m for m in held if m.ephemeral_to is None or (user and m.ephemeral_to == user.id)]
            if thread is None:
                found = [m for m in found if m.in_channel]
            else:
                found = [m for m in found if thread.ts in (m.ts, m.thread_ts)]
            return {"messages": [shown(self._workspace, message) for message in found]}

    async def click(self, request: Request) -> JsonObject:
        """Press something in a message, or with `view_id` in a modal or Home tab; `values` are its inputs so far."""
        body = await Body.read(request)
        user, action_id = self._names.actor(body.text("user")), body.text("action_id")
        view_id, block_id, value = body.optional_text("view_id"), body.optional_text("block_id"), body.get("value")
        if view_id is not None:
            view, values = self._names.view(user, view_id), body.get("values")
            values = {} if values is None else values
            return await self._gestures.click_in_view(user, view, action_id, value, values, block_id)
        channel = self._names.channel(body.text("channel"), user)
        message = self._names.message(channel, body.text("ts"), user)
        return await self._gestures.click(user, channel, message, action_id, value, block_id)

    async def views(self, request: Request) -> JsonObject:
        """List a person's open modals, the uppermost last."""
        user = self._names.user(Body(dict(request.query_params)).text("user"))
        return {"views": self._workspace.views.stack(user.id)}

    async def submit(self, request: Request) -> JsonObject:
        """Submit a modal."""
        body = await Body.read(request)
        user = self._names.actor(body.text("user"))
        view = self._names.view(user, body.text("view_id"))
        if view["type"] != "modal":
            raise Refused("Only modals can be submitted.")
        return await self._gestures.submit(user, view, body.get("values", {}))

    async def close(self, request: Request) -> JsonObject:
        """Close a modal without submitting it; with `all` the ones below it too, as the × of Slack's modals does."""
        body = await Body.read(request)
        user = self._names.actor(body.text("user"))
        view = self._names.view(user, body.text("view_id"))
        if view["type"] != "modal":
            raise Refused("Only modals can be closed.")
        return await self._gestures.close(user, view, everything=body.get("all") is True)

    async def home(self, request: Request) -> JsonObject:
        """Open a person's Home tab; with `peek` only look at what was last published."""
        query = Body(dict(request.query_params))
        if query.get("peek"):
            return {"view": self._workspace.views.home(self._names.user(query.text("user")).id)}
        return await self._gestures.open_home(self._names.actor(query.text("user")))

    async def shortcut(self, request: Request) -> JsonObject:
        """Use a message shortcut."""
        body = await Body.read(request)
        user = self._names.actor(body.text("user"))
        channel = self._names.channel(body.text("channel"), user)
        message = self._names.message(channel, body.text("ts"), user)
        return await self._gestures.shortcut(user, channel, message, body.text("callback_id"))

    async def clock(self, request: Request) -> JsonObject:
        """Move the clock, by seconds or {"to": "next"}; answers once everything due by then was handled."""
        body = await Body.read(request)
        step = None if body.get("to") == "next" else timedelta(seconds=_seconds(body.get("advance_seconds")))
        try:
            upcoming = await asyncio.to_thread(self._move, step)
        except Refused:
            raise
        except Exception as error:  # the edge to the app: whatever its due work raises is its failure, told as such
            log.exception("The app failed while the clock moved")
            raise Refused(f"The app failed while the clock moved: {error}", 500) from error
        self._workspace.changed()
        return {"now": self._workspace.now().isoformat(), "next": _iso(upcoming)}

    def _move(self, step: timedelta | None) -> datetime | None:
        return self._timeline.advance_to_next() if step is None else self._timeline.advance(step)

    async def faults(self, request: Request) -> JsonObject:
        """Plan a fault."""
        body = await Body.read(request)
        self._faults.plan(body.text("method"), body.text("fault"), body.whole("times", 1))
        return {"ok": True}

    async def state(self, request: Request) -> JsonObject:
        """Describe the workspace."""
        with self._workspace.lock:
            return portrait(self._workspace, self._gestures.commands, self._shortcuts)

    async def events(self, request: Request) -> JsonObject:
        """Wait until something changed since the count `since`, for `seconds`, 25 at most."""
        try:
            since = int(request.query_params.get("since", "-1"))
            seconds = float(request.query_params.get("seconds", POLL_SECONDS))
        except ValueError:
            raise Refused("since and seconds must be numbers.") from None
        return {"count": await self._changes.wait(since, min(max(seconds, 0.0), POLL_SECONDS))}


def _seconds(value: object) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not abs(value) < 10**9:
        raise Refused('advance_seconds must be a number of seconds, or say {"to": "next"}.')
    return float(value)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
