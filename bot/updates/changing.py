"""What becomes of a session that is skipped, put back, moved or given to another host, in the caller's transaction."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.errors import SkippedError, UserError
from bot.storage import outbox
from bot.storage import sessions as kept
from bot.updates import closing, posting
from bot.updates.composing import Composer, next_after
from bot.updates.model import Series, Session, Status, Step
from bot.updates.planning import withdraw_steps
from bot.updates.programme import Programme
from bot.updates.rows import session_of
from bot.updates.rules import host_of, is_paused, next_look
from bot.updates.timetable import plan_ahead, plan_weeks
from responses.blocks.weekly.values import Target

TOO_LATE: dict[Status, str] = {
    "posted": "control.is_posted",
    "late": "control.is_posted",
    "queued": "control.on_its_way",
    "skipped": "control.is_skipped",
    "missed": "control.is_missed",
}
LONGEST_SEARCH = 104  # weeks: a pause may reach beyond what is planned of a series without an end
OF_THE_HOST = (Step.PREPARE, Step.NUDGE, Step.NUDGE_AGAIN)


def find(connection: Connection, series: Series, *, week: int | None = None, session: int | None = None) -> Session:
    """Return a session of a series, locked: by its week, by its id, or without either the next one that is not over.

    Raises UserError where there is none.
    """
    every = [session_of(row) for row in kept.of_series(connection, [series.id])]
    wanted = (
        each for each in every
        if (each.id == session if session is not None else each.week == week if week is not None else not each.is_over)
    )  # fmt: skip
    found = min(wanted, key=lambda each: (each.due_at, each.week), default=None)
    row = kept.lock(connection, found.id) if found else None
    if row is None:
        raise UserError("control.no_session", number=series.id)
    return session_of(row)


def open_session(
    connection: Connection, series: Series, now: datetime, *, week: int | None = None, session: int | None = None
) -> Session:
    """Return a session as `find` does; raises UserError if its update is posted, on its way, or will never come."""
    found = find(connection, series, week=week, session=session)
    check_open(series, found, now)
    return found


def check_open(series: Series, session: Session, now: datetime) -> None:
    """Raise UserError if nothing can be changed about a session any more."""
    if session.status in TOO_LATE:
        raise is_over(TOO_LATE[session.status], series, session, now)


def is_over(key: str, series: Series, session: Session, now: datetime) -> UserError:
    """Return the complaint that a session is over: with the way back where a person skipped it before its hour."""
    values = {"week": session.week, "number": series.id}
    if session.status == "skipped" and session.closed_by is not None and session.due_at > now:
        return SkippedError(key, Target(series.id, session.id).pack(), **values)
    return UserError(key, **values)


def skip(connection: Connection, series: Series, session: Session, *, cause: str, by: str) -> bool:
    """Record a session as skipped and take back what waits in the outbox; False if its update is on its way."""
    if session.status == "queued" and not _withdraw_post(connection, series, session):
        return False
    withdraw_steps(connection, series, session)
    gone = {"status": "skipped", "cause": cause, "closed_by": by, "look_at": None, "asked_host": None, "post_key": None}
    kept.change(connection, session.id, **gone)
    return True


def _withdraw_post(connection: Connection, series: Series, session: Session) -> bool:
    key = session.post_key or ""
    row = outbox.find(connection, key)
    return row is not None and row.state == "pending" and posting.withdraw(connection, series, key)


def put_back(connection: Connection, session: Session, programme: Programme, now: datetime) -> Session:
    """Plan a skipped session again, for its own date; return it as it is then."""
    held = replace(session, status="planned", step=Step.NONE, revision=session.revision + 1, cause=None, closed_by=None)
    _save(connection, held, look_at(held, programme, now))
    return held


def move(
    connection: Connection, series: Series, session: Session, due_at: datetime, programme: Programme, now: datetime
) -> Session:
    """Move a session, and only this one; its host is asked to prepare it anew. Return it as it is then."""
    withdraw_steps(connection, series, session)
    moved = replace(
        session, due_at=due_at, moved_from=session.moved_from or session.due_at, status="planned", step=Step.NONE,
        revision=session.revision + 1, asked_host=None, post_key=None, cause=None,
    )  # fmt: skip
    _save(connection, moved, look_at(moved, programme, now))
    return moved


def give_to(
    connection: Connection, series: Series, session: Session, host: str | None, programme: Programme, now: datetime
) -> Session:
    """Give a session to a host (None: to whose turn it is) and return it as it is then.

    They get the preparation; once its hour has come, the nudge instead. What was meant for the host before is taken
    back, and a reminder that could not be sent yet names the new one.
    """
    for step in OF_THE_HOST:
        outbox.drop(connection, session.key(step))
    given = replace(session, host=host, asked_host=None, revision=session.revision + 1)
    if session.status == "planned":
        given = replace(given, step=Step.NONE)
        _save(connection, given, look_at(given, programme, now))
        return given
    _save(connection, given, given.look_at)
    composer = Composer(programme)
    lateness = now - given.due_at
    late = lateness if lateness > programme.late_after else None
    reminder = composer.reminder(connection, series, given, now, late)
    posting.rewrite(connection, series, given.post_key or "", reminder)
    # Under the first nudge's own key: it does not come a second time, and is taken back with the others.
    nudge = composer.nudge(connection, series, given, now, again=False)
    posting.tell(connection, series, host_of(series, given), given.key(Step.NUDGE), nudge, now)
    return given


def keep_hosts(connection: Connection, series: Series, sessions: Iterable[Session]) -> None:
    """Write down whose turn sessions were, before the hosts of the series change: the record stays what it was."""
    for session in sessions:
        if session.host is None:
            kept.change(connection, session.id, host=series.turn(session.week))


def look_at(session: Session, programme: Programme, now: datetime) -> datetime:
    """Return when a changed session has to be looked at: at once if its preparation is overdue."""
    overdue = session.due_at - programme.prepare_before <= now
    at_once = session.status == "planned" and session.step is Step.NONE and overdue
    return now if at_once else next_look(session, programme, now)


def look_again(connection: Connection, sessions: list[Session], programme: Programme, now: datetime) -> None:
    """Have sessions looked at after the series' pause has changed."""
    for session in sessions:
        if session.status == "planned":
            kept.change(connection, session.id, look_at=look_at(session, programme, now))


