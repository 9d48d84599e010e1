"""An outbox on each database, a sender, and a Slack that fails when told to."""

import pytest

from bot.delivery.sender import Sender
from bot.storage import outbox
from responses.blocks.message import Message
from tests.fakes import FakeChannel


def note(delivery, error):
    return Message(f"{delivery.key} failed: {error}", [])


@pytest.fixture
def slack():
    return FakeChannel()


@pytest.fixture
def make_sender(database, slack, clock):
    return lambda channel=slack, explain=note: Sender(database, channel, clock, explain)


@pytest.fixture
def sender(make_sender):
    return make_sender()


@pytest.fixture
def put(database, clock):
    def put(key="session:1:reminder", channel="C0INCIDNT", **more):
        values = {"text": f"text of {key}", "blocks": [], "now": clock.now(), **more}
        with database.write() as connection:
            assert outbox.add(connection, key=key, channel=channel, **values)

    return put


@pytest.fixture
def row(database):
    def row(key="session:1:reminder"):
        with database.read() as connection:
            return outbox.find(connection, key)

    return row
