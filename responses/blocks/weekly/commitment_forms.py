"""One commitment: to be read with all that was changed, and the forms that add and change one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    Block,
    DatePickerElement,
    DividerBlock,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
    UserSelectElement,
)

from responses import dates
from responses.blocks.message import escaped
from responses.blocks.weekly.commitment_board import modal, verbatim
from responses.blocks.weekly.commitments import QUOTED, STATES, facts, label
from responses.blocks.weekly.parts import CommitmentChange, CommitmentLine, State
from responses.phrases import Language, say, say_count

ADD_MODAL, CHANGE_MODAL = "weekly_commitment_add", "weekly_commitment_change"
TEXT, OWNER, DUE, STATE, REASON = "text", "owner", "due", "state", "reason"  # the inputs' action ids
LONGEST_TEXT = 3000
MOST_CHANGES = 30


@dataclass(frozen=True)
class Form:
    """What a form shows of a commitment; `reason` is the one that stands, `said` what is typed for this change."""

    number: int
    text: str
    owner: str | None
    due: date | None
    state: State
    reason: str | None
    changes: Sequence[CommitmentChange]
    zone: ZoneInfo
    said: str | None = None

    @property
    def version(self) -> int:
        """What its blocks are named after: Slack keeps what was typed into a block of the same name."""
        return len(self.changes)


def add_modal(language: Language, metadata: str) -> dict[str, Any]:
    """Return the form for a new commitment."""
    blocks = [_text_input(language, "0", None), _owner_input(language, "0", None), _due_input(language, "0", None)]
    return modal(language, ADD_MODAL, say(language, "commitments.add_title"), blocks, metadata, submit=True)


def change_modal(
    language: Language, form: Form, metadata: str, newer: Sequence[CommitmentChange] = ()
) -> dict[str, Any]:
    """Return the form that changes a commitment; `newer` is what others have changed since it was first shown."""
    name = str(form.version)
    state = [Option(text=PlainTextObject(text=say(language, key)), value=each) for each, key in STATES.items()]
    state_menu = StaticSelectElement(
        action_id=STATE, options=state, initial_option=next(each for each in state if each.value == form.state)
    )
    reason = PlainTextInputElement(
        action_id=REASON, multiline=True, max_length=LONGEST_TEXT, initial_value=form.said or None
    )
    blocks: list[Block] = _changed_meanwhile(language, form, newer)
    blocks += [
        _text_input(language, name, form.text),
        _owner_input(language, name, form.owner),
        _due_input(language, name, form.due),
        InputBlock(block_id=block_id(STATE, name), label=say(language, "commitments.state_label"), element=state_menu),
        InputBlock(
            block_id=block_id(REASON, name), label=say(language, "commitments.reason_label"), element=reason,
            hint=say(language, "commitments.reason_hint"), optional=True,
        ),
        *_so_far(language, form),
    ]  # fmt: skip
    title = say(language, "commitments.one_title", number=form.number)
    return modal(language, CHANGE_MODAL, title, blocks, metadata, submit=True)


def reading_modal(language: Language, form: Form, described: CommitmentLine, metadata: str) -> dict[str, Any]:
    """Return a commitment in full for somebody who may not change it."""
    blocks: list[Block] = [
        SectionBlock(text=PlainTextObject(text=form.text, emoji=False)),
        verbatim(" · ".join([f"*{label(language, described)}*", *facts(language, described)])),
        *_so_far(language, form),
    ]
    return modal(language, CHANGE_MODAL, say(language, "commitments.one_title", number=form.number), blocks, metadata)


def block_id(action: str, version: str | int) -> str:
    """Return the name of an input's block."""
    return f"{action}:{version}"


def _changed_meanwhile(language: Language, form: Form, newer: Sequence[CommitmentChange]) -> list[Block]:
    if not newer:
        return []
    lines = [say(language, "commitments.changed_meanwhile"), *(_change(language, each, form.zone) for each in newer)]
    return [*_sections(lines), DividerBlock()]


def _so_far(language: Language, form: Form) -> list[Block]:
    """Return the reason that stands and all that was changed, dated and attributed, the newest first."""
    blocks: list[Block] = [DividerBlock()]
    if form.reason:
        blocks.append(SectionBlock(text=PlainTextObject(text=say(language, "commitments.reason_so_far"))))
        blocks.append(SectionBlock(text=PlainTextObject(text=form.reason, emoji=False)))
    lines = [_change(language, each, form.zone) for each in reversed(form.changes[-MOST_CHANGES:])]
    if len(form.changes) > MOST_CHANGES:
        lines.append(say_count(language, "commitments.changes_before", len(form.changes) - MOST_CHANGES))
    return blocks + _sections(lines)


def _change(language: Language, each: CommitmentChange, zone: ZoneInfo) -> str:
    values = {
        "who": f"<@{each.by}>", "moment": dates.moment_for_all(language, each.at, zone),
        "old": _shown(language, each, each.old), "new": _shown(language, each, each.new),
    }  # fmt: skip
    text = say(language, f"commitments.change_{each.field}", **values)
    if not each.reason or each.field == "reason":
        return text
    return f"{text} · {say(language, 'commitments.because', reason=escaped(each.reason, QUOTED))}"


def _shown(language: Language, each: CommitmentChange, value: str | None) -> str:
    if value is None:
        return say(language, "commitments.no_date" if each.field == "due" else "commitments.nobody")
    if each.field == "due":
        return dates.day(language, date.fromisoformat(value))
    if each.field == "owner":
        return f"<@{value}>"
    key = next((key for state, key in STATES.items() if each.field == "state" and state == value), None)
    return say(language, key) if key else escaped(value, QUOTED)


def _text_input(language: Language, version: str, text: str | None) -> InputBlock:
    element = PlainTextInputElement(
        action_id=TEXT, multiline=True, min_length=1, max_length=LONGEST_TEXT, initial_value=text or None
    )
    return InputBlock(block_id=block_id(TEXT, version), label=say(language, "commitments.text_label"), element=element)


def _owner_input(language: Language, version: str, owner: str | None) -> InputBlock:
    element = UserSelectElement(action_id=OWNER, initial_user=owner)
    asked = say(language, "commitments.owner_label")
    return InputBlock(block_id=block_id(OWNER, version), label=asked, element=element, optional=True)


def _due_input(language: Language, version: str, due: date | None) -> InputBlock:
    element = DatePickerElement(action_id=DUE, initial_date=due.isoformat() if due else None)
    asked = say(language, "commitments.due_label")
    return InputBlock(block_id=block_id(DUE, version), label=asked, element=element, optional=True)


def _sections(lines: Sequence[str]) -> list[Block]:
    return [verbatim(part) for part in joined(lines, LONGEST_TEXT)]


def joined(lines: Sequence[str], length: int) -> list[str]:
    """Join lines to as few texts of at most `length` characters as they fit into."""
    parts: list[str] = []
    for each in lines:
        if parts and len(parts[-1]) + len(each) < length:
            parts[-1] += "\n" + each
        else:
            parts.append(each)
    return parts
