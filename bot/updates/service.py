"""What people do with weekly updates: start, list and show a series."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from bot.errors import UserError
from bot.storage import series as stored
from bot.storage import sessions as kept
from bot.storage.database import Database
from bot.updates import ledger, posting, terms
from bot.updates.access import Caller, known_series
from bot.updates.forms import FormError, form_of, read, tidy
from bot.updates.model import Series, Session, StartRequest
from bot.updates.programme import Programme
from bot.updates.rows import series_of, session_of
from bot.updates.rules import host_of, is_paused, on_time_rate
from bot.updates.terms import Place
from bot.updates.timetable import AHEAD, next_due, plan_all, plan_weeks
from responses.blocks.message import Message
from responses.blocks.weekly import form as forms
from responses.blocks.weekly import listing
from responses.blocks.weekly import preview as previews
from responses.blocks.weekly import record as records
from responses.blocks.weekly import start as blocks
from responses.blocks.weekly.form import Form, Offer
from responses.blocks.weekly.history import Change
from responses.blocks.weekly.start import Started

View = dict[str, Any]
MOST_LISTED = 30


class Updates:
    """The weekly updates of a workspace; `outlets` are the names of places outside Slack that they may go to."""

    def __init__(self, database: Database, programme: Programme, outlets: Sequence[str] = ()) -> None:
        self._database = database
        self.programme = programme
        self.outlets = tuple(outlets)

    def start(self, request: StartRequest, caller: Caller, place: Place, *, key: str, now: datetime) -> Message:
        """Create a series with all its sessions and announce it in its channel.

        `key` is the command's own, so that a repeated one makes no second. Raises UserError for commitments that
        cannot be read.
        """
        return blocks.started(caller.language, self.create(request, caller, place, key=key, now=now))

    def create(self, request: StartRequest, caller: Caller, place: Place, *, key: str, now: datetime) -> Started:
        """Do what `start` does; return what there is to say about it."""
        draft = terms.drafted(request, caller, place, self.programme, now)
        with self._database.write() as connection:
            values = terms.columns(draft) | {"created_at": now, "request_key": key}
            is_new = stored.add(connection, values) is not None
            made = series_of(_there(stored.find_by_request(connection, key)))
            if is_new:
                self._begin(connection, made, request.commitments, now)
        return _started(made, place, zone_was_given=request.zone is not None)

    def modal(self, caller: Caller, zone: ZoneInfo, now: datetime) -> View:
        """Return the modal that starts a series, with the programme's defaults; `zone` is the person's own."""
        draft = terms.drafted(StartRequest(title=""), caller, Place(private=False, zone=zone), self.programme, now)
        form = form_of(draft, draft.first_date)
        return forms.start_modal(caller.language, Offer(form, zone.key, self.outlets))

    def preview(self, given: Form, caller: Caller, place: Place, now: datetime) -> View:
        """Return the modal that shows all dates of a series that is not made yet; `place` has the person's own zone.

        Raises FormError for what cannot be, each at its field.
        """
        request = read(given, now)
        draft = terms.drafted(request, caller, place, self.programme, now)
        planned = plan_weeks(draft, _weeks(draft))
        first_at = next_due(planned, now)
        if first_at is None:
            raise FormError({"first_date": UserError("start.no_dates")})
        metadata = tidy(given, request).pack()
        outline, calendar = terms.outline(draft, first_at), terms.calendar_of(draft, planned)
        shown = previews.Preview(outline, calendar, place.zone, place.closed, metadata)
        return previews.start_preview(caller.language, shown, given.commitments)

    def confirm(self, given: Form, caller: Caller, place: Place, *, key: str, now: datetime) -> View:
        """Start the series that was previewed, as `start` does; return the modal that says so."""
        started = self.create(read(given, now), caller, place, key=key, now=now)
        return previews.started(caller.language, started)

    def _begin(self, connection: Connection, made: Series, commitments: Sequence[str], now: datetime) -> None:
        planned = plan_all(connection, made, self.programme)
        stored.note(connection, made.id, "started", by=made.owner, now=now)
        ledger.add_many(connection, made, commitments, made.owner, now)
        lines = ledger.lines(connection, made, now, None)
        shown = terms.outline(made, next_due(planned, now))
        message = blocks.announcement(made.language, made.id, shown, lines)
        posting.post(connection, made, f"series:{made.id}:announced", message, now)

    def list(self, caller: Caller, now: datetime) -> Message:
        """Return the running series that the caller may know of, each with its next session, paused ones marked."""
        with self._database.read() as connection:
            rows = stored.visible(connection, channel=caller.channel, user=caller.user, limit=MOST_LISTED)
            sessions = _by_series(kept.of_series(connection, [row.id for row in rows]))
        lines = [_line(series_of(row), sessions[row.id], now) for row in rows]
        return listing.listing(caller.language, lines, hidden=rows[0].total - len(rows) if rows else 0)

    def show(self, number: int, caller: Caller, now: datetime) -> Message:
        """Return the record of a series; raises UserError if the caller may not know of it."""
        return records.record(caller.language, self._record(number, caller, now))

    def whole_record(self, number: int, caller: Caller, now: datetime, page: int = 0) -> View:
        """Return the modal with a page of the whole record; raises UserError if the caller may not know of it."""
        return records.whole(caller.language, self._record(number, caller, now), page)

    def _record(self, number: int, caller: Caller, now: datetime) -> records.Record:
        with self._database.read() as connection:
            shown = known_series(connection, number, caller)
            sessions = [session_of(row) for row in kept.of_series(connection, [number])]
            last = kept.last_posted(connection, number)
            commitments = ledger.lines(connection, shown, now, last.posted_at if last else None)
            notes = stored.notes(connection, number)
        return records.Record(
            number=shown.id, title=shown.title, channel=shown.channel, audiences=shown.audiences,
            cadence=shown.cadence, owner=shown.owner, hosts=shown.hosts, deputy=shown.deputy, zone=shown.zone,
            on_time=on_time_rate([each.status for each in sessions]), next_at=_next(shown, sessions),
            paused_until=shown.paused_until if is_paused(shown, now) else None, ended_at=shown.ended_at,
            ended_by=shown.ended_by, weeks=[_week(shown, each) for each in sessions], commitments=commitments,
            history=[Change(row.happened_at, row.by, row.what, row.details) for row in notes],
        )  # fmt: skip


def _started(made: Series, place: Place, *, zone_was_given: bool) -> Started:
    planned = plan_weeks(made, _weeks(made))
    return Started(
        number=made.id, outline=terms.outline(made, next_due(planned, made.created_at)), zone_was_given=zone_was_given,
        dates=terms.calendar_of(made, planned), closed=place.closed,
    )  # fmt: skip


def _weeks(series: Series) -> range:
    return range(1, (series.weeks or AHEAD) + 1)


def _there(row: Row[Any] | None) -> Row[Any]:
    if row is None:  # pragma: no cover - it was written in this very transaction
        raise LookupError("a series that was just written")
    return row


def _by_series(rows: Sequence[Row[Any]]) -> Mapping[int, list[Session]]:
    grouped: dict[int, list[Session]] = defaultdict(list)
    for row in rows:
        grouped[row.series_id].append(session_of(row))
    return grouped


def _upcoming(listed: Series, sessions: Sequence[Session]) -> Session | None:
    """Return the session that comes next: one whose hour falls into the pause will not be held."""
    held = (each for each in sessions if not each.is_over)
    return next((each for each in held if each.status != "planned" or not is_paused(listed, each.due_at)), None)


def _next(shown: Series, sessions: Sequence[Session]) -> datetime | None:
    held = (each.due_at for each in sessions if each.status == "planned" and not is_paused(shown, each.due_at))
    return min(held, default=None)


def _line(listed: Series, sessions: Sequence[Session], now: datetime) -> listing.Line:
    upcoming = _upcoming(listed, sessions)
    return listing.Line(
        number=listed.id, title=listed.title, channel=listed.channel, weeks=listed.weeks, zone=listed.zone,
        week=upcoming.week if upcoming else None, next_at=upcoming.due_at if upcoming else None,
        paused_until=listed.paused_until if is_paused(listed, now) else None,
    )  # fmt: skip


def _week(shown: Series, session: Session) -> records.Week:
    return records.Week(
        week=session.week, due_at=session.due_at, moved_from=session.moved_from, status=session.status,
        host=host_of(shown, session), posted_at=session.posted_at, cause=session.cause, closed_by=session.closed_by,
    )  # fmt: skip
