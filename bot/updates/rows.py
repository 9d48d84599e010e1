"""How rows of the database become a series, a session, a written update."""

from dataclasses import fields
from datetime import time
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from bot.updates.model import Series, Session, Step, Update
from responses.phrases import as_language

_SERIES = tuple(field.name for field in fields(Series))
_SESSION = tuple(field.name for field in fields(Session))
_UPDATE = tuple(field.name for field in fields(Update))


def series_of(row: Row[Any]) -> Series:
    """Return the series in a row of the series table."""
    values = {name: getattr(row, name) for name in _SERIES}
    return Series(
        **values
        | {
            "language": as_language(row.language),
            "zone": ZoneInfo(row.zone),
            "at": time.fromisoformat(row.at),
            "hosts": tuple(row.hosts.split()),
            "audiences": tuple((row.audiences or "").split()),
        }
    )


def session_of(row: Row[Any]) -> Session:
    """Return the session in a row of the sessions table (or of a join that begins with it)."""
    return Session(**{name: getattr(row, name) for name in _SESSION} | {"step": Step(row.step)})


def update_of(row: Row[Any]) -> Update:
    """Return the written update in a row of the updates table."""
    return Update(**{name: getattr(row, name) for name in _UPDATE} | {"texts": cast(dict[str, str], row.texts)})
