"""How the parts are put together, and what a wrong configuration says."""

from datetime import timedelta

import pytest
from slack_sdk.errors import SlackApiError

from bot.app import PROFILE_TIMEOUT_SECONDS, bolt_app, build, explain, slack_client
from bot.errors import StorageError
from bot.people import Person
from bot.storage import outbox
from config.settings import ConfigError, load_settings
from responses.phrases import say
from tests.fakes import FakeChannel


class NoKnowledge:
    def with_rulings(self, _rulings):
        return self


@pytest.fixture
def settings(database_url):
    return load_settings(slack_bot_token="xoxb-1", slack_signing_secret="s", database_url=database_url)


@pytest.fixture
def slack():
    return FakeChannel()


@pytest.fixture
def candor(settings, clock, slack):
    built = build(settings, load=NoKnowledge, clock=clock, periodic=False)
    built.runner.sender._channel = slack
    yield built
    built.stop()


def put(candor, key, now, **more):
    with candor.database.write() as connection:
        outbox.add(connection, key=key, channel="C1", text="x", blocks=[], now=now, **more)


def test_the_client_repeats_nothing_by_itself(settings):
    client = slack_client(settings)
    assert client.retry_handlers == []
    assert (client.token, client.base_url) == ("xoxb-1", "https://slack.com/api/")


def test_a_profile_is_not_waited_for_longer_than_a_command_has():
    assert 2 * PROFILE_TIMEOUT_SECONDS < 3


def test_bolt_answers_slack_only_when_the_listener_is_done(settings):
    app = bolt_app(settings, slack_client(settings))
    assert app.process_before_response
    assert app.client.retry_handlers == []


def test_building_asks_slack_nothing_and_starts_nothing(candor):
    assert candor.app is not None
    assert not candor.ticker._scheduler.running


def test_a_process_that_only_ticks_has_no_listeners_and_reads_no_lessons(settings):
    bare = build(settings, answers=False, load=pytest.fail)
    assert (bare.app, bare.library) == (None, None)
    bare.stop()


def test_a_run_sends_what_is_due_and_tells_when_it_is_needed_next(candor, clock, slack):
    assert candor.runner.run_due() is None
    put(candor, "now", clock.now())
    put(candor, "later", clock.now() + timedelta(minutes=5))
    assert candor.runner.run_due() == clock.now() + timedelta(minutes=5)
    assert slack.keys == ["now"]


def test_one_run_at_a_time_in_a_process(candor, clock, slack, at_once):
    put(candor, "now", clock.now())
    at_once(candor.runner.run_due)
    assert slack.keys == ["now"]


def test_a_start_forgets_what_is_finished_and_old(candor, clock):
    put(candor, "old", clock.now())
    candor.runner.run_due()
    put(candor, "open", clock.now() + timedelta(days=90))
    clock.advance(days=31)
    candor.runner.tidy()
    with candor.database.read() as connection:
        assert [outbox.find(connection, key) is None for key in ("old", "open")] == [True, False]


@pytest.mark.parametrize("language", ["en", "it", "de", "fil"])
@pytest.mark.parametrize(
    ("error", "hint"),
    [("not_in_channel", "invite"), ("channel_not_found", "invite"), ("is_archived", "archived"),
     ("unknown", "unknown"), ("invalid_blocks", "other")],
)  # fmt: skip
def test_who_could_not_be_served_reads_why_in_their_language(language, error, hint):
    class One:
        tell, channel = "U1", "C1"

    class Known:
        def person(self, _user):
            return Person(language)

    text = explain(Known(), One(), error).text
    assert say(language, f"updates.undelivered_hint_{hint}") in text
    assert "<#C1>" in text
    assert error in text


def test_with_nobody_to_tell_no_profile_is_asked_for(clock):
    class One:
        tell, channel = None, "C1"

    assert "not_in_channel" in explain(None, One(), "not_in_channel").text


def test_a_database_that_cannot_be_used_is_said_at_once():
    with pytest.raises(StorageError, match="cannot be used"):
        build(load_settings(slack_bot_token="x", database_url="sqlite:////nowhere/at/all.db"), load=NoKnowledge)


def test_a_faulty_programme_is_said_at_once(settings, tmp_path):
    broken = tmp_path / "programme.yaml"
    broken.write_text("weekday: someday", encoding="utf-8")
    with pytest.raises(ConfigError, match="weekday"):
        build(settings.model_copy(update={"programme": broken}), answers=False)


def test_stopping_twice_and_without_a_start_is_harmless(candor):
    candor.stop()
    candor.stop()


def test_an_error_of_slacks_while_sending_leaves_the_run_whole(candor, clock, slack):
    put(candor, "one", clock.now())
    slack.failures = [SlackApiError("", {"error": "ratelimited", "headers": {"Retry-After": "9"}})]
    assert candor.runner.run_due() == clock.now() + timedelta(seconds=9)
