"""Webhooks, against a real server: what goes over the wire, and what every answer means."""

import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from hashlib import sha256
from hmac import new as hmac

import pytest

from bot.delivery import webhooks
from bot.delivery.outcomes import DeliveryError, Refused, TryAgain, Unknown
from bot.delivery.webhooks import call
from tests.bot.delivery.servers import WebServer, serving

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = "session:7:update:to:outlet:partners"
SECRET = "whsec_" + b64encode(b"twenty-four bytes of it.").decode()


@pytest.fixture
def server():
    with serving(WebServer()) as running:
        yield running


def post(server, secret=None, attempt=1, url=None, text="Week 1 of 13 · grüß Gott & <hallo>"):
    call(url or server.url, KEY, text, secret, NOW, attempt)


def seen(*args, **more):
    """Return what became of a call that failed."""
    with pytest.raises(DeliveryError) as caught:
        post(*args, **more)
    return caught.value.seen


def test_the_text_goes_out_as_json_with_its_key(server):
    post(server)
    [(path, headers, body)] = server.posted
    assert path == "/hook"
    assert json.loads(body) == {"key": KEY, "text": "Week 1 of 13 · grüß Gott & <hallo>"}
    assert headers["content-type"] == "application/json"
    assert headers["webhook-id"] == KEY
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert "webhook-signature" not in headers


def test_the_signature_is_that_of_standardwebhooks(server):
    post(server, SECRET)
    [(_, headers, body)] = server.posted
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = b64decode(SECRET.removeprefix("whsec_"))
    assert headers["webhook-signature"] == "v1," + b64encode(hmac(key, signed, sha256).digest()).decode()


def test_the_signature_of_their_own_example():
    """From the reference implementation's tests: the same secret, id, time and body make the same signature."""
    headers = webhooks._headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        datetime.fromtimestamp(1614265330, UTC),
    )  # fmt: skip
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_yes_is_a_yes(server, status):
    server.answers.append((status, {}))
    post(server)
    assert len(server.posted) == 1


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((429, {"Retry-After": "7"}), TryAgain(7, "http_429")),
        ((429, {}), TryAgain(1, "http_429")),
        ((429, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}), TryAgain(1, "http_429")),
        ((429, {"Retry-After": "²"}), TryAgain(1, "http_429")),
        ((503, {"Retry-After": "999999999"}), TryAgain(600, "http_503")),
        ((502, {}), TryAgain(1, "http_502")),
        ((504, {}), TryAgain(1, "http_504")),
        ((408, {}), TryAgain(1, "http_408")),
        ((400, {}), Refused("http_400")),
        ((401, {}), Refused("http_401")),
        ((404, {}), Refused("http_404")),
        ((410, {}), Refused("http_410")),
        ((500, {}), Unknown("http_500")),
        ("drop", Unknown("RemoteDisconnected")),
    ],
)
def test_what_every_other_answer_means(server, answer, expected):
    server.answers.append(answer)
    assert seen(server) == expected


def test_the_waits_grow(server):
    server.answers += [(503, {}), (503, {}), (503, {})]
    assert [seen(server, attempt=attempt).seconds for attempt in (1, 3, 50)] == [1, 4, 60]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(server, status):
    """It would lose the text, or carry it to where nobody has allowed it to go."""
    server.answers.append((status, {"Location": server.url + "/inside"}))
    assert seen(server) == Refused(f"http_{status}")
    assert (len(server.posted), server.others) == (1, [])


def test_a_server_that_says_nothing_leaves_it_open(server, monkeypatch):
    monkeypatch.setattr(webhooks, "TIMEOUT_SECONDS", 0.2)
    server.answers.append("hang")
    assert seen(server) == Unknown("TimeoutError")


def test_where_nobody_listens_nothing_has_happened(server):
    with serving(WebServer()) as gone:
        url = gone.url
    assert seen(server, url=url, attempt=2) == TryAgain(2, "ConnectionRefusedError")


def test_a_host_that_cannot_be_found_is_looked_for_again(server):
    assert isinstance(seen(server, url="http://candor.invalid/"), TryAgain)


@pytest.mark.parametrize("url", ["http://a..b/", "http://127.0.0.1:1/ü", "http://127.0.0.1:many/", "http://[::1/"])
def test_an_address_that_is_none_is_refused_and_ends_no_tick(server, url):
    assert isinstance(seen(server, url=url), Refused | Unknown)
