"""auth.test, api.test, users.*, bots.info and apps.connections.open: who is who, and how to connect."""

from bot.local.api_conversations import paged
from bot.local.arguments import Arguments
from bot.local.errors import SlackError
from bot.local.profiles import profile
from bot.local.session import Method, Session
from bot.local.state import APP_ID, BOT_ID, BOT_NAME, BOT_USER_ID, TEAM_ID, TEAM_NAME, JsonObject


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
    return {"user": profile(person, session.workspace.now(), with_locale=arguments.flag("include_locale"))}


def users_list(session: Session, arguments: Arguments) -> JsonObject:
    """Describe everybody, those who have left too."""
    now, with_locale = session.workspace.now(), arguments.flag("include_locale")
    everybody = [profile(user, now, with_locale=with_locale) for user in session.workspace.users.values()]
    page, metadata = paged(everybody, arguments, default=1000)
    return {"members": page, "response_metadata": metadata}


def bots_info(session: Session, arguments: Arguments) -> JsonObject:
    """Describe the bot."""
    if arguments.text("bot", BOT_ID) != BOT_ID:
        raise SlackError("bot_not_found")
    return {"bot": {"id": BOT_ID, "deleted": False, "name": "Candor", "app_id": APP_ID, "user_id": BOT_USER_ID}}


METHODS = {
    "auth.test": Method(auth_test, caller="any"),
    "api.test": Method(api_test, caller="none"),
    "apps.connections.open": Method(open_connection, caller="app"),
    "users.info": Method(users_info, ("users:read",)),
    "users.list": Method(users_list, ("users:read",)),
    "bots.info": Method(bots_info, ("users:read",)),
}
