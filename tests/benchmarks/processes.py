"""How long `worker` takes from its start to its connection, and how much memory it holds at rest.

A real process against the local workspace, several times after a warm-up; prints minimum, median and maximum. Memory is
the resident set that Linux reports (VmRSS), some seconds after the last answer.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bot.local.clock import MovableClock
from bot.local.person import Person
from bot.local.server import LocalSlack

ROOT = Path(__file__).parents[2]
RUNS = 5
QUESTIONS = ("our app leaked addresses, what do we write first", "ogni quanto aggiorniamo i clienti")


def main() -> None:
    """Start workers one after the other, ask each something, print."""
    starts, memory = [], []
    with LocalSlack(clock=MovableClock()) as slack, tempfile.TemporaryDirectory() as folder:
        for run in range(RUNS + 1):
            seconds, megabytes = _once(slack, folder)
            if run:  # the first one warms the disk's cache
                starts.append(seconds)
                memory.append(megabytes)
    _line("start to connected, s", starts)
    _line("memory at rest, MB", memory)


def _once(slack: LocalSlack, folder: str) -> tuple[float, float]:
    environment = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token, "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": f"sqlite:///{folder}/bench.db", "CANDOR_CACHE": f"{folder}/cache",
    }  # fmt: skip
    begin = time.perf_counter()
    command = [sys.executable, "-m", "bot", "worker"]
    with subprocess.Popen(command, env=environment, cwd=folder, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr is not None
        for line in worker.stderr:
            if "connected to Slack" in line:
                break
        seconds = time.perf_counter() - begin
        ada = Person(slack.url, "ada")
        for question in QUESTIONS:
            ada.say("general", f"/candor {question}")
        time.sleep(2)
        megabytes = _resident(worker.pid)
        worker.terminate()
        worker.communicate(timeout=20)
    return seconds, megabytes


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    kilobytes = next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]
    return int(kilobytes) / 1024


def _line(name: str, values: list[float]) -> None:
    print(f"{name:36} min {min(values):7.2f}  median {statistics.median(values):7.2f}  max {max(values):7.2f}")


if __name__ == "__main__":
    main()
