"""How long Slack waits for /candor and /candor-updates list, beside a bare Bolt app in the same run.

Both run under gunicorn (one process, 8 threads) and get the same signed requests over loopback, in turn, so that the
machine's moods meet both. Prints the median and the 99th percentile in milliseconds, and the ratio of the medians.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from bot.local.clock import MovableClock
from bot.local.server import LocalSlack

ROOT = Path(__file__).parents[2]
ROUNDS = 200
WARM_UP = 20
QUESTIONS = (
    "our app leaked addresses, what do we write first", "wer entschuldigt sich bei uns, die Chefin oder das Team?",
    "ogni quanto aggiorniamo i clienti", "kailangan ba naming sabihin agad kahit hindi pa sigurado",
)  # fmt: skip


def main() -> None:
    """Run both servers, measure, print."""
    with LocalSlack(clock=MovableClock()) as slack, tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ, "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url, "DATABASE_URL": f"sqlite:///{folder}/bench.db", "PYTHONPATH": str(ROOT),
            "CANDOR_LOG_LEVEL": "WARNING",
        }  # fmt: skip
        bare = ["gunicorn", "-k", "gthread", "--threads", "8", "tests.benchmarks.bare_app:site()", "-b"]
        port, other = _free_port(), _free_port()
        candor_command = [sys.executable, "-m", "bot", "web"]
        bare_command = [str(Path(sys.executable).with_name(bare[0])), *bare[1:], f"127.0.0.1:{other}"]
        with (
            _serving(candor_command, environment | {"PORT": str(port)}, port),
            _serving(bare_command, environment, other),
        ):
            _compare(slack.signing_secret, port, other)


def _compare(secret: str, candor: int, bare: int) -> None:
    cases = {
        "/candor, a new question each time": ("/candor", lambda turn: f"{QUESTIONS[turn % len(QUESTIONS)]} {turn}"),
        "/candor, the same question again": ("/candor", lambda _turn: QUESTIONS[0]),
        "/candor-updates list": ("/candor-updates", lambda _turn: "list"),
    }
    _ask(secret, candor, "/candor-updates", "start Benchmark for 13 weeks", 0)
    print(f"{'command':36} {'p50 ms':>8} {'p99 ms':>8} {'bare p50':>9} {'bare p99':>9} {'ratio':>6}")
    for name, (command, text) in cases.items():
        mine, theirs = [], []
        for turn in range(WARM_UP + ROUNDS):
            for port, times in ((candor, mine), (bare, theirs)):
                times.append(_ask(secret, port, command, text(turn), turn))
        _line(name, mine[WARM_UP:], theirs[WARM_UP:])


def _line(name: str, mine: list[float], theirs: list[float]) -> None:
    medians = statistics.median(mine), statistics.median(theirs)
    tails = statistics.quantiles(mine, n=100)[98], statistics.quantiles(theirs, n=100)[98]
    ratio = medians[0] / medians[1]
    print(f"{name:36} {medians[0]:8.2f} {tails[0]:8.2f} {medians[1]:9.2f} {tails[1]:9.2f} {ratio:6.1f}")


def _ask(secret: str, port: int, command: str, text: str, turn: int) -> float:
    """Send one command and return how many milliseconds the answer took."""
    body = urlencode(
        {
            "command": command,
            "text": text,
            "user_id": "U0ADA0001",
            "channel_id": "C0GENERAL",
            "team_id": "T0LOCAL01",
            "trigger_id": f"{time.time_ns()}.{turn}",
            "response_url": "https://example.invalid/r",
        }
    )
    stamp = str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body) or ""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature,
    }
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    begin = time.perf_counter()
    connection.request("POST", "/slack/events", body, headers)
    answer = connection.getresponse()
    answer.read()
    taken = (time.perf_counter() - begin) * 1000
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{command} {text!r}: HTTP {answer.status}")
    return taken


@contextmanager
def _serving(command: list[str], environment: dict[str, str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        limit = time.monotonic() + 60
        while time.monotonic() < limit and not _listens(port):
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
