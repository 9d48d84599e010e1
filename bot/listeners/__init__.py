"""The table of contents: what Candor listens to, and which function takes it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt import App
from slack_sdk import WebClient

from bot.clock import Clock
from bot.conversation import Conversation
from bot.curation import Curation
from bot.listeners import (
    answers,
    audience,
    closing,
    commitments,
    control,
    failures,
    learning,
    messages,
    questions,
    reviews,
    starting,
    updates,
    writing,
)
from bot.people import People
from bot.updates.access import Caller
from bot.updates.amending import Amending
from bot.updates.audience import Audience
from bot.updates.closing import Closing
from bot.updates.control import Control
from bot.updates.leaving import Leaving
from bot.updates.ledger import Ledger
from bot.updates.parsing import Command
from bot.updates.service import Updates
from bot.updates.writing import Writing
from responses.blocks import learning as gaps
from responses.blocks import values
from responses.blocks.weekly import asking, box
from responses.blocks.weekly import commitment_forms as promised
from responses.blocks.weekly import form as terms
from responses.blocks.weekly import handing as single
from responses.blocks.weekly import preview as previewed
from responses.blocks.weekly import values as weekly
from responses.blocks.weekly import writing as written
from responses.phrases import Language, say

COMMANDS = ("/candor", "/candor-review", "/candor-updates")
REVIEW_SHORTCUT = "review_draft"


@dataclass(frozen=True)
class Services:
    """What the listeners call."""

    conversation: Conversation
    curation: Curation
    weekly: Updates
    amending: Amending
    writing: Writing
    ledger: Ledger
    audience: Audience
    closing: Closing
    control: Control
    leaving: Leaving
    people: People
    clock: Clock
    default_zone: ZoneInfo
    wake: Callable[[], None]


def register(app: App, services: Services) -> None:
    """Connect every command, event and button with its listener."""
    people = services.people
    talk: dict[str, Any] = {"conversation": services.conversation}
    show_home = partial(learning.publish_home, people=people, curation=services.curation, **talk)

    app.command("/candor")(partial(questions.candor, people=people, **talk))
    app.command("/candor-review")(partial(reviews.candor_review, people=people))
    _closing(app, services)  # before the others: it takes `/candor-updates export`
    plan: dict[str, Any] = {name: getattr(services, name) for name in ("weekly", "clock", "default_zone", "wake")}
    deeds: dict[str, Any] = {"amending": services.amending, "deeds": _deeds(services)}
    app.command("/candor-updates")(partial(updates.candor_updates, people=people, **plan, **deeds))
    app.shortcut(REVIEW_SHORTCUT)(partial(reviews.review_shortcut, people=people))

    app.event("app_mention")(partial(messages.mentioned, people=people, **talk))
    app.event("message")(partial(messages.written, audience=services.audience, people=people, **talk))
    app.event("app_home_opened")(partial(learning.home_opened, show_home=show_home))

    _answers(app, services)
    _learning(app, services, show_home)
    _starting(app, services)
    _writing(app, services)
    _commitments(app, services)
    _control(app, services)
    _audience(app, services)

    app.error(partial(failures.report, people=people))


def _answers(app: App, services: Services) -> None:
    talk: dict[str, Any] = {"conversation": services.conversation}
    app.action(re.compile(f"^{values.LESSON_OPEN}:"))(partial(answers.lesson_opened, **talk))
    app.action(values.TOPIC_PICK)(partial(answers.topic_picked, **talk))
    app.action(values.TOPICS_OPEN)(partial(answers.topics_opened, **talk))
    app.action(values.ANSWER_SHARE)(partial(answers.answer_shared, **talk))


def _learning(app: App, services: Services, show_home: learning.ShowHome) -> None:
    rule: dict[str, Any] = {"curation": services.curation, "people": services.people}
    teach: dict[str, Any] = {**rule, "show_home": show_home}
    judged: dict[str, Any] = {"curation": services.curation, "conversation": services.conversation}
    for given in (values.ANSWER_HELPFUL, values.ANSWER_UNHELPFUL):
        app.action(given)(partial(learning.feedback_given, **judged))
    for opening in (gaps.GAP_BELONGS, gaps.GAP_WRITE):
        app.action(opening)(partial(learning.gap_opened, **teach))
    app.action(gaps.GAP_OFF_TOPIC)(partial(learning.ruled_off_topic, **teach))
    app.action(gaps.RULING_UNDO)(partial(learning.ruling_undone, **rule))
    for submitted in (gaps.BELONGS_MODAL, gaps.WRITE_MODAL):
        app.view(submitted)(partial(learning.gap_settled, **teach))


def _writing(app: App, services: Services) -> None:
    write: dict[str, Any] = {"writing": services.writing, "people": services.people}
    app.action(weekly.WRITE)(partial(writing.write_opened, **write))
    app.action(weekly.NOTHING_NEW)(partial(writing.nothing_new, **write))
    app.action(weekly.READ_IN_FULL)(partial(writing.read_in_full, **write))
    app.view(written.WRITE_MODAL)(partial(writing.previewed, **write))
    app.view(written.PREVIEW_MODAL)(partial(writing.sent, **write))


def _deeds(services: Services) -> dict[str, updates.Deed]:
    """Return which service does what `/candor-updates` says, those of the series itself aside."""

    def board(wanted: Command, caller: Caller, client: WebClient, trigger_id: str) -> None:
        commitments.open_board(client, trigger_id, ledger=services.ledger, number=wanted.number, caller=caller)

    change = control.deeds(services.control, services.people)
    return {
        **change, "commitments": board, "now": partial(writing.write_now, writing=services.writing),
        "questions": partial(audience.open_questions, audience=services.audience),
    }  # fmt: skip


def _starting(app: App, services: Services) -> None:
    known: dict[str, Any] = {"people": services.people, "default_zone": services.default_zone}
    begin: dict[str, Any] = {**known, "weekly": services.weekly, "clock": services.clock}
    amend: dict[str, Any] = {**known, "amending": services.amending}
    app.view(terms.START_MODAL)(partial(starting.start_submitted, **begin))
    app.view(previewed.START_PREVIEW)(partial(starting.start_confirmed, wake=services.wake, **begin))
    app.view(terms.CHANGE_MODAL)(partial(starting.change_submitted, **amend))
    app.view(previewed.CHANGE_PREVIEW)(partial(starting.change_confirmed, **amend))
    shown: dict[str, Any] = {name: getattr(services, name) for name in ("weekly", "people", "clock")}
    app.action(re.compile(f"^{weekly.RECORD}$|^{weekly.RECORD_PAGE}:"))(partial(starting.record_opened, **shown))


def _commitments(app: App, services: Services) -> None:
    promise: dict[str, Any] = {"ledger": services.ledger, "people": services.people}
    app.action(weekly.COMMITMENTS)(partial(commitments.board_opened, **promise))
    app.action(weekly.COMMITMENT_ADD)(partial(commitments.add_opened, **promise))
    app.action(weekly.COMMITMENT_EDIT)(partial(commitments.commitment_opened, **promise))
    for turned in (weekly.COMMITMENTS_BACK, weekly.COMMITMENTS_ON):
        app.action(turned)(partial(commitments.page_turned, **promise))
    app.view(promised.ADD_MODAL)(partial(commitments.added, **promise))
    app.view(promised.CHANGE_MODAL)(partial(commitments.changed, **promise))


def _control(app: App, services: Services) -> None:
    change: dict[str, Any] = {"control": services.control, "people": services.people}
    for opening in (weekly.SKIP, weekly.MOVE, weekly.HAND_OVER):
        app.action(opening)(partial(control.modal_opened, **change))
    app.view(single.SKIP_MODAL)(partial(control.skip_submitted, **change))
    app.view(single.MOVE_MODAL)(partial(control.move_submitted, **change))
    app.view(single.HAND_OVER_MODAL)(partial(control.hand_over_submitted, **change))
    for answered in (weekly.HAND_OVER_ACCEPT, weekly.HAND_OVER_DECLINE):
        app.action(answered)(partial(control.request_answered, **change))
    app.action(weekly.PUT_BACK)(partial(control.put_back, **change))
    gone: dict[str, Any] = {"leaving": services.leaving, "people": services.people, "clock": services.clock}
    app.event("user_change")(partial(control.user_changed, wake=services.wake, **gone))


def _closing(app: App, services: Services) -> None:
    finish: dict[str, Any] = {"closing": services.closing, "people": services.people}
    app.command("/candor-updates", matchers=[closing.asks_for_export])(
        ack=partial(closing.export_typed, **finish), lazy=[partial(closing.typed_export_sent, **finish)]
    )
    app.action(weekly.EXPORT)(
        ack=partial(closing.export_clicked, **finish), lazy=[partial(closing.clicked_export_sent, **finish)]
    )
    app.action(weekly.GO_ON_MONTHLY)(partial(closing.go_on_clicked, **finish))
    app.action(weekly.LEAVE_IT)(partial(closing.leave_clicked, **finish))


def _audience(app: App, services: Services) -> None:
    ask: dict[str, Any] = {"audience": services.audience, "people": services.people}
    app.action(weekly.ASK)(partial(audience.ask_opened, **ask))
    app.action(weekly.VOTE)(partial(audience.voted, **ask))
    app.action(weekly.QUESTIONS)(partial(audience.questions_opened, **ask))
    app.action(weekly.QUESTION_OPEN)(partial(audience.question_opened, **ask))
    for turned in (weekly.QUESTIONS_BACK, weekly.QUESTIONS_ON, weekly.QUESTIONS_SWITCH, weekly.QUESTIONS_LIST):
        app.action(turned)(partial(audience.turned, **ask))
    for submitted in (asking.ASK_MODAL, asking.ASK_ANYWAY_MODAL):
        app.view(submitted)(partial(audience.asked, **ask))
    app.view(box.QUESTION_MODAL)(partial(audience.settled, **ask))


def usage(language: Language) -> list[str]:
    """Return a line of help for each command, in the order of COMMANDS."""
    return [say(language, f"commands.{command.removeprefix('/')}") for command in COMMANDS]
