"""files.*: what slack_sdk's files_upload_v2 does, and what people get of it."""

import json
import urllib.error
import urllib.request

import pytest
from slack_sdk.errors import SlackApiError

from bot.local.clock import MovableClock
from bot.local.server import LocalSlack
from bot.local.web_api import DEFAULT_SCOPES

from .conftest import client_of
from .test_web_api import error_of


def send(url: str, content: bytes) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, content, method="POST"), timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.fixture
def uploaded(api):
    """Announce a file, post its bytes, and return its id."""

    def upload(name="record.csv", content=b"a,b\n"):
        answer = api.files_getUploadURLExternal(filename=name, length=len(content))
        assert send(answer["upload_url"], content) == (200, f"OK - {len(content)}")
        return answer["file_id"]

    return upload


def test_a_file_arrives_as_a_message_and_can_be_downloaded(slack, bolt, ada, api):
    answer = api.files_upload_v2(
        channel="C0GENERAL", filename="Rückblick.csv", content="week,state\n1,kept\n", title="The record",
        initial_comment="Here it is",
    )  # fmt: skip
    message = ada.messages("general")[-1]
    assert (message["text"], message["user"], len(message["files"])) == ("Here it is", "U0CANDOR1", 1)
    file = message["files"][0]
    assert (file["id"], file["name"], file["title"]) == (answer["file"]["id"], "Rückblick.csv", "The record")
    assert (file["mimetype"], file["size"]) == ("text/csv", 18)
    assert file["url_private"].startswith(f"{slack.url}/_local/file?id=")
    with urllib.request.urlopen(file["url_private"], timeout=5) as download:
        assert download.read() == b"week,state\n1,kept\n"
        assert download.headers["Content-Disposition"] == "attachment; filename*=UTF-8''R%C3%BCckblick.csv"
    event = bolt.wait("message")[0]["event"]
    assert (event["subtype"], event["files"][0]["id"]) == ("file_share", file["id"])


def test_the_answer_knows_as_little_as_slacks(api):
    file = api.files_upload_v2(channel="C0GENERAL", filename="a.csv", content="a")["file"]
    assert (file["mimetype"], file["shares"], "ts" in file) == ("", {}, False)


def test_history_shows_files_without_the_subtype(api):
    api.files_upload_v2(channel="C0GENERAL", filename="a.csv", content="a")
    message = api.conversations_history(channel="C0GENERAL", limit=1)["messages"][0]
    assert (message["files"][0]["name"], "subtype" in message) == ("a.csv", False)


def test_files_go_into_threads_and_direct_messages(api, ada):
    parent = ada.say("general", "the record, please")["ts"]
    api.files_upload_v2(channel="C0GENERAL", filename="a.csv", content="a", thread_ts=parent)
    assert ada.messages("general", parent)[-1]["files"]
    direct = api.conversations_open(users="U0ADA0001")["channel"]["id"]
    api.files_upload_v2(channel=direct, file_uploads=[{"filename": f"{n}.csv", "content": "a"} for n in "ab"])
    assert [each["name"] for each in ada.messages("dm")[-1]["files"]] == ["a.csv", "b.csv"]


def test_without_a_channel_nobody_sees_it(api, ada, uploaded):
    before = ada.messages("general")
    answer = api.files_completeUploadExternal(files=[{"id": uploaded(), "title": "mine"}])
    assert answer["files"][0]["title"] == "mine"
    assert ada.messages("general") == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"filename": "", "length": 1}, "invalid_arguments"),
        ({"filename": "a", "length": 0}, "missing_argument"),
        ({"filename": "a", "length": -1}, "invalid_arguments"),
        ({"filename": "a", "length": 10**9}, "file_upload_size_restricted"),
        ({"filename": "a", "length": 1, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
    ],
)
def test_what_cannot_be_announced(api, arguments, code):
    assert error_of(api.files_getUploadURLExternal, **arguments) == code


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"channel_id": "U0ADA0001"}, "invalid_arguments"),
        ({"channel_id": "general"}, "invalid_arguments"),
        ({"channel_id": "C0NOWHERE"}, "channel_not_found"),
        ({"channel_id": "C0RANDOM1"}, "not_in_channel"),
        ({"channel_id": "C0ARCHIVE"}, "is_archived"),
        ({"channel_id": "C0GENERAL", "thread_ts": "x"}, "invalid_thread_ts"),
        ({"channel_id": "C0GENERAL", "initial_comment": "x" * 40_001}, "msg_too_long"),
    ],
)
def test_where_files_cannot_go_and_that_the_upload_survives_the_refusal(api, uploaded, more, code):
    files = [{"id": uploaded()}]
    assert error_of(api.files_completeUploadExternal, files=files, **more) == code
    assert api.files_completeUploadExternal(files=files, channel_id="C0GENERAL")["ok"]


def test_only_what_was_uploaded_can_be_completed_and_once(api, uploaded):
    announced = api.files_getUploadURLExternal(filename="a", length=1)["file_id"]
    done = uploaded()
    api.files_completeUploadExternal(files=[{"id": done}])
    for files in ([{"id": announced}], [{"id": done}], [{"id": "F0"}], [{"id": (twice := uploaded())}, {"id": twice}]):
        assert error_of(api.files_completeUploadExternal, files=files) == "file_not_found"
    for files in ("[]", "{}", '["F0"]', "x"):
        with pytest.raises(SlackApiError, match="invalid_arguments"):
            api.api_call("files.completeUploadExternal", params={"files": files})


def test_an_upload_takes_the_announced_bytes_once(slack, api):
    url = api.files_getUploadURLExternal(filename="a", length=3)["upload_url"]
    assert send(url, b"four")[0] == 400
    assert send(url, b"abc")[0] == 200
    assert send(url, b"abc")[0] == 404
    assert send(f"{slack.url}/upload/v1/guessed", b"abc")[0] == 404


def test_a_file_that_was_not_shared_yet_cannot_be_downloaded(slack, uploaded):
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{slack.url}/_local/file?id={uploaded()}", timeout=5)
    with caught.value as error:
        assert "no such file" in json.loads(error.read())["error"]


def test_without_the_scope_slack_says_which_is_missing():
    scopes = [scope for scope in DEFAULT_SCOPES if scope != "files:write"]
    with LocalSlack(clock=MovableClock(), bot_scopes=scopes) as slack:
        with pytest.raises(SlackApiError) as caught:
            client_of(slack).files_upload_v2(channel="C0GENERAL", filename="a.csv", content="a")
        assert caught.value.response["error"] == "missing_scope"
        assert caught.value.response["needed"] == "files:write"
        assert "chat:write" in caught.value.response["provided"]
