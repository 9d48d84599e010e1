"""How a text is handed to a webhook: one signed POST, never a redirect, and what became of it."""

import json
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256
from hmac import new as hmac
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from bot.delivery.outcomes import DeliveryError, Refused, TryAgain, Unknown, backoff, outcome

TIMEOUT_SECONDS = 10
TRY_LATER = {408, 425, 429, 502, 503, 504}
LONGEST_WAIT_SECONDS = 600.0  # whatever a Retry-After says
SECRET_PREFIX = "whsec_"  # noqa: S105 - how standardwebhooks.com writes a secret: this, and base64


class _NoRedirects(HTTPRedirectHandler):
    """Leaves a redirect what it is: an answer that is not a yes. Following it would lose the text, or leak it."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Follow nothing."""


def call(address: str, key: str, text: str, secret: str | None, now: datetime, attempt: int) -> None:
    """Post `text` under its idempotency `key`; raises DeliveryError with what became of attempt number `attempt`."""
    body = json.dumps({"key": key, "text": text}).encode()
    try:
        request = Request(address, body, _headers(key, body, secret, now), method="POST")  # noqa: S310 - http(s) only
        with build_opener(_NoRedirects).open(request, timeout=TIMEOUT_SECONDS):
            return
    except HTTPError as error:
        with error:
            raise DeliveryError(_by_status(error, attempt)) from error
    except (OSError, HTTPException) as error:
        raise DeliveryError(outcome(error, attempt)) from error
    except ValueError as error:  # a host or a path that no URL may have
        raise DeliveryError(Refused("bad_address")) from error


def _headers(key: str, body: bytes, secret: str | None, now: datetime) -> dict[str, str]:
    stamp = str(int(now.timestamp()))
    headers = {"Content-Type": "application/json", "webhook-id": key, "webhook-timestamp": stamp}
    if secret:
        signed = hmac(b64decode(secret.removeprefix(SECRET_PREFIX)), f"{key}.{stamp}.".encode() + body, sha256).digest()
        headers["webhook-signature"] = f"v1,{b64encode(signed).decode()}"
    return headers


def _by_status(error: HTTPError, attempt: int) -> Refused | TryAgain | Unknown:
    said = f"http_{error.code}"
    if error.code in TRY_LATER:
        wait = error.headers.get("Retry-After", "")
        return TryAgain(min(float(wait), LONGEST_WAIT_SECONDS) if wait.isdecimal() else backoff(attempt), said)
    return Unknown(said) if error.code >= 500 else Refused(said)
