"""What Candor replies to a question, privately or in a thread, and what it remembers of that."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import Connection

from bot.clock import Clock
from bot.library import Library
from bot.responder import private_body
from bot.storage import conversations, outbox
from bot.storage.database import Database
from responses.answering import Answer, Declined, Outcome, Suggestions, ThreadContext, answer, open_lesson
from responses.asking import asks
from responses.blocks.answers import render
from responses.blocks.message import Message
from responses.blocks.topics import help_message, topics
from responses.blocks.values import ButtonValue
from responses.followups import language_asked, part_asked
from responses.knowledge import Knowledge
from responses.phrases import Language, as_language, say

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Incoming:
    """A question out of a conversation; `key` is what Slack's redelivery of it has in common."""

    key: str
    text: str
    channel: str
    thread_ts: str  # of the thread to answer in: the question's own ts where it began none
    addressed: bool  # mentioned, or in a direct message; else it stands in a thread that Candor answered in
    language: Callable[[], Language]  # the asker's own, looked up only where the words show none


class Conversation:
    """Questions and answers. Replies in channels go through the outbox; private ones are returned.

    What is asked again is taken from `Knowledge.recent`, so that a command costs little more than Bolt does.
    """

    def __init__(
        self,
        database: Database,
        library: Library,
        clock: Clock,
        *,
        wake: Callable[[], None],
        keep_questions: timedelta,
        usage: Callable[[Language], list[str]],
    ) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        self._wake = wake
        self._keep_questions = keep_questions
        self._usage = usage

    def privately(self, text: str, *, asker: str, key: str, language: Callable[[], Language]) -> str:
        """Answer only to the person who asked; without a question, in their own `language`, the help and the topics.

        Return the body of the command's HTTP answer. A question counts once a day for one asker.
        """
        knowledge = self._library.knowledge
        outcome = answer(text, knowledge)
        if _asks_for_help(outcome):
            return private_body(self.help(language()))
        recent, today = knowledge.recent, self._clock.now().date()
        kept = not isinstance(outcome, Answer) and recent.get_or_make(
            ("kept", outcome.key, asker, today), lambda: self._keep(outcome, key)
        )
        return recent.get_or_make(
            ("private", outcome.key, kept),
            lambda: private_body(self._rendered(outcome, knowledge, share=True, feedback=True, kept=kept)),
        )

    def reply(self, incoming: Incoming) -> bool:
        """Answer in the thread, once however often it is delivered; return whether there was anything to say."""
        with self._database.read() as connection:
            known = conversations.find_thread(connection, incoming.channel, incoming.thread_ts)
        if known is None and not incoming.addressed:
            return False
        knowledge = self._library.knowledge
        context = ThreadContext(known.lesson, as_language(known.language)) if known and known.lesson else None
        outcome = answer(incoming.text, knowledge, context)
        if not incoming.addressed and _is_chatter(outcome, incoming.text):
            return False
        message = self._message(outcome, incoming)
        lesson = outcome.lesson.id if isinstance(outcome, Answer) else known.lesson if known else None
        with self._database.write() as connection:
            if self._post(connection, incoming.key, incoming.channel, incoming.thread_ts, message):
                self._remember(connection, incoming.channel, incoming.thread_ts, lesson, outcome.language)
        self._wake()
        return True

    def lesson(self, value: str) -> Message | None:
        """Return the lesson that a button of a private answer names, None if the book no longer has it."""
        outcome = self._opened(value)
        return render(outcome, self._library.knowledge.book, share=True) if outcome else None

    def lesson_in_thread(self, value: str, *, channel: str, thread_ts: str, key: str) -> bool:
        """Post the lesson that a button names into the button's thread; False if the book no longer has it."""
        outcome = self._opened(value)
        if outcome is None:
            return False
        message = render(outcome, self._library.knowledge.book, hint=True)
        with self._database.write() as connection:
            if self._post(connection, key, channel, thread_ts, message):
                self._remember(connection, channel, thread_ts, outcome.lesson.id, outcome.language)
        self._wake()
        return True

    def share(self, value: str, *, channel: str, user: str, key: str) -> bool:
        """Post a private answer to the channel, saying who shared it; False if the book no longer has it."""
        outcome = self._opened(value)
        if outcome is None:
            return False
        shown = render(outcome, self._library.knowledge.book)
        lead = say(outcome.language, "commands.shared", who=f"<@{user}>")
        first = {"type": "context", "elements": [{"type": "mrkdwn", "text": lead}]}
        message = Message(f"{lead} {shown.text}", [first, *shown.blocks])
        with self._database.write() as connection:
            self._post(connection, key, channel, None, message, tell=user)
        self._wake()
        return True

    def dispute(self, named: ButtonValue, *, key: str) -> bool:
        """Keep the question behind an answer that did not help, if questions are kept here; return whether."""
        return self._write_down(named.reference, named.language, "disputed", named.lesson_id, key)

    def topics(self, language: Language) -> Message:
        """Return the list of what can be asked."""
        return topics(self._library.knowledge.book, language)

    def topics_in_thread(self, language: Language, *, channel: str, thread_ts: str, key: str) -> None:
        """Post the list of what can be asked into a thread."""
        with self._database.write() as connection:
            self._post(connection, key, channel, thread_ts, self.topics(language))
        self._wake()

    def _message(self, outcome: Outcome, incoming: Incoming) -> Message:
        if _asks_for_help(outcome):
            return self.help(incoming.language())
        kept = self._keep(outcome, incoming.key)
        return self._rendered(outcome, self._library.knowledge, hint=True, feedback=True, kept=kept)

    def _rendered(self, outcome: Outcome, knowledge: Knowledge, **shown: bool) -> Message:
        return render(outcome, knowledge.book, reference=self._reference(outcome), **shown)

    def help(self, language: Language) -> Message:
        """Return what Candor is for, its commands and its topics."""
        return help_message(self._library.knowledge.book, language, self._usage(language))

    def _reference(self, outcome: Outcome) -> str:
        """Return what the buttons carry for `dispute`: they stand in the outbox, so nothing where nothing is kept."""
        return outcome.question if self._keep_questions else ""

    def _opened(self, value: str) -> Answer | None:
        named = ButtonValue.unpack(value)
        return open_lesson(named.lesson_id, named.language, self._library.knowledge)

    def _keep(self, outcome: Outcome, key: str) -> bool:
        """Keep a question that found no answer for the curators; False if that is switched off."""
        if isinstance(outcome, Answer) or not outcome.question:
            return False
        status = "suggested" if isinstance(outcome, Suggestions) else "declined"
        nearest = outcome.candidates[0].lesson.id if outcome.candidates else None
        return self._write_down(outcome.question, outcome.detected, status, nearest, key)

    def _write_down(self, text: str, language: str, status: str, nearest: str | None, key: str) -> bool:
        """Keep a question without who asked it; False if keeping is switched off or there is nothing to keep."""
        if not text or not self._keep_questions:
            return False
        now = self._clock.now()
        # Hashed: an event's id must not lead back from the question to the message and its author.
        values = {"key": sha256(key.encode()).hexdigest(), "text": text, "language": language, "status": status}
        with self._database.write() as connection:
            conversations.keep_question(connection, **values, nearest=nearest, now=now)
        return True

    def _post(
        self,
        connection: Connection,
        key: str,
        channel: str,
        thread_ts: str | None,
        message: Message,
        tell: str | None = None,
    ) -> bool:
        return outbox.add(
            connection, key=key, channel=channel, thread_ts=thread_ts, text=message.text, blocks=message.blocks,
            now=self._clock.now(), tell=tell,
        )  # fmt: skip

    def _remember(
        self, connection: Connection, channel: str, thread_ts: str, lesson: str | None, language: Language
    ) -> None:
        conversations.remember_thread(
            connection, channel=channel, thread_ts=thread_ts, lesson=lesson, language=language, now=self._clock.now()
        )


def _asks_for_help(outcome: Outcome) -> bool:
    empty = isinstance(outcome, Declined) and outcome.reason == "empty"
    return empty or outcome.question.lower() in {"help", "aiuto", "hilfe", "tulong"}


def _is_chatter(outcome: Outcome, text: str) -> bool:
    """Say whether a reply that nobody addressed to Candor is best left alone: people talk in threads, too.

    Questions are taken up, and what the hint under an answer invites to ("an example"), unless said to somebody else.
    """
    if text.lstrip().startswith("<@"):
        return True
    followed_up = bool(part_asked(outcome.question) or language_asked(outcome.question))
    return not followed_up and not asks(outcome.question)
