"""The record of a series as tables: one CSV a table in a .zip, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.updates.naming import Names
from bot.updates.record import Record
from bot.updates.rules import host_of
from responses.outcomes import fate

Cell = str | int | None
Table = tuple[Sequence[str], Sequence[Sequence[Cell]]]
# A cell that begins so is taken for a formula (OWASP, "CSV Injection"); tab and line ends are dropped on the way in.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LISTS = {"user", "users", "places"}  # the details of the history that are ids
EPOCH = (1980, 1, 1, 0, 0, 0)  # of a file in the archive: the same record makes the same bytes


def archive(record: Record) -> bytes:
    """Return a .zip with a CSV file a table; UTF-8 with the mark by which spreadsheets know it."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as folder:
        for name, table in tables(record):
            info = ZipInfo(f"{name}.csv", EPOCH)
            info.compress_type = ZIP_DEFLATED
            folder.writestr(info, as_csv(table).encode("utf-8-sig"))
    return made.getvalue()


def as_csv(table: Table) -> str:
    """Return a table as CSV (RFC 4180); no cell of it is taken for a formula."""
    head, rows = table
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def tables(record: Record) -> Iterator[tuple[str, Table]]:
    """Yield each table with its name; times as YYYY-MM-DD HH:MM in the series' zone and, beside them, in UTC."""
    yield "weeks", _weeks(record)
    yield "updates", _updates(record)
    yield "commitments", _commitments(record)
    yield "commitment_changes", _changes(record)
    yield "questions", _questions(record)
    yield "history", _history(record)


def _weeks(record: Record) -> Table:
    head = (
        "week",
        "due",
        "zone",
        "due_utc",
        "status",
        "posted",
        "posted_utc",
        "host",
        "cause",
        "moved_from",
        "closed_by",
    )
    rows = [
        (
            s.week, _local(record, s.due_at), record.series.zone.key, _utc(s.due_at), s.status,
            _local(record, s.posted_at), _utc(s.posted_at), _who(record, host_of(record.series, s)), s.cause,
            _local(record, s.moved_from), _who(record, s.closed_by),
        )
        for s in record.sessions
    ]  # fmt: skip
    return head, rows


def _updates(record: Record) -> Table:
    rows = [
        (each.week, _local(record, each.posted_at), _who(record, each.author), point, text)
        for each in record.updates
        for point, text in (each.texts or [("", "nothing new" if each.nothing_new else "")])
    ]
    return ("week", "posted", "author", "point", "text"), rows


def _commitments(record: Record) -> Table:
    head = ("number", "text", "owner", "first_due", "due", "state", "fate", "reason", "made", "made_by", "closed")
    today = record.report.today
    rows = [
        (
            p.line.number, p.line.text, _who(record, p.line.owner), _day(p.line.first_due), _day(p.line.due),
            p.line.state, fate(p.line, today), p.line.reason, _local(record, p.made_at), _who(record, p.made_by),
            _day(p.line.closed_on),
        )
        for p in record.promises
    ]  # fmt: skip
    return head, rows


def _changes(record: Record) -> Table:
    rows = [
        (
            promise.line.number, _local(record, each.at), _who(record, each.by), each.field,
            *(_who(record, value) if each.field == "owner" else value for value in (each.old, each.new)), each.reason,
        )
        for promise in record.promises
        for each in promise.changes
    ]  # fmt: skip
    return ("number", "changed", "changed_by", "field", "old", "new", "reason"), rows


def _questions(record: Record) -> Table:
    head = ("id", "merged_into", "text", "asked_by", "asked", "votes", "answer", "answered_by", "answered")
    rows = [
        (
            each.id, each.merged_into, each.text, _who(record, each.by) or "anonymous", _local(record, each.asked_at),
            question.votes if each is question.head else None, each.answer, _who(record, each.answered_by),
            _local(record, each.answered_at),
        )
        for question in record.questions
        for each in question.everyone
    ]  # fmt: skip
    return head, rows


def _history(record: Record) -> Table:
    rows = [
        (
            _local(record, each.at), _utc(each.at), _who(record, each.by) or "Candor", each.what,
            _listed(record, each.details),
        )
        for each in record.history
    ]  # fmt: skip
    return ("happened", "happened_utc", "by", "what", "details"), rows


def _listed(record: Record, details: object) -> str:
    pairs = details.items() if isinstance(details, dict) else ()
    return "; ".join(f"{name}: {_detail(record.names, name, value)}" for name, value in pairs if value is not None)


def _detail(names: Names, name: str, value: object) -> str:
    """Return a detail of the history with its ids named, of which there may be several in a row."""
    kind = name.removeprefix("old_").removeprefix("new_")
    if kind not in LISTS:
        return str(value)
    known = names.channel if kind == "places" else names.person
    return " ".join(_named(known(key), key) for key in str(value).split())


def _who(record: Record, user: str | None) -> str | None:
    return _named(record.names.person(user), user) if user else None


def _named(name: str, key: str) -> str:
    """Return a name with its id, which tells two people of one name apart; the id alone where no name is known."""
    return f"{name} ({key})" if name else key


def _cell(value: Cell) -> Cell:
    if isinstance(value, str):
        value = value.replace("\x00", "")
        return f"'{value}" if value.lstrip(" ").startswith(FORMULA) else value
    return value


def _local(record: Record, value: datetime | None) -> str:
    return f"{value.astimezone(record.series.zone):%Y-%m-%d %H:%M}" if value else ""


def _utc(value: datetime | None) -> str:
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}" if value else ""


def _day(value: object) -> str:
    return str(value) if value else ""
