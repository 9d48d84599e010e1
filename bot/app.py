"""How the parts are put together: the only place where concrete ones are made, each of which may be replaced."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from slack_bolt import App
from slack_sdk import WebClient

from bot.clock import Clock, SystemClock
from bot.conversation import Conversation
from bot.curation import Curation, Curators, StoredRulings
from bot.delivery.channel import SlackChannel
from bot.delivery.sender import Sender
from bot.digest import Digest
from bot.library import Library
from bot.listeners import Services, register, usage
from bot.people import People
from bot.scheduler import Ticker
from bot.storage import conversations, outbox, schema
from bot.storage.database import Database
from bot.storage.outbox import Delivery
from bot.updates.planning import Planner
from bot.updates.programme import load_programme
from bot.updates.service import Updates
from config.settings import Settings
from responses.blocks.message import Message
from responses.blocks.updates import undelivered
from responses.encoder import load_encoder
from responses.faults import ContentError
from responses.knowledge import Knowledge, load_knowledge
from responses.lessons import LessonBook, load_lessons
from responses.vectors import Progress

SLACK_TIMEOUT_SECONDS = 10
# A command has three seconds in all, and may ask for a profile and a channel; without them it has its defaults.
PROFILE_TIMEOUT_SECONDS = 1
LISTENER_THREADS = 16

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Runner:
    """What every process does when it wakes up."""

    database: Database
    planner: Planner
    digest: Digest
    sender: Sender
    clock: Clock
    keep_questions: timedelta
    # Within one process one run at a time: the local workspace runs it when its clock is moved, beside the ticker.
    lock: Lock = field(default_factory=Lock)

    def run_due(self) -> datetime | None:
        """Do everything that is due now; return when the next thing is, aware, None if nothing is planned."""
        with self.lock:
            return self._run_due()

    def _run_due(self) -> datetime | None:
        self._forget_questions()
        self.planner.queue_due(self.clock.now())
        self.digest.queue_due(self.clock.now())
        self.planner.settle(self.clock.now())
        report = self.sender.send_due()
        look_again = self.planner.settle(self.clock.now())
        if report.sent or report.failed:
            log.info("sent %d, failed %d, to try again %d", report.sent, report.failed, report.later)
        due = (look_again, self.planner.next_due(), self.sender.next_due(), self.digest.next_due(self.clock.now()))
        return min((moment for moment in due if moment is not None), default=None)

    def _forget_questions(self) -> None:
        with self.database.write() as connection:
            conversations.forget_questions(connection, before=self.clock.now() - self.keep_questions)

    def tidy(self) -> None:
        """Forget what is finished and old."""
        with self.database.write() as connection:
            outbox.forget(connection, before=self.clock.now() - outbox.KEEP)


@dataclass(frozen=True)
class Candor:
    """A Candor that is ready to be connected; `app` is None in a process that only ticks and sends."""

    database: Database
    runner: Runner
    ticker: Ticker
    app: App | None = None
    library: Library | None = None

    def start(self) -> None:
        """Begin ticking and watching the lessons."""
        self.runner.tidy()
        self.ticker.start()
        if self.library:
            self.library.watch()

    def stop(self) -> None:
        """End what `start` began, and close the database."""
        self.runner.sender.stop()
        self.ticker.stop()
        if self.library:
            self.library.stop()
        self.database.close()


def build(
    settings: Settings,
    *,
    answers: bool = True,
    periodic: bool = True,
    clock: Clock | None = None,
    slack: WebClient | None = None,
    database: Database | None = None,
    load: Callable[[], Knowledge] | None = None,
    progress: Progress | None = None,
) -> Candor:
    """Put a Candor together; nothing is started, the database is brought up to date.

    `answers` False leaves out listeners and lessons, for a process that only ticks and sends; `periodic` False ticks
    only when woken. Raises StorageError, ContentError and ConfigError, each with what the operator can do.
    """
    clock = clock or SystemClock()
    people = People(slack or slack_client(settings, timeout=PROFILE_TIMEOUT_SECONDS), clock)
    slack = slack or slack_client(settings)
    programme = load_programme(settings.programme)
    database = database or Database(settings.database_url)
    schema.migrate(database)
    sender = Sender(database, SlackChannel(slack), clock, partial(explain, people))
    library = _library(settings, database, load or knowledge_loader(settings, progress)) if answers else None
    book = (lambda: library.knowledge.book) if library else partial(book_on_disk, settings)
    zone = ZoneInfo(settings.zone)
    digest = Digest(database, book, settings.curators_channel, zone)
    keep_questions = timedelta(days=settings.keep_questions_days)
    runner = Runner(database, Planner(database, programme), digest, sender, clock, keep_questions)
    ticker = Ticker(runner.run_due, clock, periodic=periodic)
    if library is None:
        return Candor(database, runner, ticker)
    conversation = Conversation(
        database, library, clock, wake=ticker.wake, usage=usage, keep_questions=keep_questions,
    )  # fmt: skip
    curators = Curators(settings.curators_channel, settings.curators)
    curation = Curation(database, book, clock, curators, wake=ticker.wake, ruled=library.look_now)
    services = Services(
        conversation=conversation, curation=curation, weekly=Updates(database, programme), people=people, clock=clock,
        default_zone=zone, wake=ticker.wake,
    )  # fmt: skip
    app = bolt_app(settings, slack)
    register(app, services)
    return Candor(database, runner, ticker, app, library)


def _library(settings: Settings, database: Database, load: Callable[[], Knowledge]) -> Library:
    return Library(load, [*settings.lessons, *settings.phrasings], StoredRulings(database))


def book_on_disk(settings: Settings) -> LessonBook:
    """Return the lessons for a process that answers nothing; without them if they are faulty: a digest can do so."""
    try:
        return load_lessons(settings.lessons)
    except ContentError as error:
        log.error("the lessons cannot be used; the digest goes out without their titles:\n%s", error)
        return LessonBook(lessons={}, sources={})


def bolt_app(settings: Settings, slack: WebClient) -> App:
    """Return Bolt's side: it answers Slack only when the listener is done, so that a failure is redelivered."""
    return App(
        client=slack,
        # Socket Mode signs nothing; without a secret no HTTP request can pass, which is what should happen then.
        signing_secret=secret(settings.slack_signing_secret) or "",
        process_before_response=True,
        token_verification_enabled=False,
        listener_executor=ThreadPoolExecutor(LISTENER_THREADS, thread_name_prefix="listener"),
    )


def slack_client(settings: Settings, *, timeout: int = SLACK_TIMEOUT_SECONDS) -> WebClient:
    """Return a client that never repeats a call by itself: a repeated post is a second message."""
    return WebClient(
        token=secret(settings.slack_bot_token),
        base_url=settings.slack_api_url,
        timeout=timeout,
        retry_handlers=[],
    )


def knowledge_loader(settings: Settings, progress: Progress | None = None) -> Callable[[], Knowledge]:
    """Return what loads the lessons: with the encoder where there is one, else by characters alone."""
    encoder = load_encoder() if settings.encoder else None

    def load() -> Knowledge:
        return load_knowledge(
            settings.lessons, settings.phrasings, encoder=encoder, cache_dir=settings.cache, progress=progress
        )

    return load


def explain(people: People, delivery: Delivery, error: str) -> Message:
    """Return what the person is told, in their language, whose message could not be delivered."""
    language = people.person(delivery.tell).language if delivery.tell else "en"
    return undelivered(language, delivery.channel, error)


def secret(value: SecretStr | None) -> str | None:
    """Return a secret's text."""
    return value.get_secret_value() if value else None
