"""The two permits Slack hands out with an interaction, trigger ids and response URLs, and when they end."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from bot.clock import Clock
from bot.local.errors import SlackError

TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_URL_LIFE = timedelta(minutes=30)
RESPONSE_URL_USES = 5


class Triggers:
    """Trigger ids: three seconds, one use; docs.slack.dev/interactivity/handling-user-interaction."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, tuple[datetime, str]] = {}
        self._places: dict[str, str] = {}
        self._used: set[str] = set()
        self._lock = Lock()

    def issue(self, user: str, channel: str | None = None) -> str:
        """Return a trigger id for what this user just did, in a channel or elsewhere."""
        trigger = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        with self._lock:
            self._issued[trigger] = (self._clock.now(), user)
            if channel is not None:
                self._places[trigger] = channel
        return trigger

    def place(self, trigger: str) -> str | None:
        """Return the channel in which a trigger was caused, if it was one."""
        with self._lock:
            return self._places.get(trigger)

    def redeem(self, trigger: str) -> str:
        """Use a trigger up and return its user; SlackError for an unknown, used or expired one."""
        with self._lock:
            if trigger not in self._issued:
                raise SlackError("invalid_trigger_id")
            if trigger in self._used:
                raise SlackError("exchanged_trigger_id")
            issued_at, user = self._issued[trigger]
            if self._clock.now() - issued_at > TRIGGER_LIFE:
                raise SlackError("expired_trigger_id")
            self._used.add(trigger)
            return user


@dataclass
class ResponseUrl:
    """Where an answer to an interaction goes; `original_ts` is the message it may replace."""

    channel: str
    user: str
    issued_at: datetime
    original_ts: str | None = None
    uses: int = 0


class ResponseUrls:
    """Response URLs: five uses within thirty minutes of the workspace's clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, ResponseUrl] = {}
        self._lock = Lock()

    def issue(self, channel: str, user: str, original_ts: str | None = None) -> str:
        """Return the token of a new response URL."""
        token = secrets.token_urlsafe(18)
        with self._lock:
            self._issued[token] = ResponseUrl(channel, user, self._clock.now(), original_ts)
        return token

    def peek(self, token: str) -> ResponseUrl:
        """Return what a token stands for without using it; KeyError when it was never issued."""
        with self._lock:
            return self._issued[token]

    def use(self, token: str) -> ResponseUrl:
        """Count one use; SlackError (HTTP 404, as Slack answers) when unknown, worn out or expired."""
        with self._lock:
            found = self._issued.get(token)
            if found is None:
                raise SlackError("invalid_url", status=404)
            if self._clock.now() - found.issued_at > RESPONSE_URL_LIFE:
                raise SlackError("expired_url", status=404)
            if found.uses >= RESPONSE_URL_USES:
                raise SlackError("used_url", status=404)
            found.uses += 1
            return found
