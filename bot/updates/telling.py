"""Who is told what about a session by direct message, in which language: hosts, the owner, the deputy, an author."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from bot.storage import sessions as kept
from bot.updates import posting
from bot.updates.composing import Composer
from bot.updates.model import Series, Session, Step
from bot.updates.rules import host_of
from responses.phrases import Language

# The language of a person's own, None where it is not known by now: Slack is never asked within a transaction.
LanguageOf = Callable[[str], Language | None]


class Teller:
    """Puts direct messages into the outbox, in the reader's language where it is known, else in the series'."""

    def __init__(self, composer: Composer, language_of: LanguageOf) -> None:
        self._composer = composer
        self._language_of = language_of

    def tell(self, connection: Connection, owner: Series, session: Session, step: Step, now: datetime) -> None:
        """Say what a step is about to those whom it concerns."""
        if step is Step.ESCALATE:
            self._escalate(connection, owner, session, now)
            return
        host = host_of(owner, session)
        language = self._language_of(host) or owner.language
        if step is Step.PREPARE:
            message = self._composer.preparation(connection, owner, session, now, language)
        else:
            again = step is Step.NUDGE_AGAIN
            message = self._composer.nudge(connection, owner, session, now, again=again, language=language)
        posting.tell(connection, owner, host, session.key(step), message, now)

    def tell_author(self, connection: Connection, owner: Series, session: Session, now: datetime) -> None:
        """Say to whoever wrote a session's update that it was not posted; to nobody if nothing was written."""
        own = kept.find_update(connection, session.id)
        if own is None or own.written_at is None:
            return
        language = self._language_of(own.author) or owner.language
        message = self._composer.not_posted(connection, owner, session, now, language)
        posting.tell(connection, owner, own.author, session.key("not-posted"), message, now)

    def _escalate(self, connection: Connection, owner: Series, session: Session, now: datetime) -> None:
        key = session.key(Step.ESCALATE)
        for place, user in enumerate(dict.fromkeys(filter(None, (owner.owner, owner.deputy)))):
            language = self._language_of(user) or owner.language
            own = user == host_of(owner, session)
            message = self._composer.escalation(connection, owner, session, now, language=language, own=own)
            posting.tell(connection, owner, user, posting.copy_key(key, user) if place else key, message, now)
