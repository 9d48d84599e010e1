"""The default weekly programme: when, how often, with which agenda; read from config/programme.yaml."""

from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.updates.model import Step
from config.settings import ConfigError
from responses.phrases import LANGUAGES, Language

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST_AGENDA = 12


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AgendaItem(_Strict):
    """One point of the agenda; `kind` says what fills it: what the host writes, or what Candor keeps book of."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    kind: Literal["text", "commitments", "questions", "changes"] = "text"
    minutes: Annotated[int, Field(ge=1, le=180)]
    title: Mapping[Language, Annotated[str, Field(min_length=1, max_length=200)]]
    heading: Mapping[Language, Annotated[str, Field(min_length=1, max_length=60)]] | None = None

    @field_validator("title", "heading")
    @classmethod
    def _complete(cls, texts: Mapping[Language, str] | None) -> Mapping[Language, str] | None:
        missing = [language for language in LANGUAGES if texts is not None and language not in texts]
        if missing:
            raise ValueError(f"it lacks {', '.join(missing)}")
        return texts

    def headline(self, language: Language) -> str:
        """Return what stands above this point in a posted update: its short heading, or its title."""
        return (self.heading or self.title)[language]


class Programme(_Strict):
    """The programme of a weekly status update."""

    weekday: str
    at: time
    sessions: Annotated[int, Field(ge=1, le=104)]
    late_after_minutes: Annotated[int, Field(ge=1)]
    prepare_before_hours: Annotated[int, Field(ge=1, le=120)] = 24
    nudge_after_hours: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]] = (1, 4)
    escalate_after_hours: Annotated[int, Field(ge=1)] = 24
    missed_after_hours: Annotated[int, Field(ge=1, le=120)]
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
        names = [item.id for item in value]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"several items are called {', '.join(sorted(twice))}")
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

    @model_validator(mode="after")
    def _in_order(self) -> "Programme":
        hours = [*self.nudge_after_hours, self.escalate_after_hours, self.missed_after_hours]
        if hours != sorted({*hours}):
            raise ValueError("nudge_after_hours, escalate_after_hours and missed_after_hours must grow in this order")
        return self

    @property
    def prepare_before(self) -> timedelta:
        """How long before a session its host is asked to prepare it."""
        return timedelta(hours=self.prepare_before_hours)

    @property
    def nudges(self) -> tuple[tuple[Step, timedelta], ...]:
        """After how long without an update who is told: the host, the host again, then owner and deputy."""
        steps = (Step.NUDGE, Step.NUDGE_AGAIN, Step.ESCALATE)
        hours = (*self.nudge_after_hours, self.escalate_after_hours)
        return tuple((step, timedelta(hours=wait)) for step, wait in zip(steps, hours, strict=True))

    @property
    def written(self) -> tuple[AgendaItem, ...]:
        """The points that the host writes."""
        return tuple(item for item in self.agenda if item.kind == "text")

    @property
    def missed_after(self) -> timedelta:
        """From when on a session without an update is recorded as missed."""
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
