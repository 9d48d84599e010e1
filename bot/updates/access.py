"""Who may know of a series and who may change it."""

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.errors import NotAllowedError, UserError
from bot.people import Person
from bot.storage import series as stored
from bot.storage import sessions as kept
from bot.updates.model import Series
from bot.updates.rows import series_of
from bot.updates.rules import may_change
from responses.blocks.updates import user
from responses.phrases import Language


@dataclass(frozen=True)
class Caller:
    """Who typed a command or clicked, and where."""

    user: str
    channel: str
    language: Language
    is_admin: bool = False


def known_series(connection: Connection, number: int, caller: Caller, *, lock: bool = False) -> Series:
    """Return a series that the caller may know of; raises UserError for any other.

    One in a private channel is known only in its channels, to its own people, and to who has taken over a session that
    is to come: they have to see what they write about.
    """
    row = stored.lock(connection, number) if lock else stored.find(connection, number)
    found = series_of(row) if row else None
    if found is None or not (_may_see(found, caller) or kept.is_host(connection, number, caller.user)):
        raise UserError("updates.no_such_series", number=number)
    return found


def series_to_change(
    connection: Connection, number: int, caller: Caller, *, ended: bool = False, session: int | None = None
) -> Series:
    """Return a series, locked for this transaction, that the caller may change.

    With `session`, the id of the only session of it that is to be changed, whoever took that one over may do so, too.
    Raises NotAllowedError for anybody but its owner, hosts, deputy and the workspace's admins, UserError for one that
    has ended unless `ended` is allowed.
    """
    row = stored.lock(connection, number) if session is not None else None
    is_host = row is not None and session is not None and _hosts(connection, number, session, caller.user)
    found = series_of(row) if row and is_host else known_series(connection, number, caller, lock=True)
    if not is_host and not may_change(found, caller.user, is_admin=caller.is_admin):
        hosts = ", ".join(user(host) for host in found.hosts)
        raise NotAllowedError("updates.not_yours", number=number, owner=user(found.owner), host=hosts)
    if found.ended_at is not None and not ended:
        raise UserError("updates.has_ended", number=number)
    return found


def check_fit(person: Person) -> None:
    """Raise UserError if somebody can take on nothing in a series: a bot, or a person who has left the workspace."""
    if not person.active:
        raise UserError("control.has_left")
    if person.is_bot:
        raise UserError("control.is_bot")


def _hosts(connection: Connection, number: int, session: int, user_id: str) -> bool:
    row = kept.find(connection, session)
    return row is not None and row.series_id == number and row.host == user_id


def _may_see(found: Series, caller: Caller) -> bool:
    return not found.private or caller.channel in found.everywhere or caller.user in found.people or caller.is_admin
