"""When the curators get their weekly digest of questions without a good answer, and what is in it."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.storage import learning, outbox
from bot.storage.database import Database
from bot.updates.recurrence import WEEK, WeeklyRule, first_date
from responses.blocks import learning as blocks
from responses.gaps import Gap, Kept, group
from responses.lessons import LessonBook

WEEKDAY, AT = 0, time(9)  # Monday morning
MOST_QUESTIONS = 500  # that are looked at: the newest
# A digest that could not be queued on its day comes with the next one; nothing in it is lost.
GRACE = timedelta(days=1)


class Digest:
    """The weekly post to the curators' channel (None: there is none), on Monday at 09:00 in `zone`."""

    def __init__(self, database: Database, book: Callable[[], LessonBook], channel: str | None, zone: ZoneInfo) -> None:
        self._database = database
        self._book = book
        self._channel = channel
        self._zone = zone

    def queue_due(self, now: datetime) -> None:
        """Put this week's digest into the outbox if it is due and not empty: once, however many processes do this."""
        due = self._rule(now).occurrence(0)
        if self._channel is None or now - due > GRACE:
            return
        key = f"digest:{due.astimezone(self._zone):%G-W%V}"
        with self._database.read() as connection:
            if outbox.find(connection, key):
                return
            # What is asked later waits a week: a question is not to set off a digest in the middle of the day.
            gaps = open_gaps(connection, until=due)
            helpful, unhelpful = learning.count_feedback(connection, since=due - WEEK)
        if not gaps:
            return
        post = blocks.digest("en", gaps, self._book(), helpful, unhelpful)
        with self._database.write() as connection:
            outbox.add(connection, key=key, channel=self._channel, text=post.text, blocks=post.blocks, now=now)

    def next_due(self, now: datetime) -> datetime | None:
        """Return when the next digest is due (UTC), None where there is no curators' channel."""
        return self._rule(now).occurrence(1) if self._channel else None

    def _rule(self, now: datetime) -> WeeklyRule:
        """Return the rule whose week 1 is the next digest, and whose week 0 is the last one."""
        return WeeklyRule(first_date(WEEKDAY, AT, self._zone, now), AT, self._zone)


def open_gaps(connection: Connection, *, until: datetime | None = None) -> list[Gap]:
    """Return the open questions (with `until`, those asked by then), near-duplicates counted together."""
    rows = learning.open_questions(connection, limit=MOST_QUESTIONS, until=until)
    return group(Kept(row.id, row.text, row.language, row.status, row.nearest) for row in rows)
