"""What Candor needs to know of a person or a channel, asked of Slack and remembered for ten minutes."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slack_sdk import WebClient

from bot.clock import Clock
from bot.delivery.outcomes import CALL_ERRORS, outcome
from responses.phrases import Language, as_language

REMEMBER = timedelta(minutes=10)
SLACKBOT = "USLACKBOT"  # the only bot that Slack does not call one
MOST_ADMINS = 5
PAGE, MOST_PAGES = 200, 10  # of users.list: who runs a workspace is mostly among those who came first
MOST_REMEMBERED = 2000

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Person:
    """A person as their Slack profile describes them; `zone` is None where it says nothing usable."""

    language: Language = "en"
    zone: ZoneInfo | None = None
    is_admin: bool = False
    active: bool = True
    is_bot: bool = False
    name: str = ""


@dataclass(frozen=True)
class Channel:
    """A channel as the bot sees it: one it cannot see is taken for private, and has no name."""

    private: bool
    can_post: bool
    name: str = ""


class People:
    """Profiles and channels by id. Slack's failure never stops a command: what is not known gets its default."""

    def __init__(self, client: WebClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._lock = Lock()
        self._persons: dict[str, tuple[datetime, Person]] = {}
        self._admins: tuple[datetime, tuple[str, ...]] | None = None

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

    def known_language(self, user: str) -> Language | None:
        """Return somebody's language if it was asked for lately, without asking Slack."""
        with self._lock:
            known = self._persons.get(user)
        return known[1].language if known else None

    def active(self, user: str) -> bool:
        """Say whether somebody is still in the workspace; yes where Slack does not tell."""
        return self.person(user).active

    def forget(self, user: str) -> None:
        """Ask anew about somebody, and about who is an admin: something has changed."""
        with self._lock:
            self._persons.pop(user, None)
            self._admins = None

    def admins(self) -> tuple[str, ...]:
        """Return the workspace's admins who are there, at most five, as of ten minutes ago or less."""
        now = self._clock.now()
        with self._lock:
            known = self._admins
        if known and now - known[0] < REMEMBER:
            return known[1]
        found = self._find_admins()
        if found:
            with self._lock:
                self._admins = (now, found)
        return found

    def _find_admins(self) -> tuple[str, ...]:
        found: list[str] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            page = _ask(partial(self._page, cursor), "users.list")
            members = page.get("members") or []
            found += [str(data["id"]) for data in members if _is_admin(data) and _is_here(data)]
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor or len(found) >= MOST_ADMINS:
                break
        return tuple(found[:MOST_ADMINS])

    def _page(self, cursor: str) -> object:
        return self._client.users_list(cursor=cursor, limit=PAGE).data

    def channel(self, channel: str) -> Channel:
        """Return whether the bot can post in a channel, whether it is private, its name; asked anew each time."""
        data = _ask(lambda: self._client.conversations_info(channel=channel).get("channel"), "conversations.info")
        if not data:
            return Channel(private=True, can_post=False)
        can_post = bool(data.get("is_member")) and not data.get("is_archived")
        return Channel(private=bool(data.get("is_private")), can_post=can_post, name=str(data.get("name") or ""))


def _ask(call: Callable[[], Any], what: str) -> dict[str, Any]:
    try:
        data = call()
    except CALL_ERRORS as error:
        log.warning("%s failed: %s", what, outcome(error, attempts=1).error)
        return {}
    return data if isinstance(data, dict) else {}


def _person(data: dict[str, Any]) -> Person:
    locale = str(data.get("locale") or "en")
    language = as_language(locale.split("-")[0].lower())
    is_bot = bool(data.get("is_bot")) or data.get("id") == SLACKBOT
    active = not data.get("deleted")
    name = str((data.get("profile") or {}).get("real_name") or data.get("real_name") or "")
    return Person(language, _zone(data.get("tz")), _is_admin(data), active=active, is_bot=is_bot, name=name)


def _is_admin(data: dict[str, Any]) -> bool:
    return bool(data.get("is_admin") or data.get("is_owner"))


def _is_here(data: dict[str, Any]) -> bool:
    return not data.get("deleted") and not data.get("is_bot")


def _zone(name: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
