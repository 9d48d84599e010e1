"""E-mail, against a real server: what is handed in, and what every way to fail means."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from bot.delivery import mail
from bot.delivery.mail import MailServer, send_mail
from bot.delivery.outcomes import DeliveryError, Refused, TryAgain, Unknown
from tests.bot.delivery.servers import PostOffice, serving

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FROM, TO = "candor@example.com", "press@example.org"
KEY = "session:7:update:to:outlet:press"
TEXT = "Woche 1 von 13\n\nWir haben die Verschlüsselung aktiviert.\n.\nEin Punkt allein endet nichts."


@pytest.fixture
def office():
    with serving(PostOffice()) as running:
        yield running


def send(office, *, url=None, subject="Woche 1 von 13: Ausfall & Übersicht\nDas Update ist da.", attempt=1):
    send_mail(MailServer(url or office.url, FROM), TO, KEY, subject, TEXT, NOW, attempt)


def seen(*args, **more):
    with pytest.raises(DeliveryError) as caught:
        send(*args, **more)
    return caught.value.seen


def test_the_letter_is_whole(office):
    send(office)
    [taken] = office.taken
    letter = message_from_bytes(taken, policy=policy.default)
    assert (letter["From"], letter["To"]) == (FROM, TO)
    assert letter["Subject"] == "Woche 1 von 13: Ausfall & Übersicht Das Update ist da."
    assert letter["Message-ID"] == "<session.7.update.to.outlet.press@example.com>"
    assert letter["Date"].datetime == NOW
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content().splitlines() == TEXT.splitlines()
    assert f"MAIL FROM:<{FROM}>" in " ".join(office.said).replace("mail FROM", "MAIL FROM")
    assert office.commands[-1] == "QUIT"


def test_a_long_subject_is_cut_and_no_line_of_it_becomes_a_header(office):
    send(office, subject="Week 1\r\nBcc: everybody@example.net\n" + "x" * 500)
    letter = message_from_bytes(office.taken[0], policy=policy.default)
    assert letter["Bcc"] is None
    assert len(letter["Subject"]) == 200


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "BODY"])
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("450 come back later", TryAgain(1, "smtp_450")),  # greylisting
        ("550 no such person", Refused("smtp_550")),
    ],
)
def test_a_no_and_a_not_yet_at_each_step(office, step, line, expected):
    office.answers[step] = line
    assert seen(office) == expected


def test_a_server_that_is_closing_is_tried_again(office):
    office.answers["CONNECT"] = "421 closing down"
    assert seen(office, attempt=3) == TryAgain(4, "smtp_421")


@pytest.mark.parametrize("step", ["CONNECT", "EHLO"])
def test_a_connection_that_breaks_before_anything_was_handed_in_is_made_again(office, step):
    office.answers[step] = "drop"
    assert seen(office) == TryAgain(1, "SMTPServerDisconnected")


def test_a_connection_that_breaks_after_the_letter_leaves_it_open(office):
    office.answers["BODY"] = "drop"
    assert seen(office) == Unknown("SMTPServerDisconnected")
    assert len(office.taken) == 1


def test_a_server_that_says_nothing_after_the_letter_leaves_it_open(office, monkeypatch):
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.2)
    office.answers["BODY"] = "hang"
    assert isinstance(seen(office), Unknown)


@pytest.mark.parametrize("goodbye", ["drop", "421 go away", "500 what?"])
def test_how_it_says_goodbye_changes_nothing(office, goodbye):
    office.answers["QUIT"] = goodbye
    send(office)
    assert len(office.taken) == 1


def test_where_nobody_listens_nothing_has_happened(office):
    with serving(PostOffice()) as gone:
        url = gone.url
    assert seen(office, url=url, attempt=2) == TryAgain(2, "ConnectionRefusedError")


def test_a_password_is_never_sent_where_all_can_read_it(office):
    url = office.url.replace("smtp://", "smtp://candor:hunter2@")
    assert seen(office, url=url) == Refused("smtp_no_encryption")
    assert not any("hunter2" in line for line in office.said)
    assert "AUTH" not in office.commands


def test_encryption_is_taken_where_it_is_offered(office):
    """This server only says so: what matters is that it is asked, and that no letter goes out when it then fails."""
    office.extensions.append("STARTTLS")
    office.answers["STARTTLS"] = "454 not now"
    assert isinstance(seen(office), TryAgain | Refused)
    assert "STARTTLS" in office.commands
    assert office.taken == []


def test_a_server_that_speaks_no_tls_is_no_place_for_smtps(office):
    assert isinstance(seen(office, url=office.url.replace("smtp:", "smtps:")), TryAgain)
    assert office.taken == []
