"""Helpful or not, and what curators do: rule, undo, write a lesson, App Home."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.conversation import Conversation
from bot.curation import Curation, Place
from bot.errors import UserError
from bot.people import People
from bot.responder import respond
from responses.blocks import learning as blocks
from responses.blocks.updates import plain
from responses.blocks.values import ANSWER_HELPFUL, ButtonValue
from responses.phrases import say

Body = Mapping[str, Any]
ShowHome = Callable[[str, WebClient], None]


def feedback_given(ack: Ack, body: Body, action: Body, *, conversation: Conversation, curation: Curation) -> None:
    """Count a click; keep the question of an answer that did not help, once however many people say so."""
    named, helpful = ButtonValue.unpack(action["value"]), action["action_id"] == ANSWER_HELPFUL
    curation.feedback(named.lesson_id, named.language, helpful=helpful, key=f"click:{body['trigger_id']}")
    thanks = "learning.thanks_helpful"
    if not helpful:
        answer = body["container"]
        kept = conversation.dispute(named, key=f"dispute:{answer['channel_id']}:{answer['message_ts']}")
        thanks = "learning.thanks_unhelpful" if kept else "learning.thanks_unkept"
    respond(body["response_url"], plain(say(named.language, thanks)))
    ack()


def gap_opened(
    ack: Ack, body: Body, action: Body, client: WebClient, *, show_home: ShowHome, curation: Curation, people: People
) -> None:
    """Ask which lesson a question belongs to, or show how one is written: a modal either way."""
    with _home_renewed(body, client, show_home):
        place = _place(body, curation, people)
        view = curation.modal(action["action_id"], curation.gap(int(action["value"])), place)
        client.views_open(trigger_id=body["trigger_id"], view=view)
    ack()


def gap_settled(
    ack: Ack, body: Body, view: Body, client: WebClient, *, show_home: ShowHome, curation: Curation, people: People
) -> None:
    """Rule as was picked in the modal, or note that a lesson is being written; a complaint is shown in the modal."""
    wanted = view["callback_id"] == blocks.WRITE_MODAL
    try:
        number, place = _from_modal(body, view, curation, people)
        if wanted:
            curation.want_lesson(number, place)
        else:
            curation.rule(number, _picked(view), place)
    except UserError as error:
        told = say(people.person(body["user"]["id"]).language, error.key, **error.values)
        ack(response_action="errors", errors={blocks.STUB_BLOCK if wanted else blocks.LESSON_BLOCK: told})
        return
    if place.channel is None:
        show_home(place.user, client)
    ack()


def ruled_off_topic(
    ack: Ack, body: Body, action: Body, client: WebClient, *, show_home: ShowHome, curation: Curation, people: People
) -> None:
    """Rule that a question is off-topic."""
    with _home_renewed(body, client, show_home):
        curation.rule(int(action["value"]), None, _place(body, curation, people))
    ack()


def ruling_undone(ack: Ack, body: Body, action: Body, *, curation: Curation, people: People) -> None:
    """Take a ruling back."""
    curation.undo(int(action["value"]), _place(body, curation, people))
    ack()


def home_opened(ack: Ack, event: Body, client: WebClient, *, show_home: ShowHome) -> None:
    """Show App Home to somebody who opened it."""
    if event.get("tab") == "home":
        show_home(event["user"], client)
    ack()


def publish_home(
    user: str, client: WebClient, *, conversation: Conversation, curation: Curation, people: People
) -> None:
    """Show a curator the questions without a good answer, and everybody what can be asked."""
    person = people.person(user)
    curator = curation.is_curator(user, is_admin=person.is_admin)
    view = curation.home(person.language, conversation.help(person.language), curator=curator)
    client.views_publish(user_id=user, view=view)


@contextmanager
def _home_renewed(body: Body, client: WebClient, show_home: ShowHome) -> Iterator[None]:
    """Show App Home as it is after a click in it; it has no other place to tell that somebody else was faster."""
    in_home = "view" in body
    try:
        yield
    except UserError:
        if not in_home:
            raise
    if in_home:
        show_home(body["user"]["id"], client)


def _picked(view: Body) -> str:
    picked = view["state"]["values"][blocks.LESSON_BLOCK][blocks.LESSON_PICK]["selected_option"]["value"]
    return ButtonValue.unpack(picked).lesson_id


def _place(body: Body, curation: Curation, people: People) -> Place:
    """Return where a curator clicked; raises NotAllowedError for anybody else."""
    channel, message = (body.get("channel") or {}).get("id"), body.get("message") or {}
    return _checked(body, curation, people, channel, message.get("thread_ts") or message.get("ts"))


def _from_modal(body: Body, view: Body, curation: Curation, people: People) -> tuple[int, Place]:
    """Return the question that a modal is about, and where its button was clicked."""
    origin = json.loads(view["private_metadata"])
    place = _checked(body, curation, people, origin["channel"] or None, origin["ts"] or None)
    return int(origin["question"]), place


def _checked(body: Body, curation: Curation, people: People, channel: str | None, ts: str | None) -> Place:
    user = body["user"]["id"]
    person = people.person(user)
    curation.check(user, channel, is_admin=person.is_admin)
    return Place(user, person.language, channel, ts)
