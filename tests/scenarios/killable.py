"""A real worker process for test_kill: it starts series, ticks and sends without a pause, by the workspace's clock.

    python tests/scenarios/killable.py CLOCK_URL COMMAND…

Each COMMAND is "key HH:MM channel", with "write" behind it where the update is written as well; all of them are given
again at every start, as a person who saw no answer would.
"""

import json
import sys
import time as machine_time
from contextlib import suppress
from datetime import datetime, time
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from bot.app import build
from bot.errors import UserError
from bot.storage import series as stored
from bot.storage import sessions as kept
from bot.storage.database import Database
from bot.updates.access import Caller
from bot.updates.model import StartRequest
from bot.updates.programme import load_programme
from bot.updates.service import Place, Updates
from bot.updates.writing import Writing
from config.settings import load_settings
from responses.blocks.weekly.values import Target
from responses.blocks.weekly.writing import previewed

OWNER = "U0ADA0001"


class WorkspaceClock:
    """The clock of a workspace that runs in another process."""

    def __init__(self, url: str) -> None:
        self._url = url

    def now(self) -> datetime:
        with urlopen(self._url, timeout=10) as answer:  # a loopback address
            return datetime.fromisoformat(json.load(answer)["now"])


def main(clock_url: str, commands: list[str]) -> None:
    settings = load_settings(["slack_bot_token"], _env_file=None)
    clock = WorkspaceClock(clock_url)
    candor = build(settings, answers=False, clock=clock)
    programme = load_programme(settings.programme)
    updates = Updates(candor.database, programme)
    writing = Writing(candor.database, programme, clock, wake=candor.ticker.wake)
    candor.start()
    for command in commands:
        key, at, channel, *more = command.split()
        now = clock.now()
        request = StartRequest(title=key, weekday=now.weekday(), at=time.fromisoformat(at), weeks=1)
        place = Place(private=False, zone=ZoneInfo("UTC"))
        caller = Caller(OWNER, channel, "en")
        updates.start(request, caller, place, key=key, now=now)
        candor.ticker.wake()
        if more:
            write(candor.database, writing, key, caller)
    while True:
        candor.ticker.wake()
        machine_time.sleep(0.01)


def write(database: Database, writing: Writing, key: str, caller: Caller) -> None:
    """Write the update of a series' only session and send it, unless that is done."""
    with database.read() as connection:
        series = stored.find_by_request(connection, key)
        assert series is not None
        session = kept.of_series(connection, [series.id])[0]
        update = kept.find_update(connection, session.id)
    if update is not None and update.written_at is not None:
        return
    with suppress(UserError):  # its week is over
        shown = writing.preview(Target(series.id, session.id), {"done": key}, caller, key=key)
        writing.submit(*previewed(shown["private_metadata"]), caller)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
