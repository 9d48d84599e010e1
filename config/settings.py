"""Which settings the environment gives Candor, and every fault in them at once."""

import os
import re
from base64 import b64decode
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, EnvSettingsSource, NoDecode, SettingsConfigDict

HERE = Path(__file__).parent
Paths = Annotated[tuple[Path, ...], NoDecode]


class ConfigError(Exception):
    """The environment does not describe a Candor that can run; `faults` has one readable line each."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


class Settings(BaseSettings):
    """The settings of one process; .env.example describes each. Names are those of the environment."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_file=".env", env_ignore_empty=True, populate_by_name=True
    )

    slack_bot_token: SecretStr | None = Field(None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(None, validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(None, validation_alias="SLACK_SIGNING_SECRET")
    slack_api_url: str = Field("https://slack.com/api/", validation_alias="SLACK_API_URL")
    database_url: str = Field("sqlite:///candor.db", validation_alias="DATABASE_URL")
    port: int = Field(3000, validation_alias="PORT", ge=0, le=65535)
    web_processes: int = Field(1, validation_alias=AliasChoices("CANDOR_WEB_PROCESSES", "WEB_CONCURRENCY"), ge=1, le=64)
    lessons: Paths = Field((HERE / "lessons.yaml",), validation_alias="CANDOR_LESSONS")
    phrasings: Paths = Field((HERE / "phrasings.yaml",), validation_alias="CANDOR_PHRASINGS")
    programme: Path = Field(HERE / "programme.yaml", validation_alias="CANDOR_PROGRAMME")
    cache: Path = Field(Path(".candor"), validation_alias="CANDOR_CACHE")
    encoder: bool = Field(True, validation_alias="CANDOR_ENCODER")
    zone: str = Field("UTC", validation_alias="CANDOR_ZONE")
    curators_channel: str | None = Field(None, validation_alias="CANDOR_CURATORS_CHANNEL", pattern="^[CG][A-Z0-9]+$")
    curators: Annotated[tuple[str, ...], NoDecode] = Field((), validation_alias="CANDOR_CURATORS")
    keep_questions_days: int = Field(90, validation_alias="CANDOR_KEEP_QUESTIONS_DAYS", ge=0, le=3650)
    outlets: Annotated[dict[str, str], NoDecode] = Field({}, validation_alias="CANDOR_OUTLETS", repr=False)
    outlet_secret: SecretStr | None = Field(None, validation_alias="CANDOR_OUTLET_SECRET")
    mail_server: SecretStr | None = Field(None, validation_alias="CANDOR_MAIL_SERVER")
    mail_from: str | None = Field(None, validation_alias="CANDOR_MAIL_FROM", pattern=r"^[^@\s]+@[^@\s]+$")
    local_port: int = Field(8765, validation_alias="CANDOR_LOCAL_PORT", ge=0, le=65535)
    log_level: str = Field("INFO", validation_alias="CANDOR_LOG_LEVEL", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @field_validator("lessons", "phrasings", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(os.pathsep)] if isinstance(value, str) else value

    @field_validator("curators", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("outlets", mode="before")
    @classmethod
    def _outlets(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [_outlet(pair) for pair in value.split()]
        names = [name for name, _ in pairs]
        if double := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"{double} is there twice")
        return dict(pairs)

    @field_validator("mail_server")
    @classmethod
    def _mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        given = value.get_secret_value() if value else ""
        if value and not (re.match(r"smtps?://[^/\s]+:\d+/?$", given) and _is_readable(given)):
            raise ValueError("it must be smtp://USER:PASSWORD@HOST:PORT or smtps://…; in the password write @ as %40")
        return value

    @field_validator("outlet_secret")
    @classmethod
    def _outlet_secret(cls, value: SecretStr | None) -> SecretStr | None:
        given = value.get_secret_value() if value else ""
        if value and not (given.startswith("whsec_") and _is_base64(given.removeprefix("whsec_"))):
            raise ValueError("it must be whsec_ and at least 24 bytes in base64: whsec_$(openssl rand -base64 32)")
        return value

    @field_validator("lessons", "phrasings", "programme")
    @classmethod
    def _exists(cls, value: Path | tuple[Path, ...]) -> Path | tuple[Path, ...]:
        for path in value if isinstance(value, tuple) else (value,):
            if not path.is_file():
                raise ValueError(f"there is no file {path}")
        return value

    @field_validator("zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: "Europe" is a folder
            raise ValueError("it is not an IANA zone such as Europe/Berlin") from error

    @field_validator("slack_api_url")
    @classmethod
    def _api_url(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError("it must begin with https:// or http://")
        return value.rstrip("/") + "/"

    @field_validator("database_url")
    @classmethod
    def _database_url(cls, value: str) -> str:
        scheme, _, rest = value.partition("://")
        if scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
            if find_spec("psycopg") is None:
                raise ValueError("PostgreSQL needs psycopg: pip install 'psycopg[binary]'")
            if not _is_address(rest):
                raise ValueError("it cannot be read: in a password write / as %2F, @ as %40, # as %23, ? as %3F")
            return f"postgresql+psycopg://{rest}"
        if scheme == "sqlite" and rest.strip("/") not in {"", ":memory:"}:
            return value
        raise ValueError("it must be sqlite:///FILE or postgresql://…")


def _outlet(pair: str) -> tuple[str, str]:
    """Read NAME=ADDRESS. A webhook's address is a secret: a fault names only what stands before the "="."""
    name, _, address = pair.partition("=")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,23}", name):
        raise ValueError("each outlet must be NAME=ADDRESS, the name of small letters, digits and hyphens")
    is_mail = re.fullmatch(r"mailto:[^@\s?&,%:<>]+@[^@\s?&,%:<>]+", address, re.ASCII)
    is_web = re.match(r"https?://[^/]", address) and _is_readable(address)
    if not address.isascii() or not (is_mail or is_web):
        raise ValueError(f"the address of {name} must be https://… or mailto:NAME@HOST")
    return name, address


def load_settings(needs: Sequence[str] = (), **overrides: Any) -> Settings:
    """Read the environment (and .env); `needs` names the fields that this process cannot do without.

    Raises ConfigError with every fault, each naming the variable and, unless it is a secret, its value.
    """
    faults: list[str] = []
    settings: Settings | None = None
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        faults += [_fault(dict(item)) for item in error.errors()]
    except UnicodeDecodeError as error:
        raise ConfigError([".env: it is not text in UTF-8"]) from error
    values = settings.model_dump() if settings else _readable(overrides)
    faults += [f"{variable(name)}: it is missing; {HOW_TO_GET[name]}" for name in needs if not values.get(name)]
    if faults or settings is None:
        raise ConfigError(faults)
    return settings


# Their values, too, never stand in a message about a fault.
SECRETS = {"DATABASE_URL", "CANDOR_OUTLETS", "CANDOR_OUTLET_SECRET", "CANDOR_MAIL_SERVER"}
HOW_TO_GET = {
    "slack_bot_token": "it begins with xoxb- and is on the app's page under OAuth & Permissions",
    "slack_app_token": "it begins with xapp- and is on the app's page under Basic Information, App-Level Tokens",
    "slack_signing_secret": "it is on the app's page under Basic Information",
}


def variable(field: str) -> str:
    """Return the name of the environment variable behind a field of Settings."""
    alias = Settings.model_fields[field].validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else str(alias)


def _fault(error: dict[str, Any]) -> str:
    name = str(error["loc"][0]) if error["loc"] else "settings"
    given = error.get("input")
    reason = str(error["msg"]).removeprefix("Value error, ")
    secret = (name.startswith("SLACK_") and not name.endswith("_URL")) or name in SECRETS
    shown = "" if secret else f" (it is {given!r})"
    return f"{name}: {reason}{shown}"


def _readable(overrides: dict[str, Any]) -> dict[str, Any]:
    """Say which needed values are there even when another setting is faulty, so that one run names them all."""
    given = DotEnvSettingsSource(Settings)() | EnvSettingsSource(Settings)()
    return {name: given.get(variable(name)) for name in Settings.model_fields} | overrides


def _is_readable(address: str) -> bool:
    """Say whether an address has a host that can be looked up, and a port that is a number."""
    try:
        parts = urlsplit(address)
        return bool((parts.hostname or "").encode("idna")) and parts.port != 0
    except ValueError:
        return False


def _is_base64(text: str) -> bool:
    try:
        return len(b64decode(text, validate=True)) >= 24
    except ValueError:
        return False


def _is_address(rest: str) -> bool:
    """Say whether what follows `postgresql://` can be read; a password with a bare slash is taken for a port."""
    try:
        parts = urlsplit(f"postgresql://{rest}")
        return parts.port != 0 and "@" not in parts.path
    except ValueError:
        return False
