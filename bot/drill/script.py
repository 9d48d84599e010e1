"""What a drill consists of: who does what when, and what must have come of it; read from the YAML files beside this."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

HERE = Path(__file__).parent
Given = Mapping[str, Any]


@dataclass(frozen=True)
class Act:
    """One person's gesture: at a moment (aware), what (a key of bot.drill.gestures.GESTURES), with which words."""

    at: datetime
    who: str
    does: str
    given: Given


@dataclass(frozen=True)
class Record:
    """What is on record: the sessions' dates and hour, and what had become of each commitment, by its number."""

    sessions: tuple[date, ...]
    at: time
    commitments: Mapping[int, str]


@dataclass(frozen=True)
class Script:
    """A drill; `begins` is aware, `channel` a name, `files_for` who asks for the series' files in one of the acts."""

    about: str
    zone: ZoneInfo
    begins: datetime
    channel: str
    files_for: str
    record: Record
    acts: tuple[Act, ...]


def names() -> list[str]:
    """Return the drills there are."""
    return sorted(path.stem for path in HERE.glob("*.yaml"))


def load(name: str) -> Script:
    """Read the drill of that name; raises ValueError where its acts are not in order."""
    read = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    zone = ZoneInfo(read["zone"])
    acts = tuple(
        Act(_moment(act["at"], zone), act["who"], act["does"], act.get("with") or {}) for act in read["acts"]
    )  # fmt: skip
    begins = _moment(read["begins"], zone)
    if any(later < earlier for earlier, later in pairwise([begins, *(act.at for act in acts)])):
        raise ValueError(f"the acts of {name} are not in order")
    record = Record(tuple(read["record"]["sessions"]), time.fromisoformat(read["record"]["at"]),
                    read["record"]["commitments"])  # fmt: skip
    return Script(read["about"], zone, begins, read["channel"], read["files_for"], record, acts)


def _moment(given: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(given).replace(tzinfo=zone)
