"""What is said when a series is paused, a session skipped, moved or handed over: to the channel, and to who did it."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from responses import dates
from responses.blocks.message import Message, actions, button, escaped, section
from responses.blocks.updates import LONGEST_HEADER, channel, message, plain, user
from responses.blocks.weekly import values
from responses.blocks.weekly.post import Occasion, week_of, what_next
from responses.phrases import Language, say, say_count

LONGEST_REASON = 1000


# To the channel


def paused(language: Language, title: str, who: str, until: date, next_at: datetime | None, zone: ZoneInfo) -> Message:
    """Return the post that says until when nothing comes, and when the next update does."""
    text = say(language, "control.paused", title=title_of(title), who=user(who), day=dates.day(language, until))
    return plain(f"{text}\n{_goes_on(language, next_at, zone)}")


def resumed(language: Language, title: str, who: str, next_at: datetime | None, zone: ZoneInfo) -> Message:
    """Return the post that says that a pause has ended before its date."""
    text = say(language, "control.resumed", title=title_of(title), who=user(who))
    return plain(f"{text}\n{_goes_on(language, next_at, zone)}")


def skipped(language: Language, occasion: Occasion, who: str, reason: str) -> Message:
    """Return the post that says why a session is not held; `occasion.next_at` is the next one that is."""
    text = say(
        language, "control.skipped", who=user(who), reason=escaped(reason, LONGEST_REASON), **named(language, occasion)
    )
    return plain(f"{text}\n{what_next(language, occasion)}")


def put_back(language: Language, occasion: Occasion, who: str) -> Message:
    """Return the post that says that a skipped session is held after all."""
    return plain(say(language, "control.put_back", who=user(who), **named(language, occasion)))


def moved(language: Language, occasion: Occasion, who: str, old: datetime) -> Message:
    """Return the post that names a session's old date and its new one."""
    was = dates.moment_for_all(language, old, occasion.zone)
    return plain(say(language, "control.moved", who=user(who), old=was, **named(language, occasion)))


# To who did it: what happened, and how it is undone


def paused_answer(
    language: Language, title: str, number: int, until: date, next_at: datetime | None, zone: ZoneInfo,
    weeks: Sequence[int],
) -> Message:  # fmt: skip
    """Return the answer to a pause; `weeks` are skipped by it."""
    day = dates.day(language, until)
    lines = [say(language, "control.paused_done", title=title_of(title), number=number, day=day)]
    if weeks:
        lines.append(say_count(language, "control.paused_weeks", len(weeks), weeks=_ranges(weeks)))
    lines += [_goes_on(language, next_at, zone), say(language, "control.paused_undo", number=number)]
    return plain("\n".join(lines))


def resumed_answer(language: Language, title: str, number: int, next_at: datetime | None, zone: ZoneInfo) -> Message:
    """Return the answer to the end of a pause."""
    lines = [say(language, "control.resumed_done", title=title_of(title), number=number)]
    lines += [_goes_on(language, next_at, zone), say(language, "control.resumed_undo", number=number)]
    return plain("\n".join(lines))


def skipped_answer(language: Language, occasion: Occasion, *, undo: bool) -> Message:
    """Return the answer to a skip, with the button that undoes it; `undo`: its hour has not come."""
    text = say(language, "control.skipped_done", **named(language, occasion))
    if not undo:
        return plain(f"{text}\n{say(language, 'control.skipped_for_good', number=occasion.target.series)}")
    return way_back(language, text, occasion.target.pack())


def way_back(language: Language, text: str, target: str) -> Message:
    """Return what is said of a skipped session, with the button that undoes it; `target` is the session, packed."""
    back = button(say(language, "control.put_back_button"), values.PUT_BACK, target)
    return message(text, [section(text, say(language, "control.skipped_undo")), actions(back)])


def put_back_answer(language: Language, occasion: Occasion) -> Message:
    """Return the answer to a session that is put back."""
    return plain(say(language, "control.put_back_done", **named(language, occasion)))


def moved_answer(language: Language, occasion: Occasion, old: datetime, *, undo: bool) -> Message:
    """Return the answer to a move; with `undo` it names the command that moves the session back."""
    was = dates.moment(language, old, occasion.zone)
    lines = [say(language, "control.moved_done", old=was, **named(language, occasion))]
    if undo:
        back = f"{old.astimezone(occasion.zone):%Y-%m-%d at %H:%M}"
        lines.append(say(language, "control.moved_undo", number=occasion.target.series, back=back))
    return plain("\n".join(lines))


def ended_answer(
    language: Language, title: str, number: int, weeks: Sequence[int], on_its_way: Sequence[int]
) -> Message:
    """Return the answer to the end of a series: which weeks were dropped, which updates could not be held back."""
    lines = [say(language, "control.ended_done", title=title_of(title), number=number)]
    if weeks:
        lines.append(say_count(language, "control.ended_weeks", len(weeks), weeks=_ranges(weeks)))
    if on_its_way:
        lines.append(say(language, "control.ended_on_its_way", weeks=_ranges(on_its_way)))
    lines.append(say(language, "control.ended_undo"))
    return plain("\n".join(lines))


def owner_answer(language: Language, title: str, number: int, old: str, new: str) -> Message:
    """Return the answer to a change of owner."""
    facts = {"title": title_of(title), "number": number, "old": user(old), "new": user(new)}
    return plain(say(language, "control.owner_done", **facts))


def owner_told(language: Language, title: str, number: int, place: str, who: str) -> Message:
    """Return the message to a series' new owner."""
    facts = {"title": title_of(title), "number": number, "channel": channel(place), "who": user(who)}
    return plain(say(language, "control.owner_told", **facts))


# Parts


def named(language: Language, occasion: Occasion) -> dict[str, str]:
    """Return what phrases say of a session: title, week and due date."""
    week = "" if occasion.week is None else week_of(language, occasion.week, occasion.weeks)
    due = dates.moment_for_all(language, occasion.due_at, occasion.zone)
    return {"title": title_of(occasion.title), "week": week, "due": due}


def title_of(title: str) -> str:
    """Return a series' title, escaped."""
    return escaped(title, LONGEST_HEADER)


def _goes_on(language: Language, next_at: datetime | None, zone: ZoneInfo) -> str:
    if next_at is None:
        return say(language, "control.nothing_follows")
    return say(language, "control.goes_on", moment=dates.moment_for_all(language, next_at, zone))


def _ranges(weeks: Sequence[int]) -> str:
    """Return weeks as "3, 5–9"."""
    runs: list[list[int]] = []
    for week in sorted(weeks):
        if runs and runs[-1][-1] == week - 1:
            runs[-1].append(week)
        else:
            runs.append([week])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
