"""Somebody's hands at the workspace: press the newest button of a kind, fill in and send what opens, never in vain."""

from bot.local.person import Person
from bot.local.state import Json, JsonObject

BOT = "U0CANDOR1"
DIRECT = "dm"


class DrillError(Exception):
    """A gesture did not do what a person would expect of it."""


class Hands:
    """One person in the channel of a drill and in their direct messages with Candor."""

    def __init__(self, person: Person, channel: str) -> None:
        self.person = person
        self.channel = channel

    def newest(self, action_id: str) -> tuple[str, JsonObject, JsonObject]:
        """Return the newest message with a button, in the channel or a direct message: its place, itself, the button.

        Raises DrillError where there is none.
        """
        seen = [(place, message) for place in (self.channel, DIRECT) for message in self.person.messages(place)]
        for place, message in sorted(seen, key=lambda pair: float(pair[1]["ts"]), reverse=True):
            for element in elements(message["blocks"]):
                if element.get("action_id") == action_id:
                    return place, message, element
        raise DrillError(f"{self.person.name} sees no button {action_id}")

    def press(self, action_id: str) -> None:
        """Press the newest button of a kind."""
        place, message, element = self.newest(action_id)
        self._done(self.person.click(place, message["ts"], action_id, element["value"]), action_id)

    def press_in_modal(self, action_id: str, beside: str | None = None) -> None:
        """Press a button in the uppermost modal: the only one, or the one in or below the text that holds `beside`."""
        view = self.top()
        for element in elements(_from(view["blocks"], beside)):
            if element.get("action_id") == action_id:
                self._done(self.person.click_in_view(view["id"], action_id, element["value"]), action_id)
                return
        raise DrillError(f"{self.person.name} sees no {action_id} beside {beside!r}")

    def fill(self, **typed: Json) -> None:
        """Submit the uppermost modal; `typed` by the name of an input's block, up to its colon, or of its action."""
        view = self.top()
        values: dict[str, dict[str, Json]] = {}
        for block in view["blocks"]:
            if block["type"] == "input":
                action = block["element"]["action_id"]
                for name in (block["block_id"].partition(":")[0], action):
                    if name in typed:
                        values[block["block_id"]] = {action: typed.pop(name)}
                        break
        if typed:
            raise DrillError(f"{view['callback_id']} has no {', '.join(typed)}")
        answer = self.person.submit(view["id"], values)
        self._done(answer, view["callback_id"])
        if answer.get("response_action") == "errors":
            raise DrillError(f"{view['callback_id']} complains: {answer['errors']}")

    def command(self, text: str) -> JsonObject:
        """Type a slash command into the channel; return what it answered."""
        answer = self.person.say(self.channel, text)
        self._done(answer, text)
        return answer

    def top(self) -> JsonObject:
        """Return the uppermost modal."""
        views = self.person.views()
        if not views:
            raise DrillError(f"{self.person.name} has no modal open")
        return views[-1]

    def leave(self) -> None:
        """Close whatever is open."""
        while views := self.person.views():
            self.person.close(views[-1]["id"], everything=True)

    def _done(self, answer: JsonObject, what: str) -> None:
        if "error" in answer:
            raise DrillError(f"{what} of {self.person.name} failed: {answer['error']}")


def elements(blocks: list[JsonObject]) -> list[JsonObject]:
    """Return the buttons of blocks, in order."""
    found: list[JsonObject] = []
    for block in blocks:
        found += [*block.get("elements", ()), *filter(None, [block.get("accessory")])]
    return found


def _from(blocks: list[JsonObject], beside: str | None) -> list[JsonObject]:
    if beside is None:
        return blocks
    texts = [(block.get("text") or {}).get("text", "") for block in blocks]
    first = next((place for place, text in enumerate(texts) if beside in text), len(blocks))
    return blocks[first : first + 2]
