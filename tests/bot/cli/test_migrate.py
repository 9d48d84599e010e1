"""`python -m bot migrate`: what the Procfile's release runs."""

import sqlite3

import pytest

from bot.__main__ import main
from bot.storage import schema
from bot.storage.database import Database


def test_an_empty_database_gets_its_tables(database_url, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", database_url)
    assert main(["migrate"]) == 0
    assert capsys.readouterr().out == f"The database is at revision {schema.newest()}.\n"
    assert main(["migrate"]) == 0, "again is no mistake"
    database = Database(database_url)
    assert schema.current(database) == schema.newest()
    database.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////nowhere/at/all/candor.db", "The database cannot be used"),
        ("postgresql://candor:hunter2@127.0.0.1:9/candor", "The database cannot be used"),
        ("mysql://localhost/candor", "DATABASE_URL"),
        ("sqlite://", "DATABASE_URL"),
    ],
)
def test_a_database_that_cannot_be_used_is_a_line_without_its_password(url, said, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", url)
    assert main(["migrate"]) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert "hunter2" not in shown.err
    assert "Traceback" not in shown.err


def test_one_of_a_newer_candor_is_left_alone(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'candor.db'}")
    main(["migrate"])
    connection = sqlite3.connect(tmp_path / "candor.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    assert main(["migrate"]) == 2
    assert "newer version" in capsys.readouterr().err
