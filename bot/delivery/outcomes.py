"""What became of a call to Slack: done, to be tried again, refused, or unknown."""

import re
import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError

# Slack: "It's possible some aspect of the operation succeeded before the error was raised."
AMBIGUOUS = {"internal_error", "fatal_error", "request_timeout", "service_unavailable"}
# The operator can mend these; until then every message would fail, so none is given up.
TOKEN_ERRORS = {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
TOKEN_WAIT_SECONDS = 60
RATE_LIMIT_WAIT_SECONDS = 30  # where Slack sends no Retry-After
LONGEST_BACKOFF_SECONDS = 60.0
# Slack's own words look like this; slack_sdk puts the page itself in their place when a proxy answers with HTML.
WORD = re.compile(r"[a-z0-9_]{1,80}")

# What a call can raise: Slack's refusals, and the network's many ways to fail.
CALL_ERRORS = (SlackClientError, OSError, HTTPException)


@dataclass(frozen=True)
class TryAgain:
    """Nothing happened at Slack; the call may be repeated after `seconds`."""

    seconds: float
    error: str


@dataclass(frozen=True)
class Refused:
    """Slack said no, for good; `error` is Slack's own word."""

    error: str


@dataclass(frozen=True)
class Unknown:
    """The call may have been carried out or not; `error` says what was seen."""

    error: str


class DeliveryError(Exception):
    """A message did not get to a place outside Slack, or may not have; `seen` says what became of it."""

    def __init__(self, seen: TryAgain | Refused | Unknown) -> None:
        self.seen = seen
        super().__init__(seen.error)


# What a delivery can raise: Slack's refusals, the network's many ways to fail, and what an outlet says.
DELIVERY_ERRORS = (*CALL_ERRORS, DeliveryError)


def outcome(error: Exception, attempts: int) -> TryAgain | Refused | Unknown:
    """Classify what a call raised, `attempts` being how often it has been made, this one included."""
    if isinstance(error, DeliveryError):
        return error.seen
    if isinstance(error, SlackApiError):
        return _answered(error)
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, ConnectionRefusedError | socket.gaierror | ssl.SSLCertVerificationError):
        return TryAgain(backoff(attempts), type(reason).__name__)
    return Unknown(type(reason).__name__ if isinstance(reason, Exception) else type(error).__name__)


def backoff(attempts: int) -> float:
    """Return how many seconds to wait after `attempts` (at least 1) failed ones: 1, 2, 4 … 60."""
    return min(2.0 ** min(attempts - 1, 10), LONGEST_BACKOFF_SECONDS)


def _answered(error: SlackApiError) -> TryAgain | Refused | Unknown:
    response = error.response
    status = getattr(response, "status_code", None) or response.get("status", 200)
    word = _word(response)
    if status == 429 or word == "ratelimited":
        return TryAgain(_retry_after(response), "ratelimited")
    if word in TOKEN_ERRORS:
        return TryAgain(TOKEN_WAIT_SECONDS, word)
    if status >= 500 or word in AMBIGUOUS or not word:
        return Unknown(word or f"http_{status}")
    return Refused(word)


def _word(response: object) -> str:
    """Return Slack's error word, nothing if the body was no answer of Slack's."""
    data = getattr(response, "data", response)
    word = data.get("error") if isinstance(data, dict) else None
    return word if isinstance(word, str) and WORD.fullmatch(word) else ""


def _retry_after(response: object) -> float:
    headers = getattr(response, "headers", None) or (response.get("headers") if isinstance(response, dict) else {})
    value = next((text for name, text in (headers or {}).items() if name.lower() == "retry-after"), "")
    text = value[0] if isinstance(value, list) else str(value)
    return float(text) if text.isdigit() else RATE_LIMIT_WAIT_SECONDS
