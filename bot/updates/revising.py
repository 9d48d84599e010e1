"""What becomes of a series' sessions when its terms are changed in mid-course: a pure function, future ones only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.errors import UserError
from bot.updates.calendar import Planned
from bot.updates.model import Series, Session, Step
from bot.updates.programme import Programme
from bot.updates.rules import host_of, next_look
from bot.updates.timetable import plan_weeks

HOLIDAY = "holiday: "
# A preparation that was sent holds for a session that moves by no more than this.
NEAR = timedelta(hours=1)


@dataclass(frozen=True)
class Revision:
    """Which sessions change, as (before, after), which are added and which taken out; what all of them then are.

    `returned` is to where a person had moved those, by week, that a new rule takes back to its own day.
    """

    changed: Sequence[tuple[Session, Session]] = ()
    added: Sequence[Planned] = ()
    removed: Sequence[Session] = ()
    ahead: Sequence[Session] = field(default=())
    returned: Mapping[int, datetime] = field(default_factory=dict)


def is_ahead(session: Session, now: datetime) -> bool:
    """Say whether a session can still be changed: its hour is to come, and it is planned or was to be left out."""
    return session.due_at > now and session.status in {"planned", "skipped"}


def next_planned(sessions: Iterable[Session], now: datetime) -> int | None:
    """Return the first week from which on a new rule can hold: one that is planned and still to come."""
    return min((each.week for each in sessions if is_ahead(each, now) and each.status == "planned"), default=None)


def has_new_rule(before: Series, after: Series) -> bool:
    """Say whether day, time, zone or rhythm of the sessions to come differ."""
    kept = ("cadence", "at", "zone", "first_date", "first_week")
    return any(getattr(before, name) != getattr(after, name) for name in kept)


def revise(
    before: Series, after: Series, sessions: Sequence[Session], written: frozenset[int], programme: Programme,
    now: datetime,
) -> Revision:  # fmt: skip
    """Return what becomes of the sessions when `before` becomes `after`; `written` holds the weeks with a text.

    Those to come go where the new rule puts them. One that a person moved stays there as long as day, time, zone and
    rhythm are what they were; one that a person skipped stays skipped. Raises UserError for fewer weeks than are on
    the record, or begun, or written for.
    """
    removed = _removed(after, sessions, written, now)
    gone = {each.id for each in removed}
    last = max((each.week for each in sessions), default=0)
    ahead = [each for each in sessions if is_ahead(each, now) and each.id not in gone]
    if has_new_rule(before, after):
        ahead = [each for each in ahead if each.week >= after.first_week]
    weeks = [each.week for each in ahead]
    old, new = (_by_week(plan_weeks(series, weeks)) for series in (before, after))
    results = [_revised(before, after, each, old[each.week], new[each.week], programme, now) for each in ahead]
    changed = [(was, becomes) for was, becomes in zip(ahead, results, strict=True) if was != becomes]
    added = plan_weeks(after, range(last + 1, (after.weeks or last) + 1))
    returned = {
        was.week: was.due_at
        for was, becomes in changed
        if was.status == "planned" and becomes.due_at != was.due_at and not _stands(was, old[was.week])
    }
    return Revision(changed, added, removed, results, returned)


def _removed(after: Series, sessions: Sequence[Session], written: frozenset[int], now: datetime) -> list[Session]:
    beyond = [each for each in sessions if after.weeks is not None and each.week > after.weeks]
    begun = [each.week for each in beyond if not is_ahead(each, now)]
    if begun:
        raise UserError("start.weeks_are_over", week=max(begun))
    if texts := [each.week for each in beyond if each.week in written]:
        raise UserError("start.weeks_are_written", week=max(texts))
    return beyond


def _by_week(planned: Iterable[Planned]) -> dict[int, Planned]:
    return {each.week: each for each in planned}


def _revised(
    before: Series, after: Series, session: Session, old: Planned, new: Planned, programme: Programme, now: datetime
) -> Session:
    by_rule = has_new_rule(before, after)
    if session.status == "skipped" and not _is_left_out(session):
        return replace(session, due_at=new.due_at, moved_from=None) if by_rule else session
    follows = (by_rule or _stands(session, old)) and new.due_at > now
    becomes = _placed(session, new) if follows else session
    if becomes.status == "skipped":
        return becomes
    far = abs(becomes.due_at - session.due_at) > NEAR
    other_host = host_of(after, session) != host_of(before, session)
    if session.status == "planned" and session.step is not Step.NONE and (far or other_host):
        becomes = replace(becomes, step=Step.NONE, revision=session.revision + 1, asked_host=None)
    return becomes if becomes == session else replace(becomes, look_at=_look(becomes, programme, now))


def _placed(session: Session, new: Planned) -> Session:
    placed = replace(session, due_at=new.due_at, moved_from=new.moved_from)
    if new.skipped:
        fresh = session.revision + (session.step is not Step.NONE)
        out = replace(placed, status="skipped", cause=f"{HOLIDAY}{new.holiday}", look_at=None)
        return replace(out, step=Step.NONE, revision=fresh, asked_host=None)
    return replace(placed, status="planned", cause=None) if session.status == "skipped" else placed


def _look(session: Session, programme: Programme, now: datetime) -> datetime:
    """Return when the planner looks next; where the hour of an unsent preparation has passed, at once."""
    if session.step is Step.NONE:
        return session.due_at - programme.prepare_before
    return next_look(session, programme, now)


def _stands(session: Session, old: Planned) -> bool:
    """Say whether a session is where its rule has put it: no person has moved it."""
    return session.due_at == old.due_at and (session.status == "skipped") == old.skipped


def _is_left_out(session: Session) -> bool:
    """Say whether a session is skipped for a holiday, not by a person."""
    return session.closed_by is None and (session.cause or "").startswith(HOLIDAY)
