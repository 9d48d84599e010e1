"""How files reach a person: uploaded to their direct message with Candor, the only caller of files_upload_v2."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk import WebClient

from bot.delivery.outcomes import CALL_ERRORS, outcome

MISSING_SCOPE = "missing_scope"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class File:
    """A file to send or to write."""

    name: str
    content: bytes


def send(client: WebClient, user: str, comment: str, files: Sequence[File]) -> str | None:
    """Send files with a comment to a person; return Slack's word for what went wrong, None if nothing did.

    It is not repeated: after a timeout they may have arrived, and whoever asked can ask again.
    """
    try:
        place = client.conversations_open(users=user)["channel"]["id"]
        uploads = [{"filename": each.name, "title": each.name, "file": each.content} for each in files]
        client.files_upload_v2(channel=place, initial_comment=comment, file_uploads=uploads)
    except CALL_ERRORS as error:
        word = outcome(error, attempts=1).error
        log.warning("files could not be sent: %s", word)
        return word
    return None
