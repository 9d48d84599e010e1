"""Changing a series in mid-course: shown before, done once, noted with old and new."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.errors import NotAllowedError, UserError
from bot.storage import series as stored
from bot.storage import sessions as kept
from bot.updates.access import Caller
from bot.updates.amending import Amending, Opened
from bot.updates.forms import FormError
from bot.updates.rows import series_of, session_of
from bot.updates.terms import Place
from responses.blocks.weekly.form import MOST_AUDIENCES, MOST_HOSTS, MOST_OUTLETS
from responses.phrases import LANGUAGES, catalogue

BERLIN = ZoneInfo("Europe/Berlin")
OWNER, OTHER = Caller("U1", "C1", "en"), Caller("U9", "C1", "en")
PLACE = Place(False, BERLIN)
KEY = "view:V1"


class Wakes:
    def __init__(self):
        self.count = 0

    def __call__(self):
        self.count += 1


@pytest.fixture
def wakes():
    return Wakes()


@pytest.fixture
def amending(database, programme, clock, wakes):
    return Amending(database, programme, clock, wakes, ("press",))


@pytest.fixture
def series(database):
    def read(number=1):
        with database.read() as connection:
            return series_of(stored.find(connection, number))

    return read


@pytest.fixture
def weeks(database):
    def read(number=1):
        with database.read() as connection:
            return [session_of(row) for row in kept.of_series(connection, [number])]

    return read


@pytest.fixture
def history(database):
    def read(number=1):
        with database.read() as connection:
            return [(row.what, row.by, row.details) for row in stored.notes(connection, number)]

    return read


def opened(view):
    return Opened.unpack(view["private_metadata"])


def text_of(view):
    return "\n".join(block["text"]["text"] for block in view["blocks"] if "text" in block)


@pytest.fixture
def change(amending):
    """Open the modal, fill in, look at the preview, confirm."""

    def change_it(caller=OWNER, key=KEY, number=1, **values):
        start = opened(amending.modal(number, caller, BERLIN))
        shown = amending.preview(start, replace(start.form, **values), caller, PLACE)
        amending.confirm(opened(shown), caller, PLACE, key=key)
        return shown

    return change_it


def test_the_modal_is_filled_in_with_what_the_series_is(add_series, amending):
    add_series(hosts="U2 U3", deputy="U4", audiences="C2 outlet:old", holidays="NZ", holiday_policy="move")
    view = amending.modal(1, OWNER, ZoneInfo("Asia/Manila"))
    elements = {block["block_id"]: block["element"] for block in view["blocks"]}
    assert elements["title"]["initial_value"] == "Data leak"
    assert elements["hosts"]["initial_users"] == ["U2", "U3"]
    assert elements["deputy"]["initial_user"] == "U4"
    assert elements["audiences"]["initial_conversations"] == ["C2"]
    assert [option["value"] for option in elements["outlets"]["options"]] == ["old", "press"]
    assert [option["value"] for option in elements["outlets"]["initial_options"]] == ["old"]
    assert (elements["first_date"]["initial_date"], elements["at"]["initial_time"]) == ("2026-03-04", "10:00")
    assert elements["zone"]["initial_option"]["value"] == "Europe/Berlin"
    assert [option["value"] for option in elements["zone"]["options"]][:2] == ["Asia/Manila", "Europe/Berlin"]
    assert elements["weeks"]["initial_value"] == "3"
    assert elements["holidays"]["initial_option"]["value"] == "NZ"
    assert "channel" not in elements
    assert "commitments" not in elements


def test_nothing_is_changed_before_it_is_confirmed(add_series, amending, series, history, wakes):
    add_series()
    before = series()
    start = opened(amending.modal(1, OWNER, BERLIN))
    view = amending.preview(start, replace(start.form, at="15:00", weeks="4"), OWNER, PLACE)
    shown = text_of(view)
    assert "• Time: 10:00 → 15:00" in shown
    assert "• Number of sessions: 3 → 4" in shown
    assert "<@U1> changed" not in shown
    assert "4. Wednesday 25 March 2026, 15:00 · 14:00 UTC · <@U2>" in shown
    assert (series(), history(), wakes.count) == (before, [], 0)


def test_a_week_that_a_person_moved_and_that_goes_back_is_marked_in_the_preview(amending, stage):
    stage.begin(3).move("2026-03-12", week=2)
    start = opened(amending.modal(1, OWNER, BERLIN))
    shown = text_of(amending.preview(start, replace(start.form, at="15:00"), OWNER, PLACE))
    (line,) = [line for line in shown.split("\n") if line.startswith("2. ")]
    assert line.startswith("2. Wednesday 11 March 2026, 15:00")
    assert "*had been moved to Thursday 12 March 2026, 10:00; now back in the rhythm*" in line
    assert shown.count("had been moved") == 1
    kept = text_of(amending.preview(start, replace(start.form, title="Other"), OWNER, PLACE))
    assert "2. Thursday 12 March 2026, 10:00" in kept
    assert "had been moved" not in kept


def test_a_change_is_noted_with_old_and_new(add_series, change, history, series, wakes):
    add_series()
    change(
        title="Other", first_date="2026-03-05", at="15:00", zone="Europe/Rome", cadence="monthly", weeks="",
        hosts=("U3", "U2"), deputy="U4", audiences=("C2",), language="de", holidays="DE", holiday_policy="skip",
    )  # fmt: skip
    assert [(what, details) for what, _, details in history()] == [
        ("changed_title", {"old": "Data leak", "new": "Other"}),
        ("changed_date", {"old_date": "2026-03-04", "new_date": "2026-03-05", "week": 1}),
        ("changed_at", {"old": "10:00", "new": "15:00"}),
        ("changed_zone", {"old": "Europe/Berlin", "new": "Europe/Rome"}),
        ("changed_cadence", {"old_cadence": "weekly", "new_cadence": "monthly"}),
        ("changed_weeks", {"old_weeks": 3, "new_weeks": None}),
        ("changed_hosts", {"old_users": "U2", "new_users": "U3 U2"}),
        ("changed_deputy", {"old_users": None, "new_users": "U4"}),
        ("changed_audiences", {"old_places": "", "new_places": "C2"}),
        ("changed_language", {"old_language": "en", "new_language": "de"}),
        ("changed_holidays", {"old_country": None, "new_country": "DE"}),
        ("changed_policy", {"old_policy": "keep", "new_policy": "skip"}),
    ]
    assert {by for _, by, _ in history()} == {"U1"}
    assert all(f"history.{what}" in catalogue() for what, _, _ in history())
    assert (series().hosts, series().weeks, series().first_week) == (("U3", "U2"), None, 1)
    assert wakes.count == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_change_is_shown_in_the_readers_language(add_series, amending, updates, clock, language):
    add_series()
    caller = replace(OWNER, language=language)
    start = opened(amending.modal(1, caller, BERLIN))
    wanted = replace(start.form, title="<b> & co", weeks="", language="fil", holiday_policy="move", cadence="monthly")
    shown = amending.preview(start, wanted, caller, PLACE)
    assert "&lt;b&gt; &amp; co" in text_of(shown)
    assert amending.confirm(opened(shown), caller, PLACE, key=KEY)["clear_on_close"]
    assert "&lt;b&gt; &amp; co" in str(updates.show(1, caller, clock.now()).blocks)


def test_a_change_sent_twice_is_made_and_told_once(add_series, amending, history, post, at_once):
    add_series()
    start = opened(amending.modal(1, OWNER, BERLIN))
    asked = opened(amending.preview(start, replace(start.form, at="15:00"), OWNER, PLACE))
    one, other = at_once(lambda: amending.confirm(asked, OWNER, PLACE, key=KEY))
    assert one == other
    assert [what for what, _, _ in history()] == ["changed_at"]
    (told,) = post.waiting()
    assert (told.key, told.channel) == ("series:1:changed:view:V1", "C1")
    assert "every Wednesday at 15:00 (Europe/Berlin), 3 sessions" in told.text


def test_only_another_day_time_or_rhythm_is_told_to_the_channel(add_series, change, post):
    add_series()
    change(title="Other", hosts=("U5",), weeks="5", deputy="U1")
    assert post.texts == []


def test_an_edit_never_loses_the_zone(add_series, change, series, weeks):
    """RemindmeBot#16: an edited reminder came at the hour of the server's zone."""
    add_series(zone="Asia/Manila")
    change(at="09:00")
    assert series().zone == ZoneInfo("Asia/Manila")
    assert all(f"{each.due_at.astimezone(ZoneInfo('Asia/Manila')):%H:%M}" == "09:00" for each in weeks())


