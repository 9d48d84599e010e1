"""`python -m bot lessons export`, on both databases: what curators ruled becomes sample questions in a file."""

import shutil
import stat
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

import bot.__main__
from bot.cli import export as module
from bot.storage import learning
from bot.storage.conversations import keep_question
from bot.storage.database import Database
from config.settings import HERE
from responses.lessons import load_lessons
from responses.phrasings import load_phrasings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LESSONS = """sources: {h: {kind: internal, title: Handbook}}
lessons:
  - id: fire-drill
    record: [h]
    en: {title: Fire drill, advice: Meet at the gate., steps: [a, b, c], words: We meet at the gate.}
"""
PHRASINGS = """# ours, with a comment
batches:
  - name: own  # by Ben
    lessons:
      fire-drill: {en: ["where do we meet"]}
    off_topic: {en: ["what is for lunch"]}
"""
BATCH = """  - name: rulings-2026-03-02
    voices: "people whose questions the curators ruled on"
    lessons:
      fire-drill:
        en:
          - "which gate?"
    off_topic:
      en:
        - "is there cake?"
"""


@pytest.fixture
def lessons(tmp_path, monkeypatch):
    path = tmp_path / "l.yaml"
    path.write_text(LESSONS)
    monkeypatch.setenv("CANDOR_LESSONS", str(path))
    return path


@pytest.fixture
def phrasings(tmp_path, monkeypatch):
    path = tmp_path / "p.yaml"
    path.write_text(PHRASINGS)
    monkeypatch.setenv("CANDOR_PHRASINGS", str(path))
    return path


