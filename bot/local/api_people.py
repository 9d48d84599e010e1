"""auth.test, api.test, users.*, bots.info and apps.connections.open: who is who, and how to connect."""

from zoneinfo import ZoneInfo

from bot.local.api_conversations import paged
from bot.local.arguments import Arguments
from bot.local.errors import SlackError
from bot.local.session import Method, Session
from bot.local.state import APP_ID, BOT_ID, BOT_NAME, BOT_USER_ID, TEAM_ID, TEAM_NAME, JsonObject, User


def describe(user: User, session: Session, *, with_locale: bool) -> JsonObject:
    """Return a user as the API shows them; the locale only when asked for."""
    body: JsonObject = {
        "id": user.id,
        "team_id": TEAM_ID,
        "name": user.name,
        "deleted": False,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": _offset_seconds(user, session),
        "profile": {
            "real_name": user.real_name,
            "display_name": user.name,
            "real_name_normalized": user.real_name,
            "display_name_normalized": user.name,
            "team": TEAM_ID,
        },
        "is_admin": user.is_admin,
        "is_owner": user.is_admin,
        "is_primary_owner": user.is_admin,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
    }
    if user.is_bot:
        body["profile"] |= {"api_app_id": APP_ID, "bot_id": BOT_ID}
    return body | ({"locale": user.locale} if with_locale else {})


def auth_test(session: Session, arguments: Arguments) -> JsonObject:
    """Tell whose token this is."""
    return {
        "url": f"{session.base_url}/",
        "team": TEAM_NAME,
        "user": BOT_NAME,
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def api_test(session: Session, arguments: Arguments) -> JsonObject:
    """Answer, or fail with the error that was asked for."""
    if arguments.text("error"):
        raise SlackError(arguments.text("error"))
    return {}


def open_connection(session: Session, arguments: Arguments) -> JsonObject:
    """Return a web socket address for Socket Mode."""
    address = session.base_url.replace("http://", "ws://", 1)
    return {"url": f"{address}/link?ticket={session.issue_ticket()}"}


def users_info(session: Session, arguments: Arguments) -> JsonObject:
    """Describe one user."""
    person = session.person(arguments)
    return {"user": describe(person, session, with_locale=arguments.flag("include_locale"))}


def users_list(session: Session, arguments: Arguments) -> JsonObject:
    """Describe everybody."""
    with_locale = arguments.flag("include_locale")
    everybody = [describe(u, session, with_locale=with_locale) for u in session.workspace.users.values()]
    page, metadata = paged(everybody, arguments, default=1000)
    return {"members": page, "response_metadata": metadata}


def bots_info(session: Session, arguments: Arguments) -> JsonObject:
    """Describe the bot."""
    if arguments.text("bot", BOT_ID) != BOT_ID:
        raise SlackError("bot_not_found")
    return {"bot": {"id": BOT_ID, "deleted": False, "name": "Candor", "app_id": APP_ID, "user_id": BOT_USER_ID}}


def _offset_seconds(user: User, session: Session) -> int:
    offset = session.workspace.now().astimezone(ZoneInfo(user.tz)).utcoffset()
    return int(offset.total_seconds()) if offset else 0


METHODS = {
    "auth.test": Method(auth_test, caller="any"),
    "api.test": Method(api_test, caller="none"),
    "apps.connections.open": Method(open_connection, caller="app"),
    "users.info": Method(users_info, ("users:read",)),
    "users.list": Method(users_list, ("users:read",)),
    "bots.info": Method(bots_info, ("users:read",)),
}
