"""How a series is changed in mid-course: title, day, time, zone, hosts, number of weeks, and the rest of its terms."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.clock import Clock
from bot.errors import UserError
from bot.storage import series as stored
from bot.storage import sessions as kept
from bot.storage.database import Database
from bot.updates import changing, posting, terms
from bot.updates.access import Caller, series_to_change
from bot.updates.forms import FormError, differing, form_of, read, tidy
from bot.updates.model import Series, Session, StartRequest
from bot.updates.planning import withdraw_steps
from bot.updates.programme import Programme
from bot.updates.recurrence import clock_changes
from bot.updates.revising import Revision, has_new_rule, is_ahead, next_planned, revise
from bot.updates.rows import session_of
from bot.updates.rules import host_of
from bot.updates.timetable import plan_weeks, session_values
from responses.blocks.weekly import form as forms
from responses.blocks.weekly import preview as blocks
from responses.blocks.weekly.form import Form, Offer
from responses.blocks.weekly.history import Change
from responses.blocks.weekly.start import Date, rhythm_changed

View = dict[str, Any]
REVISED = ("due_at", "moved_from", "status", "asked_host", "step", "look_at", "revision", "cause")
RULE = ("first_date", "at", "zone", "cadence")


@dataclass(frozen=True)
class Opened:
    """What the modal remembers: the series, the week from which on a new rule holds, the form as it was opened.

    In the preview `form` is what was asked for, and `names` which of its fields were changed.
    """

    number: int
    week: int | None
    form: Form
    names: tuple[str, ...] = ()

    def pack(self) -> str:
        """Return it as private_metadata."""
        return json.dumps([self.number, self.week, self.form.pack(), self.names], separators=(",", ":"))

    @classmethod
    def unpack(cls, packed: str) -> "Opened":
        """Return what `pack` made."""
        number, week, form, names = json.loads(packed)
        return cls(number, week, Form.unpack(form), tuple(names))


class Amending:
    """Changes of a series' terms; each is shown with all dates before it is confirmed, and noted with old and new."""

    def __init__(
        self, database: Database, programme: Programme, clock: Clock, wake: Callable[[], None],
        outlets: Iterable[str] = (),
    ) -> None:  # fmt: skip
        self._database = database
        self._programme = programme
        self._clock = clock
        self._wake = wake
        self._outlets = tuple(outlets)

    def modal(self, number: int, caller: Caller, own_zone: ZoneInfo) -> View:
        """Return the modal, filled in with what the series is; raises NotAllowedError for who may not change it."""
        with self._database.write() as connection:
            series = series_to_change(connection, number, caller)
            week = next_planned(_sessions(connection, number), self._clock.now())
        form = form_of(series, series.rule.day(week) if week else None)
        offer = Offer(form, own_zone.key, self._outlets, week or 0)
        return forms.change_modal(caller.language, offer, Opened(number, week, form).pack())

    def preview(self, opened: Opened, given: Form, caller: Caller, place: terms.Place) -> View:
        """Return the modal that shows what will change and where all sessions then fall; nothing is changed yet.

        Raises FormError for what cannot be, each at its field.
        """
        now = self._clock.now()
        request = read(given, now, opened.form)
        form = tidy(given, request)
        asked = replace(opened, form=form, names=differing(opened.form, form))
        if not asked.names:
            raise FormError({"title": UserError("start.nothing_changed")})
        with self._database.write() as connection:
            before = series_to_change(connection, asked.number, caller)
            after, revision = self._revised(connection, before, asked, request, now)
        coming = _calendar(after, revision)
        first_at = min((each.due_at for each in coming if not each.skipped), default=None)
        outline = terms.outline(after, first_at)
        shown = blocks.Preview(outline, coming, place.zone, place.closed, asked.pack())
        changes = [Change(now, caller.user, what, details) for what, details in told(before, after)]
        return blocks.change_preview(caller.language, asked.number, shown, changes)

    def confirm(self, asked: Opened, caller: Caller, place: terms.Place, *, key: str) -> View:
        """Change the series as previewed; the second time it changes nothing, and says the same.

        `key` is the modal's own. Raises UserError if meanwhile the next session is another one.
        """
        now = self._clock.now()
        request = read(asked.form, now, asked.form)
        with self._database.write() as connection:
            before = series_to_change(connection, asked.number, caller)
            after, revision = self._revised(connection, before, asked, request, now)
            if after != before:
                self._apply(connection, before, after, revision, now)
                for what, details in told(before, after):
                    stored.note(connection, before.id, what, by=caller.user, now=now, **details)
                self._announce(connection, before, after, caller, now, key)
                changing.carry_on(connection, after, self._programme, now)
        self._wake()
        return blocks.changed(caller.language, after.id, after.title, place.closed)

    def _revised(
        self, connection: Connection, before: Series, asked: Opened, request: StartRequest, now: datetime
    ) -> tuple[Series, Revision]:
        kept.lock_open(connection, before.id)
        sessions = _sessions(connection, before.id)
        after = amended(before, request, asked, next_planned(sessions, now), now)
        weeks = {each.id: each.week for each in sessions}
        texts = frozenset(weeks[row.session_id] for row in kept.updates_of(connection, before.id) if row.session_id)
        try:
            return after, revise(before, after, sessions, texts, self._programme, now)
        except UserError as fault:
            raise FormError({"weeks": fault}) from fault

    def _apply(self, connection: Connection, before: Series, after: Series, revision: Revision, now: datetime) -> None:
        stored.change(connection, after.id, **terms.columns(after))
        if after.hosts != before.hosts:
            past = [each for each in _sessions(connection, before.id) if not is_ahead(each, now)]
            changing.keep_hosts(connection, before, past)
        for was, becomes in revision.changed:
            if (was.revision, was.status) != (becomes.revision, becomes.status):
                withdraw_steps(connection, before, was)
            kept.change(connection, was.id, **{name: getattr(becomes, name) for name in REVISED})
        for gone in revision.removed:
            withdraw_steps(connection, before, gone)
        kept.remove(connection, [each.id for each in revision.removed])
        added = [{"series_id": after.id, **session_values(week, self._programme)} for week in revision.added]
        kept.add(connection, added)

    @staticmethod
    def _announce(
        connection: Connection, before: Series, after: Series, caller: Caller, now: datetime, key: str
    ) -> None:
        """Tell the channel of another day, time or rhythm: people wait for it."""
        if has_new_rule(before, after):
            outline = terms.outline(after, changing.next_date(connection, after, now))
            message = rhythm_changed(after.language, after.id, outline, caller.user)
            posting.post(connection, after, f"series:{after.id}:changed:{key}", message, now)