def test_what_others_changed_meanwhile_stays(add_series, amending, series):
    add_series()
    start = opened(amending.modal(1, OWNER, BERLIN))
    asked = opened(amending.preview(start, replace(start.form, title="Mine"), OWNER, PLACE))
    theirs = opened(amending.modal(1, replace(OWNER, user="U2"), BERLIN))
    theirs = opened(amending.preview(theirs, replace(theirs.form, deputy="U7"), OWNER, PLACE))
    amending.confirm(theirs, OWNER, PLACE, key="view:V2")
    amending.confirm(asked, OWNER, PLACE, key=KEY)
    assert (series().title, series().deputy) == ("Mine", "U7")


def test_a_session_that_began_meanwhile_is_not_moved(add_series, amending, clock, series, due):
    add_series()
    start = opened(amending.modal(1, OWNER, BERLIN))
    asked = opened(amending.preview(start, replace(start.form, first_date="2026-03-06"), OWNER, PLACE))
    before = series()
    clock.moment = due(1) + timedelta(minutes=1)
    with pytest.raises(UserError, match=r"start\.meanwhile"):
        amending.confirm(asked, OWNER, PLACE, key=KEY)
    assert series() == before


def test_weeks_that_are_over_keep_their_dates(add_series, planner, post, change, clock, weeks, due):
    add_series(4)
    clock.moment = due(2) + timedelta(hours=1)
    planner.queue_due(clock.moment)
    before = weeks()
    change(first_date="2026-03-20", at="08:00", weeks="6")
    now_is = weeks()
    assert now_is[:2] == before[:2]
    assert [f"{each.due_at.astimezone(BERLIN):%m-%d %H:%M}" for each in now_is[2:]] == [
        "03-20 08:00", "03-27 08:00", "04-03 08:00", "04-10 08:00",
    ]  # fmt: skip


