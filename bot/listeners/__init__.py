"""The table of contents: what Candor listens to, and which function takes it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt import App

from bot.clock import Clock
from bot.conversation import Conversation
from bot.curation import Curation
from bot.listeners import answers, failures, learning, messages, questions, reviews, updates
from bot.people import People
from bot.updates.service import Updates
from responses.blocks import learning as gaps
from responses.blocks import values
from responses.phrases import Language, say

COMMANDS = ("/candor", "/candor-review", "/candor-updates")
REVIEW_SHORTCUT = "review_draft"


@dataclass(frozen=True)
class Services:
    """What the listeners call."""

    conversation: Conversation
    curation: Curation
    weekly: Updates
    people: People
    clock: Clock
    default_zone: ZoneInfo
    wake: Callable[[], None]


def register(app: App, services: Services) -> None:
    """Connect every command, event and button with its listener."""
    people = services.people
    talk: dict[str, Any] = {"conversation": services.conversation}
    show_home = partial(learning.publish_home, people=people, curation=services.curation, **talk)
    teach: dict[str, Any] = {"curation": services.curation, "people": people, "show_home": show_home}
    plan: dict[str, Any] = {name: getattr(services, name) for name in ("weekly", "clock", "default_zone", "wake")}

    app.command("/candor")(partial(questions.candor, people=people, **talk))
    app.command("/candor-review")(partial(reviews.candor_review, people=people))
    app.command("/candor-updates")(partial(updates.candor_updates, people=people, **plan))
    app.shortcut(REVIEW_SHORTCUT)(partial(reviews.review_shortcut, people=people))

    app.event("app_mention")(partial(messages.mentioned, people=people, **talk))
    app.event("message")(partial(messages.written, people=people, **talk))
    app.event("app_home_opened")(partial(learning.home_opened, show_home=show_home))

    app.action(re.compile(f"^{values.LESSON_OPEN}:"))(partial(answers.lesson_opened, **talk))
    app.action(values.TOPIC_PICK)(partial(answers.topic_picked, **talk))
    app.action(values.TOPICS_OPEN)(partial(answers.topics_opened, **talk))
    app.action(values.ANSWER_SHARE)(partial(answers.answer_shared, **talk))

    for given in (values.ANSWER_HELPFUL, values.ANSWER_UNHELPFUL):
        app.action(given)(partial(learning.feedback_given, curation=services.curation, **talk))
    for opening in (gaps.GAP_BELONGS, gaps.GAP_WRITE):
        app.action(opening)(partial(learning.gap_opened, **teach))
    app.action(gaps.GAP_OFF_TOPIC)(partial(learning.ruled_off_topic, **teach))
    app.action(gaps.RULING_UNDO)(partial(learning.ruling_undone, curation=services.curation, people=people))
    for submitted in (gaps.BELONGS_MODAL, gaps.WRITE_MODAL):
        app.view(submitted)(partial(learning.gap_settled, **teach))

    app.error(partial(failures.report, people=people))


def usage(language: Language) -> list[str]:
    """Return a line of help for each command, in the order of COMMANDS."""
    return [say(language, f"commands.{command.removeprefix('/')}") for command in COMMANDS]
