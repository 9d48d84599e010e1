"""What is known of people and channels, and what is assumed where Slack does not tell."""

from zoneinfo import ZoneInfo

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import people as module
from bot.local.clock import MovableClock
from bot.local.server import LocalSlack
from bot.people import REMEMBER, Channel, People, Person

ROME = ZoneInfo("Europe/Rome")


@pytest.fixture(scope="module")
def slack():
    with LocalSlack(clock=MovableClock()) as running:
        yield running


@pytest.fixture
def real(slack, clock):
    return People(WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=2, retry_handlers=[]), clock)


class Profiles:
    """Slack's two methods, answering with what they are given."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    def users_info(self, *, user, include_locale):
        assert include_locale
        return self._answer(user)

    def conversations_info(self, *, channel):
        return self._answer(channel)

    def _answer(self, name):
        self.asked.append(name)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ("U0ADA0001", Person("en", ZoneInfo("Europe/London"), is_admin=True)),
        ("U0CHIARA1", Person("it", ROME)),
        ("U0DIETER1", Person("de", ZoneInfo("Europe/Berlin"))),
        ("U0EFREN01", Person("fil", ZoneInfo("Asia/Manila"))),
        ("U0NOBODY1", Person()),
    ],
)
def test_a_profile_gives_language_zone_and_rights(real, user, expected):
    assert real.person(user) == expected


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ("C0GENERAL", Channel(private=False, can_post=True)),
        ("C0RANDOM1", Channel(private=False, can_post=False)),
        ("C0ARCHIVE", Channel(private=False, can_post=False)),
        ("G0LEADERS", Channel(private=True, can_post=True)),
        ("C0NOWHERE", Channel(private=True, can_post=False)),
    ],
)
def test_a_channel_the_bot_cannot_see_is_taken_for_private(real, channel, expected):
    assert real.channel(channel) == expected


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ({"locale": "pt-BR", "tz": "Europe/Rome"}, Person("en", ROME)),
        ({"locale": "IT"}, Person("it")),
        ({"locale": None, "tz": None}, Person()),
        ({"tz": "Mars/Olympus"}, Person()),
        ({"tz": "../../etc/passwd"}, Person()),
        ({"tz": 7}, Person()),
        ({"is_owner": True}, Person(is_admin=True)),
        ({}, Person()),
        (None, Person()),
        ("?", Person()),
    ],
)
def test_odd_profiles_get_the_defaults(clock, profile, expected):
    assert People(Profiles({"ok": True, "user": profile}), clock).person("U1") == expected


def test_a_person_is_remembered_for_ten_minutes(clock):
    profiles = Profiles({"user": {"locale": "it-IT"}})
    people = People(profiles, clock)
    people.person("U1")
    clock.advance(seconds=REMEMBER.total_seconds() - 1)
    assert people.person("U1").language == "it"
    assert profiles.asked == ["U1"]
    profiles.answer = {"user": {"locale": "de-DE"}}
    clock.advance(seconds=1)
    assert people.person("U1").language == "de"


def test_channels_are_asked_anew_since_invitations_count_at_once(clock):
    profiles = Profiles({"channel": {"is_member": False}})
    people = People(profiles, clock)
    assert not people.channel("C1").can_post
    profiles.answer = {"channel": {"is_member": True}}
    assert people.channel("C1").can_post


def test_memory_has_a_bound(clock, monkeypatch):
    monkeypatch.setattr(module, "MOST_REMEMBERED", 3)
    profiles = Profiles({"user": {"locale": "it-IT"}})
    people = People(profiles, clock)
    for number in range(10):
        people.person(f"U{number}")
    assert len(people._persons) <= 3


@pytest.mark.parametrize(
    "error", [SlackApiError("", {"error": "missing_scope"}), TimeoutError(), ConnectionRefusedError()], ids=repr
)
def test_slacks_failure_stops_nothing_and_is_not_remembered(clock, caplog, error):
    profiles = Profiles(error)
    people = People(profiles, clock)
    assert people.person("U1") == Person()
    assert people.channel("C1") == Channel(private=True, can_post=False)
    assert "users.info failed" in caplog.text
    profiles.answer = {"user": {"locale": "it-IT"}}
    assert people.person("U1").language == "it"


@pytest.mark.parametrize("fault", ["500", "drop_before", "ratelimited", "internal_error"])
def test_over_the_wire_too(real, slack, fault, caplog):
    slack.faults.plan("users.info", fault)
    assert real.person("U0CHIARA1") == Person()
    assert real.person("U0CHIARA1").language == "it"
    assert "<html" not in caplog.text