FAULTS = [
    ({}, "title", "start.nothing_changed"),
    ({"title": ""}, "title", "start.empty"),
    ({"zone": "Mars/Base"}, "zone", "start.bad_zone"),
    ({"first_date": "2026-03-01"}, "first_date", "start.past"),
    ({"weeks": "105"}, "weeks", "start.bad_weeks"),
    ({"hosts": ()}, "hosts", "start.empty"),
]


@pytest.mark.parametrize(("values", "field", "key"), FAULTS)
def test_what_cannot_be_stands_at_its_field(add_series, amending, values, field, key):
    add_series()
    start = opened(amending.modal(1, OWNER, BERLIN))
    with pytest.raises(FormError) as caught:
        amending.preview(start, replace(start.form, **values), OWNER, PLACE)
    assert {name: fault.key for name, fault in caught.value.faults.items()} == {field: key}


def test_fewer_weeks_than_are_begun_are_refused_and_a_last_one_closes_the_series(
    add_series, amending, planner, clock, due, series, weeks, database
):
    add_series(4)
    clock.moment = due(2) + timedelta(hours=1)
    planner.queue_due(clock.moment)
    start = opened(amending.modal(1, OWNER, BERLIN))
    with pytest.raises(FormError) as caught:
        amending.preview(start, replace(start.form, weeks="1"), OWNER, PLACE)
    assert caught.value.faults["weeks"].key == "start.weeks_are_over"
    with database.write() as connection:
        for each in weeks()[:2]:
            kept.change(connection, each.id, status="posted", posted_at=clock.moment, look_at=None)
    amending.confirm(
        opened(amending.preview(start, replace(start.form, weeks="2"), OWNER, PLACE)), OWNER, PLACE, key=KEY
    )
    assert [each.status for each in weeks()] == ["posted", "posted"]
    assert series().ended_at == clock.moment


def test_until_ended_is_planned_ahead(add_series, change, weeks):
    add_series(2)
    change(weeks="")
    assert [each.week for each in weeks()] == [*range(1, 9)]


def test_only_those_who_may_change_it_see_the_modal(add_series, amending):
    add_series()
    for caller in (OTHER, replace(OTHER, channel="C9")):
        with pytest.raises(NotAllowedError):
            amending.modal(1, caller, BERLIN)
    assert amending.modal(1, replace(OTHER, is_admin=True), BERLIN)


def test_what_a_modal_carries_fits(add_series, amending):
    hosts = " ".join(f"U{number:010}" for number in range(MOST_HOSTS))
    places = [f"C{number:010}" for number in range(MOST_AUDIENCES)]
    places += [f"outlet:{number:070}" for number in range(MOST_OUTLETS)]
    add_series(title='"' * 150, hosts=hosts, audiences=" ".join(places))
    start = amending.modal(1, OWNER, BERLIN)
    assert len(start["private_metadata"]) <= 3000
    wanted = replace(opened(start).form, title='\\"' * 75, zone="America/Argentina/ComodRivadavia", weeks="104")
    assert len(amending.preview(opened(start), wanted, OWNER, PLACE)["private_metadata"]) <= 3000


def test_a_preparation_that_waits_is_taken_back_when_the_date_moves(add_series, change, planner, post, clock, due):
    add_series()
    clock.moment = due(1) - timedelta(hours=2)
    planner.queue_due(clock.moment)
    (prepared,) = post.waiting()
    change(first_date="2026-03-06")
    planner.queue_due(due(1) + timedelta(days=1, hours=1))
    keys = [each.key for each in post.waiting()]
    assert prepared.key not in keys
    assert f"{prepared.key}:1" in keys


def test_other_hosts_write_the_weeks_to_come_and_the_record_stays_what_it_was(
    add_series, change, weeks, planner, clock, due
):
    add_series(3, hosts="U2 U3")
    for moment in (due(1), due(1) + timedelta(hours=49), due(2), due(2) + timedelta(hours=1)):
        clock.moment = moment
        planner.queue_due(moment)
    assert [each.status for each in weeks()] == ["missed", "awaiting", "planned"]
    change(hosts=("U5", "U6"))
    assert [each.host for each in weeks()] == ["U2", "U3", None], "whoever was nudged for week 2 still owes it"
