"""Places outside Slack: which way a post takes there, what is readable of it, and that it holds back nobody else."""

import json
from datetime import timedelta

import pytest

from bot.delivery.channel import Places, Posted
from bot.delivery.mail import MailServer
from bot.delivery.outcomes import DeliveryError, Refused, TryAgain, Unknown
from bot.delivery.outlets import MOST_ATTEMPTS, PREFIX, Outlets
from responses.blocks.updates import undelivered
from tests.bot.delivery.servers import PostOffice, WebServer, serving
from tests.bot.delivery.test_channel import delivery

KEY = "session:1:update"
UPDATE = [
    {"type": "header", "text": {"type": "plain_text", "text": "Week 1 of 13: Salt &amp; *Pepper*"}},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "Written by <@U0ADA0001>"}]},
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Done*\nA &lt; B, by <https://example.com|our page>"}},
    {"type": "context", "elements": [
        {"type": "mrkdwn", "text": "Next: 10:00 (Europe/Rome), your time <!date^1^{time}|2026-03-09 09:00 UTC>"},
    ]},
    {"type": "actions", "elements": []},
]  # fmt: skip
PLAIN = (
    "Week 1 of 13: Salt & *Pepper*\n\nDone\nA < B, by our page (https://example.com)\n\n"
    "Next: 10:00 (Europe/Rome), 2026-03-09 09:00 UTC"
)


@pytest.fixture
def web():
    with serving(WebServer()) as running:
        yield running


@pytest.fixture
def office():
    with serving(PostOffice()) as running:
        yield running


@pytest.fixture
def outlets(web, office, clock):
    addresses = {"partners": web.url, "press": "mailto:press@example.org"}
    return Outlets(addresses, MailServer(office.url, "candor@example.com"), None, clock, {"U1": "Ada Okafor"}.get)


def seen(call, *args):
    with pytest.raises(DeliveryError) as caught:
        call(*args)
    return caught.value.seen


def test_both_ways_carry_the_same_readable_text(outlets, web, office):
    for name in ("partners", "press"):
        sent = delivery(key=KEY, channel=PREFIX + name, text="Week 1 of 13. The update is there.", blocks=UPDATE)
        assert outlets.resolve(sent) == PREFIX + name
        assert outlets.post(sent, PREFIX + name) == Posted(PREFIX + name, "")
    assert json.loads(web.posted[0][2]) == {"key": KEY, "text": PLAIN}
    letter = office.taken[0].decode()
    assert "Subject: Week 1 of 13. The update is there." in letter
    assert PLAIN in letter.replace("\r\n", "\n")


def test_an_outlet_that_is_no_longer_configured_is_refused(outlets):
    assert seen(outlets.resolve, delivery(channel="outlet:gone")) == Refused("no_such_outlet")


def test_without_a_mail_server_no_mail(clock):
    outlets = Outlets({"press": "mailto:press@example.org"}, None, None, clock)
    assert seen(outlets.post, delivery(channel="outlet:press"), "outlet:press") == Refused("no_mail_server")


def test_of_a_webhook_it_is_taken_that_it_did_not_arrive_of_an_email_nobody_can_tell(outlets, clock):
    assert outlets.find(delivery(), "outlet:partners", clock.now()) is None
    assert seen(outlets.find, delivery(), "outlet:press", clock.now()) == Refused("unknown")


@pytest.mark.parametrize(("status", "word"), [(503, "http_503"), (500, "http_500")])
def test_after_a_day_of_trying_it_is_given_up(outlets, web, status, word):
    web.answers += [(status, {})] * 2
    attempts = [delivery(channel="outlet:partners", attempts=MOST_ATTEMPTS - before) for before in (2, 1)]
    first, last = (seen(outlets.post, each, "outlet:partners") for each in attempts)
    assert isinstance(first, TryAgain | Unknown)
    assert last == Refused(word)


class TestBesideSlack:
    """One that fails holds back no other, and its owner is told."""

    @pytest.fixture
    def sender(self, make_sender, slack, outlets):
        def explain(sent, error):
            return undelivered("en", sent.channel, error)

        return make_sender(Places(slack, outlets, PREFIX), explain)

    @pytest.fixture
    def everywhere(self, put):
        put(f"{KEY}:to:outlet:partners", channel="outlet:partners", tell="U0BEN0001")
        put(f"{KEY}:to:outlet:press", channel="outlet:press", tell="U0BEN0001")
        put(KEY)

    def told(self, slack):
        return [each.text for each in slack.transcript if each.key.startswith("undelivered:")]

    def test_all_get_it(self, everywhere, sender, slack, web, office, row):
        sender.send_due()
        assert slack.keys == [KEY]
        assert (len(web.posted), len(office.taken)) == (1, 1)
        assert {row(key).state for key in (KEY, f"{KEY}:to:outlet:partners", f"{KEY}:to:outlet:press")} == {"sent"}
        assert row(f"{KEY}:to:outlet:partners").posted_channel == "outlet:partners"

    def test_a_refusal_holds_back_nobody_and_the_owner_is_told_by_the_outlets_name(
        self, everywhere, sender, slack, web, office, row
    ):
        web.answers.append((404, {}))
        sender.send_due()
        assert KEY in slack.keys
        assert len(office.taken) == 1
        assert (row(f"{KEY}:to:outlet:partners").state, row(f"{KEY}:to:outlet:partners").error) == (
            "failed",
            "http_404",
        )
        [told] = self.told(slack)
        assert "`partners`, outside Slack: `http_404`" in told
        assert "127.0.0.1" not in told
        assert "<#" not in told

    def test_one_that_is_to_wait_waits_alone(self, everywhere, sender, slack, web, office, row, clock):
        web.answers.append((429, {"Retry-After": "90"}))
        sender.send_due()
        assert slack.keys == [KEY]
        assert len(office.taken) == 1
        assert row(f"{KEY}:to:outlet:partners").not_before == clock.now() + timedelta(seconds=90)
        clock.advance(seconds=91)
        sender.send_due()
        assert row(f"{KEY}:to:outlet:partners").state == "sent"
        assert len(web.posted) == 2
        assert self.told(slack) == []

    def test_a_webhook_that_may_have_arrived_is_repeated_under_the_same_id(self, everywhere, sender, web, row, clock):
        web.answers.append("drop")
        sender.send_due()
        assert row(f"{KEY}:to:outlet:partners").state == "unknown"
        for _ in range(4):
            clock.advance(seconds=31)
            sender.send_due()
        assert row(f"{KEY}:to:outlet:partners").state == "sent"
        ids = [headers["webhook-id"] for _, headers, _ in web.posted]
        assert ids == [f"{KEY}:to:outlet:partners"] * 2

    def test_an_email_that_may_have_arrived_is_not_repeated_and_the_owner_is_asked_to_look(
        self, everywhere, sender, slack, office, row, clock
    ):
        office.answers["BODY"] = "drop"
        sender.send_due()
        for _ in range(4):
            clock.advance(seconds=31)
            sender.send_due()
        assert row(f"{KEY}:to:outlet:press").state == "unverified"
        assert len(office.taken) == 1
        [told] = self.told(slack)
        assert "`press`" in told
        assert "it may have arrived" in told

    def test_one_that_was_taken_out_of_the_settings_is_told(self, put, sender, slack):
        put(f"{KEY}:to:outlet:gone", channel="outlet:gone", tell="U0BEN0001")
        sender.send_due()
        [told] = self.told(slack)
        assert "CANDOR_OUTLETS" in told
