"""The weekly update's messages: within Slack's limits and harmless, whatever a title holds, in four languages."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from slack_sdk.models.blocks import Block

from responses.blocks import updates as blocks
from responses.phrases import LANGUAGES, say

DUE = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
LONGEST_ZONE = ZoneInfo("America/Argentina/ComodRivadavia")
# As hostile as a title may be: 150 characters, each of which is five when escaped, and calls to everybody.
NASTY = [
    "&" * 150,
    "<>" * 75,
    "<!channel> <!here> <@U1> <https://evil.example|bank>" + "&" * 98,
    "{title} {0} %s \\ `*_~",
]
WEEKS = 104

REMINDER = blocks.Reminder(
    title="Data leak", week=2, weeks=13, host="U2", agenda=[("Opening", 5), ("Questions", 20)], due_at=DUE,
    zone=ZoneInfo("Europe/Berlin"), late=None, next_at=DUE + WEEK,
)  # fmt: skip
STARTED = blocks.Started(
    number=7, title="Data leak", channel="C1", host="U2", zone=ZoneInfo("Europe/Berlin"), zone_was_given=False,
    sessions=[DUE + week * WEEK for week in range(13)], clock_changes=[5], can_post=False,
)  # fmt: skip
STATUSES = ("planned", "queued", "posted", "late", "missed", "ended")


def all_weeks(status):
    posted = DUE + 11 * timedelta(hours=1) if status == "late" else None
    cause = "restricted_action_read_only_channel" if status == "missed" else None
    return [(week, DUE, status, posted, cause) for week in range(1, WEEKS + 1)]


def record_of(title, weeks, zone=LONGEST_ZONE):
    return blocks.Record(999, title, "C0123456789", "U0123456789", "W0123456789", zone, weeks, DUE, None)


def every_message(language, title):
    """Every message that a title goes into, as long as each can become."""
    line = blocks.Line(999, title, "C0123456789", WEEKS, LONGEST_ZONE, WEEKS, DUE)
    reminder = replace(REMINDER, title=title, late=timedelta(hours=11), zone=LONGEST_ZONE, weeks=WEEKS, week=WEEKS)
    started = replace(
        STARTED, title=title, zone=LONGEST_ZONE, sessions=[DUE] * WEEKS, clock_changes=[*range(WEEKS + 1)]
    )  # fmt: skip
    yield "reminder", blocks.reminder(language, replace(reminder, agenda=[("&" * 200, 180)] * 2))
    yield "missed", blocks.missed(language, title, range(1, WEEKS + 1), 12, DUE, LONGEST_ZONE)
    yield "started", blocks.started(language, started)
    yield "listing", blocks.listing(language, [line] * 30, hidden=70)
    for status in STATUSES:
        yield f"record, all {status}", blocks.record(language, record_of(title, all_weeks(status)))
    for now in (True, False):
        yield "ended", blocks.ended(language, title, 999, now=now)
    yield "announce_ended", blocks.announce_ended(language, title, "U1", 3, WEEKS)


def texts_of(message):
    for block in message.blocks:
        yield from (element["text"] for element in block.get("elements", [block.get("text")]))


@pytest.mark.parametrize("title", NASTY)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_title_breaks_a_limit_of_slacks(language, title):
    for name, message in every_message(language, title):
        assert 1 <= len(message.blocks) <= 50, name
        assert 1 <= len(message.text) <= 4000, name
        assert sum(map(len, texts_of(message))) <= 13_200, name  # reference/slack.md: msg_blocks_too_long from there on
        sections = [block for block in message.blocks if block["type"] != "header"]
        assert "…" not in {*texts_of(replace(message, blocks=sections))}, f"{name}: a text did not fit and is gone"
        for block in Block.parse_all(message.blocks):
            block.validate_json()


@pytest.mark.parametrize("title", NASTY)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_title_calls_links_or_formats(language, title):
    """Every `<` of a message opens one of our own mentions, channels or dates."""
    ours = re.compile(r"<(?:@[UW]\w+|#C\w+|!date\^\d+\^\{date_short_pretty\} \{time\}\|[\d: -]+ UTC)>")
    for name, message in every_message(language, title):
        for text in (message.text, *texts_of(message)):
            rest = ours.sub("", text)
            assert "<" not in rest, name
            assert ">" not in rest, name
            assert not re.search(r"&(?!(?:amp|lt|gt);)", rest), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reminder_names_the_week_the_host_the_agenda_and_the_next_date(language):
    message = blocks.reminder(language, REMINDER)
    header, expected, agenda, footer = message.blocks
    assert header["text"]["text"] == say(language, "updates.week", week=2, weeks=13, title="Data leak")
    assert expected["text"]["text"] == say(language, "updates.expected", host="<@U2>")
    assert agenda["text"]["text"].splitlines() == [
        say(language, "updates.agenda"),
        say(language, "updates.agenda_item", number=1, title="Opening", minutes=5),
        say(language, "updates.agenda_item", number=2, title="Questions", minutes=20),
    ]
    assert "2026, " in footer["elements"][0]["text"]
    assert header["text"]["text"] in message.text
    assert "<@U2>" in message.text


def test_a_late_reminder_says_by_how_much_and_when_it_was_due():
    message = blocks.reminder("en", replace(REMINDER, late=timedelta(hours=3, minutes=5)))
    text = message.blocks[1]["text"]["text"]
    assert "This reminder comes 3 hours late: it was due on Wednesday 4 March 2026, 10:00 (Europe/Berlin)" in text


def test_the_last_reminder_says_that_it_is_the_last():
    message = blocks.reminder("en", replace(REMINDER, next_at=None))
    assert message.blocks[-1]["elements"][0]["text"] == say("en", "updates.last", weeks=13)


@pytest.mark.parametrize(
    ("weeks", "words"), [([3], "the update of week 3 was missed"), ([1, 2, 3], "the updates of weeks 1, 2, 3 were")]
)
def test_what_was_missed_is_counted(weeks, words):
    assert words in blocks.missed("en", "Leak", weeks, 12, None, LONGEST_ZONE).text


def test_at_most_twenty_dates_are_shown_and_the_rest_is_counted():
    for count, more in ((20, None), (21, "… and 1 more"), (104, "… and 84 more")):
        message = blocks.started("en", replace(STARTED, sessions=[DUE] * count, clock_changes=[]))
        lines = message.blocks[1]["text"]["text"].splitlines()
        assert len(lines) == 1 + min(count, 20) + (more is not None)
        assert more is None or lines[-1] == more


@pytest.mark.parametrize(("given", "can_post"), [(True, True), (True, False), (False, True), (False, False)])
def test_notes_stand_only_where_they_are_needed(given, can_post):
    message = blocks.started("en", replace(STARTED, zone_was_given=given, can_post=can_post))
    notes = message.blocks[-1]["text"]["text"]
    assert (say("en", "updates.zone_taken", zone="Europe/Berlin") in notes) is not given
    assert (say("en", "updates.invite", channel="<#C1>") in notes) is not can_post
    assert say("en", "updates.how_to_end", number=7) in notes


@pytest.mark.parametrize(
    ("statuses", "rate"),
    [
        ([], "0 of 0"),
        (["planned", "queued", "ended"], "0 of 0"),
        (["posted", "late", "missed", "posted", "planned"], "2 of 4"),
    ],
)
def test_the_on_time_rate_counts_what_is_past(statuses, rate):
    weeks = [(week, DUE, status, None, None) for week, status in enumerate(statuses, start=1)]
    assert f"On time: {rate}." in blocks.record("en", record_of("Leak", weeks)).text


def test_every_week_is_in_the_record():
    message = blocks.record("fil", record_of("&" * 150, all_weeks("missed")))
    text = "\n".join(texts_of(message))
    assert all(f"\n{week}. " in text for week in range(2, WEEKS + 1))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("error", "hint"),
    [
        ("not_in_channel", "invite"), ("channel_not_found", "invite"), ("is_archived", "archived"),
        ("unknown", "unknown"), ("restricted_action", "other"), ("<!channel>", "other"),
    ],
)  # fmt: skip
def test_a_failed_delivery_is_explained_by_its_cause(language, error, hint):
    message = blocks.undelivered(language, "C1", error)
    assert say(language, f"updates.undelivered_hint_{hint}") in message.text
    assert "<#C1>" in message.text
    assert "<!channel>" not in message.text
