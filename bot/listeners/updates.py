"""/candor-updates: start, list, show and end weekly status updates."""

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt import Ack

from bot.clock import Clock
from bot.errors import UserError
from bot.people import People
from bot.updates.model import StartRequest
from bot.updates.parsing import parse
from bot.updates.programme import WEEKDAYS
from bot.updates.service import Caller, Place, Updates
from responses.blocks.message import Message
from responses.blocks.updates import plain
from responses.dates import weekday
from responses.phrases import say
from responses.text import clean


def candor_updates(
    ack: Ack,
    command: Mapping[str, Any],
    *,
    weekly: Updates,
    people: People,
    clock: Clock,
    default_zone: ZoneInfo,
    wake: Callable[[], None],
) -> None:
    """Do what the command says, answer privately."""
    person = people.person(command["user_id"])
    caller = Caller(command["user_id"], command["channel_id"], person.language, person.is_admin)
    wanted = parse(clean(command.get("text") or ""))
    match wanted.name, wanted.start, wanted.number:
        case "start", StartRequest() as request, _:
            place = _place(command, people, person.zone or default_zone)
            message = weekly.start(request, caller, place, key=f"command:{command['trigger_id']}", now=clock.now())
            wake()
        case "show", _, int() as number:
            message = weekly.show(number, caller)
        case "end", _, int() as number:
            message = weekly.end(number, caller, clock.now())
            wake()
        case "list", _, _:
            message = weekly.list(caller)
        case _:
            message = _help(caller, weekly)
    ack(text=message.text, blocks=message.blocks, response_type="ephemeral")


def _place(command: Mapping[str, Any], people: People, zone: ZoneInfo) -> Place:
    if command["channel_id"].startswith("D"):
        raise UserError("updates.not_in_dm")
    channel = people.channel(command["channel_id"])
    return Place(private=channel.private, can_post=channel.can_post, zone=zone)


def _help(caller: Caller, weekly: Updates) -> Message:
    programme = weekly.programme
    day = weekday(caller.language, WEEKDAYS.index(programme.weekday))
    values = {"weekday": day, "time": f"{programme.at:%H:%M}", "weeks": programme.sessions}
    lines = [say(caller.language, "commands.candor-updates"), say(caller.language, "commands.defaults", **values)]
    return plain("\n".join(lines))
