"""On which dates the sessions of a series fall once holidays are looked at: moved, skipped or kept."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import holidays
from holidays.utils import list_supported_countries

from bot.updates.model import HolidayPolicy
from bot.updates.recurrence import DAY, Rule, moment_on

SATURDAY = 5


@dataclass(frozen=True)
class Planned:
    """Where a week falls: `due_at` in UTC; `holiday` names the one the rule's own date falls on.

    `moved_from` is set where it was moved for it, `skipped` where the week is left out.
    """

    week: int
    due_at: datetime
    holiday: str | None = None
    moved_from: datetime | None = None
    skipped: bool = False


def plan(rule: Rule, weeks: Iterable[int], country: str | None, policy: HolidayPolicy) -> list[Planned]:
    """Return where each of `weeks` falls.

    A moved session falls on the next day that is neither a holiday nor at the weekend; where there is none before the
    following session, the week is skipped: two updates in two days help nobody.
    """
    return [_planned(rule, week, country, policy) for week in weeks]


def _planned(rule: Rule, week: int, country: str | None, policy: HolidayPolicy) -> Planned:
    day, due_at = rule.day(week), rule.occurrence(week)
    free = holidays_in(country, (day.year, day.year + 1)) if country else {}
    holiday = free.get(day)
    if holiday is None or policy == "keep":
        return Planned(week, due_at, holiday)
    later = _working_day(day, rule.day(week + 1), free) if policy == "move" else None
    if later is None:
        return Planned(week, due_at, holiday, skipped=True)
    return Planned(week, moment_on(later, rule.at, rule.zone), holiday, moved_from=due_at)


def _working_day(day: date, before: date, free: Container[date]) -> date | None:
    later = day + DAY
    while later < before:
        if later.weekday() < SATURDAY and later not in free:
            return later
        later += DAY
    return None


@lru_cache(maxsize=64)
def holidays_in(country: str, years: tuple[int, ...]) -> Mapping[date, str]:
    """Return the public holidays of a country ("DE") or a part of it ("DE-BY"), with their names there."""
    code, _, part = country.partition("-")
    # Without a language the machine's own would name them, and two processes might differ.
    own = getattr(holidays, code).default_language
    return dict(holidays.country_holidays(code, subdiv=part or None, years=years, language=own).items())


def is_country(country: str) -> bool:
    """Say whether the holidays of a country, or of a part of one, are known."""
    code, _, part = country.partition("-")
    known = list_supported_countries()
    return code in known and (not part or part in known[code])
