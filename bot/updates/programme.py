"""The default weekly programme: when, how often, with which agenda; read from config/programme.yaml."""

from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from config.settings import ConfigError
from responses.phrases import LANGUAGES, Language

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST_AGENDA = 12


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AgendaItem(_Strict):
    """One point of the agenda."""

    minutes: Annotated[int, Field(ge=1, le=180)]
    title: Mapping[Language, Annotated[str, Field(min_length=1, max_length=200)]]

    @field_validator("title")
    @classmethod
    def _complete(cls, title: Mapping[Language, str]) -> Mapping[Language, str]:
        missing = [language for language in LANGUAGES if language not in title]
        if missing:
            raise ValueError(f"it lacks {', '.join(missing)}")
        return title


class Programme(_Strict):
    """The programme of a weekly status update."""

    weekday: str
    at: time
    sessions: Annotated[int, Field(ge=1, le=104)]
    late_after_minutes: Annotated[int, Field(ge=1)]
    missed_after_hours: Annotated[int, Field(ge=1, le=167)]
    agenda: tuple[AgendaItem, ...]

    @field_validator("weekday")
    @classmethod
    def _weekday(cls, value: str) -> str:
        if value not in WEEKDAYS:
            raise ValueError(f"it must be one of {', '.join(WEEKDAYS)}")
        return value

    @field_validator("agenda")
    @classmethod
    def _not_endless(cls, value: tuple[AgendaItem, ...]) -> tuple[AgendaItem, ...]:
        # Not by min_length: a fault in the only item would be reported as too few items besides.
        if not 1 <= len(value) <= LONGEST_AGENDA:
            raise ValueError(f"it must have 1 to {LONGEST_AGENDA} items")
        return value

    @field_validator("at", mode="before")
    @classmethod
    def _quoted(cls, value: object) -> object:
        if isinstance(value, int):
            raise ValueError('it must be in quotes, such as "10:00": without them YAML reads it as a number')
        return value

    @field_validator("at")
    @classmethod
    def _wall_clock(cls, value: time) -> time:
        if value.tzinfo is not None or value.second or value.microsecond:
            raise ValueError("it must be a wall-clock time such as 10:00")
        return value

    @property
    def late_after(self) -> timedelta:
        """From when on a post says that it is late."""
        return timedelta(minutes=self.late_after_minutes)

    @property
    def missed_after(self) -> timedelta:
        """From when on a session is recorded as missed instead of being posted."""
        return timedelta(hours=self.missed_after_hours)


def load_programme(path: Path) -> Programme:
    """Read a programme; raises ConfigError with one line a fault, each naming the file and the key."""
    try:
        return Programme.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: {' '.join(str(error).split())}"]) from error
    except ValidationError as error:
        places = ((".".join(map(str, item["loc"])) or "programme", item["msg"]) for item in error.errors())
        raise ConfigError([f"{path}: {place}: {message}" for place, message in places]) from error
