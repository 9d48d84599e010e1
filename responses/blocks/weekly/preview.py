"""What is shown before a series is started or changed, to be confirmed, and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block

from responses.blocks.message import escaped, section
from responses.blocks.modal import modal as frame
from responses.blocks.updates import LONGEST_HEADER, channel, joined
from responses.blocks.weekly.form import commitments_input, modal
from responses.blocks.weekly.history import MENTIONS_ROOM, Change, proposed_text, within
from responses.blocks.weekly.start import (
    Date,
    Outline,
    Started,
    date_lines,
    dates_heading,
    invitations,
    notes,
    rhythm,
    started_text,
    who_writes,
)
from responses.phrases import Language, say

START_PREVIEW, CHANGE_PREVIEW = "weekly_start_preview", "weekly_change_preview"
MOST_BLOCKS = 100
SPARE = 4  # blocks of a preview that are no dates


@dataclass(frozen=True)
class Preview:
    """What a preview shows: `own_zone` is the reader's, in `closed` Candor cannot post, `metadata` comes back."""

    outline: Outline
    dates: Sequence[Date]
    own_zone: ZoneInfo
    closed: Sequence[str]
    metadata: str


def start_preview(language: Language, content: Preview, commitments: str) -> dict[str, Any]:
    """Return the modal that shows all dates of a series to be; its commitments can still be edited in it."""
    outline = content.outline
    opening = say(
        language, "start.preview_start", title=escaped(outline.title, LONGEST_HEADER),
        channel=channel(outline.channel), rhythm=rhythm(language, outline),
        hosts=who_writes(language, outline.hosts, outline.deputy),
    )  # fmt: skip
    lines = [opening, *_goes_also_to(language, outline), *invitations(language, content.closed)]
    blocks: list[Block] = [*_sections(lines), *_dates(language, content)]
    if commitments:
        blocks.append(commitments_input(language, commitments))
    return _confirm(language, START_PREVIEW, "start.confirm_start", blocks, content.metadata)


def change_preview(language: Language, number: int, content: Preview, changes: Sequence[Change]) -> dict[str, Any]:
    """Return the modal that shows what will change in a series, and all dates that are still to come."""
    title = escaped(content.outline.title, LONGEST_HEADER)
    opening = say(language, "start.preview_change", title=title, number=number)
    lines = [opening, *(f"• {proposed_text(language, change)}" for change in changes)]
    lines += invitations(language, content.closed)
    blocks = [*_sections(lines), *_dates(language, content, "start.new_dates")]
    return _confirm(language, CHANGE_PREVIEW, "start.confirm_change", blocks, content.metadata)


def started(language: Language, content: Started) -> dict[str, Any]:
    """Return the modal that says that a series was started; closing it closes the form below it, too."""
    return notice(language, [started_text(language, content), *notes(language, content)])


def changed(language: Language, number: int, title: str, closed: Sequence[str]) -> dict[str, Any]:
    """Return the modal that says that a series was changed."""
    told = say(language, "start.changed", title=escaped(title, LONGEST_HEADER), number=number)
    return notice(language, [told, *invitations(language, closed)])


def notice(language: Language, lines: Sequence[str], title: str = "start.title_done") -> dict[str, Any]:
    """Return a last modal of lines that are mrkdwn; closing it closes all."""
    return frame(language, say(language, title), _sections(lines), clear_on_close=True)


def _confirm(
    language: Language, callback_id: str, submit: str, blocks: Sequence[Block], metadata: str
) -> dict[str, Any]:
    return modal(
        language,
        callback_id,
        "start.title_preview",
        blocks[:MOST_BLOCKS],
        submit=submit,
        metadata=metadata,
        close="modals.back",
    )


def _goes_also_to(language: Language, outline: Outline) -> list[str]:
    if not outline.audiences:
        return []
    places = within([channel(place) for place in outline.audiences], MENTIONS_ROOM)
    return [say(language, "updates.goes_also_to", places=places)]


def _dates(language: Language, content: Preview, heading: str = "updates.dates") -> list[Block]:
    lines = [dates_heading(language, content.outline.zone, heading)]
    lines += date_lines(language, content.dates, content.own_zone)
    return _sections(lines)[: MOST_BLOCKS - SPARE]


def _sections(lines: Sequence[str]) -> list[Block]:
    return [section(part) for part in joined(lines)]
