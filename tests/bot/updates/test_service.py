"""Start, list and show: what is made, announced and said, who may know of it."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.errors import UserError
from bot.storage import series as stored
from bot.storage import sessions as kept
from bot.storage.tables import series
from bot.updates.access import Caller
from bot.updates.forms import FormError
from bot.updates.model import StartRequest
from bot.updates.service import MOST_LISTED
from bot.updates.terms import Place
from responses.blocks.weekly.form import Form
from responses.phrases import LANGUAGES, say

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
BERLIN, MANILA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Manila")
PUBLIC, PRIVATE = Place(False, BERLIN), Place(True, BERLIN)
OWNER, OTHER = Caller("U1", "C1", "en"), Caller("U2", "C1", "en")
REQUEST = StartRequest("Data leak")


@pytest.fixture
def start(updates):
    def start_one(request=REQUEST, caller=OWNER, place=PUBLIC, *, key="command:1", now=NOW):
        return updates.start(request, caller, place, key=key, now=now)

    return start_one


@pytest.fixture
def rows(database):
    def read():
        with database.read() as connection:
            return connection.execute(select(series).order_by(series.c.id)).all()

    return read


def shown(message) -> str:
    return "\n".join(block["text"]["text"] for block in message.blocks if "text" in block)


# --- start ---


def test_what_is_left_out_comes_from_the_programme_and_the_starters_zone(start, rows, record):
    text = shown(start())
    (made,) = rows()
    assert (made.title, made.channel, made.zone, made.at) == ("Data leak", "C1", "Europe/Berlin", "10:00")
    assert (made.first_date.isoformat(), made.weeks, made.owner, made.hosts) == ("2026-03-04", 13, "U1", "U1")
    assert record(made.id) == ["planned"] * 13
    assert say("en", "updates.zone_taken", zone="Europe/Berlin") in text
    assert "1. Wednesday 4 March 2026, 10:00 · 09:00 UTC" in text
    assert "5. Wednesday 1 April 2026, 10:00 · 08:00 UTC · *clocks change* · <@U1>" in text
    assert text.count("clocks change") == 1


def test_what_is_said_is_taken(start, rows):
    text = shown(start(StartRequest("Leak", 4, time(0, 0), MANILA, 2)))
    (made,) = rows()
    assert (made.zone, made.at, made.first_date.isoformat(), made.weeks) == ("Asia/Manila", "00:00", "2026-03-06", 2)
    assert "Times are in" not in text


def test_the_same_command_twice_makes_one_series_and_gives_the_same_answer(start, rows, record):
    first = start()
    assert start(now=NOW + timedelta(days=8)) == first
    assert len(rows()) == 1
    assert len(record(1)) == 13
    start(key="command:2")
    assert len(rows()) == 2


def test_the_same_command_at_once_makes_one_series(start, rows, at_once):
    first, second = at_once(start)
    assert first == second
    assert len(rows()) == 1


def test_a_channel_that_the_bot_is_not_in_is_told_how_to_invite_it(start):
    invitation = say("en", "updates.invite", channel="<#C1>")
    assert invitation not in shown(start())
    assert invitation in shown(start(place=replace(PUBLIC, closed=("C1",)), key="command:2"))


def test_the_announcement_is_posted_with_the_series_to_each_of_its_places(start, post):
    request = replace(
        REQUEST, audiences=("C2", "outlet:press"), hosts=("U1", "U2"), deputy="U3", commitments=["Encrypt | 2026-06-30"]
    )
    start(request)
    assert [(each.key, each.channel) for each in post.waiting()] == [
        ("series:1:announced", "C1"),
        ("series:1:announced:to:C2", "C2"),
        ("series:1:announced:to:outlet:press", "outlet:press"),
    ]
    text = str(post.waiting()[0].blocks)
    for part in (
        "Weekly update: Data leak", "every Wednesday at 10:00 (Europe/Berlin), 13 sessions", "<@U1>, <@U2>",
        "<@U3> stands in", "Wednesday 4 March 2026, 10:00 (Europe/Berlin)", "<!date^1772614800^", "Encrypt",
        "30 June 2026", "weekly_ask",
    ):  # fmt: skip
        assert part in text, part
    start(request, now=NOW + timedelta(days=1))
    assert len(post.waiting()) == 3


def test_a_commitment_that_cannot_be_read_starts_nothing(start, rows, post):
    with pytest.raises(UserError):
        start(replace(REQUEST, commitments=["Encrypt | 2026-13-01"]))
    assert (rows(), post.texts) == ([], [])


def test_a_host_is_asked_at_once_to_prepare_a_session_that_is_near(start, planner, post):
    now = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)  # the day before
    start(now=now)
    planner.queue_due(now)
    assert [each.channel for each in post.waiting()] == ["C1", "U1"]
    assert "Week 1 of 13" in post.waiting()[1].text


def test_a_session_on_a_holiday_is_shown_where_it_goes(start, record):
    easter = replace(REQUEST, weekday=0, at=time(10), weeks=6, holidays="DE", holiday_policy="move")
    text = shown(start(easter))  # 6 April 2026 is Easter Monday
    assert "5. Tuesday 7 April 2026, 10:00 · 08:00 UTC · *Ostermontag on Monday 6 April 2026: moved*" in text
    text = shown(start(replace(easter, holiday_policy="skip"), key="command:2"))
    assert "5. Monday 6 April 2026, 10:00 · 08:00 UTC · *Ostermontag: left out*\n" in text
    assert record(2) == ["planned"] * 4 + ["skipped", "planned"]


def test_one_until_ended_shows_what_is_planned(start, record):
    text = shown(start(replace(REQUEST, until_ended=True)))
    assert "until it is ended" in text
    assert record(1) == ["planned"] * 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_series_speaks_its_starters_language(start, updates, post, language):
    caller = replace(OWNER, language=language)
    text = shown(start(caller=caller))
    assert say(language, "updates.dates") in text
    assert say(language, "start.how_to_ask") in str(post.waiting()[0].blocks)
    assert say(language, "updates.list") in shown(updates.list(caller, NOW))
    assert say(language, "updates.status_planned") in shown(updates.show(1, caller, NOW))


# --- the modal and its preview ---


FORM = Form(
    "Leak", "C1", (), ("U1", "U2"), "", "2026-03-04", "10:00", "Europe/Berlin", "13", "weekly", "en", "", "keep"
)


def test_the_modal_begins_with_the_programmes_defaults_and_the_persons_zone(updates):
    view = updates.modal(OWNER, MANILA, NOW)
    elements = {block["block_id"]: block["element"] for block in view["blocks"]}
    assert elements["hosts"]["initial_users"] == ["U1"]
    assert (elements["first_date"]["initial_date"], elements["at"]["initial_time"]) == ("2026-03-04", "10:00")
    assert elements["zone"]["options"][0] == elements["zone"]["initial_option"]
    assert elements["zone"]["initial_option"]["value"] == "Asia/Manila"
    assert elements["weeks"]["initial_value"] == "13"
    assert elements["channel"]["default_to_current_conversation"]
    assert elements["channel"]["filter"]["include"] == ["public", "private"]
    assert "outlets" not in elements


def test_the_preview_makes_nothing_and_shows_all_dates_also_in_the_readers_zone(updates, rows, post):
    view = updates.preview(replace(FORM, weeks="104"), OWNER, Place(False, MANILA, ("C2",)), NOW)
    text = shown(SimpleNamespace(blocks=view["blocks"]))
    assert "1. Wednesday 4 March 2026, 10:00 · 09:00 UTC · 17:00 Asia/Manila · <@U1>\n2. " in text
    assert "\n104. " in text
    assert say("en", "updates.invite", channel="<#C2>") in text
    assert len(view["blocks"]) <= 100
    assert all(len(block["text"]["text"]) <= 3000 for block in view["blocks"])
    assert (rows(), post.texts) == ([], [])


def test_a_preview_in_the_readers_own_zone_says_it_once(updates):
    view = updates.preview(FORM, OWNER, PUBLIC, NOW)
    assert "09:00 UTC · <@U1>" in str(view["blocks"])


def test_a_preview_of_which_no_session_is_left_is_refused(updates):
    """A single week on a holiday that is left out."""
    only = replace(FORM, first_date="2026-04-06", weeks="1", holidays="DE", holiday_policy="skip")
    with pytest.raises(FormError, match=r"start\.no_dates"):
        updates.preview(only, OWNER, PUBLIC, NOW)


def test_a_confirmed_preview_is_the_series(updates, rows, record):
    view = updates.preview(replace(FORM, commitments="Encrypt"), OWNER, PUBLIC, NOW)
    form = Form.unpack(view["private_metadata"])
    for _ in range(2):
        done = updates.confirm(replace(form, commitments="Encrypt"), OWNER, PUBLIC, key="view:V1", now=NOW)
        assert done["clear_on_close"]
    (made,) = rows()
    assert (made.title, made.hosts, made.weeks, made.channel) == ("Leak", "U1 U2", 13, "C1")
    assert record(made.id) == ["planned"] * 13


# --- list and show ---


def test_the_list_names_the_next_session_of_each_running_series(start, updates, database):
    assert shown(updates.list(OWNER, NOW)) == say("en", "updates.none")
    start()
    start(StartRequest("Outage <!channel>", weeks=1), key="command:2")
    listed = shown(updates.list(OTHER, NOW))
    assert "*1* · Data leak · <#C1> · Week 1 of 13 · Wednesday 4 March 2026, 10:00 (Europe/Berlin)" in listed
    assert "Outage &lt;!channel&gt;" in listed
    with database.write() as connection:
        stored.end(connection, 1, by="U1", now=NOW)
    assert "Data leak" not in shown(updates.list(OTHER, NOW))


def test_a_series_whose_sessions_are_over_says_so(start, updates, database):
    start(StartRequest("Data leak", weeks=1))
    with database.write() as connection:
        kept.change(connection, 1, status="posted", posted_at=NOW)
    assert "all sessions are over" in shown(updates.list(OWNER, NOW))


def test_a_long_list_says_how_many_it_leaves_out(start, updates):
    for number in range(MOST_LISTED + 5):
        start(StartRequest(f"Leak {number}", weeks=1), key=f"command:{number}")
    listed = shown(updates.list(OWNER, NOW))
    assert listed.count("· Week 1 of 1 ·") == MOST_LISTED
    assert say("en", "updates.and_more.other", count=5) in listed


def test_the_record_says_what_became_of_each_week(start, updates, database):
    start(StartRequest("Data leak", weeks=5))
    due = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    with database.write() as connection:
        kept.change(connection, 1, status="posted", posted_at=due)
        kept.change(connection, 2, status="late", posted_at=due + timedelta(days=7, hours=3))
        kept.change(connection, 3, status="missed", cause="not_written")
        kept.change(connection, 4, status="skipped", cause="fair <b>", closed_by="U7")
        kept.change(connection, 5, host="U8", moved_from=due)
    text = shown(updates.show(1, OTHER, NOW))
    assert "owner <@U1>, host <@U1>. On time: 1 of 3. Times are in Europe/Berlin." in text
    assert "Next: Wednesday 1 April 2026, 10:00 (Europe/Berlin)" in text
    weeks = [line for line in text.splitlines() if line[:1].isdigit()]
    assert weeks == [
        "1. Wednesday 4 March 2026, 10:00: posted · <@U1>",
        "2. Wednesday 11 March 2026, 10:00: posted late (+3 hours) · <@U1>",
        "3. Wednesday 18 March 2026, 10:00: missed (nobody wrote it) · <@U1>",
        "4. Wednesday 25 March 2026, 10:00: skipped (fair &lt;b&gt;) · <@U7>",
        "5. Wednesday 1 April 2026, 10:00: planned (moved; it was Wednesday 4 March 2026, 10:00) · <@U8>",
    ]


def test_a_paused_series_is_marked_in_the_list_and_the_record(start, updates, database):
    start()
    with database.write() as connection:
        stored.change(connection, 1, paused_until=NOW + timedelta(days=10))
    for text in (shown(updates.list(OWNER, NOW)), shown(updates.show(1, OWNER, NOW))):
        assert "*Paused until Thursday 12 March 2026*" in text
    assert "Week 3 of 13" in shown(updates.list(OWNER, NOW))  # the first that is held
    later = NOW + timedelta(days=11)
    assert "Paused" not in shown(updates.list(OWNER, later)) + shown(updates.show(1, OWNER, later))


def test_the_record_shows_commitments_and_changes(start, updates, database):
    start(replace(REQUEST, commitments=["Encrypt <calls>"], deputy="U3", audiences=("C2", "outlet:press")))
    with database.write() as connection:
        stored.note(connection, 1, "changed_title", by="U2", now=NOW, old="<a>", new="b")
    text = shown(updates.show(1, OWNER, NOW))
    for part in (
        "Encrypt &lt;calls&gt;", "<@U3> stands in", "<#C2>, `press`",
        "Monday 2 March 2026, 10:00: <@U1> started the series", "<@U2> changed the title: &lt;a&gt; → b",
    ):  # fmt: skip
        assert part in text, part


@pytest.mark.parametrize(
    ("what", "details", "told"),
    [
        ("commitment_dated", {"commitment": 1, "new": "2026-06-30"}, "1: Tuesday 30 June 2026"),
        ("commitment_moved", {"commitment": 1, "old": "2026-06-30", "new": "2026-07-15", "reason": "2026-01-01"},
         "from Tuesday 30 June 2026 to Wednesday 15 July 2026: 2026-01-01"),
        ("commitment_undated", {"commitment": 1, "old": "2026-06-30", "reason": "x"}, "date Tuesday 30 June 2026 off"),
        ("moved", {"week": 1, "old": "2026-03-04 10:00", "new": "2026-03-05 11:30"},
         "from Wednesday 4 March 2026, 10:00 to Thursday 5 March 2026, 11:30"),
        ("paused", {"until": "2026-12-20"}, "until Sunday 20 December 2026"),
        ("commitment_reworded", {"commitment": 1, "new": "2026-06-30"}, "“2026-06-30”"),
        ("commitment_moved", {"commitment": 1, "old": "2026-06-30", "new": "s<on", "reason": "x"}, "to s&lt;on: x"),
    ],
)  # fmt: skip
def test_dates_in_the_history_are_written_out_but_not_what_people_wrote(start, updates, database, what, details, told):
    start()
    with database.write() as connection:
        stored.note(connection, 1, what, by="U2", now=NOW, **details)
    assert told in shown(updates.show(1, OWNER, NOW))


def test_a_long_record_is_cut_within_slacks_limits_and_shown_whole_in_pages(start, updates, database):
    texts = [f"{number} {'<&>' * 300}" for number in range(10)]
    start(replace(REQUEST, title="<&>" * 50, weeks=104, commitments=texts, hosts=("U1", "U2"), language="de"))
    with database.write() as connection:
        for number in range(300):
            stored.note(connection, 1, "changed_title", by="U2", now=NOW, old="<" * 900, new=f"number {number}.")
    message = updates.show(1, OWNER, NOW)
    assert len(message.blocks) <= 50
    assert len(str(message.blocks)) < 16_000
    assert sum(len(block["text"]["text"]) for block in message.blocks if "text" in block) < 12_000
    assert all(len(block["text"]["text"]) <= 3000 for block in message.blocks if "text" in block)
    text = shown(message)
    assert "1. Wednesday 4 March 2026" in text
    assert "number 299." in text
    assert "weekly_record" in str(message.blocks)
    views = [updates.whole_record(1, OWNER, NOW, page) for page in range(6)]
    assert all(len(view["blocks"]) <= 100 for view in views)
    onward = [f"weekly_record_page:{page + 1}" in str(view["blocks"]) for page, view in enumerate(views)]
    assert onward == [True] * 5 + [False]
    whole = "\n".join(shown(SimpleNamespace(blocks=view["blocks"])) for view in views)
    assert all(f"\n{week}. " in "\n" + whole for week in range(1, 105))
    assert all(f"number {number}." in whole for number in range(300))


SEES = [
    # caller, sees a private series of U1 in C1
    (OWNER, True),
    (OTHER, True),  # it is their channel
    (replace(OWNER, channel="C9"), True),  # it is their own
    (replace(OTHER, channel="C9"), False),
    (replace(OTHER, user="U5", channel="C9"), True),  # its deputy
]


@pytest.mark.parametrize(("caller", "sees"), SEES)
def test_a_private_series_is_invisible_elsewhere(start, updates, caller, sees):
    start(replace(REQUEST, deputy="U5"), place=PRIVATE)
    assert ("Data leak" in shown(updates.list(caller, NOW))) is sees
    if sees:
        assert "Data leak" in shown(updates.show(1, caller, NOW))
        return
    with pytest.raises(UserError) as caught:
        updates.show(1, caller, NOW)
    assert (caught.value.key, caught.value.values) == ("updates.no_such_series", {"number": 1})


def test_a_public_series_is_seen_from_everywhere(start, updates):
    start()
    assert "Data leak" in shown(updates.show(1, replace(OTHER, channel="C9"), NOW))


@pytest.mark.parametrize("number", [0, 2, 999_999_999])
def test_a_number_that_does_not_exist_says_so(start, updates, number):
    start()
    with pytest.raises(UserError, match=r"updates\.no_such_series"):
        updates.show(number, OWNER, NOW)
