"""What becomes of a series when its owner, its deputy or a host has left the workspace: it goes on."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.people import People
from bot.storage import series as stored
from bot.storage import sessions as kept
from bot.storage.database import Database
from bot.updates import changing, posting
from bot.updates.composing import Composer
from bot.updates.model import Series, Session, Step
from bot.updates.programme import Programme
from bot.updates.rows import series_of, session_of
from bot.updates.rules import host_of
from bot.updates.succession import without
from responses.blocks.weekly import handing
from responses.blocks.weekly import leaving as blocks
from responses.blocks.weekly.leaving import Departure

OPEN = frozenset({"planned", "awaiting", "queued"})
log = logging.getLogger(__name__)


class Leaving:
    """Notices who has left and has their places taken: by Slack's event, and before a session's steps are taken.

    Slack is asked outside of every transaction; where it does not answer, people are taken to be there.
    """

    def __init__(self, database: Database, programme: Programme, people: People) -> None:
        self._database = database
        self._programme = programme
        self._composer = Composer(programme)
        self._people = people

    def left(self, user: str, now: datetime) -> int:
        """Replace somebody who has just been deactivated; return in how many series."""
        self._people.forget(user)
        with self._database.read() as connection:
            concerned = {row.id for row in stored.running_of(connection, user)} | kept.series_hosted_by(
                connection, user
            )
        return self._replace(concerned, {user}, now)

    def replace_gone(self, now: datetime) -> int:
        """Replace those who have left from the series that have a session to look at now; return in how many series."""
        with self._database.read() as connection:
            concerned = kept.series_due(connection, now)
        return self._replace(concerned, set(), now) if concerned else 0

    def _replace(self, numbers: Iterable[int], known: set[str], now: datetime) -> int:
        with self._database.read() as connection:
            people = {number: _people_of(connection, number) for number in numbers}
        asked = set().union(*people.values()) - known
        gone = known | {user for user in asked if not self._people.active(user)}
        concerned = [number for number, each in people.items() if each & gone]
        admins = [user for user in self._people.admins() if user not in gone] if concerned else []
        for number in concerned:
            self._replace_in(number, gone, admins, now)
        return len(concerned)

    def _replace_in(self, number: int, gone: set[str], admins: Sequence[str], now: datetime) -> None:
        with self._database.write() as connection:
            row = stored.lock(connection, number)
            if row is None or row.ended_at is not None:
                return
            old = series_of(row)
            left = _people_of(connection, number) & gone
            new = without(old, gone)
            if new.hosts != old.hosts:
                every = [session_of(row) for row in kept.of_series(connection, [number])]
                changing.keep_hosts(connection, old, [s for s in every if s.is_over or s.status == "queued"])
            self._change_hosts(connection, old, new, gone, now)
            if new != old:
                stored.change(connection, number, owner=new.owner, hosts=" ".join(new.hosts), deputy=new.deputy)
                _note(connection, old, new, now)
                log.info("series %d: somebody has left and was replaced", number)
            if left:
                _tell(connection, old, new, left, admins, now)

    def _change_hosts(self, connection: Connection, old: Series, new: Series, gone: set[str], now: datetime) -> None:
        """Give the sessions of those who left to others; who was told already that a session is theirs keeps it."""
        for session in [session_of(row) for row in kept.lock_open(connection, old.id)]:
            before = host_of(old, session)
            override = None if session.host in gone else session.host
            after = override or new.turn(session.week)
            if session.asked_host in gone:
                self._withdraw_request(connection, new, replace(session, host=after), now)
            if session.status == "queued" or before == after:
                continue
            if before in gone:
                changing.give_to(connection, new, session, override, self._programme, now)
            elif session.step is not Step.NONE:
                kept.change(connection, session.id, host=before)

    def _withdraw_request(self, connection: Connection, series: Series, session: Session, now: datetime) -> None:
        kept.change(connection, session.id, asked_host=None)
        occasion = self._composer.occasion(connection, series, session, now, None)
        told = handing.declined_told(series.language, occasion, session.asked_host or "")
        key = f"{session.key('declined')}:{session.asked_host}"
        posting.tell(connection, series, occasion.host, key, told, now)


def _people_of(connection: Connection, number: int) -> set[str]:
    """Return everybody on whom a running series rests now: its own people, who took a session over or was asked to."""
    row = stored.find(connection, number)
    if row is None or row.ended_at is not None:
        return set()
    taken = ({each.host, each.asked_host} for each in kept.of_series(connection, [number]) if each.status in OPEN)
    return {*series_of(row).people, *filter(None, set().union(*taken))}


def _note(connection: Connection, old: Series, new: Series, now: datetime) -> None:
    def note(what: str, before: Iterable[str], after: Iterable[str]) -> None:
        details = {"old_users": " ".join(before), "new_users": " ".join(after)}
        stored.note(connection, old.id, what, by=None, now=now, **details)

    if old.owner != new.owner:
        note("owner_left", [old.owner], [new.owner])
    if old.hosts != new.hosts:
        note("host_left", [host for host in old.hosts if host not in new.hosts], new.hosts)
    if old.deputy != new.deputy and old.deputy is not None and old.deputy not in {new.owner, *new.hosts}:
        note("deputy_left", [old.deputy], [])


def _tell(
    connection: Connection, old: Series, new: Series, left: set[str], admins: Sequence[str], now: datetime
) -> None:
    """Tell the admins who has left and who took over, and those who did."""
    nobody = new.owner in left
    content = Departure(
        number=new.id, title=new.title, channel=new.channel, gone=sorted(left), owner=None if nobody else new.owner,
        owner_left=old.owner in left, hosts_left=bool(left & {*old.hosts}), hosts=new.hosts,
    )  # fmt: skip
    # Where nobody can take over this is found again at every look, and told once.
    key = f"series:{new.id}:left:{'-'.join(sorted(left))}" if nobody else changing.act_key(new, "left", now)
    for admin in admins:
        posting.tell(connection, new, admin, posting.copy_key(key, admin), blocks.to_admins(new.language, content), now)
    fresh = ({*new.hosts} - {*old.hosts}) | ({new.owner} - {old.owner})
    for user in sorted(fresh - {*admins}):
        told = blocks.to_successor(new.language, content)
        posting.tell(connection, new, user, posting.copy_key(key, user), told, now)
