"""What a Web API method is given besides its arguments, and how it finds the conversation it is about."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.local.arguments import Arguments
from bot.local.errors import SlackError
from bot.local.files import Files
from bot.local.pace import Pace
from bot.local.state import BOT_USER_ID, Channel, JsonObject, Message, User
from bot.local.workspace import Workspace

_PREFIX = {"channel": "channels", "group": "groups", "im": "im"}


@dataclass(frozen=True)
class Session:
    """One call: the workspace, the token's scopes, and what the method may need of the server."""

    workspace: Workspace
    scopes: frozenset[str]
    base_url: str
    issue_ticket: Callable[[], str]
    pace: Pace
    files: Files
    lagging: bool = False

    def need(self, *alternatives: str) -> None:
        """Refuse the call unless the token has one of these scopes."""
        if not self.scopes.intersection(alternatives):
            provided = ",".join(sorted(self.scopes))
            raise SlackError("missing_scope", needed=",".join(alternatives), provided=provided)

    def need_for(self, channel: Channel, action: str) -> None:
        """Refuse the call unless the token has the scope for this kind of conversation: groups:history…"""
        self.need(f"{_PREFIX[channel.kind]}:{action}")

    def channel(self, arguments: Arguments, *, reachable: bool = True) -> Channel:
        """Return the conversation a call names by id; private ones without the bot are as good as absent."""
        found = self.workspace.channels.get(arguments.need("channel", "channel_not_found"))
        if found is None or (found.kind != "channel" and BOT_USER_ID not in found.members):
            raise SlackError("channel_not_found")
        if reachable and BOT_USER_ID not in found.members:
            raise SlackError("not_in_channel")
        return found

    def person(self, arguments: Arguments, name: str = "user") -> User:
        """Return the user a call names by id."""
        found = self.workspace.users.get(arguments.need(name, "user_not_found"))
        if found is None:
            raise SlackError("user_not_found")
        return found

    def thread(self, channel: Channel, ts: str) -> Message:
        """Return the parent of the thread in which `ts` stands; a tombstone is one."""
        found = self.workspace.message(channel, ts)
        if found is not None and found.is_reply:
            found = self.workspace.message(channel, found.thread_ts or "")
        if found is None or found.ephemeral_to:
            raise SlackError("thread_not_found")
        return found


@dataclass(frozen=True)
class Method:
    """A Web API method: its handler, the scopes one of which it needs, whose token it takes (bot, app, any, none)."""

    handle: Callable[[Session, Arguments], JsonObject]
    scopes: tuple[str, ...] = ()
    caller: str = "bot"