@pytest.fixture
def rule(database, database_url, lessons, phrasings, monkeypatch):
    """Rule on questions; the settings are those of this database and of two small files, and today is a Monday."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setattr(module, "_today", lambda: date(2026, 3, 2))

    def put(text, lesson="fire-drill", undone=False):
        values = {"text": text, "language": "en", "lesson": lesson, "ruled_by": "U1", "ruled_at": NOW}
        kept = {"text": text, "language": "en", "status": "declined", "nearest": None}
        with database.write() as connection:
            keep_question(connection, key=text, now=NOW, **kept)
            (row, *_) = learning.open_questions(connection, limit=1)
            number = learning.add_ruling(connection, values, [row.id])
            if undone:
                learning.undo_ruling(connection, number, by="U1", now=NOW)
                learning.want_lesson(connection, [row.id], by="U1", now=NOW)

    return put


@pytest.fixture
def run(capsys):
    def call(*args):
        code = bot.__main__.main(["lessons", *map(str, args)])
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def two(rule):
    rule("which gate?")
    rule("is there cake?", None)


@pytest.mark.usefixtures("two")
def test_standing_rulings_are_shown_as_a_batch(run, rule, phrasings):
    rule("never mind?", undone=True)
    assert run("export") == (0, BATCH, "")
    assert phrasings.read_text() == PHRASINGS


@pytest.mark.usefixtures("two")
def test_written_they_are_appended_and_the_check_finds_no_fault(run, phrasings):
    phrasings.chmod(0o640)
    code, out, _ = run("export", "--write", phrasings)
    assert (code, out) == (0, f"2 sample questions were appended to {phrasings} as batch rulings-2026-03-02\n")
    assert phrasings.read_text() == PHRASINGS + BATCH
    assert stat.S_IMODE(phrasings.stat().st_mode) == 0o640
    assert run("check")[:2] == (0, "1 lessons, 1 sources, 2 sample questions, 2 off-topic ones: no faults\n")
    assert sorted(path.name for path in phrasings.parent.glob("*p.yaml*")) == ["p.yaml"]


@pytest.mark.usefixtures("two")
def test_written_twice_only_the_new_ones_are_appended(run, rule, phrasings):
    run("export", "--write", phrasings)
    code, out, err = run("export", "--write", phrasings)
    assert (code, err) == (0, "")
    assert out.startswith("Nothing to export")
    assert phrasings.read_text() == PHRASINGS + BATCH
    rule("and in rain?")
    assert run("export", "--write", phrasings)[0] == 0
    assert phrasings.read_text().count("which gate?") == 1
    assert 'en:\n          - "and in rain?"' in phrasings.read_text()
    assert run("check")[0] == 0


@pytest.mark.parametrize("args", [[], ["--write"]])
def test_nothing_to_export_says_so(run, rule, phrasings, args):
    code, out, _ = run("export", *args, *([phrasings] if args else []))
    assert code == 0
    assert out.startswith("Nothing to export")
    rule("Where do WE meet")
    assert run("export")[1].startswith("Nothing to export")
    assert phrasings.read_text() == PHRASINGS


def test_what_a_person_must_decide_is_told_and_the_rest_exported(run, rule, phrasings):
    rule("what is for lunch")
    rule("is there cake?", "gone")
    rule("which gate?")
    code, out, err = run("export", "--write", phrasings)
    assert code == 0
    assert out.startswith("1 sample questions")
    assert [line.split(":")[0] for line in err.splitlines()] == ["left out"] * 2
    assert run("check")[0] == 0


@pytest.mark.usefixtures("two")
def test_another_file_is_checked_together_with_the_configured_ones(run, phrasings, tmp_path):
    """What is a sample there is left out here: a question has one answer in all files."""
    other = tmp_path / "team.yaml"
    other.write_text("batches:\n  - name: team\n    off_topic: {en: [tea]}\n")
    phrasings.write_text(PHRASINGS.replace('["where do we meet"]', '["where do we meet", "which gate?"]'))
    assert run("export", "--write", other)[1].startswith("1 sample questions")
    assert "which gate?" not in other.read_text()
    assert "is there cake?" in other.read_text()


FAULTY = {
    "a fault of its own": PHRASINGS + "  - name: Bad Name\n",
    "not YAML": "batches: [",
    "a lessons file": LESSONS,
    "entries in brackets": 'batches: [{name: own, off_topic: {en: ["tea"]}}]\n',
    "an end of the document": PHRASINGS + "...\n",
    "nothing in it": "",
    "no UTF-8": b"\xff\xfe",
}


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("content", FAULTY.values(), ids=FAULTY)
def test_a_file_that_cannot_take_it_is_refused_and_left_as_it_was(run, tmp_path, content):
    file = tmp_path / "x.yaml"
    content = content.encode() if isinstance(content, str) else content
    file.write_bytes(content)
    code, out, _ = run("export", "--write", file)
    assert code == 1
    assert all(line.startswith(f"{file}:") for line in out.splitlines())
    assert out
    assert file.read_bytes() == content
    assert [path.name for path in tmp_path.glob("*x.yaml*")] == ["x.yaml"]


@pytest.mark.usefixtures("two")
def test_a_file_that_is_not_there(run, tmp_path):
    code, out, _ = run("export", "--write", tmp_path / "none.yaml")
    assert code == 1
    assert "cannot be read" in out
    assert not (tmp_path / "none.yaml").exists()


@pytest.mark.usefixtures("two")
def test_if_writing_fails_the_file_is_whole_and_nothing_else_is_there(run, phrasings, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copymode", full)
    code, _, err = run("export", "--write", phrasings)
    assert (code, err) == (2, f"{phrasings}: cannot be written: No space left on device\n")
    assert phrasings.read_text() == PHRASINGS
    assert [path.name for path in phrasings.parent.glob("*p.yaml*")] == ["p.yaml"]


@pytest.mark.usefixtures("two")
def test_a_link_stays_a_link(run, phrasings, tmp_path):
    link = tmp_path / "link.yaml"
    link.symlink_to(phrasings)
    assert run("export", "--write", link)[0] == 0
    assert link.is_symlink()
    assert phrasings.read_text() == PHRASINGS + BATCH


def test_the_shipped_file_takes_rulings(run, rule, tmp_path, monkeypatch):
    copy = tmp_path / "phrasings.yaml"
    shutil.copy(HERE / "phrasings.yaml", copy)
    monkeypatch.setenv("CANDOR_LESSONS", str(HERE / "lessons.yaml"))
    monkeypatch.setenv("CANDOR_PHRASINGS", str(copy))
    before = copy.read_text(encoding="utf-8")
    rule("Can pigeons carry the bad news to the ministry?", "real-apology")
    assert run("export", "--write", copy)[0] == 0
    after = copy.read_text(encoding="utf-8")
    assert after.startswith(before)
    book = load_lessons([HERE / "lessons.yaml"])
    assert len(load_phrasings([copy], book)) == len(load_phrasings([HERE / "phrasings.yaml"], book)) + 1


@pytest.mark.usefixtures("lessons", "phrasings")
def test_a_database_without_tables_or_that_is_away_is_a_line(run, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    code, out, err = run("export")
    assert (code, out) == (2, "")
    assert "run `migrate` first" in err
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/at/all.db")
    assert run("export")[0] == 2


def test_a_database_of_today_is_read_only(rule, run, database_url):
    rule("which gate?")
    before = everything(database_url)
    run("export")
    assert everything(database_url) == before


def everything(url):
    opened = Database(url)
    with opened.read() as connection:
        rows = [tuple(row) for row in learning.standing_rulings(connection)]
    opened.close()
    return rows


def test_checking_lessons_needs_neither_bolt_nor_sqlalchemy():
    code = "import sys, bot.__main__, bot.cli.lessons; print(*{'sqlalchemy', 'slack_bolt', 'alembic'} & {*sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=HERE.parent, check=True
    )  # fmt: skip
    assert done.stdout.strip() == ""
