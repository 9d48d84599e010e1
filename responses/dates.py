"""How a moment is written: in its zone, in the reader's language, and in each reader's own local time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from responses.phrases import Language, say, say_count


def day(language: Language, value: date) -> str:
    """Return a date such as "Wednesday 25 November 2026"."""
    weekdays = say(language, "dates.weekdays").split(",")
    months = say(language, "dates.months").split(",")
    names = {"weekday": weekdays[value.weekday()], "month": months[value.month - 1]}
    return say(language, "dates.day", day=value.day, year=value.year, **names)


def weekday(language: Language, number: int) -> str:
    """Return the name of a weekday, Monday being 0."""
    return say(language, "dates.weekdays").split(",")[number]


def wall(language: Language, value: datetime, zone: ZoneInfo) -> str:
    """Return an aware moment as the wall in `zone` shows it, for where the zone is named elsewhere."""
    local = value.astimezone(zone)
    return say(language, "dates.wall", day=day(language, local), time=f"{local:%H:%M}")


def moment(language: Language, value: datetime, zone: ZoneInfo) -> str:
    """Return an aware moment as the wall in `zone` shows it, with the zone's name."""
    return say(language, "dates.moment", wall=wall(language, value, zone), zone=zone.key)


def moment_for_all(language: Language, value: datetime, zone: ZoneInfo) -> str:
    """Return `moment` for mrkdwn, with each reader's own local time beside it (Slack fills that in)."""
    fallback = f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    reader = f"<!date^{int(value.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>"
    return say(language, "dates.your_time", moment=moment(language, value, zone), reader=reader)


def length(language: Language, value: timedelta) -> str:
    """Return a length of time in whole minutes below two hours, in whole hours from there on."""
    minutes = int(value.total_seconds() // 60)
    if minutes < 120:
        return say_count(language, "dates.minutes", minutes)
    return say_count(language, "dates.hours", minutes // 60)
