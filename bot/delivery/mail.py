"""How a text is handed to a mail server, and what became of it: an e-mail that may have been taken is not repeated."""

import smtplib
import ssl
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from bot.delivery.outcomes import DeliveryError, Refused, TryAgain, Unknown, backoff

# For each of the ten or so steps, which together must be over before the outbox's lease is.
TIMEOUT_SECONDS = 5
LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class MailServer:
    """Where e-mail is handed in: smtp://USER:PASSWORD@HOST:PORT (or smtps://…), and from whom it comes."""

    url: str
    sender: str


def send_mail(server: MailServer, to: str, key: str, subject: str, text: str, now: datetime, attempt: int) -> None:
    """Hand an e-mail in; raises DeliveryError with what became of attempt number `attempt`."""
    mail = _mail(server, to, key, subject, text, now)
    try:
        connection = _connected(server)
    except smtplib.SMTPResponseException as error:
        raise DeliveryError(_refused(error.smtp_code, attempt)) from error
    except OSError as error:  # smtplib's own errors, too: nothing has been handed in yet
        raise DeliveryError(TryAgain(backoff(attempt), type(error).__name__)) from error
    try:
        connection.send_message(mail)
    except smtplib.SMTPResponseException as error:
        raise DeliveryError(_refused(error.smtp_code, attempt)) from error
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise DeliveryError(_refused(codes[0], attempt)) from error
    except OSError as error:
        raise DeliveryError(Unknown(type(error).__name__)) from error
    finally:
        with suppress(OSError):  # how it says goodbye changes nothing
            connection.quit()


def _mail(server: MailServer, to: str, key: str, subject: str, text: str, now: datetime) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = server.sender, to
    mail["Subject"] = " ".join(subject.split())[:LONGEST_SUBJECT]
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{key.replace(':', '.')}@{server.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    mail.set_content(text)
    return mail


def _connected(server: MailServer) -> smtplib.SMTP:
    parts, verified = urlsplit(server.url), ssl.create_default_context()
    host, port = parts.hostname or "", parts.port or 0
    connection = (
        smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=verified)
        if parts.scheme == "smtps"
        else smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    )
    with ExitStack() as if_it_fails:
        if_it_fails.callback(connection.close)
        _introduce(connection, unquote(parts.username or ""), unquote(parts.password or ""), verified)
        if_it_fails.pop_all()
    return connection


def _introduce(connection: smtplib.SMTP, user: str, password: str, verified: ssl.SSLContext) -> None:
    """Begin to speak, encrypted where the server can, and log in; never with a password that all can read."""
    connection.ehlo_or_helo_if_needed()
    encrypted = isinstance(connection, smtplib.SMTP_SSL)
    if not encrypted and connection.has_extn("starttls"):
        connection.starttls(context=verified)
        encrypted = True
    if user and not encrypted:
        raise DeliveryError(Refused("smtp_no_encryption"))
    if user:
        try:
            connection.login(user, password)
        except smtplib.SMTPNotSupportedError as error:
            raise DeliveryError(Refused("smtp_no_login")) from error


def _refused(code: int, attempt: int) -> Refused | TryAgain:
    """Say what an answer means: 5xx is a no, anything else a not yet, greylisting for one (RFC 5321, 4.2.1)."""
    return Refused(f"smtp_{code}") if 500 <= code < 600 else TryAgain(backoff(attempt), f"smtp_{code}")
