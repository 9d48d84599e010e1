"""What a modal is: the frame that every one of them shares, whatever stands in it."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from responses.phrases import Language, say
from responses.text import shorten

TITLE_LENGTH = 24
MOST_VIEW_BLOCKS = 100


def modal(
    language: Language, title: str, blocks: Sequence[Block | dict[str, Any]], *, callback: str | None = None,
    metadata: str | None = None, submit: str | None = None, close: str | None = None,
    clear_on_close: bool | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return a modal of these blocks; `title` and `submit` are texts, `close` is the key of a phrase.

    One that can be submitted is cancelled, any other closed, if `close` does not say otherwise.
    """
    view = View(
        type="modal", callback_id=callback, private_metadata=metadata, title=shorten(title, TITLE_LENGTH),
        submit=submit, close=say(language, close or ("modals.cancel" if submit else "modals.close")),
        clear_on_close=clear_on_close, blocks=list(blocks),
    )  # fmt: skip
    return view.to_dict()
