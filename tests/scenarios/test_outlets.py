"""One update to a channel and to places outside Slack, through the real app: the same words, and nobody waits."""

import json
from datetime import timedelta

import pytest

from bot.drill.gestures import GESTURES
from bot.drill.hands import Hands
from bot.local.person import Person
from bot.storage.tables import outbox
from tests.bot.delivery.servers import PostOffice, WebServer, serving
from tests.scenarios.workspace import DAY, MONDAY, WEEK, the_only, words

TITLE = "Salt & Pepper"


@pytest.fixture
def web():
    with serving(WebServer()) as running:
        yield running


@pytest.fixture
def office():
    with serving(PostOffice()) as running:
        yield running


@pytest.fixture
def workspace(open_workspace, web, office):
    return open_workspace(
        starts_at=MONDAY, outlets={"partners": web.url, "press": "mailto:press@example.org"},
        mail_server=office.url, mail_from="candor@example.com",
    )  # fmt: skip


@pytest.fixture
def ada(workspace):
    return Hands(Person(workspace.slack.url, "ada"), "general")


@pytest.fixture
def started(workspace, ada):
    """A series of ada's for two weeks, to both outlets as well."""
    ada.command("/candor-updates start")
    ada.fill(title=TITLE, channel="general", weeks="2", outlets=["partners", "press"], language="en",
             commitments="Publish 3 < 4 reports")  # fmt: skip
    ada.fill()
    ada.leave()
    workspace.settle()


def received(web):
    return [json.loads(body) for _, _, body in web.posted]


def write(workspace, ada, text):
    workspace.advance_to(workspace.first_session(1) - timedelta(hours=20))
    GESTURES["write"].do(ada, {"texts": {"done": text}})
    ada.leave()
    workspace.advance(DAY)


def test_what_the_channel_reads_can_be_read_outside(workspace, web, office, ada, started):
    write(workspace, ada, "We fixed *everything* & <more>.")
    announced, update = received(web)
    assert "Ada Okafor promises regular status updates here" in announced["text"]
    assert f"Week 1 of 2: {TITLE}" in update["text"]
    assert "Publish 3 < 4 reports" in update["text"]
    assert "& <more>." in update["text"]
    for each in (announced, update):
        assert not any(mark in each["text"] for mark in ("<@", "<!", "<#", "&amp;", "&lt;", "U0ADA"))
    assert [each["key"].split(":")[-2:] for each in (announced, update)] == [["outlet", "partners"]] * 2
    assert len(office.taken) == 2
    assert f"Week 1 of 2: {TITLE}" in office.taken[1].decode().partition("\r\n\r\n")[0].replace("\r\n ", " ")
    assert len(workspace.steps("update")) == 1


def test_one_that_fails_is_told_by_name_and_the_channel_gets_its_update_in_time(workspace, web, ada, started):
    web.answers += [(404, {})]
    write(workspace, ada, "Done.")
    post = the_only(workspace.steps("update"))
    assert float(post["ts"]) - workspace.first_session(1).timestamp() < 60
    told = the_only([text for text in workspace.direct("ada") if "outside Slack" in text])
    assert "`partners`" in told
    assert "127.0.0.1" not in told


def test_only_what_is_for_everybody_goes_outside(workspace, web, office, started):
    """No reminders, no "missed", no direct messages: announcement and closing report."""
    workspace.advance(4 * WEEK)
    kinds = [row.key.split(":")[2] for row in workspace.rows(outbox) if row.channel.startswith("outlet:")]
    assert sorted(kinds) == ["announced", "announced", "closing", "closing"]
    assert len(web.posted) == len(office.taken) == 2
    assert "Closing report" in received(web)[1]["text"]
    assert workspace.steps("reminder")
    assert workspace.steps("missed")


def test_an_outlet_is_chosen_by_its_name_only(workspace, ada):
    ada.command("/candor-updates start")
    shown = json.dumps(ada.top())
    assert "partners" in shown
    assert "127.0.0.1" not in shown
    assert "example.org" not in shown
    ada.leave()
    assert words(workspace.say("ada", "general", "/candor-updates list"))
