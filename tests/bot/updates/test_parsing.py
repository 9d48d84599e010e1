"""What can be typed after /candor-updates, and what is said to what cannot."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.updates.days import NAMES, Day
from bot.updates.model import StartRequest
from bot.updates.parsing import KNOWN, LONGEST_TITLE, Command, mentioned, parse, parse_start
from bot.updates.programme import WEEKDAYS
from responses.phrases import LANGUAGES, say

BERLIN = ZoneInfo("Europe/Berlin")
ALL = {"weekday": 2, "at": time(10), "zone": BERLIN, "weeks": 13}

STARTS = [
    ("Data leak", "Data leak", {}),
    ("Data leak on Wednesday at 10:00 in Europe/Berlin for 13 weeks", "Data leak", ALL),
    ("Data leak for 13 weeks in Europe/Berlin at 10:00 on Wednesday", "Data leak", ALL),
    ("Data leak at 10:00 on Wednesday for 13 weeks in Europe/Berlin", "Data leak", ALL),
    ("DATA LEAK ON WEDNESDAY AT 10:00 IN EUROPE/BERLIN FOR 13 WEEKS", "DATA LEAK", ALL),
    ("  Data leak   on   wed  ", "Data leak", {"weekday": 2}),
    # days
    ("Leak on Mondays", "Leak", {"weekday": 0}),
    ("Leak on tues", "Leak", {"weekday": 1}),
    ("Leak on Thurs", "Leak", {"weekday": 3}),
    ("Leak on sun", "Leak", {"weekday": 6}),
    ("Perdita on mercoledì", "Perdita", {"weekday": 2}),
    ("Panne on Samstag", "Panne", {"weekday": 5}),
    ("Panne on Mittwochs", "Panne", {"weekday": 2}),
    ("Tagas on Lunes", "Tagas", {"weekday": 0}),
    ("Tagas on Martes", "Tagas", {"weekday": 1}),
    ("Tagas on Linggo", "Tagas", {"weekday": 6}),
    # times
    ("Leak at 9:05", "Leak", {"at": time(9, 5)}),
    ("Leak at 09.05", "Leak", {"at": time(9, 5)}),
    ("Leak at 00:00", "Leak", {"at": time(0, 0)}),
    ("Leak at 23:59", "Leak", {"at": time(23, 59)}),
    ("Leak at 10am", "Leak", {"at": time(10)}),
    ("Leak at 10", "Leak", {"at": time(10)}),
    ("Leak at 0", "Leak", {"at": time(0)}),
    ("Leak at 10 PM in UTC", "Leak", {"at": time(22), "zone": ZoneInfo("UTC")}),
    ("Leak at 12am", "Leak", {"at": time(0)}),
    ("Leak at 12:30 p.m.", "Leak", {"at": time(12, 30)}),
    ("Boiling at 42", "Boiling at 42", {}),  # a title: there is no such hour
    # zones
    ("Leak in utc", "Leak", {"zone": ZoneInfo("UTC")}),
    ("Leak in america/los_angeles", "Leak", {"zone": ZoneInfo("America/Los_Angeles")}),
    ("Leak in America/Argentina/Buenos_Aires", "Leak", {"zone": ZoneInfo("America/Argentina/Buenos_Aires")}),
    ("Leak in Etc/GMT+5", "Leak", {"zone": ZoneInfo("Etc/GMT+5")}),
    # weeks
    ("Leak for 1 week", "Leak", {"weeks": 1}),
    ("Leak for 104 weeks", "Leak", {"weeks": 104}),
    # words of the title that look like options
    ("Attack on Titan", "Attack on Titan", {}),
    ("Report on money", "Report on money", {}),
    ("Update on security", "Update on security", {}),
    ('"Leak on Blursday"', "Leak on Blursday", {}),
    ("Leak on Wendsday on Friday", "Leak on Wendsday", {"weekday": 4}),
    ("Attack on Titan on Friday", "Attack on Titan", {"weekday": 4}),
    ("Outage in checkout", "Outage in checkout", {}),
    ("Outage in Japan", "Outage in Japan", {}),  # tzdata has a zone of this name
    ("Outage in Japan in Asia/Tokyo", "Outage in Japan", {"zone": ZoneInfo("Asia/Tokyo")}),
    ("Outage at noon", "Outage at noon", {}),
    ("Waiting for weeks", "Waiting for weeks", {}),
    ("Outage on Monday at 10:00 in the shop", "Outage on Monday at 10:00 in the shop", {}),
    ("Leak on Monday on Tuesday", "Leak on Monday", {"weekday": 1}),
    ("Freeze at 25:00 at 10:00", "Freeze at 25:00", {"at": time(10)}),
    ("Fault in TCP/IP in Europe/Berlin", "Fault in TCP/IP", {"zone": BERLIN}),
    ("Plan for 500 weeks for 13 weeks", "Plan for 500 weeks", {"weeks": 13}),
    # quotes: around the whole title they go, around a part of it they stay
    ('"Data leak" on Friday', "Data leak", {"weekday": 4}),
    ("“Data leak”", "Data leak", {}),
    ("„Datenleck“ at 11:00", "Datenleck", {"at": time(11)}),
    ("«Fuga di dati»", "Fuga di dati", {}),
    ('Leak of "Project X"', 'Leak of "Project X"', {}),
    ('"A" and "B"', '"A" and "B"', {}),
    ("Tutta la verita'", "Tutta la verita'", {}),
    # other scripts and directions
    ("تسرب البيانات on Monday", "تسرب البيانات", {"weekday": 0}),
    ("דליפה at 10:00", "דליפה", {"at": time(10)}),
    ("数据泄露 for 4 weeks", "数据泄露", {"weeks": 4}),
    ("🔥 Leak 🔥 on Monday", "🔥 Leak 🔥", {"weekday": 0}),
    ("<!channel> & <b>", "<!channel> & <b>", {}),  # as it is; whoever shows it escapes it
    ("x" * LONGEST_TITLE, "x" * LONGEST_TITLE, {}),
]

FAULTS = [
    ("start on Monday at 10:00", "updates.no_title", {}),
    ('start ""', "updates.no_title", {}),
    ("start  ' ' at 10:00", "updates.no_title", {}),
    ("start " + "x" * (LONGEST_TITLE + 1), "updates.long_title", {"limit": 150}),
    ("start " + "on " * 40_000, "updates.long_title", {"limit": 150}),
    ("start Leak at 25:00", "updates.bad_time", {"given": "25:00"}),
    ("start Leak at 13pm", "updates.bad_time", {"given": "13pm"}),
    ("start Leak at 0am", "updates.bad_time", {"given": "0am"}),
    ("start Leak at 24:00", "updates.bad_time", {"given": "24:00"}),
    ("start Leak at 10:60 on Monday", "updates.bad_time", {"given": "10:60"}),
    ("start Leak on Blursday", "updates.no_such_weekday", {"given": "Blursday", "near": "Thursday"}),
    ("start Leak on Wendsday at 10:00", "updates.no_such_weekday", {"given": "Wendsday", "near": "Wednesday"}),
    ("start Leak on Mitwoch", "updates.no_such_weekday", {"given": "Mitwoch", "near": "Mittwoch"}),
    ("start Leak in Europe/Berln", "updates.bad_zone", {"given": "Europe/Berln"}),
    ("start Leak in Europe/Berln for 3 weeks", "updates.bad_zone", {"given": "Europe/Berln"}),
    ("start Leak for 0 weeks", "updates.bad_weeks", {"limit": 104}),
    ("start Leak for 105 weeks", "updates.bad_weeks", {"limit": 104}),
    ("start Leak for 999999 weeks", "updates.bad_weeks", {"limit": 104}),
    ("show", "updates.no_number", {"command": "show"}),
    ("show three", "updates.no_number", {"command": "show"}),
    ("show -1", "updates.no_number", {"command": "show"}),
    ("show 1 2", "updates.no_number", {"command": "show"}),
    ("show ٣", "updates.no_number", {"command": "show"}),
    ("end " + "9" * 5000, "updates.no_number", {"command": "end"}),
    ("pause 3", "updates.no_date", {"command": "pause", "number": 3, "word": "until"}),
    ("pause 3 until", "updates.no_date", {"command": "pause", "number": 3, "word": "until"}),
    ("pause 3 until later", "updates.no_such_day", {"given": "later"}),
    ("pause until Monday", "updates.no_number", {"command": "pause"}),
    ("skip 3", "updates.no_reason", {"number": 3}),
    ("skip 3 because ", "updates.no_reason", {"number": 3}),
    ("move 3 to", "updates.no_date", {"command": "move", "number": 3, "word": "to"}),
    ("move 3 at 10:00", "updates.no_such_day", {"given": "at 10:00"}),
    ("move 3 to Monday at 25:00", "updates.bad_time", {"given": "25:00"}),
    ("owner 3 to somebody", "updates.no_person", {"number": 3}),
    ("delete 3", "updates.unknown_command", {"word": "delete", "known": ", ".join(f"`{name}`" for name in KNOWN)}),
]


@pytest.mark.parametrize(("text", "title", "options"), STARTS)
def test_a_title_and_options_in_any_order(text, title, options):
    assert parse_start(text) == StartRequest(title=title, **options)
    assert parse(f"start {text}") == Command("start", start=StartRequest(title=title, **options))


@pytest.mark.parametrize(("text", "key", "values"), FAULTS)
def test_what_cannot_be_understood_says_what_to_type(text, key, values):
    with pytest.raises(UserError) as caught:
        parse(text)
    assert (caught.value.key, caught.value.values) == (key, values)
    for language in LANGUAGES:
        assert say(language, key, **values)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", Command("help")),
        ("   ", Command("help")),
        ("help", Command("help")),
        ("HELP me", Command("help")),
        ("list", Command("list")),
        ("List everything", Command("list")),
        ("show 3", Command("show", number=3)),
        ("Show #3", Command("show", number=3)),
        ("end 3", Command("end", number=3)),
        ("end   12 ", Command("end", number=12)),
        ("start", Command("start")),
        ("START  ", Command("start")),
        ("change 3", Command("change", number=3)),
        ("resume 3", Command("resume", number=3)),
        ("now 3", Command("now", number=3)),
        ("commitments 3", Command("commitments", number=3)),
        ("questions #3", Command("questions", number=3)),
        ("pause 3 until 2026-12-03", Command("pause", number=3, day=Day(exact=date(2026, 12, 3)))),
        ("pause 3 until Monday", Command("pause", number=3, day=Day(weekday=0))),
        ("pause 3 tomorrow", Command("pause", number=3, day=Day(offset=1))),
        ("skip 3 because of the holidays", Command("skip", number=3, reason="of the holidays")),
        ("skip 3 nobody is here", Command("skip", number=3, reason="nobody is here")),
        ("move 3 to 3 December", Command("move", number=3, day=Day(month_and_day=(12, 3)))),
        ("move 3 to Friday at 3pm", Command("move", number=3, day=Day(weekday=4), at=time(15))),
        ("move 3 to 2026-12-03 at 09.30", Command("move", number=3, day=Day(exact=date(2026, 12, 3)), at=time(9, 30))),
    ],
)
def test_the_other_commands(text, command):
    assert parse(text) == command


def test_an_owner_is_named_by_a_mention():
    """Slack sends `<@U1|ada>` for @ada where the command's manifest says should_escape; its markup is cleaned away."""
    assert mentioned("owner 3 to <@U1|ada>") == "U1"
    assert mentioned("owner 3 to <@U1> no, <@W2>") == "W2"
    assert mentioned("owner 3 to ada") is None
    assert parse("owner 3 to", "U1") == Command("owner", number=3, user="U1")


