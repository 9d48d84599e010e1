"""Delivery by signed HTTP POST; docs.slack.dev/authentication/verifying-requests-from-slack."""

import asyncio
import hashlib
import hmac
import json
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlencode, urlsplit

from bot.local.state import JsonObject
from bot.local.transport import ACK_SECONDS, Ack, Kind, Retry
from bot.local.wire import read_json

_PARALLEL = 16


class SignedHttp:
    """Posts each delivery to `request_url` (http only), signed with the app's secret."""

    def __init__(self, request_url: str, signing_secret: str, acknowledge_within: float = ACK_SECONDS) -> None:
        self._url = urlsplit(request_url)
        self._secret = signing_secret.encode()
        self._acknowledge_within = acknowledge_within
        self._threads = ThreadPoolExecutor(_PARALLEL, thread_name_prefix="local-slack-post")

    def reachable(self) -> bool:
        """Tell whether there is any point in trying: always, as nobody knows before."""
        return True

    async def send(self, kind: Kind, payload: JsonObject, retry: Retry | None) -> Ack:
        """Post once and wait for the answer."""
        body, content_type = encode(kind, payload)
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (local)",
            **self._signature(body),
        }
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry.attempt), "X-Slack-Retry-Reason": retry.reason}
        loop = asyncio.get_running_loop()
        try:
            posted = loop.run_in_executor(self._threads, self._post, body, headers)
            return await asyncio.wait_for(posted, self._acknowledge_within)
        except TimeoutError:
            return Ack(False, reason="http_timeout")

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=True)

    def _signature(self, body: bytes) -> dict[str, str]:
        # Real time, not the workspace's: the app checks the age of a request against its own machine's clock.
        stamp = str(int(time.time()))
        digest = hmac.new(self._secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    def _post(self, body: bytes, headers: dict[str, str]) -> Ack:
        connection = HTTPConnection(self._url.hostname or "", self._url.port, timeout=self._acknowledge_within)
        try:
            connection.request("POST", self._url.path or "/", body, headers)
            return _read(connection.getresponse())
        except TimeoutError:
            return Ack(False, reason="http_timeout")
        except (OSError, HTTPException):
            return Ack(False, reason="connection_failed")
        finally:
            connection.close()


def encode(kind: Kind, payload: JsonObject) -> tuple[bytes, str]:
    """Return the body and content type Slack uses for each kind of delivery."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _read(response: HTTPResponse) -> Ack:
    text = response.read().decode("utf-8", "replace")
    if not 200 <= response.status < 300:
        final = response.headers.get("x-slack-no-retry") == "1"
        return Ack(False, reason="http_error", final=final)
    if not text.strip():
        return Ack(True)
    try:
        body = read_json(text)
    except ValueError:
        body = None
    return Ack(True, body if isinstance(body, dict) else {"text": text})
