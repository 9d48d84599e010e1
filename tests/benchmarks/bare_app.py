"""The least that a Bolt app can be: one command that answers with a word; what Candor is compared with."""

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
    return SlackRequestHandler(app, path="/slack/events")


def answer(ack: Ack) -> None:
    """Answer at once."""
    ack("ok")