def amended(series: Series, request: StartRequest, asked: Opened, week: int | None, now: datetime) -> Series:
    """Return the series with the changed fields as requested; what others changed meanwhile in other fields stays.

    A new rule holds from `week` on, the next planned one. Raises FormError where there is none or its hour would be
    gone, UserError where it is not the one that was shown.
    """
    same = {name: getattr(request, name) for name in asked.names if name != "first_date"}
    if "audiences" in same:
        same["audiences"] = tuple(place for place in request.audiences if place != series.channel)
    after = replace(series, **same)
    if not {*RULE} & {*asked.names}:
        return after
    if week is None:
        raise FormError({"at": UserError("start.no_more_dates")})
    if week != asked.week:
        raise UserError("start.meanwhile")
    day = request.first_date if "first_date" in asked.names and request.first_date else series.rule.day(week)
    if all(getattr(after, name) == getattr(series, name) for name in RULE[1:]) and day == series.rule.day(week):
        return after
    moved = replace(after, first_date=day, first_week=week)
    if moved.rule.occurrence(week) <= now:
        raise FormError({"first_date" if "first_date" in asked.names else "at": UserError("start.past")})
    return moved


def told(before: Series, after: Series) -> list[tuple[str, dict[str, Any]]]:
    """Return each change as the record tells it: a key of the history's phrases, with old and new."""
    week = after.first_week
    was_on, is_on = (series.rule.day(week).isoformat() for series in (before, after))
    found: list[tuple[str, str, Any, Any]] = [
        ("changed_title", "", before.title, after.title),
        ("changed_date", "date", was_on, is_on),
        ("changed_at", "", f"{before.at:%H:%M}", f"{after.at:%H:%M}"),
        ("changed_zone", "", before.zone.key, after.zone.key),
        ("changed_cadence", "cadence", before.cadence, after.cadence),
        ("changed_weeks", "weeks", before.weeks, after.weeks),
        ("changed_hosts", "users", " ".join(before.hosts), " ".join(after.hosts)),
        ("changed_deputy", "users", before.deputy, after.deputy),
        ("changed_audiences", "places", " ".join(before.audiences), " ".join(after.audiences)),
        ("changed_language", "language", before.language, after.language),
        ("changed_holidays", "country", before.holidays, after.holidays),
        ("changed_policy", "policy", before.holiday_policy, after.holiday_policy),
    ]
    return [
        (what, {f"old_{kind}".rstrip("_"): old, f"new_{kind}".rstrip("_"): new} | _since(what, week))
        for what, kind, old, new in found
        if old != new
    ]


def _since(what: str, week: int) -> dict[str, Any]:
    return {"week": week} if what == "changed_date" else {}


def _sessions(connection: Connection, number: int) -> list[Session]:
    return [session_of(row) for row in kept.of_series(connection, [number])]


def _calendar(after: Series, revision: Revision) -> list[Date]:
    """Return all dates to come as they will be, those moved or skipped by persons included."""
    by_rule = {week.week: week for week in plan_weeks(after, [each.week for each in revision.ahead])}
    coming = [
        Date(
            each.week, each.due_at, after.zone, host_of(after, each),
            by_rule[each.week].holiday if each.due_at == by_rule[each.week].due_at else None, each.moved_from,
            skipped=each.status == "skipped", returned_from=revision.returned.get(each.week),
        )
        for each in revision.ahead
    ]  # fmt: skip
    coming += terms.calendar_of(after, revision.added)
    coming.sort(key=lambda each: each.week)
    changes = clock_changes([each.due_at for each in coming], after.zone)
    return [replace(each, clock_change=place in changes) for place, each in enumerate(coming, start=1)]
