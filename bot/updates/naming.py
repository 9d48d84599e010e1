"""Whom and what the ids of a record stand for, for files that leave Slack: names where Slack tells them."""

from collections.abc import Callable

from bot.people import People

PATIENCE = 10  # ids in a row without an answer; then Slack is not asked any more, and ids stay


class Names:
    """The names of people and channels by id, each asked for once; without `people` nobody has one."""

    def __init__(self, people: People | None = None) -> None:
        self._people = people
        self._known: dict[str, str] = {}
        self._unanswered = 0

    def person(self, user: str) -> str:
        """Return a person's name, nothing where it is not known."""
        people = self._people
        return self._told(user, lambda: people.person(user).name) if people else ""

    def channel(self, channel: str) -> str:
        """Return a channel's name without its #, nothing where it is not known."""
        people = self._people
        return self._told(channel, lambda: people.channel(channel).name) if people else ""

    def _told(self, key: str, ask: Callable[[], str]) -> str:
        if key not in self._known:
            name = ask() if self._unanswered < PATIENCE else ""
            self._unanswered = 0 if name else self._unanswered + 1
            self._known[key] = name
        return self._known[key]
