"""Questions from the audience of a series: asked, voted for, merged, answered, carried over; nothing is lost."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection

from bot.clock import Clock
from bot.errors import UserError
from bot.storage import asked as stored
from bot.storage import series as stored_series
from bot.storage.database import Database
from bot.updates.access import Caller, known_series
from bot.updates.asking import LONGEST, Question, alike, is_question, ranked
from bot.updates.model import Series
from bot.updates.posting import post_in_thread
from bot.updates.questions import (
    Listing,
    Opened,
    known_question,
    lines_of,
    question_of,
    question_to_change,
    questions_of,
    series_of_post,
    series_to_ask,
)
from bot.updates.replying import Given, send
from bot.updates.rules import may_change
from responses.blocks.weekly import questions as blocks
from responses.blocks.weekly.parts import QuestionLine
from responses.phrases import Language, say
from responses.text import clean, clean_lines, shorten

MOST_OFFERED = 5  # similar questions at once
MOST_PROFILES = 5  # that are asked for: a submission has three seconds in all


class Audience:
    """What people ask about a series, and what becomes of it."""

    def __init__(self, database: Database, clock: Clock, wake: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake

    def about(self, number: int, caller: Caller) -> Series:
        """Return a series that the caller may ask about; raises UserError for one unknown to them or ended."""
        with self._database.read() as connection:
            return series_to_ask(connection, number, caller)

    def similar(self, number: int, text: str, caller: Caller, *, key: str) -> list[QuestionLine]:
        """Return the open questions that `text` is much like, the most alike first; `key` as `ask` takes it."""
        with self._database.read() as connection:
            series = series_to_ask(connection, number, caller)
            if stored.find_by_key(connection, hashed(key)) is not None:
                return []  # delivered a second time: what it is like is itself
            found = alike(clean_lines(text, LONGEST), _open(connection, number))
            return lines_of(connection, series, found[:MOST_OFFERED])

    def ask(
        self, number: int, text: str, caller: Caller, *, key: str, anonymous: bool = False,
        channel: str | None = None, thread_ts: str | None = None,
    ) -> int:  # fmt: skip
        """Write a question down, once for the `key` of its click; return its number.

        `channel` and `thread_ts` say below which message it was asked. Where it is `anonymous`, nothing of the caller
        is kept. Raises UserError where there is nothing to ask or nobody to answer.
        """
        text = clean_lines(text, LONGEST)
        if not text:
            raise UserError("audience.no_text")
        with self._database.write() as connection:
            series = series_to_ask(connection, number, caller)
            post = series_of_post(connection, channel, thread_ts) if channel and thread_ts else None
            below = (channel, thread_ts) if post and post.id == series.id else (None, None)
            return self._add(connection, series, text, None if anonymous else caller.user, key, *below)

    def replied(self, channel: str, thread_ts: str, text: str, asker: str, *, key: str) -> bool:
        """Note a question out of the thread of a post; return whether the thread is a series' at all.

        `text` is as Slack's messages have it; `key` is the event's. It is confirmed there, once.
        """
        with self._database.read() as connection:
            series = series_of_post(connection, channel, thread_ts)
        if series is None:
            return False
        cleaned = clean(text, LONGEST)
        # Said to somebody else, or nothing that wants an answer: people talk in threads, too.
        if cleaned and not text.lstrip().startswith("<@") and is_question(cleaned):
            self._note(series, channel, thread_ts, cleaned, asker, key)
        return True

    def _note(self, series: Series, channel: str, thread_ts: str, text: str, asker: str, key: str) -> None:
        with self._database.write() as connection:
            if series.ended_at is None:
                number = self._add(connection, series, text, asker, key, channel, thread_ts)
                reply = blocks.noted_in_thread(series.language, number, asker)
            else:
                reply = blocks.no_more(series.language, series.title, series.owner)
            now = self._clock.now()
            post_in_thread(connection, series, key, reply, now, channel=channel, thread_ts=thread_ts)
        self._wake()

    def _add(
        self, connection: Connection, series: Series, text: str, by: str | None, key: str, channel: str | None,
        thread_ts: str | None,
    ) -> int:  # fmt: skip
        values = {
            "series_id": series.id, "key": hashed(key), "text": text, "asked_by": by, "asked_at": self._clock.now(),
            "channel": channel, "thread_ts": thread_ts,
        }  # fmt: skip
        return stored.add(connection, values)

    def vote(self, number: int, caller: Caller) -> QuestionLine:
        """Count the caller's vote; return the question as it stands then.

        Raises UserError where the caller is counted already, also as the one who asked, or it has been answered.
        """
        with self._database.write() as connection:
            series, found = known_question(connection, number, caller)
            if not found.is_open:
                raise UserError("audience.answered_already", number=found.head.id)
            if caller.user in found.behind or not stored.vote(connection, found.head.id, caller.user):
                raise UserError("audience.voted_already", number=found.head.id)
            return lines_of(connection, series, [question_of(connection, series.id, number)])[0]

    def merge(self, number: int, into: int, caller: Caller) -> None:
        """Merge an open question, with those merged into it, into another open one of the same series.

        Raises NotAllowedError for anybody but owner, hosts, deputy and admins, UserError where one is not open.
        """
        with self._database.write() as connection:
            series, one = question_to_change(connection, number, caller)
            other = question_of(connection, series.id, into)
            for each in (one, other):
                if not each.is_open:
                    raise UserError("audience.answered_already", number=each.head.id)
            if one.head.id != other.head.id:
                stored.merge(connection, one.head.id, other.head.id)
                details = {"number": one.head.id, "into": other.head.id}
                _note_change(connection, series, "question_merged", caller, self._clock.now(), **details)

    def answer(
        self, number: int, text: str, caller: Caller, *, key: str, aside: bool = False,
        correcting: bool = False, language_of: Callable[[str], Language] | None = None,
    ) -> bool:  # fmt: skip
        """Answer a question, or correct its answer: in its thread and to everybody who asked it by name.

        `aside` sets it aside, `text` being the reason: that is its answer then. `key` is the click's own; `language_of`
        tells which language an asker reads (without it, the series'). Returns False where the answer is what it was.
        Raises NotAllowedError, and UserError where there is no text, or an answer that the caller is not `correcting`.
        """
        text = clean_lines(text, LONGEST)
        if not text:
            raise UserError("audience.no_answer")
        languages = self._languages(number, caller, language_of) if language_of else {}
        now = self._clock.now()
        with self._database.write() as connection:
            series, found = question_to_change(connection, number, caller)
            if aside:
                text = shorten(say(series.language, "audience.set_aside", reason=text), LONGEST)
            if text == found.head.answer:
                return False
            if not (found.is_open or correcting):
                raise UserError("audience.answered_already", number=found.head.id)
            stored.answer(connection, found.head.id, text, by=caller.user, now=now)
            what = "question_set_aside" if aside else "question_answered" if found.is_open else "question_corrected"
            _note_change(connection, series, what, caller, now, number=found.head.id)
            given = Given(text, caller.user, hashed(key), corrected=not found.is_open)
            send(connection, series, question_of(connection, series.id, number), given, languages, now)
        self._wake()
        return True

    def _languages(self, number: int, caller: Caller, language_of: Callable[[str], Language]) -> dict[str, Language]:
        with self._database.read() as connection:
            _, found = known_question(connection, number, caller)
        return {asker: language_of(asker) for asker in found.askers[:MOST_PROFILES]}

    def listing(self, number: int, caller: Caller) -> Listing:
        """Return the questions of a series: open ones by votes, answered ones newest first.

        Raises UserError where the caller may not know of the series.
        """
        with self._database.read() as connection:
            series = known_series(connection, number, caller)
            every = questions_of(connection, number)
            mine = frozenset(each.head.id for each in every if caller.user in each.behind)
            answered = sorted((each for each in every if not each.is_open), key=_answered_at, reverse=True)
            return Listing(series, open_lines(connection, series), lines_of(connection, series, answered), mine)

    def open(self, number: int, caller: Caller) -> Opened:
        """Return one question; raises UserError where the caller may not know of it."""
        with self._database.read() as connection:
            series, found = known_question(connection, number, caller)
            may_answer = may_change(series, caller.user, is_admin=caller.is_admin)
            rest = _open(connection, series.id) if may_answer and found.is_open else []
            rest = [each for each in rest if each.head.id != found.head.id]
            near = alike(found.head.text, rest)
            others = [*near, *(each for each in rest if each not in near)]
            line, *lines = lines_of(connection, series, [found, *others])
            return Opened(series, line, found.merged, lines, may_answer, caller.user in found.behind)


def open_lines(connection: Connection, series: Series) -> list[QuestionLine]:
    """Return the open questions of a series, the most votes first, then the oldest."""
    return lines_of(connection, series, _open(connection, series.id))


def answered_lines(connection: Connection, series: Series, since: datetime | None) -> list[QuestionLine]:
    """Return the questions answered since the update that was posted at `since` (None: ever), a corrected answer too.

    What was answered while that update waited to be sent is not in it, and so is among these.
    """
    if since is not None:
        since = stored.composed_at(connection, series.id, series.channel, since) or since
    answered = [each for each in questions_of(connection, series.id) if not each.is_open]
    fresh = [each for each in answered if since is None or _answered_at(each) > since]
    return lines_of(connection, series, sorted(fresh, key=_answered_at))


def hashed(key: str) -> str:
    """Return what is kept of a click or an event: enough to know it again, nothing that leads to who did it."""
    return sha256(key.encode()).hexdigest()


def _open(connection: Connection, series_id: int) -> list[Question]:
    return ranked(each for each in questions_of(connection, series_id) if each.is_open)


def _answered_at(question: Question) -> datetime:
    # An open question has no such moment; none is asked for.
    return question.head.answered_at or question.head.asked_at


def _note_change(
    connection: Connection, series: Series, what: str, caller: Caller, now: datetime, **details: int
) -> None:
    stored_series.note(connection, series.id, what, by=caller.user, now=now, **details)
