"""Who learns of an update series, and who does not."""

import pytest

from tests.scenarios.workspace import MONDAY, words


@pytest.fixture(scope="module")
def private(shared):
    workspace = shared(starts_at=MONDAY)
    members = workspace.slack.workspace.channels["G0LEADERS"].members
    members.discard("U0CHIARA1")
    workspace.start_series("Secret breach in UTC", user="ada", channel="leadership")
    workspace.start_series("Public outage in UTC", user="ada", channel="general")
    return workspace


def test_in_the_private_channel_it_is_listed_and_shown(private):
    assert "Secret breach" in words(private.say("ben", "leadership", "/candor-updates list"))
    assert "Secret breach" in words(private.say("ben", "leadership", "/candor-updates show 1"))


def test_elsewhere_only_to_its_own_people(private):
    assert "Secret breach" in words(private.say("ada", "general", "/candor-updates list"))
    for user in ("ben", "chiara"):
        listed = words(private.say(user, "general", "/candor-updates list"))
        assert "Secret breach" not in listed
        assert "Public outage" in listed


@pytest.mark.parametrize("command", ["show", "end"])
def test_whoever_may_not_know_of_it_cannot_tell_it_from_one_that_is_not_there(private, command):
    hidden = words(private.say("chiara", "general", f"/candor-updates {command} 1"))
    absent = words(private.say("chiara", "general", f"/candor-updates {command} 7"))
    assert "Secret" not in hidden
    assert hidden.replace("1", "7") == absent


def test_an_empty_list_says_how_to_start(shared):
    assert "/candor-updates start" in words(shared(starts_at=MONDAY).say("ben", "general", "/candor-updates list"))
