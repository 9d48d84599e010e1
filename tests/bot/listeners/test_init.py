"""The table of contents against the manifest that is pasted into Slack."""

import pytest
import yaml
from slack_bolt import App, BoltRequest, BoltResponse

from bot.app import build
from bot.listeners import COMMANDS, REVIEW_SHORTCUT, usage
from config.settings import HERE, load_settings
from responses.phrases import LANGUAGES


@pytest.fixture(scope="module")
def manifest():
    return yaml.safe_load((HERE / "slack-manifest.yaml").read_text(encoding="utf-8"))


def test_the_manifest_has_the_commands_that_are_listened_to(manifest):
    assert [each["command"] for each in manifest["features"]["slash_commands"]] == [*COMMANDS]
    assert all(each["should_escape"] for each in manifest["features"]["slash_commands"])


def test_the_manifest_has_the_shortcut(manifest):
    assert [each["callback_id"] for each in manifest["features"]["shortcuts"]] == [REVIEW_SHORTCUT]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_has_a_line_for_each_command(language):
    assert [line.split()[0].strip("`") for line in usage(language)] == [*COMMANDS]


def test_every_event_of_the_manifest_is_listened_to(manifest, open_app: App):
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    for name in events:
        kind, _, place = name.partition(".")
        body = {"type": "event_callback", "event_id": "Ev1", "event": {"type": kind, "user": None, "channel": "C1"}}
        if place:
            body["event"]["channel_type"] = {"channels": "channel", "groups": "group"}.get(place, place)
        assert any(_takes(listener, body) for listener in open_app._listeners), name


def _takes(listener, body):
    request = BoltRequest(body=body, mode="socket_mode")
    return listener.matches(req=request, resp=BoltResponse(status=404))


class NoKnowledge:
    def with_rulings(self, _rulings):
        return self


@pytest.fixture
def open_app(tmp_path):
    settings = load_settings(slack_bot_token="xoxb-1", database_url=f"sqlite:///{tmp_path / 'candor.db'}")
    candor = build(settings, load=NoKnowledge)
    yield candor.app
    candor.stop()
