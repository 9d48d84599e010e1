"""The record as tables, read back: complete, in the series' zone, and no cell a formula."""

import csv
from dataclasses import replace
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.updates.naming import Names
from bot.updates.sheets import archive, as_csv
from responses.blocks.weekly.history import Change
from tests.bot.updates.made import DUE
from tests.bot.updates.records import HOSTILE, SESSIONS, record
from tests.bot.updates.test_naming import Known

TABLES = ["weeks", "updates", "commitments", "commitment_changes", "questions", "history"]


def read(made):
    with ZipFile(BytesIO(made)) as folder:
        assert folder.testzip() is None
        return {
            name.removesuffix(".csv"): list(csv.DictReader(StringIO(folder.read(name).decode("utf-8-sig"), newline="")))
            for name in folder.namelist()
        }


@pytest.fixture(scope="module")
def tables():
    return read(archive(record()))


def test_each_table_is_a_file(tables):
    assert list(tables) == TABLES


def test_the_weeks(tables):
    assert [row["week"] for row in tables["weeks"]] == [str(each.week) for each in SESSIONS]
    first, _, skipped, moved, summer = tables["weeks"]
    assert (first["due"], first["zone"], first["due_utc"]) == ("2026-03-04 10:00", "Europe/Berlin", "2026-03-04 09:00")
    assert (first["posted"], first["host"], first["status"]) == ("2026-03-04 10:01", "U2", "posted")
    assert (skipped["cause"], skipped["closed_by"]) == ("'+all ill", "U1")
    assert (moved["moved_from"], moved["due"]) == ("2026-03-25 10:00", "2026-03-25 12:00")
    assert (summer["due"], summer["due_utc"]) == ("2026-04-01 10:00", "2026-04-01 08:00")


def test_names_stand_beside_ids_where_they_are_known():
    people = Known(U1="=Ada", U2="Ben", C2="press")
    history = [
        Change(DUE, "U1", "owner_changed", {"old_users": "U1", "new_users": "U2 U9"}),
        Change(DUE, None, "changed_audiences", {"old_places": "", "new_places": "C2"}),
    ]
    tables = read(archive(replace(record(), names=Names(people), history=history)))
    assert (tables["weeks"][0]["host"], tables["weeks"][2]["closed_by"]) == ("Ben (U2)", "'=Ada (U1)")
    assert tables["updates"][0]["author"] == "Ben (U2)"
    assert (tables["commitments"][0]["owner"], tables["commitments"][0]["made_by"]) == ("Ben (U2)", "'=Ada (U1)")
    assert (tables["commitment_changes"][3]["new"], tables["commitment_changes"][3]["changed_by"]) == ("Ben (U2)",) * 2
    assert [row["asked_by"] for row in tables["questions"]][:2] == ["anonymous", "U5"]
    assert [row["by"] for row in tables["history"]] == ["'=Ada (U1)", "Candor"]
    assert tables["history"][0]["details"] == "old_users: =Ada (U1); new_users: Ben (U2) U9"
    assert tables["history"][1]["details"] == "old_places: ; new_places: press (C2)"


def test_the_updates_point_by_point(tables):
    assert [(row["week"], row["point"]) for row in tables["updates"]] == [
        ("1", "Done since last week"), ("", "Done since last week"), ("2", ""),
    ]  # fmt: skip
    assert tables["updates"][0]["text"] == f"# not a heading\n{HOSTILE}"
    assert tables["updates"][2]["text"] == "nothing new"


def test_the_commitments_and_their_changes(tables):
    (row,) = tables["commitments"]
    assert row["text"] == f"'{HOSTILE}"
    assert (row["first_due"], row["due"], row["fate"], row["reason"]) == (
        "2026-03-30", "2026-12-18", "moved", "'-lawyers",
    )  # fmt: skip
    assert [(each["field"], each["old"], each["new"]) for each in tables["commitment_changes"]][1:3] == [
        ("due", "2026-03-30", "2026-12-18"), ("state", "on_track", "late"),
    ]  # fmt: skip


def test_the_questions_the_anonymous_one_without_a_name(tables):
    first, merged, answered = tables["questions"]
    assert (first["asked_by"], first["votes"], first["answer"]) == ("anonymous", "3", "")
    assert (merged["merged_into"], merged["asked_by"], merged["votes"]) == ("11", "U5", "")
    assert answered["text"] == "'@here why?"
    assert (answered["answered_by"], answered["answered"]) == ("U2", "2026-04-02 11:00")
    assert "U7" not in str(tables), "who voted is nobody's business"


def test_the_history(tables):
    (row,) = tables["history"]
    assert (row["by"], row["what"], row["happened_utc"]) == ("U1", "committed", "2026-03-04 09:00")
    assert HOSTILE in row["details"]


def test_the_same_record_makes_the_same_bytes():
    assert archive(record()) == archive(record())


def test_spreadsheets_know_it_as_utf_8():
    with ZipFile(BytesIO(archive(record()))) as folder:
        assert all(folder.read(name).startswith(b"\xef\xbb\xbf") for name in folder.namelist())


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", " =1+1", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("x")'])
def test_no_cell_is_a_formula(text):
    ((cell,),) = list(csv.reader(StringIO(as_csv(((), [[text]])), newline="")))[1:]
    assert cell.startswith("'")
    assert cell.removeprefix("'") == text


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_every_text_comes_back(rows):
    back = list(csv.reader(StringIO(as_csv((("a", "b"), rows)), newline="")))[1:]
    usual = [[cell.replace("\x00", "") for cell in row] for row in rows]
    assert [[cell.removeprefix("'") if cell != want else cell for cell, want in zip(*pair, strict=True)]
            for pair in zip(back, usual, strict=True)] == usual  # fmt: skip
    assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@")) for row in back for cell in row)


def test_numbers_stay_numbers():
    assert as_csv((("a",), [[-3], [None]])) == 'a\r\n-3\r\n""\r\n'
