"""files.*: announcing a file, and sharing it once it was uploaded; together slack_sdk's files_upload_v2."""

import re

from bot.local.api_chat import post_in_thread
from bot.local.arguments import Arguments
from bot.local.errors import SlackError
from bot.local.files import LARGEST
from bot.local.limits import LONGEST_TEXT, refused
from bot.local.session import Method, Session
from bot.local.state import BOT_USER_ID, Channel, JsonObject
from bot.local.workspace import Draft

_LONGEST_ALT = 1000
# People's ids are refused: bolt-js#2115.
_CONVERSATION = re.compile(r"[CGDZ][A-Z0-9]{8,}")


def get_upload_url(session: Session, arguments: Arguments) -> JsonObject:
    """Announce a file; answer its id and where its bytes are to be posted."""
    name = arguments.need("filename")
    length = arguments.text("length")
    if not length.isdecimal():
        raise refused("invalid_arguments", ["[ERROR] must be an integer [json-pointer:/length]"])
    if int(length) == 0:
        raise SlackError("missing_argument")
    if int(length) > LARGEST:
        raise SlackError("file_upload_size_restricted")
    if len(arguments.text("alt_txt")) > _LONGEST_ALT:
        raise SlackError("alt_txt_too_large")
    file_id, address = session.files.announce(name, int(length))
    return {"upload_url": address, "file_id": file_id}


def complete_upload(session: Session, arguments: Arguments) -> JsonObject:
    """Finish uploads and share them as one message; without a channel they stay with the bot.

    The message shows up a moment later in Slack, and the answer knows neither its ts nor the files' types:
    python-slack-sdk#1575, #1590. It carries no metadata, and it needs membership even with chat:write.public
    (getnao/nao#1372).
    """
    wanted = _wanted(arguments)
    channel = _destination(session, arguments)
    comment = arguments.text("initial_comment")
    if len(comment) > LONGEST_TEXT:
        raise SlackError("msg_too_long")
    parent = post_in_thread(session, channel, arguments) if channel else None
    files = session.files.complete(wanted)
    described = [session.files.describe(each) for each in files]
    if channel is not None:
        draft = Draft(comment, thread_ts=parent.ts if parent else None, files=described)
        session.workspace.post(channel, session.workspace.bot, draft)
    unknown = {"mimetype": "", "filetype": "", "shares": {}, "channels": [], "groups": [], "ims": []}
    return {"files": [{**each, **unknown} for each in described]}


def _wanted(arguments: Arguments) -> list[tuple[str, str]]:
    files = arguments.structure("files", "invalid_arguments")
    if not isinstance(files, list) or not files:
        raise refused("invalid_arguments", ["[ERROR] must provide an array of files [json-pointer:/files]"])
    for index, each in enumerate(files):
        if not isinstance(each, dict) or not isinstance(each.get("id"), str):
            raise refused("invalid_arguments", [f"[ERROR] missing required field: id [json-pointer:/files/{index}]"])
    return [(each["id"], str(each.get("title") or "")) for each in files]


def _destination(session: Session, arguments: Arguments) -> Channel | None:
    # `channels` is a second way to name it; this workspace takes one conversation.
    name = arguments.text("channel_id") or arguments.text("channels")
    if not name:
        return None
    if not _CONVERSATION.fullmatch(name):
        pattern = "^[CGDZ][A-Z0-9]{8,}$"
        raise refused("invalid_arguments", [f"[ERROR] must match regex pattern: {pattern} [json-pointer:/channel_id]"])
    found = session.workspace.channels.get(name)
    if found is None or (found.kind != "channel" and BOT_USER_ID not in found.members):
        raise SlackError("channel_not_found")
    if BOT_USER_ID not in found.members:
        raise SlackError("not_in_channel")
    if found.is_archived:
        raise SlackError("is_archived")
    return found


METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url, ("files:write",)),
    "files.completeUploadExternal": Method(complete_upload, ("files:write",)),
}
