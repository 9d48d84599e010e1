"""Starting and showing series: within Slack's limits and harmless, whatever a title holds, in four languages."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from responses.blocks.weekly import form, listing, preview, record, start
from responses.blocks.weekly.choices import COUNTRIES, ZONES
from responses.blocks.weekly.history import Change
from responses.blocks.weekly.parts import CommitmentLine
from responses.phrases import LANGUAGES, say

DUE = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
BERLIN, LONDON, MANILA = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/London"), ZoneInfo("Asia/Manila")
LONGEST_ZONE = ZoneInfo("America/Argentina/ComodRivadavia")
# As hostile as a title may be: 150 characters, each of which is five when escaped, and calls to everybody.
NASTY = [
    "&" * 150,
    "<>" * 75,
    "<!channel> <!here> <@U1> <https://evil.example|bank>" + "&" * 98,
    "{title} {0} %s \\ `*_~",
]
WEEKS = 104
HOSTS = tuple(f"U{number:010}" for number in range(form.MOST_HOSTS))
PLACES = tuple(f"C{number:010}" for number in range(form.MOST_AUDIENCES))
OUTLINE = start.Outline(
    title="Data leak", channel="C1", audiences=(), owner="U1", hosts=("U2",), deputy=None, weekday=2, at=time(10),
    zone=BERLIN, cadence="weekly", weeks=13, first_at=DUE,
)  # fmt: skip
DATES = [start.Date(week, DUE + week * WEEK, BERLIN, "U2") for week in range(1, 14)]
STARTED = start.Started(number=7, outline=OUTLINE, zone_was_given=False, dates=DATES, closed=("C1",))
COMMITMENTS = [
    CommitmentLine(
        id=number, number=number, text="<&>" * 1000, owner="U1", due=date(2026, 6, 30), first_due=None, state="late",
        reason="&" * 3000, days_late=9, is_new=False, changed=True, was_due=None, was_text=None, closed_on=None,
    )
    for number in range(1, 41)
]  # fmt: skip
FORM = form.Form("", "", (), ("U1",), "", "2026-03-04", "10:00", "Asia/Manila", "13", "weekly", "en", "", "move")
STATUSES = ("planned", "awaiting", "queued", "posted", "late", "skipped", "missed")


def long_outline(title):
    return replace(OUTLINE, title=title, hosts=HOSTS, deputy="U9", audiences=PLACES, zone=LONGEST_ZONE, weeks=WEEKS)


def long_dates():
    names = {"holiday": "<&>" * 100, "moved_from": DUE, "clock_change": True}
    return [start.Date(week, DUE, LONGEST_ZONE, "U0123456789", **names) for week in range(1, WEEKS + 1)]


def long_record(title, status):
    posted = DUE + timedelta(hours=11)
    weeks = [record.Week(n, DUE, DUE, status, "U0123456789", posted, "<&>" * 99, "U1") for n in range(1, WEEKS + 1)]
    history = [Change(DUE, "U1", "changed_title", {"old": title, "new": title})] * 300
    return record.Record(
        number=999, title=title, channel="C0123456789", audiences=PLACES, cadence="monthly", owner="U1", hosts=HOSTS,
        deputy="U2", zone=LONGEST_ZONE, on_time=(1, 2), next_at=DUE, paused_until=DUE, ended_at=None, ended_by=None,
        weeks=weeks, commitments=COMMITMENTS, history=history,
    )  # fmt: skip


def every_message(language, title):
    """Every message that a title goes into, as long as each can become."""
    line = listing.Line(999, title, "C0123456789", WEEKS, LONGEST_ZONE, WEEKS, DUE, DUE)
    outline = long_outline(title)
    yield "announcement", start.announcement(language, 999, outline, COMMITMENTS)
    yield "started", start.started(language, start.Started(999, outline, False, long_dates(), PLACES))
    yield "rhythm", start.rhythm_changed(language, 999, outline, "U1")
    yield "listing", listing.listing(language, [line] * 30, hidden=70)
    for status in STATUSES:
        yield f"record, all {status}", record.record(language, long_record(title, status))


def every_view(language, title):
    """Every modal, as long as each can become."""
    filled = replace(FORM, title=title, hosts=HOSTS, audiences=(*PLACES, "outlet:press"), zone=LONGEST_ZONE.key)
    outlets = [f"{number:070}" for number in range(200)]
    shown = preview.Preview(long_outline(title), long_dates(), MANILA, PLACES, "x" * 3000)
    changes = [Change(DUE, "U1", "changed_title", {"old": title, "new": title})] * 12
    yield "start", form.start_modal(language, form.Offer(filled, MANILA.key, outlets))
    yield "change", form.change_modal(language, form.Offer(filled, MANILA.key, outlets, 3), "x" * 3000)
    yield "start preview", preview.start_preview(language, shown, "&" * 3000)
    yield "change preview", preview.change_preview(language, 999, shown, changes)
    yield "started", preview.started(language, start.Started(999, long_outline(title), False, long_dates(), PLACES))
    yield "changed", preview.changed(language, 999, title, PLACES)
    for page in range(6):
        yield f"record {page}", record.whole(language, long_record(title, "skipped"), page)


def texts_of(blocks):
    for block in blocks:
        found = [block.get("text"), *block.get("elements", [])]
        yield from (each["text"] for each in found if each and isinstance(each.get("text"), str))


@pytest.mark.parametrize("title", NASTY)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_title_breaks_a_limit_of_a_message(language, title):
    for name, message in every_message(language, title):
        assert 1 <= len(message.blocks) <= 50, name
        assert 1 <= len(message.text) <= 4000, name
        assert sum(map(len, texts_of(message.blocks))) <= 13_200, name  # msg_blocks_too_long from there on
        for block in Block.parse_all(message.blocks):
            block.validate_json()


@pytest.mark.parametrize("title", NASTY)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_title_breaks_a_limit_of_a_modal(language, title):
    for name, view in every_view(language, title):
        assert len(view["blocks"]) <= 100, name
        assert all(len(text) <= 3000 for text in texts_of(view["blocks"])), name
        View(**view).validate_json()


@pytest.mark.parametrize("title", NASTY)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_title_calls_links_or_formats(language, title):
    """Every `<` opens one of our own mentions, channels or dates."""
    ours = re.compile(r"<(?:@[UW]\w+|#C\w+|!date\^\d+\^\{date_short_pretty\} \{time\}\|[\d: -]+ UTC)>")
    shown = [(name, [message.text, *texts_of(message.blocks)]) for name, message in every_message(language, title)]
    shown += [(name, [*texts_of(view["blocks"])]) for name, view in every_view(language, title)]
    for name, texts in shown:
        for text in texts:
            rest = ours.sub("", text)
            assert "<" not in rest, name
            assert ">" not in rest, name
            assert not re.search(r"&(?!(?:amp|lt|gt);)", rest), name


def test_at_most_twenty_dates_are_in_the_answer_and_the_rest_is_counted():
    for count, more in ((20, None), (21, "… and 1 more"), (104, "… and 84 more")):
        dates = [replace(DATES[0], week=week) for week in range(1, count + 1)]
        message = start.started("en", replace(STARTED, dates=dates))
        lines = [line for text in texts_of(message.blocks) for line in text.splitlines()]
        assert sum(bool(re.match(r"\d+\. ", line)) for line in lines) == min(count, 20)
        assert (more in lines) if more else not any(line.startswith("… and") for line in lines)


@pytest.mark.parametrize(("given", "closed"), [(True, ()), (True, ("C1",)), (False, ()), (False, ("C1", "C2"))])
def test_notes_stand_only_where_they_are_needed(given, closed):
    text = "\n".join(texts_of(start.started("en", replace(STARTED, zone_was_given=given, closed=closed)).blocks))
    assert (say("en", "updates.zone_taken", zone="Europe/Berlin") in text) is not given
    for place in ("C1", "C2"):
        assert (say("en", "updates.invite", channel=f"<#{place}>") in text) is (place in closed)
    assert say("en", "updates.how_to_end", number=7) in text


LINES = [
    ({}, None, "1. Wednesday 11 March 2026, 10:00 · 09:00 UTC · <@U2>"),
    ({}, BERLIN, "1. Wednesday 11 March 2026, 10:00 · 09:00 UTC · <@U2>"),
    ({}, LONDON, "1. Wednesday 11 March 2026, 10:00 · 09:00 UTC · <@U2>"),
    ({}, MANILA, "1. Wednesday 11 March 2026, 10:00 · 09:00 UTC · 17:00 Asia/Manila · <@U2>"),
    ({"due_at": DUE.replace(hour=20)}, MANILA,
     "1. Wednesday 4 March 2026, 21:00 · 20:00 UTC · 2026-03-05 04:00 Asia/Manila · <@U2>"),
    ({"clock_change": True}, None, "… · *clocks change* · <@U2>"),
    ({"holiday": "Fair"}, None, "… · *holiday: Fair* · <@U2>"),
    ({"holiday": "Fair", "moved_from": DUE}, None, "… · *Fair on Wednesday 4 March 2026: moved* · <@U2>"),
    ({"moved_from": DUE}, None, "… · *moved; it was Wednesday 4 March 2026, 10:00* · <@U2>"),
    ({"holiday": "Fair", "skipped": True}, None, "… · *Fair: left out*"),
    ({"skipped": True}, None, "… · *skipped*"),
    ({"returned_from": DUE}, None,
     "… · *had been moved to Wednesday 4 March 2026, 10:00; now back in the rhythm* · <@U2>"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "own", "expected"), LINES)
def test_what_is_unusual_about_a_date_is_marked(values, own, expected):
    (line,) = start.date_lines("en", [replace(DATES[0], **values)], own)
    assert line.endswith(expected.removeprefix("…"))
    assert expected.startswith("…") or line == expected


def test_a_list_says_when_all_sessions_are_over():
    line = listing.Line(1, "Leak", "C1", 3, BERLIN, None, None)
    assert say("en", "updates.all_over") in listing.listing("en", [line]).blocks[0]["text"]["text"]
    assert listing.listing("en", []).text == say("en", "updates.none")


@pytest.mark.parametrize("status", STATUSES)
def test_a_cut_record_shows_what_comes_next_and_counts_the_rest(status):
    content = long_record("Leak", "posted")
    weeks = [replace(week, status=status if week.week == 60 else week.status) for week in content.weeks]
    weeks = [replace(week, status="planned") if week.week > 60 else week for week in weeks]
    text = "\n".join(texts_of(record.record("en", replace(content, weeks=weeks)).blocks))
    assert "\n60. " in text
    assert "\n61. " in text
    shown = len(re.findall(r"^\d+\. \w+day", text, re.MULTILINE))
    counted = sum(map(int, re.findall(r"^… and (\d+) more", text.split("*Commitments*")[0], re.MULTILINE)))
    assert shown + counted == WEEKS


def test_own_zone_and_every_choice_is_within_a_menu():
    assert len(ZONES) <= 98
    assert len(COUNTRIES) <= 98
    assert all(len(f"{code} · {name}") <= 75 for code, name in COUNTRIES.items())
