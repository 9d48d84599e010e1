"""/candor-updates: what the command says is done here for start, list, show and help, and by others for the rest."""

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.clock import Clock
from bot.errors import UserError
from bot.listeners import starting
from bot.people import People
from bot.updates.access import Caller
from bot.updates.amending import Amending
from bot.updates.parsing import Command, mentioned, parse
from bot.updates.programme import WEEKDAYS
from bot.updates.service import Updates
from responses.blocks.message import Message
from responses.blocks.updates import plain
from responses.dates import weekday
from responses.phrases import say
from responses.text import clean

LONGEST_COMMAND = 1000
HELP = (
    "commands.updates_start", "commands.updates_start_title", "commands.updates_list", "commands.updates_show",
    "commands.updates_change", "commands.updates_pause", "commands.updates_skip", "commands.updates_move",
    "commands.updates_now", "commands.updates_owner", "commands.updates_commitments",
    "commands.updates_export", "commands.updates_end",
)  # fmt: skip
# What another service does: it answers with a message, or opens a modal with the command's trigger_id and answers None.
Deed = Callable[[Command, Caller, WebClient, str], Message | None]


def candor_updates(
    ack: Ack,
    command: Mapping[str, Any],
    client: WebClient,
    *,
    weekly: Updates,
    amending: Amending,
    people: People,
    clock: Clock,
    default_zone: ZoneInfo,
    wake: Callable[[], None],
    deeds: Mapping[str, Deed],
) -> None:
    """Do what the command says, answer privately."""
    person = people.person(command["user_id"])
    caller = Caller(command["user_id"], command["channel_id"], person.language, person.is_admin)
    raw = command.get("text") or ""
    wanted = parse(clean(raw, LONGEST_COMMAND), mentioned(raw))
    zone, trigger, now = person.zone or default_zone, command["trigger_id"], clock.now()
    message: Message | None = None
    match wanted.name:
        case "start" if wanted.start:
            place = starting.place_of(_channel(caller), (), people, zone)
            message = weekly.start(wanted.start, caller, place, key=f"command:{trigger}", now=now)
            wake()
        case "start":
            client.views_open(trigger_id=trigger, view=weekly.modal(caller, zone, now))
        case "change":
            client.views_open(trigger_id=trigger, view=amending.modal(wanted.number, caller, zone))
        case "list":
            message = weekly.list(caller, now)
        case "show":
            message = weekly.show(wanted.number, caller, now)
        case "help":
            message = _help(caller, weekly)
        case name:
            message = deeds[name](wanted, caller, client, trigger)
    if message is None:
        ack()
    else:
        ack(text=message.text, blocks=message.blocks, response_type="ephemeral")


def _channel(caller: Caller) -> str:
    if caller.channel.startswith("D"):
        raise UserError("updates.not_in_dm")
    return caller.channel


def _help(caller: Caller, weekly: Updates) -> Message:
    programme = weekly.programme
    day = weekday(caller.language, WEEKDAYS.index(programme.weekday))
    values = {"weekday": day, "time": f"{programme.at:%H:%M}", "weeks": programme.sessions}
    lines = [f"• {say(caller.language, key)}" for key in HELP]
    ends = [say(caller.language, "commands.updates_dates"), say(caller.language, "commands.defaults", **values)]
    return plain("\n".join(["*/candor-updates*", *lines, *ends]))
