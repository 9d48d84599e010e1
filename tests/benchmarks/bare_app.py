"""The least that a Bolt app can be, which Candor is compared with: a command is answered with a word.

`/candor-sized N` is answered with a message of about N bytes, as Candor's answers are.
"""

import json
import os

from slack_bolt import Ack, App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient


def site() -> SlackRequestHandler:
    """Return the WSGI application, set up as Candor's is."""
    client = WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"], retry_handlers=[])
    app = App(
        client=client,
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        process_before_response=True,
        token_verification_enabled=False,
    )
    app.command("/candor")(answer)
    app.command("/candor-updates")(answer)
    app.command("/candor-sized")(answer_sized)
    return SlackRequestHandler(app, path="/slack/events")


def answer(ack: Ack) -> None:
    """Answer at once."""
    ack("ok")


def answer_sized(ack: Ack, command: dict[str, str]) -> None:
    """Answer at once, in sections."""
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "words " * 70}}
    ack("ok", blocks=[section] * round(int(command["text"]) / len(json.dumps(section))))
