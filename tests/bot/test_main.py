"""The table of commands: help, wrong use, and that each command can be reached."""

import os
import subprocess
import sys

import pytest

from bot.__main__ import COMMANDS, main
from config.settings import HERE


def run(*argv):
    """Run the real command line; return exit code, stdout and stderr."""
    try:
        code = main(argv)
    except SystemExit as left:
        code = left.code
    return code


@pytest.mark.parametrize("argv", [[], ["dance"], ["dance", "--fast"], ["--fast"], ["Worker"], [""]])
def test_wrong_use_shows_the_whole_table_and_is_exit_2(argv, capsys):
    assert run(*argv) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert all(f"\n    {command} " in shown.err for command in COMMANDS)
    assert "Traceback" not in shown.err
    if argv:
        assert f"There is no command {argv[0]!r}." in shown.err


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_that_was_asked_for_is_no_mistake(flag, capsys):
    assert run(flag) == 0
    assert "worker" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_its_own_help(command, capsys):
    assert run(command, "--help") == 0
    assert f"python -m bot {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "argv",
    [["worker", "--sockets"], ["web", "8000"], ["migrate", "now"], ["doctor", "who"], ["local", "--port", "x"],
     ["lessons"], ["lessons", "burn"], ["updates"], ["updates", "export"], ["ask", "a", "b"], ["review", "--fast"]],
    ids=" ".join,
)  # fmt: skip
def test_wrong_arguments_are_exit_2_with_the_usage(argv, capsys):
    assert run(*argv) == 2
    assert "usage: python -m bot" in capsys.readouterr().err


def test_review_is_not_there_yet_and_no_pipeline_takes_that_for_a_clean_bill(capsys):
    for argv in (["review", "We are sorry"], ["review", "--jsonl"], ["review"]):
        assert run(*argv) == 2
        assert "not yet" in capsys.readouterr().err


def test_as_a_process(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "bot", "nothing"], cwd=tmp_path, env={"PYTHONPATH": str(HERE.parent)},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no command 'nothing'." in done.stderr


def test_a_reader_who_has_seen_enough_is_no_fault(tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "bot", "--help"], cwd=tmp_path, env={"PYTHONPATH": str(HERE.parent)},
            stdout=closed, stderr=subprocess.PIPE, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
