"""What is to be done about a session at a moment: pure rules over the state and `now`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.updates.model import Session, Status
from bot.updates.programme import Programme

Action = Literal["wait", "post", "miss"]


@dataclass(frozen=True)
class Decision:
    """What to do about a session; `late` says whether the post has to admit that it is late."""

    action: Action
    late: bool = False


def decide(session: Session, programme: Programme, now: datetime) -> Decision:
    """Say what a session that has not been posted needs at `now` (aware).

    Up to `late_after` it is posted as on time, up to `missed_after` as late; after that it is missed, since a reminder
    for this morning's session helps nobody tonight.
    """
    lateness = now - session.due_at
    if lateness < timedelta(0):
        return Decision("wait")
    if lateness > programme.missed_after:
        return Decision("miss")
    return Decision("post", late=lateness > programme.late_after)


def record(session: Session, programme: Programme, posted_at: datetime) -> Status:
    """Return what the record says of a session that was posted at `posted_at`."""
    return "late" if posted_at - session.due_at > programme.late_after else "posted"


def next_look(session: Session, programme: Programme, now: datetime) -> datetime:
    """Return when a session that is still open (planned or queued) has to be looked at again, after `now`."""
    if session.status == "planned":
        return session.due_at
    turning_points = (session.due_at + programme.late_after, session.due_at + programme.missed_after)
    # A microsecond past the point, since at the point itself nothing has changed yet.
    ahead = [moment + timedelta(microseconds=1) for moment in turning_points if moment >= now]
    return min(ahead, default=now)
