"""Files to a person: where they are uploaded, and what becomes of Slack's refusals."""

import pytest
from slack_sdk.errors import SlackApiError

from bot.files import MISSING_SCOPE, File, send

FILES = [File("a.md", b"# A"), File("b.zip", b"PK")]


class Client:
    """Slack's side of an upload; `failure` is raised by the method called `fails`."""

    def __init__(self, fails=None, failure=None):
        self.fails, self.failure, self.calls = fails, failure, []

    def conversations_open(self, **arguments):
        return self._called("conversations_open", arguments, {"channel": {"id": "D1"}})

    def files_upload_v2(self, **arguments):
        return self._called("files_upload_v2", arguments, {"ok": True})

    def _called(self, name, arguments, answer):
        self.calls.append((name, arguments))
        if name == self.fails:
            raise self.failure
        return answer


def refused(word, status=200):
    return SlackApiError("no", Response(status, {"ok": False, "error": word}))


class Response:
    """Slack's answer as slack_sdk gives it."""

    def __init__(self, status_code, data):
        self.status_code, self.data, self.headers = status_code, data, {}


def test_they_go_to_the_persons_direct_message_in_one_message():
    client = Client()
    assert send(client, "U1", "Here", FILES) is None
    (_, opened), (_, uploaded) = client.calls
    assert opened == {"users": "U1"}
    assert (uploaded["channel"], uploaded["initial_comment"]) == ("D1", "Here")
    assert [(each["filename"], each["file"]) for each in uploaded["file_uploads"]] == [
        ("a.md", b"# A"), ("b.zip", b"PK"),
    ]  # fmt: skip


@pytest.mark.parametrize("method", ["conversations_open", "files_upload_v2"])
@pytest.mark.parametrize(
    ("failure", "word"),
    [
        (refused("missing_scope"), MISSING_SCOPE),
        (refused("ratelimited", 429), "ratelimited"),
        (refused("", 502), "http_502"),
        (TimeoutError(), "TimeoutError"),
        (ConnectionRefusedError(), "ConnectionRefusedError"),
    ],
)
def test_what_went_wrong_is_returned_and_nothing_is_tried_twice(method, failure, word):
    client = Client(method, failure)
    assert send(client, "U1", "Here", FILES) == word
    assert len(client.calls) == (1 if method == "conversations_open" else 2)
