"""What stands in several places stands in all of them: commands, variables, scopes, lessons."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from bot.__main__ import COMMANDS as CLI_COMMANDS
from bot.listeners import COMMANDS, REVIEW_SHORTCUT, usage
from config.settings import HERE, Settings, load_settings, variable
from responses.lessons import load_lessons
from responses.phrases import LANGUAGES
from responses.phrasings import load_phrasings

ROOT = HERE.parent

# Slack's scopes for the methods that the code calls; None where none is needed.
SCOPES = {
    "apps_connections_open": None,  # of the app-level token: connections:write
    "auth_test": None,
    "chat_postMessage": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "conversations_info": {"channels:read", "groups:read", "im:read"},
    "conversations_open": {"im:write"},
    "conversations_replies": {"channels:history", "groups:history", "im:history"},
    "files_upload_v2": {"files:write"},
    "users_info": {"users:read"},
    "users_list": {"users:read"},
    "views_open": None,
    "views_publish": None,
    "views_push": None,
    "views_update": None,
}
# What each event of the manifest needs, and which listener takes it.
EVENTS = {
    "app_home_opened": (set(), "app_home_opened"),
    "app_mention": ({"app_mentions:read"}, "app_mention"),
    "message.channels": ({"channels:history"}, "message"),
    "message.groups": ({"groups:history"}, "message"),
    "message.im": ({"im:history"}, "message"),
    "user_change": ({"users:read"}, "user_change"),
}


@cache
def manifest() -> dict:
    return yaml.safe_load((HERE / "slack-manifest.yaml").read_text(encoding="utf-8"))


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for package in ("bot", "responses"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


# --- commands ---


def test_every_slash_command_is_in_the_manifest_and_no_other():
    in_manifest = {each["command"]: each for each in manifest()["features"]["slash_commands"]}
    assert set(in_manifest) == set(COMMANDS)
    assert len(COMMANDS) == len({*COMMANDS})
    assert all(each["should_escape"] for each in in_manifest.values())  # names of users and channels come as ids


def test_every_slash_command_is_in_the_help_in_every_language():
    for language in LANGUAGES:
        for command, line in zip(COMMANDS, usage(language), strict=True):
            assert re.search(rf"`{command}[ `]", line), (language, command)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_slash_command_is_in_the_readme(command):
    assert re.search(rf"{command}(?![\w-])", (ROOT / "README.md").read_text(encoding="utf-8"))


def test_the_shortcut_of_the_manifest_is_the_one_that_is_listened_to():
    assert [each["callback_id"] for each in manifest()["features"]["shortcuts"]] == [REVIEW_SHORTCUT]


@pytest.mark.parametrize("name", CLI_COMMANDS)
def test_every_command_of_the_command_line_has_its_module_its_help_and_its_place_in_the_readme(name):
    module = import_module(f"bot.cli.{name}")
    assert callable(module.add_parser)
    assert callable(module.run)
    assert CLI_COMMANDS[name]
    assert f"python -m bot {name}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_module_of_the_command_line_is_a_command():
    modules = {
        path.stem for path, tree in sources()
        if path.parent.name == "cli" and any(getattr(node, "name", "") == "add_parser" for node in tree.body)
    }  # fmt: skip
    assert modules == set(CLI_COMMANDS)


# --- environment ---


def example_file() -> dict[str, tuple[str, bool]]:
    """Each variable of .env.example with its value and whether it is in force (not commented out)."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    found = re.findall(r"^(# )?([A-Z][A-Z_]+)=(.*)$", text, re.MULTILINE)
    names = [name for _, name, _ in found]
    assert len(names) == len({*names}), "a variable stands twice"
    return {name: (value, not comment) for comment, name, value in found}


def test_every_variable_is_in_the_example_and_no_other():
    assert set(example_file()) == {variable(field) for field in Settings.model_fields}


@pytest.mark.parametrize("field", Settings.model_fields)
def test_the_example_gives_each_variable_its_default(field):
    default = Settings.model_fields[field].default
    value, in_force = example_file()[variable(field)]
    if default is None or default in ((), {}):
        assert not in_force
        return
    paths = [Path(each) for each in (default if isinstance(default, tuple) else [default]) if isinstance(each, Path)]
    if any(path.is_absolute() for path in paths):
        assert not in_force  # where config/ is depends on the installation
        assert [ROOT / each for each in value.split(":")] == paths
    else:
        assert in_force
        assert value == (str(default).lower() if isinstance(default, bool) else str(default))


def test_the_example_as_a_file_is_the_default(tmp_path):
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text(encoding="utf-8"), encoding="utf-8")
    assert load_settings() == load_settings(_env_file=None)


# --- Slack ---


def methods_called() -> set[str]:
    """Every method of Slack's Web API that is called outside the local workspace, which is Slack itself."""
    method = re.compile(r"(?:apps|auth|bots|chat|conversations|files|reactions|team|users|usergroups|views)_\w+")
    return {
        node.func.attr
        for path, tree in sources()
        if "local" not in path.parts
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and method.fullmatch(node.func.attr)
    }


def test_the_scopes_of_the_manifest_cover_what_is_called_and_nothing_more():
    called = methods_called()
    assert called <= set(SCOPES)
    events = manifest()["settings"]["event_subscriptions"]["bot_events"]
    needed = {"commands"}.union(*(SCOPES[name] or set() for name in called), *(EVENTS[name][0] for name in events))
    granted = manifest()["oauth_config"]["scopes"]["bot"]
    assert set(granted) == needed
    assert len(granted) == len({*granted})


def test_the_events_of_the_manifest_are_listened_to_and_every_listener_has_its_event():
    """An event that nobody takes is answered with 404, and sent again three times."""
    tree = ast.parse((ROOT / "bot" / "listeners" / "__init__.py").read_text(encoding="utf-8"))
    taken = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "event"
    }
    subscribed = {EVENTS[name][1] for name in manifest()["settings"]["event_subscriptions"]["bot_events"]}
    # Slack sends app_home_opened to an app with a messages tab that once subscribed to it: it is taken and ignored.
    assert subscribed <= taken
    assert taken - subscribed <= {"app_home_opened"}


def test_the_manifest_keeps_to_slacks_lengths():
    shown = manifest()["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4000
    for command in manifest()["features"]["slash_commands"]:
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    assert all(len(each["name"]) <= 24 for each in manifest()["features"]["shortcuts"])


# --- content ---


def test_the_lessons_and_their_samples_are_sound():
    book = load_lessons([HERE / "lessons.yaml"])
    known = load_phrasings([HERE / "phrasings.yaml"], book)
    assert len(book) > 0
    assert {sample.lesson for sample in known.samples} >= set(book.lessons)
    assert any(sample.lesson is None for sample in known.samples)
