"""Which of Slack's messages are somebody asking."""

import pytest
from slack_bolt import BoltContext

from bot.listeners import messages
from bot.people import Person

BOT = "U0CANDOR1"


class Talk:
    def __init__(self):
        self.heard = []

    def reply(self, incoming):
        self.heard.append(incoming)
        return True


class Box:
    """The audience of a series whose post begins the thread 7.0."""

    def __init__(self):
        self.heard = []

    def replied(self, channel, thread_ts, text, asker, *, key):
        self.heard.append((channel, thread_ts, text, asker, key))
        return thread_ts == "7.0"


class Somebody:
    def person(self, user):
        return Person({"U0CHIARA1": "it"}.get(user, "en"))


@pytest.fixture
def box():
    return Box()


@pytest.fixture
def hear(box):
    def hear(listener, **event):
        event = {"user": "U1", "text": "How?", "channel": "C1", "ts": "2.0", **event}
        talk, acks, more = Talk(), [], {}
        if listener is messages.written:
            more = {"context": BoltContext(bot_user_id=BOT), "audience": box}
        body = {"event_id": "Ev1", "event": event}
        listener(lambda: acks.append(True), body, event, **more, conversation=talk, people=Somebody())
        assert acks == [True], "what is ignored is acknowledged, too, or Slack sends it again"
        return talk.heard

    return hear


@pytest.mark.parametrize(
    ("event", "addressed"),
    [
        ({"channel_type": "im"}, True),
        ({"channel_type": "im", "thread_ts": "1.0"}, True),
        ({"channel_type": "im", "text": f"<@{BOT}> How?"}, True),
        ({"channel_type": "im", "subtype": "file_share"}, True),
        ({"channel_type": "channel", "thread_ts": "1.0"}, False),
        ({"channel_type": "group", "thread_ts": "1.0"}, False),
        ({"channel_type": "channel", "thread_ts": "1.0", "subtype": "thread_broadcast"}, False),
        ({"channel_type": "channel", "thread_ts": "1.0", "text": "<@U0OTHER01> How?"}, False),
    ],
)
def test_direct_messages_and_replies_are_heard(hear, event, addressed):
    [incoming] = hear(messages.written, **event)
    assert incoming.addressed is addressed
    assert incoming.key == "event:Ev1"
    assert incoming.thread_ts == event.get("thread_ts", "2.0")


@pytest.mark.parametrize(
    "event",
    [
        {"channel_type": "channel"},
        {"channel_type": "channel", "text": f"<@{BOT}> How?"},
        {"channel_type": "channel", "thread_ts": "1.0", "text": f"<@{BOT}> How?"},
        {"channel_type": "channel", "thread_ts": "2.0"},
        {"channel_type": "im", "bot_id": "B1"},
        {"channel_type": "im", "user": None},
        *({"channel_type": "im", "subtype": subtype} for subtype in (
            "message_changed", "message_deleted", "bot_message", "channel_join", "channel_topic", "me_message",
            "message_replied", "reminder_add",
        )),
    ],
)  # fmt: skip
def test_everything_else_is_not(hear, event):
    assert hear(messages.written, **event) == []


def test_a_mention_is_addressed_and_belongs_to_its_thread(hear):
    assert hear(messages.mentioned)[0].thread_ts == "2.0"
    assert hear(messages.mentioned, thread_ts="1.0")[0].thread_ts == "1.0"
    assert hear(messages.mentioned)[0].addressed


@pytest.mark.parametrize("event", [{"bot_id": "B1"}, {"user": None}, {"subtype": "bot_message"}])
def test_a_mention_by_a_bot_is_not_heard(hear, event):
    assert hear(messages.mentioned, **event) == []


def test_the_askers_language_can_be_looked_up(hear):
    [incoming] = hear(messages.mentioned, user="U0CHIARA1")
    assert incoming.language() == "it"


def test_an_event_without_a_text_is_one_without_words(hear):
    [incoming] = hear(messages.written, channel_type="im", text=None)
    assert incoming.text == ""


# --- below the posts of a series ---


def test_a_reply_below_a_post_of_a_series_goes_to_its_audience_and_nowhere_else(hear, box):
    assert hear(messages.written, thread_ts="7.0", text="When?") == []
    assert box.heard == [("C1", "7.0", "When?", "U1", "event:Ev1")]
    assert len(hear(messages.written, thread_ts="8.0")) == 1


@pytest.mark.parametrize(
    "event",
    [
        {"text": f"<@{BOT}> When?", "thread_ts": "7.0"},
        {"thread_ts": "7.0", "bot_id": "B1"},
        {"thread_ts": "7.0", "subtype": "message_changed"},
        {"thread_ts": "7.0", "subtype": "message_deleted"},
        {"channel_type": "im", "thread_ts": "7.0"},
        {"ts": "7.0"},
    ],
)
def test_a_mention_a_bot_an_edit_and_what_stands_elsewhere_do_not(hear, box, event):
    hear(messages.written, **event)
    assert box.heard == []


def test_a_mention_below_a_post_is_answered_as_everywhere(hear, box):
    assert len(hear(messages.mentioned, text=f"<@{BOT}> When?", thread_ts="7.0")) == 1
    assert box.heard == []
