"""How the parts are put together: the only place where concrete ones are made, each of which may be replaced."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from slack_bolt import App
from slack_sdk import WebClient

from bot.clock import Clock, SystemClock
from bot.conversation import Conversation
from bot.curation import Curation, Curators, StoredRulings
from bot.delivery.channel import Places, SlackChannel
from bot.delivery.mail import MailServer
from bot.delivery.outlets import PREFIX, Outlets
from bot.delivery.sender import Sender
from bot.digest import Digest
from bot.library import Library
from bot.listeners import Services, register, usage
from bot.people import People
from bot.runner import Runner
from bot.scheduler import Ticker
from bot.storage import schema
from bot.storage.database import Database
from bot.storage.outbox import Delivery
from bot.updates.amending import Amending
from bot.updates.audience import Audience
from bot.updates.closing import Closing
from bot.updates.control import Control
from bot.updates.leaving import Leaving
from bot.updates.ledger import Ledger
from bot.updates.planning import Planner
from bot.updates.programme import Programme, load_programme
from bot.updates.service import Updates
from bot.updates.writing import Writing
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
    places = Places(SlackChannel(slack), outlets(settings, clock, people), PREFIX)
    sender = Sender(database, places, clock, partial(explain, people))
    library = _library(settings, database, load or knowledge_loader(settings, progress)) if answers else None
    book = (lambda: library.knowledge.book) if library else partial(book_on_disk, settings)
    zone = ZoneInfo(settings.zone)
    digest = Digest(database, book, settings.curators_channel, zone)
    keep_questions = timedelta(days=settings.keep_questions_days)
    leaving = Leaving(database, programme, people)
    planner = Planner(database, programme, people.known_language)
    runner = Runner(database, leaving, planner, digest, sender, clock, keep_questions)
    ticker = Ticker(runner.run_due, clock, periodic=periodic)
    if library is None:
        return Candor(database, runner, ticker)
    shared = Shared(settings, database, programme, people, clock, ticker.wake)
    app = bolt_app(settings, slack)
    register(app, services_of(shared, library, leaving))
    return Candor(database, runner, ticker, app, library)


@dataclass(frozen=True)
class Shared:
    """What every service is made of."""

    settings: Settings
    database: Database
    programme: Programme
    people: People
    clock: Clock
    wake: Callable[[], None]


def services_of(shared: Shared, library: Library, leaving: Leaving) -> Services:
    """Make what the listeners call."""
    settings, database, programme = shared.settings, shared.database, shared.programme
    clock, wake = shared.clock, shared.wake
    keep = timedelta(days=settings.keep_questions_days)
    curators = Curators(settings.curators_channel, settings.curators)
    return Services(
        conversation=Conversation(database, library, clock, wake=wake, usage=usage, keep_questions=keep),
        curation=Curation(database, lambda: library.knowledge.book, clock, curators, wake=wake, ruled=library.look_now),
        weekly=Updates(database, programme, tuple(settings.outlets)),
        amending=Amending(database, programme, clock, wake, settings.outlets),
        writing=Writing(database, programme, clock, wake=wake),
        ledger=Ledger(database, clock),
        audience=Audience(database, clock, wake),
        closing=Closing(database, programme, clock, wake),
        control=Control(database, programme, clock, wake),
        leaving=leaving,
        people=shared.people,
        clock=clock,
        default_zone=ZoneInfo(settings.zone),
        wake=wake,
    )


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


def outlets(settings: Settings, clock: Clock, people: People) -> Outlets:
    """Return the places outside Slack that the operator has named."""
    server = secret(settings.mail_server)
    mail = MailServer(server, settings.mail_from) if server and settings.mail_from else None
    return Outlets(
        settings.outlets, mail, secret(settings.outlet_secret), clock, lambda user: people.person(user).name
    )  # fmt: skip


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
