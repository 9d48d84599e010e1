"""How a message reaches Slack and how it is found again: the only caller of chat.postMessage.

Each message carries its idempotency key as metadata, since Slack itself has none: after a broken call the channel's
history is the only witness of whether the message is there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.storage.outbox import Delivery

EVENT_TYPE = "candor_delivery"
CLOCK_TOLERANCE = timedelta(seconds=60)
# A post that arrives at all bears the time of its call; after days away the rest of the history is of no interest.
ARRIVES_WITHIN = timedelta(minutes=10)
PAGE = 200
MOST_PAGES = 10


@dataclass(frozen=True)
class Posted:
    """Where a message stands."""

    channel: str
    ts: str


class Channel(Protocol):
    """What the sender needs of a place that takes messages; each call raises one of `outcomes.DELIVERY_ERRORS`."""

    def resolve(self, delivery: Delivery) -> str:
        """Return the place's own id."""

    def post(self, delivery: Delivery, channel: str) -> Posted:
        """Post a message."""

    def find(self, delivery: Delivery, channel: str, since: datetime) -> Posted | None:
        """Look for a message that was tried at `since`."""


class Places:
    """Slack, and by the prefix of their name the places outside."""

    def __init__(self, slack: Channel, outlets: Channel, prefix: str) -> None:
        self._slack = slack
        self._outlets = outlets
        self._prefix = prefix

    def resolve(self, delivery: Delivery) -> str:
        """Return the place's own id."""
        return self._of(delivery).resolve(delivery)

    def post(self, delivery: Delivery, channel: str) -> Posted:
        """Post a message."""
        return self._of(delivery).post(delivery, channel)

    def find(self, delivery: Delivery, channel: str, since: datetime) -> Posted | None:
        """Look for a message that was tried at `since`."""
        return self._of(delivery).find(delivery, channel, since)

    def _of(self, delivery: Delivery) -> Channel:
        return self._outlets if delivery.channel.startswith(self._prefix) else self._slack


class SlackChannel:
    """Slack's side of a delivery. The client must have no retry handlers: they post twice after a dropped answer."""

    def __init__(self, client: WebClient) -> None:
        if client.retry_handlers:
            raise ValueError("the client retries by itself and would post twice: pass retry_handlers=[]")
        self._client = client

    def resolve(self, delivery: Delivery) -> str:
        """Return the conversation's id, opening the direct message where the delivery is to a user.

        Raises one of `outcomes.CALL_ERRORS`, also where the post was deleted below which a series' reply would stand.
        """
        if delivery.thread_ts and delivery.series_id is not None:
            self._see_thread(delivery.channel, delivery.thread_ts)
        if delivery.posted_channel:
            return delivery.posted_channel
        if not delivery.channel.startswith(("U", "W")):
            return delivery.channel
        return str(self._client.conversations_open(users=delivery.channel)["channel"]["id"])

    def _see_thread(self, channel: str, thread_ts: str) -> None:
        """See that a thread's first message is there: once it is gone Slack posts a reply to the whole channel."""
        try:
            self._client.conversations_replies(channel=channel, ts=thread_ts, limit=1)
        except SlackApiError as error:
            if error.response.get("error") != "missing_scope":  # who may not look replies all the same
                raise

    def post(self, delivery: Delivery, channel: str) -> Posted:
        """Post a message; raises one of `outcomes.CALL_ERRORS`."""
        answer = self._client.chat_postMessage(
            channel=channel,
            thread_ts=delivery.thread_ts,
            text=delivery.text,
            blocks=delivery.blocks,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": delivery.key}},
            unfurl_links=False,
            unfurl_media=False,
        )
        return Posted(str(answer["channel"]), str(answer["ts"]))

    def find(self, delivery: Delivery, channel: str, since: datetime) -> Posted | None:
        """Look for a message tried at `since` in the channel's (or thread's) history.

        Raises one of `outcomes.CALL_ERRORS`.
        """
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            page = self._page(delivery, channel, since, cursor)
            for message in page.get("messages", []):
                metadata = message.get("metadata") or {}
                payload = metadata.get("event_payload") or {}
                if metadata.get("event_type") == EVENT_TYPE and payload.get("key") == delivery.key:
                    return Posted(channel, str(message["ts"]))
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return None

    def _page(self, delivery: Delivery, channel: str, since: datetime, cursor: str | None) -> dict[str, Any]:
        wanted: dict[str, Any] = {
            "oldest": f"{(since - CLOCK_TOLERANCE).timestamp():.6f}",
            "latest": f"{(since + ARRIVES_WITHIN).timestamp():.6f}",
            "cursor": cursor,
            "limit": PAGE,
            "include_all_metadata": True,
        }
        if delivery.thread_ts:
            answer = self._client.conversations_replies(channel=channel, ts=delivery.thread_ts, **wanted)
        else:
            answer = self._client.conversations_history(channel=channel, **wanted)
        return dict(answer.data) if isinstance(answer.data, dict) else {}
