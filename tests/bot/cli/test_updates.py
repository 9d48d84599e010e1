"""`python -m bot updates`: the list, the files of one series, and readable lines for whatever is wrong."""

import subprocess
import sys
from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from icalendar import Calendar

from bot.__main__ import main
from bot.storage import series as stored
from bot.storage.database import Database
from bot.updates.programme import load_programme
from bot.updates.rows import series_of
from bot.updates.timetable import plan_all
from config.settings import HERE

START = datetime(2020, 4, 1, 17, 0, tzinfo=UTC)
NAMES = ["candor-series-1.md", "candor-series-1-csv.zip", "candor-series-1.ics"]


@pytest.fixture
def url(database_url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database_url)
    return database_url


@pytest.fixture
def kept(url):
    """A database with two series, the second ended."""
    database = Database(url)
    row = {
        "title": "90 days, “später”", "channel": "C1", "private": True, "language": "de", "zone": "America/Los_Angeles",
        "at": "10:00", "first_date": date(2020, 4, 8), "weeks": 13, "owner": "U1", "hosts": "U2", "created_at": START,
    }  # fmt: skip
    with database.write() as connection:
        for key in "ab":
            number = stored.add(connection, row | {"request_key": key, "weeks": 13 if key == "a" else None})
            made = series_of(stored.find(connection, number))
            plan_all(connection, made, load_programme(HERE / "programme.yaml"))
        stored.end(connection, 2, by="U1", now=START)
    database.close()
    return url


def test_the_list_has_a_line_a_series(kept, capsys):
    assert main(["updates", "list"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "1\t90 days, “später”\tC1\tweekly, 13 weeks\trunning"
    assert second.endswith("weekly, until ended\tended 2020-04-01")


def test_an_empty_list_says_so(url, capsys):
    assert main(["updates", "list"]) == 0
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "no weekly update" in shown.err


def test_all_three_files_are_written_here_and_named(kept, capsys, tmp_path):
    assert main(["updates", "export", "1"]) == 0
    assert capsys.readouterr().out.split() == NAMES
    assert "# Abschlussbericht: 90 days, “später”" in (tmp_path / NAMES[0]).read_text("utf-8")
    assert len(ZipFile(tmp_path / NAMES[1]).namelist()) == 6
    assert len(Calendar.from_ical((tmp_path / NAMES[2]).read_bytes()).walk("VEVENT")) == 13


class Slack:
    """Slack, which knows two people and a channel, or nothing once `failure` is set."""

    def __init__(self, failure=None):
        self._failure = failure

    def users_info(self, *, user, include_locale):
        assert include_locale
        if self._failure:
            raise self._failure
        return {"user": {"profile": {"real_name": {"U1": "Ada", "U2": "Ben"}[user]}}}

    def conversations_info(self, *, channel):
        if self._failure:
            raise self._failure
        return {"channel": {"name": {"C1": "general"}[channel]}}


@pytest.mark.parametrize(
    ("token", "slack", "head"),
    [
        ("xoxb-1-2-3", Slack(), "Serie 1 in \\#general; verantwortlich: Ada"),
        ("xoxb-1-2-3", Slack(TimeoutError()), "Serie 1 in \\#C1; verantwortlich: @U1"),
        (None, Slack(), "Serie 1 in \\#C1; verantwortlich: @U1"),
    ],
)
def test_names_are_asked_of_slack_where_there_is_a_token(kept, capsys, monkeypatch, token, slack, head):
    if token:
        monkeypatch.setenv("SLACK_BOT_TOKEN", token)
    monkeypatch.setattr("bot.cli.updates.slack_client", lambda _settings, *, timeout: slack)
    assert main(["updates", "export", "1", "--format", "md", "--out", "-"]) == 0
    assert head in capsys.readouterr().out


def test_one_format_into_a_new_folder_over_an_older_file(kept, capsys, tmp_path):
    folder = tmp_path / "new" / "folder"
    for _ in range(2):
        assert main(["updates", "export", "1", "--format", "ics", "--out", str(folder)]) == 0
    assert [path.name for path in folder.iterdir()] == [NAMES[2]]
    assert capsys.readouterr().out.splitlines()[0] == str(folder / NAMES[2])


@pytest.mark.parametrize(("form", "begins"), [("md", b"# Abschluss"), ("csv", b"PK"), ("ics", b"BEGIN:VCALENDAR")])
def test_one_format_to_stdout(kept, capfdbinary, tmp_path, form, begins):
    assert main(["updates", "export", "1", "--format", form, "--out", "-"]) == 0
    written = capfdbinary.readouterr().out
    assert written.startswith(begins)
    assert form != "csv" or ZipFile(BytesIO(written)).testzip() is None
    assert not [*tmp_path.glob("candor-series*")]


def test_several_formats_do_not_go_to_stdout_together(kept, capsys):
    assert main(["updates", "export", "1", "--out", "-"]) == 2
    assert "--format" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["3", "0", "-1"])
def test_an_unknown_series_is_a_readable_line(kept, capsys, number):
    assert main(["updates", "export", "--", number]) == 2
    shown = capsys.readouterr()
    assert f"There is no series {number}" in shown.err
    assert "Traceback" not in shown.err
    assert shown.out == ""


@pytest.mark.parametrize("argv", [["export"], ["export", "x"], ["export", "1", "--format", "pdf"], ["burn"], []])
def test_wrong_use_is_exit_2(argv, capsys):
    with pytest.raises(SystemExit) as left:
        main(["updates", *argv])
    assert left.value.code == 2
    assert "usage: python -m bot updates" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_a_readable_line(kept, capsys, tmp_path):
    (tmp_path / "file").write_text("x")
    assert main(["updates", "export", "1", "--out", str(tmp_path / "file")]) == 2
    assert str(tmp_path / "file") in capsys.readouterr().err


def test_a_database_that_is_not_up_to_date_is_left_alone(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    assert main(["updates", "list"]) == 2
    assert "migrate" in capsys.readouterr().err


def test_a_database_that_cannot_be_reached_is_a_readable_line(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/no/such/folder.db")
    assert main(["updates", "export", "1"]) == 2
    assert "cannot be used" in capsys.readouterr().err


def test_faulty_settings_are_readable_lines(monkeypatch, capsys):
    monkeypatch.setenv("CANDOR_PROGRAMME", "/no/such/file.yaml")
    assert main(["updates", "list"]) == 2
    assert "/no/such/file.yaml" in capsys.readouterr().err


def test_a_reader_who_has_seen_enough_is_no_fault(kept):
    """As in `export 1 --out - --format md | head -1`; the pipe is closed before anything is written."""
    code = (
        "import sys, subprocess; p = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE)\n"
    )
    code += "p.stdout.close(); errors = p.stderr.read(); sys.exit(print(errors.decode()) or p.wait())"
    command = [sys.executable, "-m", "bot", "updates", "export", "1", "--out", "-", "--format", "md"]
    done = subprocess.run(
        [sys.executable, "-c", code, *command], capture_output=True, text=True, timeout=60, cwd=HERE.parent
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")
