"""How a drill is played: the clock is moved to each act, which a person carries out over the workspace's interface."""

from collections.abc import Callable
from datetime import datetime
from urllib.request import urlopen

from bot.drill.gestures import GESTURES
from bot.drill.hands import DIRECT, DrillError, Hands
from bot.drill.script import Act, Script
from bot.drill.transcript import Transcript
from bot.drill.verdict import Verdict, judge
from bot.local.person import Person

# Of the workspace's time, not of ours: longer than the pace of a channel, so that all that is due has been sent.
A_WHILE = 5
SECONDS = 60


class Player:
    """Plays a script in a workspace whose clock stands at its beginning and whose app is running."""

    def __init__(self, url: str, script: Script, tell: Callable[[str], None]) -> None:
        self._script = script
        self._clock = Person(url, "")
        self._url = url
        self._tell = tell
        self.transcript = Transcript(url, script.zone, tell)

    def play(self) -> Verdict:
        """Play all acts; return how the outcome compares with the record. Raises DrillError, LocalError."""
        self._tell(self._script.about)
        for act in self._script.acts:
            self._move_to(act.at)
            self._carry_out(act)
        return judge(self._script, self.files(), self.transcript.keys, self.transcript.places)

    def files(self) -> dict[str, bytes]:
        """Return the files that came last to the one who asked for them, by name."""
        messages = Person(self._url, self._script.files_for).messages(DIRECT)
        shared = next((message["files"] for message in reversed(messages) if message.get("files")), None)
        if shared is None:
            raise DrillError("no files have come")
        return {file["name"]: _download(file["url_private"]) for file in shared}

    def _carry_out(self, act: Act) -> None:
        known = GESTURES[act.does]
        count = len(act.given.get("commitments", ()))
        self.transcript.act(self._now(), act.who, known.told.format(**{"count": count} | dict(act.given)))
        hands = Hands(Person(self._url, act.who), self._script.channel)
        try:
            known.do(hands, act.given)
        except DrillError as error:
            raise DrillError(f"{act.at:%Y-%m-%d %H:%M}, {act.who}, {act.does}: {error}") from error
        hands.leave()
        self._advance(A_WHILE)

    def _move_to(self, moment: datetime) -> None:
        self._advance((moment - self._now()).total_seconds())

    def _advance(self, seconds: float) -> None:
        self._clock.post("clock", advance_seconds=max(seconds, 0))
        self.transcript.look()

    def _now(self) -> datetime:
        return datetime.fromisoformat(self._clock.get("state")["now"])


def _download(url: str) -> bytes:
    with urlopen(url, timeout=SECONDS) as answer:  # noqa: S310 - the workspace's own address
        content: bytes = answer.read()
    return content
