"""The modal in which an update is written, its preview, and the one that shows a long update whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block, DividerBlock, InputBlock, PlainTextInputElement, PlainTextObject

from responses import dates
from responses.blocks.message import Message, actions, button, escaped, plain_context, section
from responses.blocks.modal import MOST_VIEW_BLOCKS
from responses.blocks.modal import modal as frame
from responses.blocks.weekly import values
from responses.blocks.weekly.post import Occasion, week_of
from responses.blocks.weekly.values import Target
from responses.phrases import Language, say

WRITE_MODAL, PREVIEW_MODAL = "weekly_write_modal", "weekly_preview_modal"
TEXT = "text"  # the action_id of every field; its block_id is the agenda item's id
LONGEST_TEXT = 3000
PROMISED_ROOM = 1000


@dataclass(frozen=True)
class Field:
    """A point of the agenda that the host writes."""

    id: str
    title: str


def modal(
    language: Language, target: Target, occasion: Occasion, fields: Sequence[Field], texts: Mapping[str, str],
    promised: str,
) -> dict[str, Any]:  # fmt: skip
    """Return the modal with a field for each point of the agenda; empty fields are left out of the post.

    `texts` is what was begun; `promised` what the last update said would come.
    """
    opening = [section(_opening(language, occasion))]
    if promised:
        opening.append(section(f"*{say(language, 'sessions.promised')}*", escaped(promised, PROMISED_ROOM)))
    written: list[Block] = [_input(language, field, texts.get(field.id, "")) for field in fields]
    return _view(language, "writing.title", WRITE_MODAL, target, [
        *opening, *written, DividerBlock(),
        actions(
            button(say(language, "sessions.commitments"), values.COMMITMENTS, target.pack()),
            button(say(language, "sessions.questions"), values.QUESTIONS, target.pack()),
        ),
        plain_context(say(language, "writing.hint")),
    ], submit="writing.preview")  # fmt: skip


def preview(
    language: Language, target: Target, version: int, message: Message, posts_at: datetime | None, zone: ZoneInfo
) -> dict[str, Any]:
    """Return the modal that shows an update as it will be posted, to be sent or gone back from."""
    when = posts_at_text(language, posts_at, zone) if posts_at else say(language, "writing.posts_now")
    shown = [block for block in message.blocks if block["type"] != "actions"]
    view = _view(language, "writing.preview_title", PREVIEW_MODAL, target, [section(when)], submit="writing.send")
    content = {"blocks": [*view["blocks"], {"type": "divider"}, *shown][:MOST_VIEW_BLOCKS]}
    return view | content | {"private_metadata": f"{target.pack()}#{version}"}


def previewed(private_metadata: str) -> tuple[Target, int]:
    """Return what a preview is of: the target, and which version of the draft; ValueError for anything else."""
    target, _, version = private_metadata.partition("#")
    return Target.unpack(target), int(version)


def texts_in(view: Mapping[str, Any]) -> dict[str, str]:
    """Return what stands in the fields of a writing modal."""
    fields = view["state"]["values"]
    return {name: held[TEXT]["value"] or "" for name, held in fields.items() if TEXT in held}


def in_full(language: Language, title: str, pieces: Sequence[str]) -> dict[str, Any]:
    """Return the modal that shows a long update whole."""
    return frame(language, title, [section(piece) for piece in pieces[:MOST_VIEW_BLOCKS]])


def notice(language: Language, text: str) -> dict[str, Any]:
    """Return a modal that only says how something went."""
    return frame(language, say(language, "writing.title"), [section(text)], clear_on_close=True)


def posts_at_text(language: Language, moment: datetime, zone: ZoneInfo) -> str:
    """Return when a written update will be posted."""
    return say(language, "writing.posts_at", moment=dates.moment_for_all(language, moment, zone))


def _opening(language: Language, occasion: Occasion) -> str:
    title = escaped(occasion.title, LONGEST_TEXT // 10)
    if occasion.week is None:
        return say(language, "writing.urgent", title=title)
    week = week_of(language, occasion.week, occasion.weeks)
    due = dates.moment_for_all(language, occasion.due_at, occasion.zone)
    return say(language, "writing.opening", title=title, week=week, due=due)


def _input(language: Language, field: Field, text: str) -> InputBlock:
    element = PlainTextInputElement(
        action_id=TEXT, multiline=True, max_length=LONGEST_TEXT, initial_value=text[:LONGEST_TEXT] or None
    )
    return InputBlock(block_id=field.id, label=PlainTextObject(text=field.title), element=element, optional=True)


def _view(
    language: Language, title: str, callback: str, target: Target, blocks: Sequence[Block], *, submit: str
) -> dict[str, Any]:
    return frame(
        language, say(language, title), blocks, callback=callback, metadata=target.pack(), submit=say(language, submit),
        close="modals.back" if callback == PREVIEW_MODAL else None,
    )  # fmt: skip
