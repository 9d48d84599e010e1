"""How long Slack waits for /candor and /candor-updates list, beside a bare Bolt app in the same run.

Both run under gunicorn (one process, 8 threads) and get the same signed requests over loopback, in turn, so that the
machine's moods meet both. Prints the median and the 99th percentile in milliseconds, and the ratio of the medians; the
last column is the ratio to a bare app whose answer has as many bytes.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from bot.local.clock import MovableClock
from bot.local.server import LocalSlack

ROOT = Path(__file__).parents[2]
ROUNDS = 300
WARM_UP = 20
QUESTIONS = (
    "our app leaked addresses, what do we write first", "wer entschuldigt sich bei uns, die Chefin oder das Team?",
    "ogni quanto aggiorniamo i clienti", "kailangan ba naming sabihin agad kahit hindi pa sigurado",
)  # fmt: skip
ANSWERED = "How should we apologise?"
ADA = "U0ADA0001"
DECLINED = "What is the weather in Rome tomorrow?"  # kept for the curators: written to the database


@dataclass(frozen=True)
class Case:
    """What is typed each time, and by whom."""

    name: str
    command: str
    text: Callable[[int], str]
    user: Callable[[int], str] = lambda _turn: ADA


CASES = (
    Case("/candor, a new question each time", "/candor", lambda turn: f"{QUESTIONS[turn % len(QUESTIONS)]} {turn}"),
    Case("/candor, an answer again", "/candor", lambda _turn: ANSWERED),
    Case("/candor, a refusal again", "/candor", lambda _turn: DECLINED),
    Case("/candor, a refusal to somebody else", "/candor", lambda _turn: DECLINED, lambda turn: f"U{turn}"),
    Case("/candor-updates list", "/candor-updates", lambda _turn: "list"),
)


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
    _ask(secret, candor, "/candor-updates", "start Benchmark for 13 weeks")
    print(
        f"{'':36} {'p50 ms':>8} {'p99 ms':>8} {'bare p50':>9} {'bare p99':>9} {'ratio':>6} {'bytes':>7} {'as many':>8}"
    )
    for case in CASES:
        size = _ask(secret, candor, case.command, case.text(-1), case.user(-1))[1]
        mine, theirs, sized = [], [], []
        for turn in range(WARM_UP + ROUNDS):
            text, user = case.text(turn), case.user(turn)
            mine.append(_ask(secret, candor, case.command, text, user)[0])
            theirs.append(_ask(secret, bare, case.command, text, user)[0])
            sized.append(_ask(secret, bare, "/candor-sized", str(size), user)[0])
        _line(case.name, size, mine[WARM_UP:], theirs[WARM_UP:], sized[WARM_UP:])


def _line(name: str, size: int, mine: list[float], theirs: list[float], sized: list[float]) -> None:
    median, bare, as_many = map(statistics.median, (mine, theirs, sized))
    tails = statistics.quantiles(mine, n=100)[98], statistics.quantiles(theirs, n=100)[98]
    print(
        f"{name:36} {median:8.2f} {tails[0]:8.2f} {bare:9.2f} {tails[1]:9.2f} {median / bare:6.2f} {size:7}"
        f" {median / as_many:8.2f}"
    )


def _ask(secret: str, port: int, command: str, text: str, user: str = ADA) -> tuple[float, int]:
    """Send one command; return how many milliseconds the answer took, and how many bytes it has."""
    body = urlencode(
        {
            "command": command,
            "text": text,
            "user_id": user,
            "channel_id": "C0GENERAL",
            "team_id": "T0LOCAL01",
            "trigger_id": f"{time.time_ns()}.{port}",
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
    size = len(answer.read())
    taken = (time.perf_counter() - begin) * 1000
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{command} {text!r}: HTTP {answer.status}")
    return taken, size


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


if __name__ == "__main__":
    main()
