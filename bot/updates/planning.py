"""What the tick does for weekly updates: each session's next step goes to the outbox, what was sent into the record.

Each step is one transaction that changes sessions and outbox together, so that a process may be killed anywhere.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row

from bot.storage import outbox
from bot.storage import series as stored
from bot.storage import sessions as kept
from bot.storage.database import Database
from bot.updates import closing, posting
from bot.updates.composing import Composer
from bot.updates.model import Series, Session, Status, Step, Update
from bot.updates.programme import Programme
from bot.updates.rows import series_of, session_of, update_of
from bot.updates.rules import PAUSED, Decision, decide, is_paused, next_check, next_look, reached, record
from bot.updates.telling import LanguageOf, Teller
from bot.updates.timetable import plan_ahead

BATCH = 100
NOT_SENT = "not_sent_in_time"  # causes on the record: Candor or Slack was away …
NOT_WRITTEN = "not_written"  # … or nobody wrote
log = logging.getLogger(__name__)


class Planner:
    """Moves sessions on as time goes by; any number of processes may run one each."""

    def __init__(
        self, database: Database, programme: Programme, language_of: LanguageOf = lambda _user: None
    ) -> None:  # fmt: skip
        self._database = database
        self._programme = programme
        self._composer = Composer(programme)
        self._teller = Teller(self._composer, language_of)

    def queue_due(self, now: datetime) -> int:
        """Take every session's step that is due at `now`; return how many sessions were looked at."""
        handled = 0
        while batch := self._queue_batch(now):
            handled += batch
        return handled

    def settle(self, now: datetime) -> datetime | None:
        """Bring sessions in step with the outbox, and close what is over; return when that has to be done again."""
        looks = (self._settle_sent(now), self._close_finished(now))
        return min((look for look in looks if look is not None), default=None)

    def next_due(self) -> datetime | None:
        """Return when the next session needs a look."""
        with self._database.read() as connection:
            return kept.next_look(connection)

    def _settle_sent(self, now: datetime) -> datetime | None:
        with self._database.write() as connection:
            rows = kept.in_outbox(connection)
            owners = _series(connection, rows)
            looks = [self._settle(connection, owners[row.series_id], row, now) for row in rows]
        return min((look for look in looks if look is not None), default=None)

    def _close_finished(self, now: datetime) -> datetime | None:
        """Close the series that have no session left, after their pause; return when the next pause ends."""
        with self._database.read() as connection:
            over = [series_of(row) for row in stored.finished(connection)]
        paused = [each.paused_until for each in over if each.paused_until is not None and is_paused(each, now)]
        for each in over:
            if not is_paused(each, now):
                self._close(each.id, now)
        return min(paused, default=None)

    def _close(self, number: int, now: datetime) -> None:
        with self._database.write() as connection:
            row = stored.lock(connection, number)  # before its sessions, as those who change it do
            if row is not None and row.ended_at is None and not kept.has_open(connection, number):
                closing.close(connection, series_of(row), self._programme, now, by=None)

    def _queue_batch(self, now: datetime) -> int:
        with self._database.write() as connection:
            rows = kept.claim_due(connection, now=now, limit=BATCH)
            owners = _series(connection, rows)
            written = kept.written_for(connection, [row.id for row in rows])
            missed: list[Session] = []
            for session in map(session_of, rows):
                owner, own = owners[session.series_id], written.get(session.id)
                decision = decide(session, owner, self._programme, now, written=own is not None)
                if decision.action == "miss":
                    missed.append(session)
                else:
                    self._carry_out(connection, owner, session, decision, update_of(own) if own else None, now)
            self._record_missed(connection, owners, missed, now)
            for number in sorted(owners):
                # Read again, under its lock: whoever ends it at this moment would not see a session that is new.
                if (row := stored.lock(connection, number, wait=False)) is not None:
                    plan_ahead(connection, series_of(row), self._programme)
        return len(rows)

    def _carry_out(
        self, connection: Connection, owner: Series, session: Session, decision: Decision, own: Update | None,
        now: datetime,
    ) -> None:  # fmt: skip
        if decision.action == "skip":
            self._skip(connection, owner, session, now)
        elif decision.action == "post" and own is not None:
            self._queue_update(connection, owner, session, own, decision, now)
        elif decision.step is Step.REMIND:
            self._remind(connection, owner, session, decision, now)
        else:
            if decision.action == "take":
                self._teller.tell(connection, owner, session, decision.step, now)
            after = _stepped(session, decision.step if decision.action == "take" else session.step)
            look_at = next_look(after, self._programme, now)
            kept.change(connection, session.id, step=after.step, look_at=look_at)

    def _skip(self, connection: Connection, owner: Series, session: Session, now: datetime) -> None:
        withdraw_steps(connection, owner, session)
        kept.change(connection, session.id, status="skipped", cause=PAUSED, look_at=None, asked_host=None)
        self._teller.tell_author(connection, owner, session, now)

    def _queue_update(
        self, connection: Connection, owner: Series, session: Session, own: Update, decision: Decision, now: datetime
    ) -> None:
        withdraw_steps(connection, owner, session)
        key = session.key("update") + (f":{own.version}" if own.post_key else "")  # a failed one has used its key up
        late = now - session.due_at if decision.late else None
        message = self._composer.update(connection, owner, session, own, now, late)
        posting.post(connection, owner, key, message, now)
        kept.change(connection, session.id, status="queued", post_key=key, look_at=None)
        kept.change_update(connection, own.id, post_key=key)

    def _remind(
        self, connection: Connection, owner: Series, session: Session, decision: Decision, now: datetime
    ) -> None:
        late = now - session.due_at if decision.late else None
        key = session.key(Step.REMIND)
        message = self._composer.reminder(connection, owner, session, now, late)
        posting.post(connection, owner, key, message, now, "home")
        after = _stepped(session, reached(self._programme, session, now))
        look_at = next_look(after, self._programme, now)
        kept.change(connection, session.id, status="awaiting", step=after.step, post_key=key, look_at=look_at)

    def _settle(self, connection: Connection, owner: Series, row: Row[Any], now: datetime) -> datetime | None:
        session = session_of(row)
        if session.status == "queued" and row.delivery == "sent":
            status = record(session, self._programme, row.sent_at)
            kept.change(connection, session.id, status=status, posted_at=row.sent_at, cause=None)
        elif session.status == "queued" and row.delivery == "unverified":
            kept.change(connection, session.id, status="missed", cause=row.error)
        elif row.delivery == "failed":
            self._failed(connection, owner, session, row.error, now)
        elif row.delivery == "pending":
            return self._still_waiting(connection, owner, session, now)
        return None  # on its way, or being looked for: the sender will settle it

    def _failed(self, connection: Connection, owner: Series, session: Session, error: str, now: datetime) -> None:
        """Slack refused a post and its owner was told why; what was written is a draft again, to be sent once more."""
        if session.status == "queued" and owner.ended_at is not None:
            kept.change(connection, session.id, status="missed", cause=error)
        elif session.status == "queued":
            after = _stepped(session, reached(self._programme, session, now), "awaiting")
            look_at = now if is_paused(owner, now) else next_look(after, self._programme, now)
            kept.change(connection, session.id, status="awaiting", step=after.step, look_at=look_at, cause=error)
            own = kept.find_update(connection, session.id)
            if own is not None:
                kept.change_update(connection, own.id, written_at=None)
        elif session.cause != error:
            kept.change(connection, session.id, cause=error)

    def _still_waiting(self, connection: Connection, owner: Series, session: Session, now: datetime) -> datetime | None:
        """See to a post that could not be sent yet: once it is late it says so, and in the end it is given up."""
        lateness, key = now - session.due_at, session.post_key or ""
        if session.status == "queued" and is_paused(owner, now):  # it was on its way when the pause began
            if posting.withdraw(connection, owner, key):
                self._skip(connection, owner, session, now)
            return None
        if lateness > self._programme.missed_after:
            if session.status == "queued" and posting.withdraw(connection, owner, key):
                self._record_missed(connection, {owner.id: owner}, [session], now)
            return None
        if lateness > self._programme.late_after:
            own = kept.find_update(connection, session.id) if session.status == "queued" else None
            if own is not None:
                message = self._composer.update(connection, owner, session, update_of(own), now, lateness)
            else:
                message = self._composer.reminder(connection, owner, session, now, lateness)
            posting.rewrite(connection, owner, key, message)
        return next_check(session, self._programme, now)

    def _record_missed(
        self, connection: Connection, owners: Mapping[int, Series], missed: Sequence[Session], now: datetime
    ) -> None:
        """Record sessions as missed; each series' channel is told once, however many weeks it was."""
        for number, group in groupby(sorted(missed, key=lambda s: (s.series_id, s.week)), key=lambda s: s.series_id):
            owner, weeks = owners[number], [*group]
            sent = all(week.step.rank >= Step.REMIND.rank and week.status == "awaiting" for week in weeks)
            for session in weeks:
                withdraw_steps(connection, owner, session)
                cause = session.cause or (NOT_WRITTEN if sent else NOT_SENT)
                kept.change(connection, session.id, status="missed", cause=cause, look_at=None)
                self._teller.tell_author(connection, owner, session, now)
            log.warning("series %d: week(s) %s missed", number, ", ".join(str(week.week) for week in weeks))
            message = self._composer.missed(connection, owner, weeks, now, sent=sent)
            posting.post(connection, owner, weeks[-1].key("missed"), message, now, "channels")


def withdraw_steps(connection: Connection, owner: Series, session: Session) -> None:
    """Take back what is in the outbox for a session: after an update nobody is reminded of it."""
    for step in Step:
        outbox.drop(connection, session.key(step))
    for user in filter(None, (owner.owner, owner.deputy)):
        outbox.drop(connection, posting.copy_key(session.key(Step.ESCALATE), user))


def _series(connection: Connection, rows: Sequence[Row[Any]]) -> dict[int, Series]:
    found = stored.find_several(connection, [row.series_id for row in rows])
    return {number: series_of(row) for number, row in found.items()}


def _stepped(session: Session, step: Step, status: Status | None = None) -> Session:
    state: Status = status or ("awaiting" if step.rank >= Step.REMIND.rank else session.status)
    return replace(session, step=step, status=state)
