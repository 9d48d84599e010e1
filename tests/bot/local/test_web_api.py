"""The Web API as slack_sdk sees it: tokens, scopes, people, and the shape of refusals."""

import json
import urllib.request
from http.client import HTTPConnection

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.local.clock import MovableClock
from bot.local.server import LocalSlack
from bot.local.state import BOT_ID, BOT_USER_ID

from .conftest import client_of


def error_of(call, *args, **kwargs) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(*args, **kwargs)
    return str(caught.value.response["error"])


def raw(slack: LocalSlack, method: str, body: str, content_type: str, query: str = "") -> dict:
    connection = HTTPConnection("127.0.0.1", int(slack.url.rpartition(":")[2]), timeout=5)
    headers = {"Content-Type": content_type, "Authorization": f"Bearer {slack.bot_token}"}
    connection.request("POST", f"/api/{method}{query}", body, headers)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def test_auth_test_tells_whose_token_it_is_and_its_scopes(api: WebClient):
    answer = api.auth_test()
    assert (answer["user_id"], answer["bot_id"]) == (BOT_USER_ID, BOT_ID)
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize(("token", "code"), [("xoxb-wrong", "invalid_auth"), (None, "not_authed"), ("", "not_authed")])
def test_unknown_and_missing_tokens(slack, token, code):
    assert error_of(WebClient(token=token, base_url=slack.api_url).auth_test) == code


def test_each_kind_of_token_opens_its_own_doors(slack, api):
    assert error_of(api.apps_connections_open, app_token=slack.bot_token) == "not_allowed_token_type"
    assert error_of(WebClient(token=slack.app_token, base_url=slack.api_url).users_list) == "not_allowed_token_type"
    answer = api.apps_connections_open(app_token=slack.app_token)
    assert answer["url"].startswith("ws://127.0.0.1:")


def test_unknown_methods(api):
    assert error_of(api.api_call, "chat.shout") == "unknown_method"


def test_api_test_echoes_errors(api):
    assert api.api_test()["ok"]
    assert error_of(api.api_test, error="my_error") == "my_error"


def test_a_missing_scope_is_named():
    with LocalSlack(clock=MovableClock(), bot_scopes=("commands",)) as slack:
        api = client_of(slack)
        api.auth_test()
        with pytest.raises(SlackApiError) as caught:
            api.chat_postMessage(channel="C0GENERAL", text="hi")
    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "chat:write"
    assert caught.value.response["provided"] == "commands"


def test_history_needs_the_scope_of_its_kind_of_conversation():
    with LocalSlack(clock=MovableClock(), bot_scopes=("channels:history",)) as slack:
        api = client_of(slack)
        assert api.conversations_history(channel="C0GENERAL")["messages"] == []
        assert error_of(api.conversations_history, channel="G0LEADERS") == "missing_scope"


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        ("{", "application/json", "invalid_json"),
        ("[]", "application/json", "json_not_object"),
        ("", "application/json", "channel_not_found"),
        ("channel=C0GENERAL&text=hi&blocks=%7B", "application/x-www-form-urlencoded", "invalid_blocks_format"),
        ("channel=C0GENERAL&text=hi&metadata=x", "application/x-www-form-urlencoded", "invalid_metadata_format"),
    ],
)
def test_malformed_bodies(slack, body, content_type, error):
    assert raw(slack, "chat.postMessage", body, content_type)["error"] == error


def test_arguments_may_come_as_form_json_or_query(slack):
    form = "application/x-www-form-urlencoded"
    assert raw(slack, "chat.postMessage", "channel=C0GENERAL&text=form", form)["ok"]
    assert raw(
        slack, "chat.postMessage", '{"channel": "C0GENERAL", "text": "json"}', "application/json; charset=utf-8"
    )["ok"]
    assert raw(slack, "chat.postMessage", "", "application/json", "?channel=C0GENERAL&text=query")["ok"]


def test_the_token_may_come_as_an_argument(slack):
    url = f"{slack.api_url}auth.test?token={slack.bot_token}"
    with urllib.request.urlopen(url, timeout=5) as response:
        assert json.load(response)["ok"]


def test_users(api):
    assert {user["name"] for user in api.users_list()["members"]} == {
        "ada", "ben", "chiara", "dieter", "efren", "candor",
    }  # fmt: skip
    chiara = api.users_info(user="U0CHIARA1")["user"]
    assert (chiara["tz"], chiara["is_admin"], "locale" in chiara) == ("Europe/Rome", False, False)
    assert api.users_info(user="U0CHIARA1", include_locale=True)["user"]["locale"] == "it-IT"
    assert api.users_info(user="U0ADA0001")["user"]["is_admin"]
    assert error_of(api.users_info, user="U0NOBODY1") == "user_not_found"


def test_users_are_paged(api):
    assert [len(page["members"]) for page in api.users_list(limit=4)] == [4, 2]


def test_bots_info(api):
    assert api.bots_info(bot=BOT_ID)["bot"]["user_id"] == BOT_USER_ID
    assert error_of(api.bots_info, bot="B0OTHER") == "bot_not_found"
