"""kill -9 at any point of start, write, tick or send neither loses nor doubles a reminder or an update: a real worker,
often killed.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot.app import build
from bot.local.clock import MovableClock
from bot.local.server import LocalSlack
from bot.local.state import BOT_USER_ID, Channel
from bot.storage import tables
from bot.storage.database import Database
from config.settings import Settings

ROOT = Path(__file__).parents[2]
KILLS = 30
CHANNELS = 6
# A series' first session is far enough away that its command is given again, if need be, before it is due.
LEAD = timedelta(minutes=14)
STEP = timedelta(minutes=1)


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    # Seven in the morning, so that all sessions of a run fall on one day.
    clock = MovableClock()
    clock.advance(timedelta(hours=(31 - clock.now().hour) % 24))
    with LocalSlack(clock=clock) as workspace:
        for number in range(CHANNELS):
            channel = Channel(f"C0KILL{number:03}", f"kill-{number}", members={BOT_USER_ID, "U0ADA0001"})
            workspace.workspace.channels[channel.id] = channel
        yield workspace


def test_killed_workers_neither_lose_nor_double_a_reminder_or_an_update(slack: LocalSlack, database_url: str) -> None:
    dice = random.Random(20200401)
    database = Database(database_url)
    commands: list[str] = []
    moments: Counter[str] = Counter()
    for number in range(KILLS):
        due = (slack.clock.now() + LEAD).replace(second=0)
        more = " write" if _is_written(number) else ""
        commands.append(f"command:{number} {due:%H:%M} C0KILL{number % CHANNELS:03}{more}")
        worker = _start(slack, database_url, commands)
        try:
            moments[_wait_for_a_moment(dice, slack, database, worker)] += 1
        finally:
            worker.kill()
            worker.wait()
            _close_pipe(worker)
    _finish(slack, database_url, commands)

    with database.read() as connection:
        sessions, rows = tables.sessions, tables.series
        query = select(sessions.c.id, sessions.c.status, rows.c.request_key).join(
            rows, rows.c.id == sessions.c.series_id
        )
        made = connection.execute(query).all()
        series = connection.execute(select(tables.series.c.request_key)).scalars().all()
    database.close()
    received = _received(slack)
    print(f"\n{KILLS} kills ({dict(moments)}), {len(made)} sessions, {received.total()} messages received")
    assert sorted(series) == sorted(f"command:{number}" for number in range(KILLS))
    assert len(made) == KILLS
    written = [row for row in made if _is_written(int(row.request_key.partition(":")[2]))]
    unwritten = [row for row in made if row not in written]
    assert {row.status for row in unwritten} == {"missed"}
    assert {f"session:{row.id}:reminder" for row in unwritten} <= received.keys()
    assert {row.status for row in written} <= {"posted", "late"}, "no update is lost"
    updates = sorted(key for key in received if ":update" in key)
    assert updates == sorted(f"session:{row.id}:update" for row in written)
    assert {key: count for key, count in received.items() if count != 1} == {}


def _is_written(number: int) -> bool:
    return number % 2 == 0


def _start(slack: LocalSlack, database_url: str, commands: list[str]) -> "subprocess.Popen[bytes]":
    environment = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url, "DATABASE_URL": database_url, "CANDOR_LOG_LEVEL": "ERROR",
    }  # fmt: skip
    script = Path(__file__).with_name("killable.py")
    clock = f"{slack.url}/_local/state"
    return subprocess.Popen([sys.executable, script, clock, *commands], env=environment, stderr=subprocess.PIPE)


def _wait_for_a_moment(
    dice: random.Random, slack: LocalSlack, database: Database, worker: "subprocess.Popen[bytes]"
) -> str:
    """Move the workspace's clock on and return at a point that is worth a kill, naming it."""
    before = _received(slack).total()
    kinds: dict[str, Callable[[], bool]] = {
        "at any time": lambda: False,
        "a row is being sent": lambda: _sending(database),
        "a message has just arrived": lambda: _received(slack).total() > before,
    }
    kind = dice.choice([*kinds])
    # Up to two seconds, of which the first half goes into Python's imports, the migration and the first tick.
    end = time.monotonic() + (dice.uniform(0.1, 1.6) if kind == "at any time" else 2.5)
    target = slack.clock.now() + STEP
    while time.monotonic() < end:
        assert worker.poll() is None, worker.stderr and worker.stderr.read().decode()
        if kinds[kind]():
            return kind
        if slack.clock.now() < target:
            slack.clock.advance(timedelta(seconds=dice.uniform(0, 3)))
        time.sleep(dice.uniform(0, 0.004))
    return "at any time"


def _sending(database: Database) -> bool:
    with database.read() as connection:
        query = select(tables.outbox.c.id).where(tables.outbox.c.state == "sending").limit(1)
        return connection.execute(query).first() is not None


def _received(slack: LocalSlack) -> Counter[str]:
    """Return how often the workspace holds each idempotency key."""
    with slack.workspace.lock:
        messages = [message for kept in slack.workspace.messages.values() for message in kept]
    return Counter(message.metadata["event_payload"]["key"] for message in messages if message.metadata)


def _finish(slack: LocalSlack, database_url: str, commands: list[str]) -> None:
    """Let one worker live: give all commands again, and move the clock over everything that is due."""
    settings = Settings(
        slack_bot_token=SecretStr(slack.bot_token), slack_api_url=slack.api_url, database_url=database_url,
        _env_file=None,
    )  # fmt: skip
    worker = _start(slack, database_url, commands)
    try:
        database = Database(database_url)
        limit = time.monotonic() + 30
        expected = sum(command.endswith("write") for command in commands)
        while time.monotonic() < limit and (_series(database), _written(database)) != (len(commands), expected):
            time.sleep(0.05)
        database.close()
    finally:
        worker.kill()
        worker.wait()
        _close_pipe(worker)
    candor = build(settings, answers=False, clock=slack.clock)
    slack.run_due = candor.runner.run_due
    slack.advance(timedelta(days=12).total_seconds())
    candor.database.close()


def _series(database: Database) -> int:
    with database.read() as connection:
        return len(connection.execute(select(tables.series.c.id)).all())


def _written(database: Database) -> int:
    with database.read() as connection:
        done = tables.updates.c.written_at.is_not(None)
        return len(connection.execute(select(tables.updates.c.id).where(done)).all())


def _close_pipe(worker: "subprocess.Popen[bytes]") -> None:
    if worker.stderr:
        worker.stderr.close()
