"""Whether a drill ended as the record says: read from the files that anybody may ask for, compared, summed up."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO, StringIO
from zipfile import ZipFile

from bot.drill.script import Script
from responses.outcomes import OUTCOMES

Rows = Sequence[Mapping[str, str]]
ON_TIME = "posted"


@dataclass(frozen=True)
class Verdict:
    """The summary, a line each, and what is not as the record says."""

    summary: Sequence[str]
    faults: Sequence[str]


def judge(script: Script, files: Mapping[str, bytes], keys: Counter[str], places: Counter[str]) -> Verdict:
    """Compare a series' files, and what was posted where, with what is on record."""
    tables = read(files)
    summary = [*_summed_up(script, tables), _posted(keys, places)]
    faults = [*_weeks(script, tables["weeks"]), *_commitments(script, tables), *_doubles(keys)]
    return Verdict(summary, faults)


def read(files: Mapping[str, bytes]) -> dict[str, Rows]:
    """Return the tables of an export by name."""
    archive = next(content for name, content in files.items() if name.endswith(".zip"))
    with ZipFile(BytesIO(archive)) as folder:
        return {
            name.removesuffix(".csv"): [*csv.DictReader(StringIO(folder.read(name).decode("utf-8-sig")))]
            for name in folder.namelist()
        }


def _summed_up(script: Script, tables: Mapping[str, Rows]) -> Iterator[str]:
    weeks, commitments, questions = (tables[name] for name in ("weeks", "commitments", "questions"))
    held = [week for week in weeks if week["posted"]]
    on_time = sum(week["status"] == ON_TIME for week in weeks)
    days = [date.fromisoformat(week["due"][:10]) for week in weeks]
    times = sorted({f"{week['due'][11:]} {week['zone']} ({week['due_utc'][11:]} UTC)" for week in weeks})
    yield f"Sessions     {len(held)} of {len(weeks)} posted, {on_time} on time ({100 * on_time // max(len(weeks), 1)}%)"
    yield f"             {_day(min(days))} to {_day(max(days))}, {', '.join(times)}"
    fates = Counter(each["fate"] for each in commitments)
    yield f"Commitments  {', '.join(f'{count} {fate}' for fate, count in fates.items())}, of {len(commitments)}"
    for each in commitments:
        if not each["closed"]:
            yield f"             {each['number']}. {each['text']}, due {each['due']}: {each['fate']}. {each['reason']}"
    heads = [question for question in questions if not question["merged_into"]]
    answered = sum(bool(question["answered"]) for question in heads)
    yield f"Questions    {len(heads)} asked, {answered} answered, {len(heads) - answered} open"


def _posted(keys: Counter[str], places: Counter[str]) -> str:
    listed = ", ".join(f"{count} {place}" for place, count in places.most_common())
    return f"Messages     {sum(keys.values())} with {len(keys)} keys: {listed}"


def _day(value: date) -> str:
    return f"{value:%A} {value.day} {value:%B %Y}"


def _weeks(script: Script, weeks: Rows) -> Iterator[str]:
    wanted = [f"{day} {script.record.at:%H:%M}" for day in script.record.sessions]
    if (found := [week["due"] for week in weeks]) != wanted:
        yield f"the sessions are on {', '.join(found)} instead of {', '.join(wanted)}"
    if zones := {week["zone"] for week in weeks} - {script.zone.key}:
        yield f"the zone is {', '.join(zones)} instead of {script.zone.key}"
    for outcome in OUTCOMES:
        numbers = [week["week"] for week in weeks if week["status"] == outcome]
        if numbers and outcome != ON_TIME:
            yield f"{outcome}: week {', '.join(numbers)}"
    if open_ := [week["week"] for week in weeks if week["status"] not in OUTCOMES]:
        yield f"still open: week {', '.join(open_)}"


def _commitments(script: Script, tables: Mapping[str, Rows]) -> Iterator[str]:
    fates = {int(each["number"]): each["fate"] for each in tables["commitments"]}
    for number, wanted in script.record.commitments.items():
        if fates.get(number) != wanted:
            yield f"commitment {number} is {fates.get(number, 'not there')} instead of {wanted}"
    for each in tables["commitment_changes"]:
        if script.record.commitments.get(int(each["number"])) == "overdue" and each["field"] in {"state", "due"}:
            yield f"commitment {each['number']} did not become late by itself: {each['changed_by']} changed it"


def _doubles(keys: Counter[str]) -> Iterator[str]:
    yield from (f"posted {count} times: {key}" for key, count in keys.items() if count > 1)
