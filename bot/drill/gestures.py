"""What people do in a drill, each with the buttons, modals and commands that anybody would use for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.drill.hands import BOT, DIRECT, Hands
from bot.drill.script import Given
from responses.blocks.weekly import asking, values
from responses.blocks.weekly.values import Target

Gesture = Callable[[Hands, Given], None]


@dataclass(frozen=True)
class Known:
    """A gesture, and how the transcript tells it; {…} are the act's own words."""

    do: Gesture
    told: str


def start(hands: Hands, given: Given) -> None:
    """Start the series in the modal, after a look at all its dates."""
    hands.command("/candor-updates start")
    hands.fill(**given["form"], channel=hands.channel, commitments="\n".join(given["commitments"]))
    hands.fill()


def write(hands: Hands, given: Given) -> None:
    """Write an update, look at the preview, send it."""
    hands.press(values.WRITE)
    hands.fill(**given["texts"])
    hands.fill()


def write_now(hands: Hands, given: Given) -> None:
    """Write an update outside the rhythm."""
    hands.command(f"/candor-updates now {series(hands)}")
    hands.fill(**given["texts"])
    hands.fill()


def nothing_new(hands: Hands, _given: Given) -> None:
    """Say by one click that there is nothing new."""
    hands.press(values.NOTHING_NEW)


def hand_over(hands: Hands, given: Given) -> None:
    """Ask somebody to take the next session over."""
    hands.press(values.HAND_OVER)
    hands.fill(anyone=given["to"])


def decline(hands: Hands, _given: Given) -> None:
    """Decline to take a session over."""
    hands.press(values.HAND_OVER_DECLINE)


def ask(hands: Hands, given: Given) -> None:
    """Ask by the button below the newest post."""
    hands.press(values.ASK)
    how = asking.ANONYMOUS if given.get("anonymously") else asking.BY_NAME
    hands.fill(**{asking.TEXT_BLOCK: given["text"], asking.HOW_BLOCK: how})


def vote_instead(hands: Hands, given: Given) -> None:
    """Begin to ask, see that somebody else did, and vote for that."""
    ask(hands, given)
    hands.press_in_modal(values.VOTE, beside=given["like"])


def reply(hands: Hands, given: Given) -> None:
    """Ask by a reply in the thread of the newest post."""
    posts = [each for each in hands.person.messages(hands.channel) if each["user"] == BOT]
    hands.person.say(hands.channel, given["text"], posts[-1]["ts"])


def vote(hands: Hands, given: Given) -> None:
    """Vote for a question in the list."""
    hands.command(f"/candor-updates questions {series(hands)}")
    hands.press_in_modal(values.VOTE, beside=given["question"])


def answer(hands: Hands, given: Given) -> None:
    """Answer a question."""
    hands.command(f"/candor-updates questions {series(hands)}")
    hands.press_in_modal(values.QUESTION_OPEN, beside=given["question"])
    hands.fill(answer=given["text"])


def close(hands: Hands, given: Given) -> None:
    """Close a commitment as done, on the board."""
    _open_commitment(hands, given["commitment"])
    hands.fill(state="done")


def explain(hands: Hands, given: Given) -> None:
    """Give the reason why a commitment is late; its date stays."""
    _open_commitment(hands, given["commitment"])
    hands.fill(reason=given["reason"])


def fetch_files(hands: Hands, _given: Given) -> None:
    """Ask for the whole record as files; they come as a direct message, a moment after the command was answered."""
    hands.command(f"/candor-updates export {series(hands)}")
    hands.person.wait_for(DIRECT, lambda messages: any(message.get("files") for message in messages), seconds=20)


def go_on(hands: Hands, _given: Given) -> None:
    """Let the series go on once a month."""
    hands.press(values.GO_ON_MONTHLY)


def series(hands: Hands) -> int:
    """Return the number of the series, as the newest post knows it."""
    return Target.unpack(hands.newest(values.ASK)[2]["value"]).series


def _open_commitment(hands: Hands, number: int) -> None:
    hands.command(f"/candor-updates commitments {series(hands)}")
    hands.press_in_modal(values.COMMITMENT_EDIT, beside=f"{number}. *")


GESTURES: Mapping[str, Known] = {
    "start": Known(start, "starts the series “{form[title]}” with {count} commitments"),
    "write": Known(write, "writes the update"),
    "write_now": Known(write_now, "writes an update outside the rhythm"),
    "nothing_new": Known(nothing_new, "clicks “Nothing new”"),
    "hand_over": Known(hand_over, "asks {to} to take the session over"),
    "decline": Known(decline, "declines"),
    "ask": Known(ask, "asks: {text}"),
    "vote_instead": Known(vote_instead, "wants to ask: {text} – and votes for the question that is there"),
    "reply": Known(reply, "asks in the thread: {text}"),
    "vote": Known(vote, "votes for “{question} …”"),
    "answer": Known(answer, "answers “{question} …”"),
    "close": Known(close, "closes commitment {commitment} as done"),
    "explain": Known(explain, "gives the reason for commitment {commitment}"),
    "fetch_files": Known(fetch_files, "asks for the files"),
    "go_on": Known(go_on, "lets it go on once a month"),
}
