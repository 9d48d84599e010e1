"""The whole: its port, its page, its clean start and end."""

import re
import socket
import threading
import urllib.error
import urllib.request

import pytest

from bot.local.clock import MovableClock
from bot.local.errors import LocalError, LocalPortTaken
from bot.local.pages import ASSETS
from bot.local.server import LocalSlack


def fetch(url: str):
    with urllib.request.urlopen(url, timeout=5) as response:
        return response.headers, response.read().decode()


def test_it_listens_on_this_machine_only_and_stops_without_a_trace():
    before = threading.active_count()
    slack = LocalSlack(clock=MovableClock()).start()
    assert slack.url.startswith("http://127.0.0.1:")
    assert slack.api_url == f"{slack.url}/api/"
    fetch(f"{slack.url}/_local/state")
    slack.stop()
    slack.stop()
    assert threading.active_count() == before
    with pytest.raises(urllib.error.URLError):
        fetch(slack.url)


def test_a_workspace_that_was_never_started_can_be_stopped():
    LocalSlack(clock=MovableClock()).stop()


def test_a_workspace_starts_once():
    with LocalSlack(clock=MovableClock()) as slack, pytest.raises(LocalError, match="started before"):
        slack.start()


def test_a_taken_port_is_reported_readably():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(LocalPortTaken, match=f"Port {port} on 127.0.0.1 is already taken"):
            LocalSlack(clock=MovableClock(), port=port)


def test_tokens_can_be_chosen():
    with LocalSlack(clock=MovableClock(), bot_token="xoxb-mine") as slack:
        assert slack.bot_token == "xoxb-mine"
        assert '"ok":true' in fetch(f"{slack.api_url}auth.test?token=xoxb-mine")[1]
        assert "invalid_auth" in fetch(f"{slack.api_url}auth.test?token=xoxb-local-bot")[1]


@pytest.mark.parametrize("path", ["/", "/archives/C0GENERAL/p1700000000000100"])
def test_the_page_is_served(slack, path):
    headers, html = fetch(f"{slack.url}{path}")
    assert headers["content-type"].startswith("text/html")
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "Candor" in html


@pytest.mark.parametrize("name", ASSETS)
def test_the_page_takes_nothing_from_elsewhere_and_writes_no_markup(slack, name):
    _, text = fetch(f"{slack.url}/page/{name}")
    assert text
    assert not re.search(r"https?://(?!127\.0\.0\.1)\w", text)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text)


def test_everything_the_page_imports_is_served(slack):
    _, html = fetch(f"{slack.url}/")
    texts = [html, *(fetch(f"{slack.url}/page/{name}")[1] for name in ASSETS)]
    wanted = {m for text in texts for m in re.findall(r'(?:from "\./|(?:src|href)="/page/)([\w.]+)"', text)}
    assert wanted == set(ASSETS)
