"""What is seen in the workspace as a drill goes on: each new message, shortened, with its date and place."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.drill.hands import BOT, DIRECT
from bot.local.person import Person
from bot.local.state import JsonObject
from responses.text import shorten, unescape

WIDTH = 150
_DATE = re.compile(r"<!date\^\d+\^[^|>]*\|([^>]*)>")
_MENTION = re.compile(r"<[@#]([A-Z0-9]+)>")
_MARKS = re.compile(r"(?<![\w*~_])[*~_]|[*~_](?![\w*~_])")


class Transcript:
    """Reads every place again and tells what is new; `keys` counts the idempotency keys of all that Candor posted."""

    def __init__(self, url: str, zone: ZoneInfo, tell: Callable[[str], None]) -> None:
        self._url = url
        self._zone = zone
        self._tell = tell
        self._seen: set[tuple[str, str]] = set()
        self._names: dict[str, str] = {}
        self.keys: Counter[str] = Counter()
        self.places: Counter[str] = Counter()

    def act(self, now: datetime, who: str, what: str) -> None:
        """Tell what somebody does."""
        self._tell(f"{self._when(now)}  {who.capitalize()} {what}")

    def look(self) -> None:
        """Tell what was written since the last look, in the order in which it was."""
        for place, message in sorted(self._new(), key=lambda pair: float(pair[1]["ts"])):
            if message["user"] == BOT and (key := key_of(message)):
                self.keys[key] += 1
                self.places[place] += 1
            if message["user"] == BOT:
                self._message(place, message)

    def _new(self) -> Iterator[tuple[str, JsonObject]]:
        state = Person(self._url, "").get("state")
        people = {user["id"]: user["name"] for user in state["users"]}
        channels = {channel["id"]: f"#{channel['name']}" for channel in state["channels"]}
        self._names = people | channels | {state["bot"]["id"]: "Candor"}
        first = Person(self._url, next(iter(people.values())))
        for channel, name in channels.items():
            yield from self._fresh(name, first, channel)
        for name in people.values():
            yield from self._fresh(f"@{name}", Person(self._url, name), DIRECT)

    def _fresh(self, place: str, reader: Person, channel: str) -> Iterator[tuple[str, JsonObject]]:
        for message in reader.messages(channel):
            if message.get("ephemeral_to"):
                continue
            if message.get("reply_count"):
                for below in reader.messages(channel, message["ts"])[1:]:
                    yield from self._once(f"threads of {place}", below)
            yield from self._once(place, message)

    def _once(self, place: str, message: JsonObject) -> Iterator[tuple[str, JsonObject]]:
        if (place, message["ts"]) not in self._seen:
            self._seen.add((place, message["ts"]))
            yield place, message

    def _message(self, place: str, message: JsonObject) -> None:
        self._tell(f"{self._when(datetime.fromtimestamp(float(message['ts']), UTC))}  Candor, {place}:")
        for block in [*_texts(message["blocks"])] or [message["text"]]:
            for line in block.splitlines() if _is_report(message) else [block.replace("\n", " / ")]:
                self._tell(f"    {shorten(readable(line, self._names), WIDTH)}")
        for file in message.get("files", ()):
            self._tell(f"    file: {file['name']}")

    def _when(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._zone):%a %d %b %Y %H:%M %Z}"


def readable(mrkdwn: str, names: Mapping[str, str]) -> str:
    """Return mrkdwn as a terminal shows it: names instead of ids, no marks, UTC for the reader's own time."""
    text = _DATE.sub(r"\1", mrkdwn)
    text = _MENTION.sub(lambda found: names.get(found[1], found[1]), text)
    return unescape(_MARKS.sub("", text))


def key_of(message: JsonObject) -> str:
    """Return a message's idempotency key, nothing where it has none."""
    key: str = ((message.get("metadata") or {}).get("event_payload") or {}).get("key", "")
    return key


def _is_report(message: JsonObject) -> bool:
    return "closing" in key_of(message).split(":")


def _texts(blocks: list[JsonObject]) -> Iterator[str]:
    """Yield what each block says; buttons are left out."""
    for block in blocks:
        if block["type"] in {"section", "header"}:
            yield block["text"]["text"]
        elif block["type"] == "context":
            yield " ".join(each["text"] for each in block["elements"] if "text" in each)
