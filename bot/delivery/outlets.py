"""How an update leaves Slack: to a webhook or by e-mail, the same text, as named in CANDOR_OUTLETS.

Only whoever runs Candor names addresses: what people type in Slack never becomes one, or the bot could be sent to knock
at doors inside the company's network.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.clock import Clock
from bot.delivery.channel import Posted
from bot.delivery.mail import MailServer, send_mail
from bot.delivery.outcomes import DeliveryError, Refused
from bot.delivery.webhooks import call
from bot.storage.outbox import Delivery
from responses.outside import as_plain_text

PREFIX = "outlet:"
MAIL = "mailto:"
# At about one a minute this is a day: an outlet that is away for longer gets no update of last week's.
MOST_ATTEMPTS = 1440


class Outlets:
    """The places outside Slack, by name. Those who take webhooks get each message's key and may be told twice.

    A webhook carries `webhook-id`, its idempotency key (standardwebhooks.com), and is therefore repeated where nobody
    knows whether it arrived; an e-mail is not, since nobody would notice that two are one.
    """

    def __init__(
        self, addresses: Mapping[str, str], mail: MailServer | None, secret: str | None, clock: Clock,
        name_of: Callable[[str], str] = lambda _user: "",
    ) -> None:  # fmt: skip
        self._addresses = addresses
        self._mail = mail
        self._secret = secret
        self._clock = clock
        self._name_of = name_of

    def resolve(self, delivery: Delivery) -> str:
        """Return the outlet's name as the place to post to; raises DeliveryError where it is no longer there."""
        if delivery.channel.removeprefix(PREFIX) not in self._addresses:
            raise DeliveryError(Refused("no_such_outlet"))
        return delivery.channel

    def post(self, delivery: Delivery, channel: str) -> Posted:
        """Send a message; raises DeliveryError with what became of it, Refused after a day of trying."""
        address = self._addresses[channel.removeprefix(PREFIX)]
        try:
            self._send(delivery, address)
        except DeliveryError as error:
            if delivery.attempts + 1 >= MOST_ATTEMPTS:
                raise DeliveryError(Refused(error.seen.error)) from error
            raise
        return Posted(channel, "")

    def find(self, delivery: Delivery, channel: str, since: datetime) -> Posted | None:
        """Say that a webhook has not arrived, so that it is repeated; of an e-mail nobody can tell."""
        if self._addresses[channel.removeprefix(PREFIX)].startswith(MAIL):
            raise DeliveryError(Refused("unknown"))
        return None

    def _send(self, delivery: Delivery, address: str) -> None:
        now, attempt = self._clock.now(), delivery.attempts + 1
        text = as_plain_text(delivery.text, delivery.blocks, self._name_of)
        if not address.startswith(MAIL):
            call(address, delivery.key, text, self._secret, now, attempt)
        elif self._mail is None:
            raise DeliveryError(Refused("no_mail_server"))
        else:
            subject = as_plain_text(delivery.text, [], self._name_of)
            send_mail(self._mail, address.removeprefix(MAIL), delivery.key, subject, text, now, attempt)
