"""A real worker process for test_kill: it starts series, ticks and sends without a pause, by the workspace's clock.

    python tests/scenarios/killable.py CLOCK_URL COMMAND…

Each COMMAND is "key HH:MM channel"; all of them are given again at every start, as a person who saw no answer would.
"""

import json
import sys
import time as machine_time
from datetime import datetime, time
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from bot.app import build
from bot.updates.access import Caller
from bot.updates.model import StartRequest
from bot.updates.programme import load_programme
from bot.updates.service import Place, Updates
from config.settings import load_settings

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
    updates = Updates(candor.database, load_programme(settings.programme))
    candor.start()
    for command in commands:
        key, at, channel = command.split()
        now = clock.now()
        request = StartRequest(title=key, weekday=now.weekday(), at=time.fromisoformat(at), weeks=1)
        place = Place(private=False, zone=ZoneInfo("UTC"))
        updates.start(request, Caller(OWNER, channel, "en"), place, key=key, now=now)
        candor.ticker.wake()
    while True:
        candor.ticker.wake()
        machine_time.sleep(0.01)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
