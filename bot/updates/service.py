"""What people do with weekly updates: start, list, show and end a series."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from bot.errors import NotAllowedError, UserError
from bot.storage import outbox
from bot.storage import series as stored
from bot.storage.database import Database
from bot.updates.model import Series, Session, StartRequest
from bot.updates.planning import series_of, session_of
from bot.updates.programme import WEEKDAYS, Programme
from bot.updates.recurrence import WeeklyRule, first_date
from responses.blocks import updates as blocks
from responses.blocks.message import Message
from responses.phrases import Language

MOST_LISTED = 30


@dataclass(frozen=True)
class Caller:
    """Who typed a command, and where."""

    user: str
    channel: str
    language: Language
    is_admin: bool = False


@dataclass(frozen=True)
class Place:
    """What is known of the channel a series is to post in, and of its starter's zone."""

    private: bool
    can_post: bool
    zone: ZoneInfo


class Updates:
    """The weekly updates of a workspace."""

    def __init__(self, database: Database, programme: Programme) -> None:
        self._database = database
        self.programme = programme

    def start(self, request: StartRequest, caller: Caller, place: Place, *, key: str, now: datetime) -> Message:
        """Create a series with all its sessions; `key` is the command's own, so that a repeated one makes no second."""
        zone = request.zone or place.zone
        at = request.at or self.programme.at
        weekday = WEEKDAYS.index(self.programme.weekday) if request.weekday is None else request.weekday
        rule = WeeklyRule(first_date(weekday, at, zone, now), at, zone)
        weeks = request.weeks or self.programme.sessions
        values = {
            "title": request.title, "channel": caller.channel, "private": place.private, "language": caller.language,
            "zone": zone.key, "at": f"{at:%H:%M}", "first_date": rule.first_date, "weeks": weeks, "owner": caller.user,
            "host": caller.user, "created_at": now, "request_key": key,
        }  # fmt: skip
        with self._database.write() as connection:
            stored.add_series(connection, values, rule.occurrences(weeks))
            row = stored.find_by_request(connection, key)
        made = series_of(row) if row else None
        if made is None:  # pragma: no cover - the row was written in this very transaction
            raise LookupError(key)
        return self._started(made, caller, place, zone_was_given=request.zone is not None)

    @staticmethod
    def _started(made: Series, caller: Caller, place: Place, *, zone_was_given: bool) -> Message:
        content = blocks.Started(
            number=made.id, title=made.title, channel=made.channel, host=made.host, zone=made.zone,
            zone_was_given=zone_was_given, sessions=made.rule.occurrences(made.weeks),
            clock_changes=made.rule.clock_changes(made.weeks), can_post=place.can_post,
        )  # fmt: skip
        return blocks.started(caller.language, content)

    def list(self, caller: Caller) -> Message:
        """Return the running series that the caller may know of, each with its next session."""
        with self._database.read() as connection:
            rows = stored.visible_series(connection, channel=caller.channel, user=caller.user, limit=MOST_LISTED)
            sessions = _by_series(stored.sessions_of(connection, [row.id for row in rows]))
        lines = [_line(series_of(row), sessions[row.id]) for row in rows]
        return blocks.listing(caller.language, lines, hidden=rows[0].total - len(rows) if rows else 0)

    def show(self, number: int, caller: Caller) -> Message:
        """Return the record of a series; raises UserError if the caller may not know of it."""
        with self._database.read() as connection:
            row = self._find(connection, number, caller)
            sessions = [session_of(each) for each in stored.sessions_of(connection, [number])]
        shown = series_of(row)
        content = blocks.Record(
            number=shown.id, title=shown.title, channel=shown.channel, owner=shown.owner, host=shown.host,
            zone=shown.zone, weeks=[(s.week, s.due_at, s.status, s.posted_at, s.cause) for s in sessions],
            ended_at=shown.ended_at, ended_by=row.ended_by,
        )  # fmt: skip
        return blocks.record(caller.language, content)

    def end(self, number: int, caller: Caller, now: datetime) -> Message:
        """End a series and tell its channel; raises NotAllowedError for anybody but owner, host and admins."""
        with self._database.write() as connection:
            owner = series_of(self._find(connection, number, caller))
            if caller.user not in {owner.owner, owner.host} and not caller.is_admin:
                raise NotAllowedError(
                    "updates.not_yours", number=number, owner=blocks.user(owner.owner), host=blocks.user(owner.host)
                )
            still_open = [session_of(each) for each in stored.lock_open_sessions(connection, number)]
            ended = stored.end_series(connection, number, by=caller.user, now=now)
            if ended:
                self._announce_end(connection, owner, _drop(connection, still_open), caller, now)
        return blocks.ended(caller.language, owner.title, number, now=ended)

    @staticmethod
    def _announce_end(
        connection: Connection, owner: Series, dropped: Sequence[Session], caller: Caller, now: datetime
    ) -> None:
        if not dropped:
            return
        week = dropped[0].week - 1
        post = blocks.announce_ended(owner.language, owner.title, caller.user, week, owner.weeks)
        outbox.add(
            connection, key=f"series:{owner.id}:ended", channel=owner.channel, text=post.text, blocks=post.blocks,
            now=now, tell=owner.owner,
        )  # fmt: skip

    @staticmethod
    def _find(connection: Connection, number: int, caller: Caller) -> Row[Any]:
        row = stored.find_series(connection, number)
        if row is None or not _may_see(row, caller):
            raise UserError("updates.no_such_series", number=number)
        return row


def _drop(connection: Connection, still_open: Sequence[Session]) -> Sequence[Session]:
    """Drop what has not been sent of a series, also reminders that wait in the outbox; return what was dropped."""
    dropped = [each for each in still_open if each.status == "planned" or outbox.withdraw(connection, each.key)]
    for session in dropped:
        stored.set_status(connection, session.id, "ended")
    return dropped


def _may_see(row: Row[Any], caller: Caller) -> bool:
    """Say whether somebody may know of a series: one in a private channel only there, and its own people."""
    return not row.private or row.channel == caller.channel or caller.user in {row.owner, row.host}


def _by_series(rows: Sequence[Row[Any]]) -> Mapping[int, list[Session]]:
    grouped: dict[int, list[Session]] = defaultdict(list)
    for row in rows:
        grouped[row.series_id].append(session_of(row))
    return grouped


def _line(listed: Series, sessions: Sequence[Session]) -> blocks.Line:
    upcoming = next((session for session in sessions if session.status in {"planned", "queued"}), None)
    return blocks.Line(
        number=listed.id, title=listed.title, channel=listed.channel, weeks=listed.weeks, zone=listed.zone,
        week=upcoming.week if upcoming else None, next_at=upcoming.due_at if upcoming else None,
    )  # fmt: skip