def test_every_known_command_is_understood():
    tails = {"pause": "3 until Monday", "skip": "3 because", "move": "3 to Monday"}
    assert {parse(f"{name} {tails.get(name, '3')} x" if name == "skip" else f"{name} {tails.get(name, '3')}", "U1").name
            for name in KNOWN} == {*KNOWN}  # fmt: skip


WORDS = [
    "start", "move", "pause", "3", "to", "until", "on", "at", "in", "for", "Monday", "10am", "10:00", "99:99", "UTC",
    "a/b", "0", "weeks", '"', "«", "‮", "\n", " ",
]  # fmt: skip


@given(st.text(max_size=400) | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_any_text_is_a_command_or_a_users_error(text):
    for read in (parse, parse_start):
        try:
            read(text)
        except UserError as error:
            say("en", error.key, **error.values)  # raises for a phrase that is not there


@given(title=st.text(alphabet="abcdefgxyz -'&<>äß中א", min_size=1, max_size=LONGEST_TITLE).map(str.strip).filter(bool))
def test_a_title_in_quotes_comes_back_as_it_is(title):
    assert parse_start(f'"{title}" on Monday') == StartRequest(title=title, weekday=0)


def test_every_weekday_is_known_in_four_languages():
    assert {NAMES[name] for name in WEEKDAYS} == set(range(7))
    for language in LANGUAGES:
        for day, name in enumerate(say(language, "dates.weekdays").lower().split(",")):
            assert parse_start(f"Leak on {name}").weekday == day, name
