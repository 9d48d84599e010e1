"""Every way in which a call to Slack can fail, and what may be concluded from it."""

import errno
import socket
import ssl
from http.client import BadStatusLine, IncompleteRead, RemoteDisconnected
from urllib.error import URLError

import pytest
from slack_sdk.errors import SlackApiError, SlackClientNotConnectedError, SlackRequestError
from slack_sdk.web.slack_response import SlackResponse

from bot.delivery.outcomes import (
    CALL_ERRORS,
    RATE_LIMIT_WAIT_SECONDS,
    TOKEN_WAIT_SECONDS,
    Refused,
    TryAgain,
    Unknown,
    outcome,
)

# What slack_sdk 3.47 puts in the place of Slack's word when a body is not JSON.
NOT_JSON = "Received a response in a non-JSON format: <html><body>Bad gateway</body></html>"


def answered(status, data, headers=None):
    response = SlackResponse(
        client=None, http_verb="POST", api_url="https://slack.com/api/chat.postMessage", req_args={},
        data=data, headers=headers or {}, status_code=status,
    )  # fmt: skip
    return SlackApiError("refused", response)


def no(word):
    return {"ok": False, "error": word}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (answered(429, no("ratelimited"), {"Retry-After": "7"}), TryAgain(7, "ratelimited")),
        (answered(429, no("ratelimited"), {"retry-after": "7"}), TryAgain(7, "ratelimited")),
        (answered(429, no("ratelimited"), {"Retry-After": ["7"]}), TryAgain(7, "ratelimited")),
        (answered(429, no("ratelimited")), TryAgain(RATE_LIMIT_WAIT_SECONDS, "ratelimited")),
        (answered(429, no("ratelimited"), {"Retry-After": "soon"}), TryAgain(RATE_LIMIT_WAIT_SECONDS, "ratelimited")),
        (answered(429, no(NOT_JSON), {"Retry-After": "3"}), TryAgain(3, "ratelimited")),
        (answered(200, no("ratelimited"), {"Retry-After": "7"}), TryAgain(7, "ratelimited")),
        (SlackApiError("", {"ok": False, "error": "ratelimited"}), TryAgain(RATE_LIMIT_WAIT_SECONDS, "ratelimited")),
        (URLError(ConnectionRefusedError(errno.ECONNREFUSED, "refused")), TryAgain(1, "ConnectionRefusedError")),
        (ConnectionRefusedError(), TryAgain(1, "ConnectionRefusedError")),
        (URLError(socket.gaierror(-2, "Name or service not known")), TryAgain(1, "gaierror")),
        (URLError(ssl.SSLCertVerificationError("expired")), TryAgain(1, "SSLCertVerificationError")),
        *((answered(200, no(word)), TryAgain(TOKEN_WAIT_SECONDS, word)) for word in (
            "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired",
        )),
        (answered(401, no("invalid_auth")), TryAgain(TOKEN_WAIT_SECONDS, "invalid_auth")),
    ],
)  # fmt: skip
def test_nothing_happened_and_it_may_be_tried_again(error, expected):
    assert outcome(error, attempts=1) == expected


@pytest.mark.parametrize(
    "word",
    ["not_in_channel", "channel_not_found", "is_archived", "invalid_blocks", "msg_too_long", "missing_scope",
     "user_not_found", "no_text", "ekm_access_denied", "duplicate_channel_not_found"],
)  # fmt: skip
def test_slack_says_no_for_good_in_its_own_word(word):
    assert outcome(answered(200, no(word)), attempts=1) == Refused(word)


@pytest.mark.parametrize(
    ("error", "seen"),
    [
        (TimeoutError("timed out"), "TimeoutError"),
        (URLError(TimeoutError("timed out")), "TimeoutError"),
        (ConnectionResetError(), "ConnectionResetError"),
        (URLError(ConnectionResetError()), "ConnectionResetError"),
        (BrokenPipeError(), "BrokenPipeError"),
        (RemoteDisconnected("closed without response"), "RemoteDisconnected"),
        (IncompleteRead(b"{"), "IncompleteRead"),
        (BadStatusLine("?"), "BadStatusLine"),
        (URLError(ssl.SSLEOFError("unexpected eof")), "SSLEOFError"),
        (URLError("no host given"), "URLError"),
        (SlackRequestError("?"), "SlackRequestError"),
        (answered(500, no("internal_error")), "internal_error"),
        (answered(200, no("internal_error")), "internal_error"),
        (answered(200, no("fatal_error")), "fatal_error"),
        (answered(200, no("request_timeout")), "request_timeout"),
        (answered(503, no("service_unavailable")), "service_unavailable"),
        (answered(503, no("channel_not_found")), "channel_not_found"),
        (answered(502, no(NOT_JSON)), "http_502"),
        (answered(200, no(NOT_JSON)), "http_200"),
        (answered(403, no(NOT_JSON)), "http_403"),
        (answered(200, {}), "http_200"),
        (answered(200, None), "http_200"),
        (answered(200, {"ok": False, "error": {"code": 1}}), "http_200"),
    ],
)  # fmt: skip
def test_nobody_knows_whether_it_was_carried_out(error, seen):
    assert outcome(error, attempts=1) == Unknown(seen)


def test_a_refused_connection_is_tried_more_and_more_seldom_up_to_a_minute():
    waits = [outcome(ConnectionRefusedError(), attempts).seconds for attempts in (1, 2, 3, 4, 7, 8, 5000)]
    assert waits == [1, 2, 4, 8, 60, 60, 60]


@pytest.mark.parametrize(
    "error",
    [answered(200, no("x")), URLError("x"), TimeoutError(), RemoteDisconnected(), SlackClientNotConnectedError("x")],
)
def test_callers_catch_all_of_them(error):
    assert isinstance(error, CALL_ERRORS)
