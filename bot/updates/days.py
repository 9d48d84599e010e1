"""What a person means by "Monday", "tomorrow" or "3 December": kept until the series' zone says what today is."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.updates.programme import WEEKDAYS

OTHER_NAMES = {
    "lunedì": 0, "martedì": 1, "mercoledì": 2, "giovedì": 3, "venerdì": 4, "sabato": 5, "domenica": 6,
    "montag": 0, "dienstag": 1, "mittwoch": 2, "donnerstag": 3, "freitag": 4, "samstag": 5, "sonntag": 6,
    "lunes": 0, "martes": 1, "miyerkules": 2, "huwebes": 3, "biyernes": 4, "sabado": 5, "linggo": 6,
}  # fmt: skip
SHORT_NAMES = {name[:length]: day for day, name in enumerate(WEEKDAYS) for length in (3, 4, 5, len(name))}
NAMES = OTHER_NAMES | SHORT_NAMES
OFFSETS = {
    "today": 0, "oggi": 0, "heute": 0, "ngayon": 0, "tomorrow": 1, "domani": 1, "morgen": 1, "bukas": 1,
}  # fmt: skip
_ENGLISH = "january february march april may june july august september october november december"
_MONTHS = (
    _ENGLISH,
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "enero pebrero marso abril mayo hunyo hulyo agosto setyembre oktubre nobyembre disyembre",
)
MONTHS = {name: number for names in _MONTHS for number, name in enumerate(names.split(), start=1)}
MONTHS |= {name[:3]: number for number, name in enumerate(_ENGLISH.split(), start=1)} | {"sept": 9}
_IN_WORDS = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<month>[^\W\d_]+)\.?,?(?:\s+(?P<year>\d{4}))?"
    r"|(?P<month_first>[^\W\d_]+)\.?\s+(?P<day_last>\d{1,2})(?:st|nd|rd|th)?,?(?:\s+(?P<year_last>\d{4}))?"
)
LEAP_YEARS_APART = 8  # at most, so that 29 February is found from any day


@dataclass(frozen=True)
class Day:
    """A day as it was named: exactly one of a date, a weekday (Monday is 0), days from today, or month and day."""

    exact: date | None = None
    weekday: int | None = None
    offset: int | None = None
    month_and_day: tuple[int, int] | None = None

    def on(self, today: date) -> date:
        """Return the date it stands for, `today` being the date in the zone that counts.

        A weekday is the next one after today, a day of a month without its year the next one from today on.
        """
        if self.exact is not None:
            return self.exact
        if self.weekday is not None:
            return today + timedelta(days=(self.weekday - today.weekday() - 1) % 7 + 1)
        if self.month_and_day is not None:
            return _next(self.month_and_day, today)
        return today + timedelta(days=self.offset or 0)


def read_day(given: str) -> Day | None:
    """Read `2026-12-03`, "Monday", "tomorrow", "3 December" or "December 3, 2026"; None for anything else."""
    text = given.strip().lower().removeprefix("next ").strip()
    if text in OFFSETS:
        return Day(offset=OFFSETS[text])
    if text in NAMES:
        return Day(weekday=NAMES[text])
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return _dated(*map(int, text.split("-")))
    match = _IN_WORDS.fullmatch(text)
    month = MONTHS.get(match["month"] or match["month_first"]) if match else None
    if match is None or month is None:
        return None
    day, year = int(match["day"] or match["day_last"]), match["year"] or match["year_last"]
    # Without a year it must be a day of some year: of a leap year.
    found = _dated(int(year) if year else 2028, month, day)
    return found if year or found is None else Day(month_and_day=(month, day))


def _dated(year: int, month: int, day: int) -> Day | None:
    try:
        return Day(exact=date(year, month, day))
    except ValueError:
        return None


def _next(month_and_day: tuple[int, int], today: date) -> date:
    years = range(today.year, today.year + LEAP_YEARS_APART + 1)
    candidates = (_dated(year, *month_and_day) for year in years)
    return next(day.exact for day in candidates if day and day.exact and day.exact >= today)
