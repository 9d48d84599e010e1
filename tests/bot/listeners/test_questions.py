"""/candor is answered with the body that the conversation made, as JSON and as it is."""

import json

from slack_bolt import Ack

from bot.listeners.questions import candor
from bot.people import Person
from bot.responder import private_body
from responses.blocks.message import Message

BODY = private_body(Message("Grüß dich", [{"type": "divider"}]))
COMMAND = {"text": "what now?", "user_id": "U1", "trigger_id": "7.7"}


class Conversation:
    def privately(self, text, *, asker, key, language):
        self.asked = (text, asker, key, language())
        return BODY


class People:
    def person(self, user):
        assert user == "U1"
        return Person("it")


def answered(command):
    ack, conversation = Ack(), Conversation()
    candor(ack, command, conversation=conversation, people=People())
    return ack.response, conversation.asked


def test_the_body_goes_out_as_json():
    response, asked = answered(COMMAND)
    assert response.status == 200
    assert response.headers["content-type"] == ["application/json;charset=utf-8"]
    assert response.body == BODY
    assert json.loads(response.body)["text"] == "Grüß dich"
    assert asked == ("what now?", "U1", "7.7", "it")


def test_a_command_without_words_has_none():
    assert answered({**COMMAND, "text": None})[1][0] == ""
