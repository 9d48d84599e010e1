"""What is to be done about a session at a moment: pure rules over the state and `now`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.updates.model import Series, Session, Status, Step
from bot.updates.programme import Programme

# take: the step of that name. post: the written update. skip and miss: the record.
Action = Literal["wait", "take", "post", "skip", "miss"]
INSTANT = timedelta(microseconds=1)
PAUSED = "paused"  # the cause of a week that fell into a pause


@dataclass(frozen=True)
class Decision:
    """What to do about a session; `late` says whether a post has to admit that it is late."""

    action: Action
    step: Step = Step.NONE
    late: bool = False


def decide(session: Session, series: Series, programme: Programme, now: datetime, *, written: bool) -> Decision:
    """Say what a session that is planned or awaiting needs at `now` (aware); `written`: its update is ready to post.

    Of several steps whose hour has passed while nobody looked only the last is taken: a host who is told after a day
    needs no nudge for the first hour. A week in a pause is skipped, one that is too late is missed.
    """
    lateness = now - session.due_at
    if session.status == "planned" and is_paused(series, session.due_at):
        return Decision("skip") if lateness >= timedelta(0) else Decision("wait")
    if session.status == "awaiting" and is_paused(series, now):
        return Decision("skip")  # its update was on its way when the pause began, and did not arrive
    if lateness < timedelta(0):
        return _before(session, programme, now)
    if lateness > programme.missed_after:
        return Decision("miss")
    late = lateness > programme.late_after
    if written:
        return Decision("post", late=late)
    if session.step.rank < Step.REMIND.rank:
        return Decision("take", Step.REMIND, late)
    passed = [step for step, after in programme.nudges if lateness >= after]
    latest = max(passed, key=lambda step: step.rank, default=Step.REMIND)
    return Decision("take", latest) if latest.rank > session.step.rank else Decision("wait")


def _before(session: Session, programme: Programme, now: datetime) -> Decision:
    prepares = session.step is Step.NONE and now >= session.due_at - programme.prepare_before
    return Decision("take", Step.PREPARE) if prepares else Decision("wait")


def reached(programme: Programme, session: Session, now: datetime) -> Step:
    """Return which step a reminder that goes out at `now` stands for: one that comes hours late is a nudge, too.

    Escalation is not among them: the owner has not heard of it by a reminder in the channel.
    """
    lateness = now - session.due_at
    passed = [step for step, after in programme.nudges if lateness >= after and step is not Step.ESCALATE]
    return max(passed, key=lambda step: step.rank, default=Step.REMIND)


def next_look(session: Session, programme: Programme, now: datetime) -> datetime:
    """Return when a session that is planned or awaiting has to be looked at next, after `now`."""
    if session.status == "planned":
        prepare = session.due_at - programme.prepare_before
        return prepare if session.step is Step.NONE and prepare > now else max(session.due_at, now)
    after = [session.due_at + wait for step, wait in programme.nudges if step.rank > session.step.rank]
    return min([*after, session.due_at + programme.missed_after + INSTANT])


def next_check(session: Session, programme: Programme, now: datetime) -> datetime:
    """Return when a post that waits in the outbox has to be looked at next: when it becomes late, or too late."""
    points = (session.due_at + programme.late_after, session.due_at + programme.missed_after)
    # A microsecond past the point, since at the point itself nothing has changed yet.
    return min([point + INSTANT for point in points if point >= now], default=now)


def record(session: Session, programme: Programme, posted_at: datetime) -> Status:
    """Return what the record says of a session whose update was posted at `posted_at`."""
    return "late" if posted_at - session.due_at > programme.late_after else "posted"


def is_paused(series: Series, moment: datetime) -> bool:
    """Say whether a moment falls into the series' pause; its last moment does not."""
    return series.paused_until is not None and moment < series.paused_until


def host_of(series: Series, session: Session) -> str:
    """Return who writes a session's update: whoever took it over, else whose turn it is."""
    return session.host or series.turn(session.week)


def may_change(series: Series, user: str, *, is_admin: bool) -> bool:
    """Say whether somebody may change a series: its owner, hosts, deputy, and the workspace's admins."""
    return is_admin or user in series.people


def on_time_rate(statuses: list[Status]) -> tuple[int, int]:
    """Return how many updates came on time, of how many that were due and not skipped."""
    due = [status for status in statuses if status in {"posted", "late", "missed"}]
    return due.count("posted"), len(due)
