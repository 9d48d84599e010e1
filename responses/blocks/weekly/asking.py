"""The modals in which somebody asks: the question, open ones much like it, the confirmation."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    SectionBlock,
)

from responses.blocks.message import BUTTON_LENGTH, button, context, escaped
from responses.blocks.modal import modal as frame
from responses.blocks.updates import LONGEST_HEADER
from responses.blocks.weekly import questions as box
from responses.blocks.weekly.parts import QuestionLine
from responses.blocks.weekly.values import VOTE, Target
from responses.phrases import Language, say, say_count

ASK_MODAL, ASK_ANYWAY_MODAL, TOLD_MODAL = "weekly_ask_modal", "weekly_ask_anyway_modal", "weekly_told_modal"
TEXT_BLOCK, HOW_BLOCK, FIELD = "question", "how", "field"
BY_NAME, ANONYMOUS = "name", "anonymous"
LONGEST = 3000


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody is in the modals: the series, the page of a list or one question, and where they came from.

    `channel` and `thread_ts` are of the message whose button was clicked: a private series is known only in its own
    channel, and a question is answered below the post where it was asked.
    """

    series: int
    channel: str = ""
    thread_ts: str = ""
    page: int = 0
    answered: bool = False  # the list of the answered ones, or one that is answered
    question: int | None = None

    def pack(self) -> str:
        """Return it as the value of a button or the private_metadata of a modal."""
        return json.dumps(asdict(self))

    @classmethod
    def unpack(cls, value: str) -> "Spot":
        """Return what `pack` made; raises ValueError or TypeError for anything else."""
        return cls(**json.loads(value))


def ask_modal(
    language: Language, spot: Spot, title: str, *, text: str = "", anonymous: bool = False,
    similar: Sequence[QuestionLine] = (), notice: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Return the modal that takes a question; with open ones `similar` to it, it offers a vote for each of them."""
    blocks: list[Block] = [box.verbatim(notice)] if notice else []
    if similar:
        blocks += _similar(language, spot, similar)
    elif not notice:
        blocks.append(box.verbatim(say(language, "audience.ask_intro", title=escaped(title, LONGEST_HEADER))))
    typed = PlainTextInputElement(
        action_id=FIELD, multiline=True, max_length=LONGEST, initial_value=text or None
    )  # fmt: skip
    blocks += [
        InputBlock(block_id=TEXT_BLOCK, label=say(language, "audience.ask_label"), element=typed),
        _how(language, anonymous=anonymous),
    ]
    heading = "audience.similar_title" if similar else "audience.ask_title"
    submit = say(language, "audience.ask_anyway" if similar else "audience.ask_submit")
    return modal(language, ASK_ANYWAY_MODAL if similar else ASK_MODAL, say(language, heading), blocks, spot, submit)


def noted_modal(language: Language, spot: Spot, number: int, *, anonymous: bool) -> dict[str, Any]:
    """Return the confirmation of a question, with what its asker can expect."""
    follows = say(language, "audience.noted_anonymous" if anonymous else "audience.noted_by_name")
    text = say(language, "audience.noted", number=number) + "\n" + follows
    return told_modal(language, spot, text, title=say(language, "audience.noted_title"))


def told_modal(language: Language, spot: Spot, text: str, *, title: str = "") -> dict[str, Any]:
    """Return a modal that only says something."""
    return modal(language, TOLD_MODAL, title or say(language, "audience.list_title"), [box.verbatim(text)], spot)


def modal(
    language: Language, callback: str, title: str, blocks: Sequence[Block], spot: Spot, submit: str | None = None
) -> dict[str, Any]:
    """Return a modal that knows where it is."""
    return frame(language, title, blocks, callback=callback, metadata=spot.pack(), submit=submit)


def _similar(language: Language, spot: Spot, similar: Sequence[QuestionLine]) -> list[Block]:
    offered: list[Block] = [box.verbatim(say_count(language, "audience.similar_intro", len(similar)))]
    for line in similar:
        text = f"{box.headed(language, line)}\n{box.facts(language, line)}"
        vote = button(say(language, "audience.add_vote"), VOTE, Target(spot.series, item=line.id).pack())
        offered.append(SectionBlock(text=MarkdownTextObject(text=text, verbatim=True), accessory=vote))
    return [*offered, context(say(language, "audience.vote_kept"))]


def _how(language: Language, *, anonymous: bool) -> InputBlock:
    names = {BY_NAME: "audience.by_name", ANONYMOUS: "audience.anonymously"}
    options = [
        Option(value=value, text=PlainTextObject(text=escaped(say(language, key), BUTTON_LENGTH)))
        for value, key in names.items()
    ]
    choice = RadioButtonsElement(action_id=FIELD, options=options, initial_option=options[anonymous])
    hint = PlainTextObject(text=say(language, "audience.anonymous_hint"))
    return InputBlock(block_id=HOW_BLOCK, label=say(language, "audience.ask_how"), hint=hint, element=choice)
