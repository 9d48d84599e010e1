"""Which questions from the audience are alike, how they are ranked, how often one was carried over: pure rules."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from responses.asking import asks
from responses.gaps import ALIKE, trigrams

Listed = TypeVar("Listed")
LONGEST = 3000  # characters of a question and of an answer: what one input of a modal takes
# A likeness is only offered, the asker decides: so it may be weaker than where Candor itself counts two as one.
OFFERED = ALIKE - 0.1
_LINK = re.compile(r"\w+://\S+")


@dataclass(frozen=True)
class Asked:
    """One question as somebody asked it, with the answer it got; `by` is None where it was asked anonymously."""

    id: int
    text: str
    by: str | None
    asked_at: datetime
    channel: str | None = None
    thread_ts: str | None = None
    merged_into: int | None = None
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Question:
    """A question with those merged into it, and everybody who voted for one of them."""

    head: Asked
    merged: tuple[Asked, ...] = ()
    voters: frozenset[str] = field(default_factory=frozenset)

    @property
    def everyone(self) -> tuple[Asked, ...]:
        """Return the question itself and those merged into it."""
        return (self.head, *self.merged)

    @property
    def askers(self) -> tuple[str, ...]:
        """Return who asked it by name, each once, the first one first."""
        return tuple(dict.fromkeys(each.by for each in self.everyone if each.by is not None))

    @property
    def behind(self) -> frozenset[str]:
        """Return whom it counts already: who asked it by name and who voted."""
        return self.voters | {*self.askers}

    @property
    def votes(self) -> int:
        """Return how many people want it answered: each one once, an anonymous asker each time they asked."""
        return len(self.behind) + sum(each.by is None for each in self.everyone)

    @property
    def is_open(self) -> bool:
        """Say whether it waits for an answer."""
        return self.head.answered_at is None


def grouped(asked: Iterable[Asked], votes: Mapping[int, Iterable[str]]) -> list[Question]:
    """Return the questions of a series, the merged ones within the one they were merged into; `votes` by question."""
    every = {each.id: each for each in asked}
    members: dict[int, list[Asked]] = defaultdict(list)
    for each in every.values():
        if each.merged_into is not None:
            members[each.merged_into].append(each)
    return [
        Question(
            head,
            tuple(members[head.id]),
            frozenset(voter for each in (head, *members[head.id]) for voter in votes.get(each.id, ())),
        )
        for head in every.values()
        if head.merged_into is None
    ]


def ranked(questions: Iterable[Question]) -> list[Question]:
    """Return questions as the host takes them: most votes first, then the oldest."""
    return sorted(questions, key=lambda each: (-each.votes, each.head.asked_at, each.head.id))


def carried(question: Asked, posted: Iterable[datetime]) -> int:
    """Return how many updates came without its answer, of those posted at the moments `posted`."""
    until = question.answered_at
    return sum(question.asked_at < moment and (until is None or moment < until) for moment in posted)


def likeness(one: str, other: str) -> float:
    """Return the share of common character trigrams: 1 for the same words, whatever their signs and capitals."""
    mine, theirs = trigrams(one), trigrams(other)
    return len(mine & theirs) / len(mine | theirs)


def alike(text: str, questions: Iterable[Question], least: float = OFFERED) -> list[Question]:
    """Return the questions whose words, or those of one merged into it, are like `text`, the most alike first."""
    found = [(max(likeness(text, each.text) for each in question.everyone), question) for question in questions]
    best = sorted(found, key=lambda pair: (-pair[0], pair[1].head.id))
    return [question for share, question in best if share >= least]


def is_question(text: str) -> bool:
    """Say whether a reply in the thread of a post (cleaned) asks something; a question mark inside a link does not."""
    words = _LINK.sub(" ", text).strip()
    return "?" in words or (asks(words) and not words.endswith(("!", ".")))


def pages(count: int, size: int) -> int:
    """Return how many pages a list of `count` takes, at least one."""
    return max(-(-count // size), 1)


def on_page(listed: Sequence[Listed], page: int, size: int) -> tuple[int, Sequence[Listed]]:
    """Return which page is shown (the first one is 0), the last one where there are fewer, and what stands on it."""
    page = min(max(page, 0), pages(len(listed), size) - 1)
    return page, listed[page * size : (page + 1) * size]
