"""What Candor needs to know of a person or a channel, asked of Slack and remembered for ten minutes."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slack_sdk import WebClient

from bot.clock import Clock
from bot.delivery.outcomes import CALL_ERRORS, outcome
from responses.phrases import Language, as_language

REMEMBER = timedelta(minutes=10)
MOST_REMEMBERED = 2000

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Person:
    """A person as their Slack profile describes them; `zone` is None where it says nothing usable."""

    language: Language = "en"
    zone: ZoneInfo | None = None
    is_admin: bool = False


@dataclass(frozen=True)
class Channel:
    """A channel as the bot sees it: one it cannot see is taken for private."""

    private: bool
    can_post: bool


class People:
    """Profiles and channels by id. Slack's failure never stops a command: what is not known gets its default."""

    def __init__(self, client: WebClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._lock = Lock()
        self._persons: dict[str, tuple[datetime, Person]] = {}

    def person(self, user: str) -> Person:
        """Return what is known of a user, at most ten minutes old."""
        now = self._clock.now()
        with self._lock:
            known = self._persons.get(user)
        if known and now - known[0] < REMEMBER:
            return known[1]
        data = _ask(lambda: self._client.users_info(user=user, include_locale=True).get("user"), "users.info")
        person = _person(data)
        if data:
            with self._lock:
                if len(self._persons) >= MOST_REMEMBERED:
                    self._persons.clear()
                self._persons[user] = (now, person)
        return person

    def channel(self, channel: str) -> Channel:
        """Return whether the bot can post in a channel, and whether it is private; asked anew each time."""
        data = _ask(lambda: self._client.conversations_info(channel=channel).get("channel"), "conversations.info")
        if not data:
            return Channel(private=True, can_post=False)
        can_post = bool(data.get("is_member")) and not data.get("is_archived")
        return Channel(private=bool(data.get("is_private")), can_post=can_post)


def _ask(call: Callable[[], Any], what: str) -> dict[str, Any]:
    try:
        data = call()
    except CALL_ERRORS as error:
        log.warning("%s failed: %s", what, outcome(error, attempts=1).error)
        return {}
    return data if isinstance(data, dict) else {}


def _person(data: dict[str, Any]) -> Person:
    locale = str(data.get("locale") or "en")
    admin = bool(data.get("is_admin") or data.get("is_owner"))
    return Person(as_language(locale.split("-")[0].lower()), _zone(data.get("tz")), admin)


def _zone(name: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
