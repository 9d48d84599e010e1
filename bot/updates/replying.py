"""Where an answer goes: into the threads in which its question was asked, and to everybody who asked it by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.storage import asked as stored
from bot.updates.asking import Asked, Question
from bot.updates.model import Series
from bot.updates.posting import post_in_thread, tell
from bot.updates.questions import lines_of
from responses.blocks.weekly import questions as blocks
from responses.phrases import Language


@dataclass(frozen=True)
class Given:
    """An answer that was given; `mark` is its own, so that a repeated click sends nothing a second time."""

    text: str
    by: str
    mark: str
    corrected: bool


def send(
    connection: Connection, series: Series, question: Question, given: Given, languages: Mapping[str, Language],
    now: datetime,
) -> None:  # fmt: skip
    """Post an answer below the posts where its question was asked, and tell who asked it; each in their language."""
    line = lines_of(connection, series, [question])[0]
    key = f"asked:{question.head.id}:{given.mark[:32]}"
    for channel, thread_ts in _threads(connection, series, question):
        reply = blocks.answer(series.language, line, given.text, given.by, series.id, corrected=given.corrected)
        post_in_thread(
            connection, series, f"{key}:{channel}:{thread_ts}", reply, now, channel=channel, thread_ts=thread_ts
        )
    for asker in question.askers:
        if asker == given.by:
            continue
        own = next(each for each in question.everyone if each.by == asker)
        told = blocks.Told(series.id, series.title, own.id, own.text, question.head.id, given.text, given.by)
        message = blocks.tell(languages.get(asker, series.language), told, corrected=given.corrected)
        tell(connection, series, asker, f"{key}:to:{asker}", message, now)


def _threads(connection: Connection, series: Series, question: Question) -> list[tuple[str, str]]:
    """Return the threads an answer belongs in, each once: one asked elsewhere is answered below the latest post."""
    latest = stored.latest_post(connection, series.id, series.channel)
    elsewhere = (latest.posted_channel, latest.message_ts) if latest else None
    found = [_thread(each) or elsewhere for each in question.everyone]
    return [each for each in dict.fromkeys(found) if each is not None]


def _thread(asked: Asked) -> tuple[str, str] | None:
    return (asked.channel, asked.thread_ts) if asked.channel and asked.thread_ts else None
