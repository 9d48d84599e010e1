"""What the app is told of: Slack's event payloads, made from what happened."""

from bot.local.state import (
    APP_ID,
    BOT_USER_ID,
    SLACKBOT,
    TEAM_ID,
    VERIFICATION_TOKEN,
    Channel,
    JsonObject,
    Message,
    User,
)

DEFAULT_SUBSCRIPTIONS = (
    "app_mention", "message.channels", "message.groups", "message.im", "app_home_opened", "user_change",
)  # fmt: skip


def inner_message(message: Message, *, lasting: bool = False) -> JsonObject:
    """Return a message as events and interactions carry it; metadata is only shown by the history methods.

    In these (`lasting`) a message with files has lost its subtype.
    """
    if message.is_tombstone:
        return _tombstone(message)
    body: JsonObject = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    body["team"] = TEAM_ID
    if message.blocks:
        body["blocks"] = message.blocks
    if message.thread_ts:
        body["thread_ts"] = message.thread_ts
    if message.bot_id:
        body |= {"bot_id": message.bot_id, "app_id": APP_ID, "bot_profile": bot_profile()}
    else:
        body["client_msg_id"] = f"local-{message.channel}-{message.ts}"
    if message.files:
        body |= {"files": message.files, "upload": False} | ({} if lasting else {"subtype": "file_share"})
    if message.edited_ts:
        body["edited"] = {"user": message.user, "ts": message.edited_ts}
    return body


def _tombstone(message: Message) -> JsonObject:
    """What is left of a deleted message with replies, as slack-edge#10 and hackclub/toriel#238 show it."""
    return {
        "type": "message",
        "subtype": "tombstone",
        "user": SLACKBOT,
        "parent_user_id": SLACKBOT,
        "text": message.text,
        "hidden": True,
        "ts": message.ts,
        "thread_ts": message.ts,
    }


def bot_profile() -> JsonObject:
    """Return what Slack puts beside each message of the bot."""
    return {"id": "B0CANDOR1", "app_id": APP_ID, "name": "Candor", "team_id": TEAM_ID, "deleted": False}


def of_message(channel: Channel, message: Message, parent: Message | None) -> list[JsonObject]:
    """Return the events for a new message: itself, and a mention when it names the bot outside of an IM."""
    event = inner_message(message) | _where(channel, message.ts)
    if parent is not None and message.is_reply:
        event["parent_user_id"] = parent.user
    if message.reply_broadcast:
        event["subtype"] = "thread_broadcast"
    found = [event]
    if f"<@{BOT_USER_ID}>" in message.text and channel.kind != "im" and message.bot_id is None:
        mention = {key: value for key, value in event.items() if key not in ("channel_type", "subtype")}
        found.append(mention | {"type": "app_mention"})
    return found


def message_changed(channel: Channel, message: Message, before: JsonObject, ts: str) -> JsonObject:
    """Return the event for an edit, or for a deletion that leaves a tombstone."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": inner_message(message),
        "previous_message": before,
        "ts": ts,
    } | _where(channel, ts)


def message_deleted(channel: Channel, message: Message, ts: str) -> JsonObject:
    """Return the event for a deletion."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": message.ts,
        "previous_message": inner_message(message),
        "ts": ts,
    } | _where(channel, ts)


def member_joined(channel: Channel, user: User, inviter: User | None, ts: str) -> JsonObject:
    """Return the event for a new member."""
    letter = "G" if channel.kind == "group" else "C"
    event: JsonObject = {"type": "member_joined_channel", "user": user.id, "channel": channel.id}
    event |= {"channel_type": letter, "team": TEAM_ID, "event_ts": ts}
    return event | ({"inviter": inviter.id} if inviter else {})


def user_changed(profile: JsonObject, ts: str) -> JsonObject:
    """Return the event for a change of somebody's data, being deactivated among them."""
    return {"type": "user_change", "user": profile, "cache_ts": int(float(ts)), "event_ts": ts}


def home_opened(channel: Channel, user: User, tab: str, ts: str, view: JsonObject | None) -> JsonObject:
    """Return the event for somebody's opening the app's Home or Messages tab."""
    event: JsonObject = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": channel.id,
        "tab": tab,
        "event_ts": ts,
    }
    return event | ({"view": view} if view and tab == "home" else {})


def subscription_of(event: JsonObject) -> str:
    """Return the name under which an app subscribes to an event: message.channels, app_mention…"""
    if event["type"] == "message":
        return {"channel": "message.channels", "group": "message.groups", "im": "message.im"}[event["channel_type"]]
    return str(event["type"])


def callback(event: JsonObject, event_id: str, event_time: int) -> JsonObject:
    """Return the outer event_callback; `event_time` is in Unix seconds."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": event_time,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER_ID,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def _where(channel: Channel, ts: str) -> JsonObject:
    return {"channel": channel.id, "channel_type": channel.kind, "event_ts": ts}
