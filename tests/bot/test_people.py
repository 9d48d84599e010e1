"""What is known of people and channels, and what is assumed where Slack does not tell."""

from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import people as module
from bot.local.clock import MovableClock
from bot.local.person import Person as Somebody
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
        ("U0ADA0001", Person("en", ZoneInfo("Europe/London"), is_admin=True, name="Ada Okafor")),
        ("U0CHIARA1", Person("it", ROME, name="Chiara Conti")),
        ("U0DIETER1", Person("de", ZoneInfo("Europe/Berlin"), name="Dieter Vogel")),
        ("U0EFREN01", Person("fil", ZoneInfo("Asia/Manila"), name="Efren Santos")),
        ("U0CANDOR1", Person("en", ZoneInfo("Etc/UTC"), is_bot=True, name="Candor")),
        ("U0NOBODY1", Person()),
    ],
)
def test_a_profile_gives_language_zone_and_rights(real, user, expected):
    assert real.person(user) == expected


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ("C0GENERAL", Channel(private=False, can_post=True, name="general")),
        ("C0RANDOM1", Channel(private=False, can_post=False, name="random")),
        ("C0ARCHIVE", Channel(private=False, can_post=False, name="old-incidents")),
        ("G0LEADERS", Channel(private=True, can_post=True, name="leadership")),
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
        ({"deleted": True}, Person(active=False)),
        ({"is_bot": True}, Person(is_bot=True)),
        ({"id": "USLACKBOT", "is_bot": False}, Person(is_bot=True)),
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
    profiles.answer = {"channel": {"is_member": True, "name": "general"}}
    assert people.channel("C1").name == "general"


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


# --- who has left, and who runs the workspace ---


def test_who_has_left_is_seen_at_the_latest_after_ten_minutes_or_once_told(slack, clock):
    people = People(WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=2, retry_handlers=[]), clock)
    ben = Somebody(slack.url, "ben")
    assert people.active("U0BEN0001")
    ben.deactivate()
    try:
        assert people.active("U0BEN0001")  # as it was remembered
        people.forget("U0BEN0001")
        assert not people.active("U0BEN0001")
    finally:
        ben.reactivate()
    clock.advance(minutes=10)
    assert people.active("U0BEN0001")


def test_where_slack_does_not_answer_nobody_has_left(clock):
    assert People(Profiles(TimeoutError()), clock).active("U1")


def test_the_admins_are_those_of_the_workspace(real):
    assert real.admins() == ("U0ADA0001",)


class Pages:
    """users.list, page by page; None fails."""

    def __init__(self, *pages):
        self.pages = pages
        self.asked = []

    def users_list(self, *, cursor, limit):
        self.asked.append(cursor)
        number = int(cursor or 0)
        if self.pages[number] is None:
            raise TimeoutError
        following = str(number + 1) if number + 1 < len(self.pages) else ""
        return SimpleNamespace(data={"members": self.pages[number], "response_metadata": {"next_cursor": following}})


def member(number, **more):
    return {"id": f"U{number}", "deleted": False, "is_bot": False, "is_admin": True, **more}


@pytest.mark.parametrize(("pages", "expected", "asked"), [
    ([[]], (), [""]),
    ([[member(1), member(2, is_admin=False), member(3, is_admin=False, is_owner=True)]], ("U1", "U3"), [""]),
    ([[member(1, deleted=True), member(2, is_bot=True)], [member(3)]], ("U3",), ["", "1"]),
    ([[member(number) for number in range(9)], [member(10)]], ("U0", "U1", "U2", "U3", "U4"), [""]),
    ([[member(1)], None], ("U1",), ["", "1"]),
    ([[]] * 30, (), ["", *map(str, range(1, module.MOST_PAGES))]),
])  # fmt: skip
def test_at_most_five_admins_are_found_page_by_page(clock, pages, expected, asked):
    slack = Pages(*pages)
    assert People(slack, clock).admins() == expected
    assert slack.asked == asked


def test_admins_are_remembered_for_ten_minutes_or_until_somebody_changes(clock):
    slack = Pages([member(1)])
    people = People(slack, clock)
    for _ in range(2):
        people.admins()
    assert len(slack.asked) == 1
    people.forget("U7")
    people.admins()
    clock.advance(minutes=10)
    people.admins()
    assert len(slack.asked) == 3


def test_no_admins_are_not_remembered(clock):
    slack = Pages(None)
    people = People(slack, clock)
    assert people.admins() == people.admins() == ()
    assert len(slack.asked) == 2
