"""Reading requests of the page: JSON bodies and names, each fault answered by a sentence."""

from collections.abc import Awaitable, Callable, Iterable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.local.errors import Refused, SlackError
from bot.local.state import Channel, Json, JsonObject, Message, User
from bot.local.wire import read_json
from bot.local.workspace import Workspace

Handler = Callable[[Request], Awaitable[JsonObject]]


def answered(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Return a handler as an endpoint: its answer in JSON, or the sentence of its refusal."""

    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await handler(request))
        except Refused as refusal:
            return JSONResponse({"error": str(refusal), **refusal.fields}, refusal.status)
        except SlackError as error:
            return JSONResponse({"error": error.code, **error.fields}, 400)

    return endpoint


def routes_of(handlers: Iterable[Handler], verb: str) -> list[Route]:
    """Return the /_local/ addresses of handlers, each under its own name."""
    return [Route(f"/_local/{each.__name__}", answered(each), methods=[verb]) for each in handlers]


class Body:
    """A JSON body, or a query, whose fields are read one by one."""

    def __init__(self, fields: JsonObject) -> None:
        self._fields = fields

    @classmethod
    async def read(cls, request: Request) -> "Body":
        """Read a request's JSON object; Refused for anything else."""
        try:
            fields = read_json(await request.body())
        except ValueError:
            raise Refused("The body must be JSON.") from None
        if not isinstance(fields, dict):
            raise Refused("The body must be a JSON object.")
        return cls(fields)

    def get(self, name: str, default: Json = None) -> Json:
        """Return a field as it was sent."""
        return self._fields.get(name, default)

    def text(self, name: str) -> str:
        """Return a field that must be text."""
        value = self._fields.get(name)
        if not isinstance(value, str) or not value:
            raise Refused(f"{name} is missing or is not text.")
        return value

    def optional_text(self, name: str) -> str | None:
        """Return a field that may be text; None when absent, null or empty."""
        return self.text(name) if self._fields.get(name) not in (None, "") else None

    def whole(self, name: str, default: int) -> int:
        """Return a field that is a whole number."""
        value = self._fields.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refused(f"{name} must be a whole number.")
        return value


class Names:
    """Finds what the page names."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def actor(self, name: str) -> User:
        """Find a person who does something; who has left the workspace cannot."""
        found = self.user(name)
        if found.deleted:
            raise Refused(f"{found.name} was deactivated and can do nothing here.")
        return found

    def user(self, name: str) -> User:
        """Find a person, also one who has left; the bot is none."""
        found = self._workspace.user(name)
        if found is None or found.is_bot:
            people = ", ".join(u.name for u in self._workspace.users.values() if not u.is_bot)
            raise Refused(f"There is nobody called {name!r}; there are: {people}.", 404)
        return found

    def channel(self, name: str, user: User | None) -> Channel:
        """Find a conversation; "dm" is the user's with the bot. What they cannot see is not found."""
        if name == "dm":
            if user is None:
                raise Refused('Channel "dm" needs a user.')
            return self._workspace.direct(user)
        found = self._workspace.channel(name)
        if found is None or (user is not None and user.id not in found.members and found.kind != "channel"):
            known = ", ".join(c.name for c in self._workspace.channels.values() if c.name)
            raise Refused(f"There is no channel {name!r}; there are: dm, {known}.", 404)
        return found

    def message(self, channel: Channel, ts: str, user: User | None = None) -> Message:
        """Find a message the user can see."""
        found = self._workspace.message(channel, ts, viewer=user.id if user else None)
        if found is None:
            raise Refused(f"There is no message {ts} in this conversation.", 404)
        return found

    def thread(self, channel: Channel, ts: str | None) -> Message | None:
        """Find the parent of the thread in which `ts` stands; None without a ts."""
        if ts is None:
            return None
        found = self.message(channel, ts)
        return self.message(channel, found.thread_ts) if found.is_reply and found.thread_ts else found

    def view(self, user: User, view_id: str) -> JsonObject:
        """Find a modal the user has open, or their Home tab."""
        home = self._workspace.views.home(user.id)
        for view in [*self._workspace.views.stack(user.id), *([home] if home else [])]:
            if view["id"] == view_id:
                return view
        raise Refused(f"{user.name} has no view {view_id} open.", 404)
