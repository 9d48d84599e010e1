"""What the app receives when somebody commands, clicks or submits: Slack's interaction payloads."""

from bot.local.events import inner_message
from bot.local.state import (
    APP_ID,
    TEAM_DOMAIN,
    TEAM_ID,
    VERIFICATION_TOKEN,
    Channel,
    JsonObject,
    Message,
    User,
)


def common(kind: str, user: User) -> JsonObject:
    """Return the fields every interaction carries."""
    return {
        "type": kind,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": TEAM_ID},
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def channel_name(channel: Channel) -> str:
    """Return what Slack calls a conversation in payloads."""
    return {"im": "directmessage", "group": "privategroup"}.get(channel.kind, channel.name)


def command(channel: Channel, user: User, words: tuple[str, str], response_url: str, trigger: str) -> JsonObject:
    """Return a slash command's fields; `words` are the command and its text; all strings, as in the form."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": words[0],
        "text": words[1],
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }


def message_action(channel: Channel, user: User, message: Message, action: JsonObject) -> JsonObject:
    """Return block_actions for a click in a message; ephemeral messages are not sent along, as in Slack."""
    container: JsonObject = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
    container["is_ephemeral"] = message.ephemeral_to is not None
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    body = common("block_actions", user) | {
        "container": container,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": {}},
        "actions": [action],
    }
    return body if message.ephemeral_to else body | {"message": inner_message(message)}


def view_action(user: User, view: JsonObject, action: JsonObject) -> JsonObject:
    """Return block_actions for a click in a modal or Home tab."""
    container = {"type": "view", "view_id": view["id"]}
    return common("block_actions", user) | {"container": container, "view": view, "actions": [action]}


def shortcut(channel: Channel, user: User, message: Message, callback_id: str, action_ts: str) -> JsonObject:
    """Return message_action for a message shortcut."""
    return common("message_action", user) | {
        "callback_id": callback_id,
        "action_ts": action_ts,
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message": inner_message(message),
    }
