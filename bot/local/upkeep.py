"""What people do to the workspace itself: invite the bot, take messages away, leave and come back."""

from starlette.requests import Request

from bot.local.errors import Refused
from bot.local.requests import Body, Handler, Names
from bot.local.state import JsonObject, Message, User
from bot.local.workspace import Workspace


class Upkeep:
    """The part of the /_local/ interface that changes members and messages, not by writing."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._names = Names(workspace)

    def handlers(self) -> tuple[Handler, ...]:
        """Return the endpoints; each answers POST under its own name."""
        return (self.invite, self.delete, self.deactivate, self.reactivate)

    async def invite(self, request: Request) -> JsonObject:
        """Bring the bot into a channel."""
        body = await Body.read(request)
        user = self._names.actor(body.text("user"))
        channel = self._names.channel(body.text("channel"), user)
        self._workspace.join(channel, self._workspace.bot, user)
        return {"ok": True}

    async def delete(self, request: Request) -> JsonObject:
        """Take a message away: one's own; for an admin, anybody's."""
        body = await Body.read(request)
        user = self._names.actor(body.text("user"))
        message = self._names.message(self._names.channel(body.text("channel"), user), body.text("ts"), user)
        self._refuse_foreign(user, message)
        self._workspace.delete(message)
        return {"ok": True}

    async def deactivate(self, request: Request) -> JsonObject:
        """Let somebody leave the workspace; from then on they can only be looked over the shoulder."""
        user = self._names.actor((await Body.read(request)).text("user"))
        return {"ok": True, "deleted": self._workspace.deactivate(user).deleted}

    async def reactivate(self, request: Request) -> JsonObject:
        """Let somebody come back."""
        user = self._names.user((await Body.read(request)).text("user"))
        if not user.deleted:
            raise Refused(f"{user.name} has not left.")
        return {"ok": True, "deleted": self._workspace.reactivate(user).deleted}

    def _refuse_foreign(self, user: User, message: Message) -> None:
        if message.is_tombstone:
            raise Refused("This message was deleted already.")
        if message.user != user.id and not user.is_admin:
            raise Refused("People can only delete their own messages; admins may delete any.")