def room(connection: Connection, series: Series, session: Session) -> tuple[datetime | None, datetime | None]:
    """Return between which two sessions that are held a session has its place; None where there is none."""
    others = [session_of(row) for row in kept.of_series(connection, [series.id]) if row.status != "skipped"]
    before = max((each.due_at for each in others if each.week < session.week), default=None)
    after = min((each.due_at for each in others if each.week > session.week), default=None)
    if after is None and series.weeks is None:
        after = plan_weeks(series, [session.week + 1])[0].due_at
    return before, after


def next_date(connection: Connection, series: Series, now: datetime) -> datetime | None:
    """Return when the series' next session is held, also where a pause reaches beyond what is planned."""
    found = next_after(connection, series, now)
    if found is not None or series.weeks is not None or series.ended_at is not None:
        return found
    last = kept.last_week(connection, series.id)
    ahead = plan_weeks(series, range(last + 1, last + LONGEST_SEARCH))
    return min((week.due_at for week in ahead if not week.skipped and not is_paused(series, week.due_at)), default=None)


def carry_on(connection: Connection, series: Series, programme: Programme, now: datetime) -> bool:
    """Plan what follows a skipped session, or close the series after its last one; say whether it was closed."""
    if series.weeks is None:
        plan_ahead(connection, series, programme)
    elif not kept.has_open(connection, series.id):
        closing.close(connection, series, programme, now, by=None)
        return True
    return False


def act_key(series: Series, act: str, now: datetime) -> str:
    """Return the idempotency key of what is told about an act that may happen again."""
    return f"series:{series.id}:{act}:{int(now.timestamp() * 1_000_000)}"


def _save(connection: Connection, session: Session, look: datetime | None) -> None:
    names = (
        "due_at", "moved_from", "status", "host", "asked_host", "step", "revision", "post_key", "cause", "closed_by",
    )  # fmt: skip
    kept.change(connection, session.id, **{name: getattr(session, name) for name in names}, look_at=look)
