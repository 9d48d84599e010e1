"""People as the API and the events show them; of those who have left there is less."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.local.state import APP_ID, BOT_ID, TEAM_ID, JsonObject, User


def profile(user: User, now: datetime, *, with_locale: bool = False) -> JsonObject:
    """Return a user; the locale only when asked for. `now` decides the offset of their zone."""
    body: JsonObject = {
        "id": user.id,
        "team_id": TEAM_ID,
        "name": user.name,
        "deleted": user.deleted,
        "profile": {
            "real_name": user.real_name,
            "display_name": user.name,
            "real_name_normalized": user.real_name,
            "display_name_normalized": user.name,
            "team": TEAM_ID,
        },
        "is_bot": user.is_bot,
        "is_app_user": False,
    }
    if user.is_bot:
        body["profile"] |= {"api_app_id": APP_ID, "bot_id": BOT_ID}
    if user.deleted:
        return body
    body |= _of_members(user, now)
    return body | ({"locale": user.locale} if with_locale else {})


def _of_members(user: User, now: datetime) -> JsonObject:
    """What Slack leaves out once somebody is deactivated: nobody may rely on it."""
    offset = now.astimezone(ZoneInfo(user.tz)).utcoffset()
    return {
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": user.is_admin,
        "is_owner": user.is_admin,
        "is_primary_owner": user.is_admin,
        "is_restricted": False,
        "is_ultra_restricted": False,
    }
