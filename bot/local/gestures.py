"""What a person can do: write, command, click, submit, look; each carried out as Slack's client would."""

import re
from collections.abc import Sequence

from bot.local import payloads
from bot.local.answers import Answers
from bot.local.blocks import elements_of
from bot.local.deliveries import Deliveries
from bot.local.errors import Refused, SlackError
from bot.local.forms import complaints, state_values
from bot.local.inputs import reported
from bot.local.limits import LONGEST_TEXT, check_view
from bot.local.mrkdwn import compose
from bot.local.state import Channel, Json, JsonObject, Message, User
from bot.local.states import is_stateful, options_of, shown
from bot.local.transport import Ack
from bot.local.workspace import Draft, Workspace

_COMMAND = re.compile(r"(/[a-z0-9_-]+)(?:\s+(.*))?", re.DOTALL)
_PLAIN = ("static_select", "radio_buttons", "overflow", "checkboxes", "multi_static_select")


class Gestures:
    """A person's side of the workspace; `commands` are (name, hint), none means that any is taken."""

    def __init__(
        self,
        workspace: Workspace,
        deliveries: Deliveries,
        answers: Answers,
        base_url: str,
        commands: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._workspace = workspace
        self._deliveries = deliveries
        self._answers = answers
        self._base_url = base_url
        self.commands = tuple(commands)

    def write(self, user: User, channel: Channel, text: str, thread: Message | None) -> JsonObject:
        """Write a message as somebody; Refused where Slack's composer would."""
        if not text.strip():
            raise Refused("There is no text.")
        if len(text) > LONGEST_TEXT:
            raise Refused(f"A message has at most {LONGEST_TEXT} characters.")
        stored = compose(text, self._workspace.entity)
        draft = Draft(stored, thread_ts=thread.ts if thread else None)
        return {"ts": self._workspace.post(channel, user, draft).ts}

    async def command(self, user: User, channel: Channel, text: str) -> JsonObject:
        """Send a slash command; answer what the app answered."""
        match = _COMMAND.fullmatch(text.strip())
        known = [name for name, _ in self.commands]
        if match is None or (known and match[1] not in known):
            first = text.split(maxsplit=1)[0]
            raise Refused(f"{first} is not a valid command. There is: {', '.join(known) or '/name text'}.")
        words = (match[1], compose(match[2] or "", self._labelled))
        token = self._workspace.response_urls.issue(channel.id, user.id)
        trigger = self._workspace.triggers.issue(user.id, channel.id)
        payload = payloads.command(channel, user, words, self._response_url(token), trigger)
        ack = await self._deliveries.ask("slash_commands", payload)
        return self._command_answer(ack, user, channel, match[1], token)

    async def click(
        self,
        user: User,
        channel: Channel,
        message: Message,
        action_id: str,
        value: Json,
        block_id: str | None = None,
    ) -> JsonObject:
        """Press a button or choose an option in a message; `block_id` where an action_id appears in several."""
        action = self._action(message.blocks, action_id, value, block_id)
        payload = payloads.message_action(channel, user, message, action)
        if is_stateful(action):
            payload["state"] = {"values": self._state(message.blocks, action)}
        token = self._workspace.response_urls.issue(channel.id, user.id, message.ts)
        payload["response_url"] = self._response_url(token)
        ack = await self._interact(user, payload)
        if not ack.acknowledged:
            return self._failed(ack, user, channel, message.thread_ts)
        self._answers.acknowledged(token, ack.body)
        return {"ok": True, **ack.body}

    async def click_in_view(
        self,
        user: User,
        view: JsonObject,
        action_id: str,
        value: Json,
        values: Json,
        block_id: str | None = None,
    ) -> JsonObject:
        """Press a button or choose an option in a modal or Home tab; `values` are the inputs so far."""
        states = state_values(self._workspace, view, values)
        action = self._action(view["blocks"], action_id, value, block_id)
        if is_stateful(action):
            states[action["block_id"]][action_id] = self._bare(action)
        ack = await self._interact(user, payloads.view_action(user, self._filled(view, states), action))
        return {"ok": True, **ack.body} if ack.acknowledged else self._failed(ack, user)

    async def submit(self, user: User, view: JsonObject, values: Json) -> JsonObject:
        """Submit a modal; answer the app's response_action, or what Slack's client has against the inputs."""
        view = self._filled(view, state_values(self._workspace, view, values))
        wrong = complaints(view["blocks"], view["state"]["values"])
        if wrong:
            return {"ok": False, "response_action": "errors", "errors": wrong}
        payload = payloads.common("view_submission", user) | {"view": view, "response_urls": []}
        ack = await self._interact(user, payload)
        if not ack.acknowledged:
            return self._failed(ack, user)
        try:
            return self._respond_to_submission(user, view, ack.body)
        finally:
            self._workspace.changed()

    async def close(self, user: User, view: JsonObject, *, everything: bool = False) -> JsonObject:
        """Close a modal, or `everything` below it too, without submitting; the app hears of it when it asked to."""
        cleared = everything or view["clear_on_close"]
        for closed in self._workspace.views.close(view["root_view_id"] if cleared else view["id"]):
            if closed["notify_on_close"]:
                payload = payloads.common("view_closed", user) | {"view": closed, "is_cleared": cleared}
                await self._interact(user, payload)
        self._workspace.changed()
        return {"ok": True}

    async def shortcut(self, user: User, channel: Channel, message: Message, callback_id: str) -> JsonObject:
        """Use a message shortcut."""
        when = self._workspace.action_ts()
        payload = payloads.shortcut(channel, user, message, callback_id, when)
        token = self._workspace.response_urls.issue(channel.id, user.id)
        ack = await self._interact(user, payload | {"response_url": self._response_url(token)})
        return {"ok": True} if ack.acknowledged else self._failed(ack, user, channel)

    async def open_home(self, user: User) -> JsonObject:
        """Open the Home tab: the app is told, then what it last published is shown."""
        await self._deliveries.tell(self._workspace.open_home(user, "home"))
        return {"view": self._workspace.views.home(user.id)}

    async def _interact(self, user: User, payload: JsonObject) -> Ack:
        payload["trigger_id"] = self._workspace.triggers.issue(user.id, payload.get("channel", {}).get("id"))
        return await self._deliveries.ask("interactive", payload)

    def _respond_to_submission(self, user: User, view: JsonObject, body: JsonObject) -> JsonObject:
        views, action = self._workspace.views, body.get("response_action")
        try:
            if action == "errors":
                return {"ok": True, "response_action": "errors", "errors": _errors(view, body.get("errors"))}
            if action == "update":
                views.update(views.find(view["id"]), check_view(body.get("view"), kinds=("modal",)))
            elif action == "push":
                views.push(user.id, check_view(body.get("view"), kinds=("modal",)))
            elif action == "clear":
                views.clear(user.id)
            else:
                views.close(view["id"])
        except SlackError as error:
            text = "We had some trouble connecting. Try again?"
            return {"ok": False, "error": error.code, "text": text, **error.fields}
        return {"ok": True, **body}

    def _command_answer(self, ack: Ack, user: User, channel: Channel, name: str, token: str) -> JsonObject:
        failure, problems = ack.reason, {}
        if ack.acknowledged:
            try:
                self._answers.acknowledged(token, ack.body)
            except SlackError as error:
                failure, problems = "invalid_command_response", {"detail": error.code, **error.fields}
            else:
                return ack.body
        text = f"{name} failed with the error “{failure}”"
        self._answers.fail(channel, user.id, text)
        return {"error": failure, "text": text, **problems}

    def _failed(self, ack: Ack, user: User, channel: Channel | None = None, thread: str | None = None) -> JsonObject:
        text = f"That did not work: the app answered with the error “{ack.reason}”"
        if channel is not None:
            self._answers.fail(channel, user.id, text, thread)
        return {"ok": False, "error": ack.reason, "text": text}

    def _filled(self, view: JsonObject, states: JsonObject) -> JsonObject:
        self._workspace.views.fill(view["id"], states)
        return {**view, "state": {"values": states}}

    def _action(self, blocks: list[JsonObject], action_id: str, value: Json, block_id: str | None) -> JsonObject:
        there = [(b, e) for b in blocks for e in elements_of(b) if block_id in (None, b["block_id"])]
        found = [(block, element) for block, element in there if element.get("action_id") == action_id]
        if not found:
            known = ", ".join(e["action_id"] for _, e in there if "action_id" in e) or "none"
            raise Refused(f"Nothing here has the action_id {action_id!r}; there is: {known}.", 404)
        if all(block["type"] == "input" and not block.get("dispatch_action") for block, _ in found):
            raise Refused(f"{action_id} is an input without dispatch_action: the app hears of it on submission only.")
        for block, element in found:
            if _offers(element, value) or (element["type"] != "button" and len(found) == 1):
                return self._acted(block, element, value)
        values = ", ".join(str(element.get("value")) for _, element in found)
        raise Refused(f"No {action_id} has the value {value!r}; there is: {values}.", 404)

    def _acted(self, block: JsonObject, element: JsonObject, value: Json) -> JsonObject:
        action = {"action_id": element["action_id"], "block_id": block["block_id"], "type": element["type"]}
        action["action_ts"] = self._workspace.action_ts()
        if element["type"] == "button":
            return action | {key: element[key] for key in ("text", "value", "style") if key in element}
        if value is None and element["type"] in _PLAIN:
            known = ", ".join(option["value"] for option in options_of(element))
            raise Refused(f"{element['action_id']} needs a value; one of: {known}.")
        return action | reported(self._workspace, element, value)

    def _state(self, blocks: list[JsonObject], action: JsonObject) -> JsonObject:
        values = shown(blocks, {})
        values[action["block_id"]][action["action_id"]] = self._bare(action)
        return values

    def _bare(self, action: JsonObject) -> JsonObject:
        return {key: held for key, held in action.items() if key not in ("action_id", "block_id", "action_ts")}

    def _labelled(self, sigil: str, name: str) -> str | None:
        return self._workspace.entity(sigil, name, labelled=True)

    def _response_url(self, token: str) -> str:
        return f"{self._base_url}/response/{token}"


def _offers(element: JsonObject, value: Json) -> bool:
    if element["type"] == "button":
        return value is None or element.get("value") == str(value)
    names = {name for option in options_of(element) for name in (option["value"], option["text"]["text"])}
    wanted = value if isinstance(value, list) else [value]
    return not names or not wanted or any(each in names for each in wanted)


def _errors(view: JsonObject, errors: Json) -> JsonObject:
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or set(errors) - inputs:
        raise SlackError("invalid_errors", inputs=sorted(inputs))
    return errors
