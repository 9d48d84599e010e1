"""Importing any module starts nothing and opens nothing."""

import subprocess
import sys

from config.settings import HERE

ROOT = HERE.parent
NOT_IMPORTED = {"bot.storage.migrations.env": "a script that Alembic runs with a context; nothing else imports it"}


def names() -> list[str]:
    """Every module of the three packages that is imported by anybody."""
    found = []
    for package in ("bot", "responses", "config"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return [name for name in found if name not in NOT_IMPORTED]


WATCH = """
import gc, importlib, os, sys, threading

happened, ours = [], tuple(sys.argv[2].split(","))
HARMLESS = (".py", ".pyc", ".pyi", ".so", ".pth", "METADATA", "entry_points.txt", "PKG-INFO", "RECORD")
BANNED = ("socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen", "os.system", "os.mkdir", "os.remove")

def watch(event, args):
    if event in BANNED:
        happened.append(f"{event} {args!r}")
    elif event == "open" and isinstance(args[0], str):
        path, writes = args[0], isinstance(args[1], str) and set(args[1]) & set("wax+")
        if writes and not path.endswith(".pyc") and ".pyc." not in path or os.path.abspath(path).startswith(ours) \\
                and not path.endswith(HARMLESS) and ".venv" not in path:
            happened.append(f"open {path} {args[1]}")

sys.path.insert(0, sys.argv[1])
sys.addaudithook(watch)
for name in sys.stdin.read().split():
    importlib.import_module(name)
    if len(threading.enumerate()) != 1:
        happened.append(f"threads {threading.enumerate()}")
    if happened:
        print(name, happened)
        happened.clear()

from config.settings import Settings
from slack_bolt import App
from slack_sdk import WebClient
from sqlalchemy import Engine
made = [type(each).__name__ for each in gc.get_objects() if isinstance(each, (Settings, App, WebClient, Engine))]
if made:
    print("made on import:", made)
"""


def test_importing_everything_starts_and_opens_nothing():
    """One fresh interpreter imports every module: no thread, socket, database, file of ours, settings or client."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WATCH, str(ROOT), str(ROOT)],
        input="\n".join(names()), capture_output=True, text=True, timeout=60, cwd="/",
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_asking_a_question_needs_neither_bolt_nor_sqlalchemy():
    """Together they take most of a second to import; nobody waits for them who does not use them."""
    code = "import sys, bot.__main__, bot.cli.ask; print(*{'sqlalchemy', 'slack_bolt', 'alembic'} & {*sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=ROOT, check=True
    )  # fmt: skip
    assert done.stdout.strip() == ""
