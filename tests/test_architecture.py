"""The house rules (design.md, section 1), read from the source."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "responses", "config")
# From the top down: a unit of `bot` imports only from its own line and from those below it.
LINES = (
    {"__main__"},
    {"cli"},
    {"app"},
    {"listeners", "runner", "scheduler", "drill", "local", "socket"},
    {"updates", "delivery", "conversation", "curation", "digest", "people", "library", "responder", "files"},
    {"storage"},
    {"clock", "errors"},
)
# Of bot.updates: pure.
RULES = ("asking", "recurrence", "rules", "commitments", "days", "parsing", "model", "programme", "reporting")

# Each with its reason. Whatever is added here needs one.
BROAD_EXCEPTS = {
    "bot.library": "the edge of the thread: whatever one reload trips over must not end the watching for good",
    "bot.scheduler": "the edge of the tick: a database that is away for a minute must not end the ticking for ever",
    "bot.local.interface": "the edge to the app: what its due work raises is told on the page as the app's failure",
}
LOCAL_IMPORTS: dict[str, str] = {
    "bot.storage.schema": "Alembic takes 11 MB and 40 ms; a process whose database is up to date does without it",
}


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the three packages by its dotted name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield what is imported, wherever it stands, as `package.module` or `package.module.name`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a name comes from"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def inner_imports() -> dict[str, frozenset[str]]:
    """Which of our own modules each module imports."""
    names = modules()

    def module_of(imported: str) -> str | None:
        return imported if imported in names else parent if (parent := imported.rpartition(".")[0]) in names else None

    return {
        name: frozenset(found for each in imports(tree) if (found := module_of(each)) and found != name)
        for name, tree in names.items()
    }


def outer_imports(name: str) -> set[str]:
    """Which packages and modules of others a module imports, e.g. {"slack_sdk", "slack_sdk.errors", …}."""
    found = set()
    for imported in imports(modules()[name]):
        parts = imported.split(".")
        if parts[0] not in PACKAGES:
            found |= {".".join(parts[:length]) for length in range(1, len(parts) + 1)}
    return found


def importers_of(library: str) -> set[str]:
    return {name for name in modules() if library in outer_imports(name)}


def line_of(module: str) -> int:
    unit = module.split(".")[1]
    return next(number for number, units in enumerate(LINES) if unit in units)


def functions(tree: ast.AST) -> Iterator[ast.AST]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))


# --- who imports whom ---


def test_imports_run_one_way_between_the_packages():
    allowed = {"bot": {"bot", "responses", "config"}, "responses": {"responses", "config"}, "config": {"config"}}
    wrong = [
        f"{name} imports {other}"
        for name, others in inner_imports().items()
        for other in sorted(others)
        if other.partition(".")[0] not in allowed[name.partition(".")[0]]
    ]
    assert wrong == []


def test_every_part_of_the_bot_has_its_line():
    units = {name.split(".")[1] for name in modules() if name.startswith("bot.")}
    assert units == set().union(*LINES)


def test_imports_run_downwards_inside_the_bot():
    wrong = [
        f"{name} imports {other}"
        for name, others in inner_imports().items()
        for other in sorted(others)
        if name.startswith("bot.") and other.startswith("bot.") and line_of(other) < line_of(name)
    ]
    assert wrong == []


def test_there_are_no_cycles():
    graph, done = inner_imports(), set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join([*path[path.index(name) :], name])
        if name not in done:
            for other in graph[name]:
                visit(other, (*path, name))
            done.add(name)

    for name in graph:
        visit(name, ())
    assert done == set(graph)


@pytest.mark.parametrize("rule", RULES)
def test_the_rules_of_weekly_updates_are_pure(rule):
    """Neither they nor what they import know of Slack, the database or the scheduler."""
    seen, left = set(), {f"bot.updates.{rule}"}
    while left:
        name = left.pop()
        seen.add(name)
        left |= inner_imports()[name] - seen
    banned = {"slack_bolt", "slack_sdk", "sqlalchemy", "apscheduler", "alembic"}
    assert {name: found for name in seen if (found := outer_imports(name) & banned)} == {}


def test_answers_know_no_slack_client_no_database_and_no_scheduler():
    banned = {"slack_bolt", "slack_sdk.web", "slack_sdk.webhook", "slack_sdk.WebClient", "sqlalchemy", "apscheduler"}
    ours = [name for name in modules() if name.startswith(("responses", "config"))]
    assert {name: found for name in ours if (found := outer_imports(name) & banned)} == {}
    with_models = {name for name in ours if "slack_sdk" in outer_imports(name)}
    assert all(name.startswith("responses.blocks.") for name in with_models)
    for name in with_models:
        assert all(each.startswith("slack_sdk.models") for each in outer_imports(name) if each.startswith("slack_sdk."))


def test_only_the_scheduler_imports_apscheduler():
    assert importers_of("apscheduler") == {"bot.scheduler"}


def test_only_storage_and_its_users_import_sqlalchemy():
    at_home = {name for name in importers_of("sqlalchemy") if name.startswith("bot.storage.")}
    # They pass connections and rows on, or name the errors of a database that is away; queries stand in bot.storage.
    guests = {
        "cli.web", "conversation", "curation", "digest", "updates.audience", "updates.ledger", "updates.planning",
        "updates.questions", "updates.replying", "updates.service", "updates.closing", "updates.going_on",
        "updates.record", "updates.access", "updates.changing", "updates.control", "updates.handing", "updates.leaving",
        "updates.single", "updates.amending", "updates.posting", "updates.timetable", "updates.rows", "updates.writing",
        "updates.composing", "updates.telling",
    }  # fmt: skip
    assert importers_of("sqlalchemy") - at_home <= {f"bot.{name}" for name in guests}
    assert importers_of("sqlite3") | importers_of("psycopg") == {"bot.storage.database"}


def test_messages_are_posted_in_one_place_only():
    banned = {"chat_postMessage", "chat_postEphemeral", "chat_scheduleMessage", "chat_update", "chat_meMessage"}
    calls = {
        (name, node.attr)
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in banned
    }
    assert calls == {("bot.delivery.channel", "chat_postMessage")}


def test_every_web_client_is_made_without_retries():
    """A client that repeats a call by itself posts twice (reference/slack.md, fact 1)."""
    wrong = [
        f"{name}:{node.lineno}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in {"WebClient", "WebhookClient"}
        and not any(each.arg == "retry_handlers" and ast.unparse(each.value) == "[]" for each in node.keywords)
    ]
    assert wrong == []


def test_the_clock_is_read_in_one_place_and_by_those_who_sleep_by_it():
    """Everything else is given `now`."""
    readers = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"datetime.now", "datetime.utcnow", "date.today"}
    }
    # The scheduler sleeps by the machine's time; the local workspace moves a clock that starts from it.
    assert readers <= {"bot.clock", "bot.scheduler", "bot.local.clock"}


# --- how it is written ---


def test_no_broad_except_without_its_reason():
    broad = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or {"Exception", "BaseException"} & {*_names(node.type)})
    }
    assert broad == set(BROAD_EXCEPTS)
    assert all(BROAD_EXCEPTS.values())


def _names(node: ast.expr) -> Iterator[str]:
    return (ast.unparse(each) for each in (node.elts if isinstance(node, ast.Tuple) else [node]))


def test_no_import_inside_a_function_without_its_reason():
    local = {
        name
        for name, tree in modules().items()
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert local == set(LOCAL_IMPORTS)


def test_files_and_functions_are_short():
    long_files = [name for name in modules() if len(_source(name).splitlines()) > 250]
    long_functions = [
        f"{name}:{node.lineno}"
        for name, tree in modules().items()
        for node in functions(tree)
        if not isinstance(node, ast.Lambda) and node.end_lineno - node.lineno + 1 > 45
    ]
    assert (long_files, long_functions) == ([], [])


def test_every_module_opens_with_what_it_decides():
    assert [name for name, tree in modules().items() if not ast.get_docstring(tree)] == []


def _source(name: str) -> str:
    path = ROOT.joinpath(*name.split("."))
    return (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text(encoding="utf-8")


# --- packaging ---


def test_every_package_is_listed_and_every_listed_one_is_there():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = set(project["tool"]["setuptools"]["packages"])
    there = {
        ".".join(path.parent.relative_to(ROOT).parts) for package in PACKAGES for path in (ROOT / package).rglob("*.py")
    }
    assert listed == there


def test_no_dependency_takes_the_name_of_one_of_our_packages():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [each for extra in project["optional-dependencies"].values() for each in extra]
    names = {_distribution(each) for each in [*project["dependencies"], *extras]}
    assert names.isdisjoint(PACKAGES)
    assert "slack-bolt" in names


def _distribution(requirement: str) -> str:
    return next(part for part in _split(requirement) if part).lower()


def _split(requirement: str) -> list[str]:
    for mark in "[;<>=~! ":
        requirement = requirement.replace(mark, "\n")
    return requirement.splitlines()
