"""Whom ids stand for: each is asked for once, and Slack is left alone when it does not answer."""

import pytest

from bot.people import Channel, Person
from bot.updates.naming import PATIENCE, Names


class Known:
    """People who know some names, and count how often they are asked."""

    def __init__(self, **names):
        self._names = names
        self.asked = []

    def person(self, user):
        self.asked.append(user)
        return Person(name=self._names.get(user, ""))

    def channel(self, channel):
        self.asked.append(channel)
        return Channel(private=False, can_post=True, name=self._names.get(channel, ""))


@pytest.fixture
def known():
    return Known(U1="Ada", C1="general")


def test_a_name_is_asked_for_once(known):
    names = Names(known)
    assert [names.person("U1"), names.person("U1"), names.channel("C1"), names.channel("C1")] == [
        "Ada", "Ada", "general", "general",
    ]  # fmt: skip
    assert known.asked == ["U1", "C1"]


def test_without_people_nobody_has_a_name():
    assert (Names().person("U1"), Names().channel("C1")) == ("", "")


def test_after_a_few_ids_without_an_answer_slack_is_asked_no_more(known):
    names = Names(known)
    assert [names.person(f"UX{number}") for number in range(30)] == [""] * 30
    assert len(known.asked) == PATIENCE


def test_an_answer_renews_the_patience(known):
    names = Names(known)
    strangers = [f"UX{number}" for number in range(2 * PATIENCE - 2)]
    for user in (*strangers[: PATIENCE - 1], "U1", *strangers[PATIENCE - 1 :], "C1"):
        names.person(user)
    assert len(known.asked) == 2 * PATIENCE
