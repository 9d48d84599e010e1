"""What the modal that starts or changes a series says: read into a request, each fault at its field."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar, cast, get_args
from zoneinfo import ZoneInfo

from bot.errors import CandorError, UserError
from bot.updates.calendar import is_country
from bot.updates.commitments import parsed
from bot.updates.model import Cadence, HolidayPolicy, Series, StartRequest
from bot.updates.parsing import LONGEST_TITLE, MOST_WEEKS, find_zone
from bot.updates.recurrence import moment_on
from responses.blocks.weekly.form import Form
from responses.phrases import as_language
from responses.text import clean

Text = TypeVar("Text", str, tuple[str, ...])
FARTHEST = timedelta(days=366)
LAST_MINUTE, LAST_ZONE = time(23, 59), ZoneInfo("Etc/GMT+12")
# The fields of a series that the modal changes, in the order in which changes are told; `first_date` moves its rule.
CHANGEABLE = (
    "title", "first_date", "at", "zone", "cadence", "weeks", "hosts", "deputy", "audiences", "language", "holidays",
    "holiday_policy",
)  # fmt: skip


class FormError(CandorError):
    """What is wrong in a form: field -> what to put there instead."""

    def __init__(self, faults: Mapping[str, UserError]) -> None:
        self.faults = faults
        super().__init__(", ".join(f"{field}: {fault.key}" for field, fault in faults.items()))


def form_of(series: Series, first_date: date | None) -> Form:
    """Return a form filled in with what a series is; `first_date` is that of its next session, if there is one."""
    return Form(
        title=series.title, channel=series.channel, audiences=series.audiences, hosts=series.hosts,
        deputy=series.deputy or "", first_date=first_date.isoformat() if first_date else "", at=f"{series.at:%H:%M}",
        zone=series.zone.key, weeks="" if series.weeks is None else str(series.weeks), cadence=series.cadence,
        language=series.language, holidays=series.holidays or "", holiday_policy=series.holiday_policy,
    )  # fmt: skip


def read(form: Form, now: datetime, opened: Form | None = None) -> StartRequest:
    """Return what a form asks for; raises FormError with every fault in it.

    `opened` is what stood in it when it was opened: a date that was not touched may be one that is gone.
    """
    faults: dict[str, UserError] = {}

    def field(name: str, reader: Callable[[], Any]) -> Any:
        try:
            return reader()
        except UserError as fault:
            faults[name] = fault
            return None

    zone: ZoneInfo | None = field("zone", lambda: _zone(form.zone))
    at: time | None = field("at", lambda: _time(form.at))
    untouched = opened is not None and _rule(opened) == _rule(form)
    first = None
    if form.first_date or opened is None:
        first = field("first_date", lambda: _first_date(form.first_date, None if untouched else (at, zone, now)))
    request = StartRequest(
        title=field("title", lambda: _title(form.title)) or "", at=at, zone=zone, first_date=first,
        weeks=field("weeks", lambda: _weeks(form.weeks)), until_ended=not form.weeks,
        channel=field("channel", lambda: _given(form.channel)) if opened is None else form.channel,
        audiences=tuple(dict.fromkeys(form.audiences)),
        hosts=field("hosts", lambda: _given(tuple(dict.fromkeys(form.hosts)))) or (), deputy=form.deputy or None,
        language=as_language(form.language), holidays=field("holidays", lambda: _country(form.holidays)),
        holiday_policy=cast(HolidayPolicy, _one_of(get_args(HolidayPolicy), form.holiday_policy)),
        cadence=cast(Cadence, _one_of(get_args(Cadence), form.cadence)),
        commitments=field("commitments", lambda: _commitments(form.commitments)) or (),
    )  # fmt: skip
    if faults:
        raise FormError(faults)
    return request


def tidy(form: Form, request: StartRequest) -> Form:
    """Return the form as it was understood, which is what a modal carries on."""
    return replace(
        form, title=request.title, zone=request.zone.key if request.zone else "", holidays=request.holidays or "",
        audiences=request.audiences, hosts=request.hosts, weeks=str(request.weeks or ""),
    )  # fmt: skip


def differing(opened: Form, form: Form) -> tuple[str, ...]:
    """Return the names of the fields that somebody changed."""
    return tuple(name for name in CHANGEABLE if getattr(opened, name) != getattr(form, name))


def _rule(form: Form) -> tuple[str, ...]:
    return (form.first_date, form.at, form.zone)


def _title(given: str) -> str:
    title = clean(given, 2 * LONGEST_TITLE)
    if not title:
        raise UserError("start.empty")
    if len(title) > LONGEST_TITLE:
        raise UserError("updates.long_title", limit=LONGEST_TITLE)
    return title


def _given(given: Text) -> Text:
    if not given:
        raise UserError("start.empty")
    return given


def _zone(given: str) -> ZoneInfo:
    zone = find_zone(given)
    if zone is None:
        raise UserError("start.bad_zone", given=given[:LONGEST_TITLE])
    return zone


def _time(given: str) -> time:
    if not given:
        raise UserError("start.empty")
    return time.fromisoformat(given)


def _first_date(given: str, ahead: tuple[time | None, ZoneInfo | None, datetime] | None) -> date:
    """Return a date; with `ahead` it must be still to come, at that time in that zone, and not too far away."""
    if not given:
        raise UserError("start.empty")
    day = date.fromisoformat(given)
    if ahead is None:
        return day
    at, zone, now = ahead
    if day > now.date() + FARTHEST:
        raise UserError("start.too_far")
    # Where time or zone cannot be read, too, a day counts as gone once it is over everywhere.
    if moment_on(day, at or LAST_MINUTE, zone or LAST_ZONE) <= now:
        raise UserError("start.past")
    return day


def _weeks(given: str) -> int | None:
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:4]) <= MOST_WEEKS:
        raise UserError("start.bad_weeks", limit=MOST_WEEKS)
    return int(given)


def _country(given: str) -> str | None:
    code = given.upper().replace(" ", "")
    if code and not is_country(code):
        raise UserError("start.bad_country", given=given[:LONGEST_TITLE])
    return code or None


def _commitments(given: str) -> list[str]:
    """Return the lines that say something, each of which can be read."""
    lines = [line for line in given.splitlines() if line.strip()]
    for line in lines:
        parsed(line)
    return lines


def _one_of(known: tuple[str, ...], given: str) -> str:
    return given if given in known else known[0]
