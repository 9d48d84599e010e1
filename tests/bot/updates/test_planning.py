"""A session's steps into the outbox and its record: on time, late, missed, failed, paused, and by two at once."""

from collections import Counter
from datetime import time, timedelta

import pytest

from bot.storage import series as stored
from bot.storage import sessions as kept
from bot.storage.tables import outbox as outbox_table
from bot.updates.days import Day
from bot.updates.planning import NOT_SENT, NOT_WRITTEN, Planner
from responses.phrases import say
from tests.bot.updates.stage import Stage, caller

MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=7)
REMINDER_LATE = say("en", "updates.late", lateness="", due="").split(" late")[0]
UPDATE_LATE = say("en", "sessions.update_late", lateness="", due="").split(" late")[0]


def words(delivery) -> str:
    return f"{delivery.text} {delivery.blocks}"


def keys_to(post, channel) -> list[str]:
    return [each.key for each in post._all() if each.channel == channel]


@pytest.fixture
def session_row(database):
    def read(number, week=1):
        with database.read() as connection:
            return kept.of_series(connection, [number])[week - 1]

    return read


@pytest.fixture
def write_update(database, planner):
    """Write a session's update as the modal does, without its checks."""

    def write(session_id, now, *, text="We fixed the leak.", nothing_new=False):
        values = {
            "series_id": 1, "texts": {} if nothing_new else {"done": text}, "nothing_new": nothing_new, "author": "U2",
            "saved_at": now, "written_at": now,
        }  # fmt: skip
        with database.write() as connection:
            kept.save_update(connection, session_id, values)
            kept.change(connection, session_id, look_at=now)

    return write


# --- before the hour ---


def test_the_host_is_asked_to_prepare_a_day_before(planner, add_series, post, record, due):
    number = add_series()
    assert planner.next_due() == due(1) - DAY
    assert planner.queue_due(due(1) - DAY - timedelta(microseconds=1)) == 0
    assert planner.queue_due(due(1) - DAY) == 1
    (told,) = post.waiting()
    assert (told.key, told.channel) == ("session:1:prepare", "U2")
    assert record(number) == ["planned"] * 3
    assert planner.next_due() == due(1)


def test_a_host_is_asked_once(planner, add_series, post, due):
    add_series()
    for hours in (24, 20, 3, 1):
        planner.queue_due(due(1) - hours * HOUR)
    assert post.keys == ["session:1:prepare"]


# --- at the hour ---


def test_an_unwritten_session_is_an_honest_reminder_that_names_the_host(planner, add_series, post, record, due):
    number = add_series()
    assert [planner.queue_due(due(1)) for _ in range(3)] == [1, 0, 0]
    (waiting,) = post.waiting()
    assert (waiting.key, waiting.channel, waiting.tell) == ("session:1:reminder", "C1", "U1")
    assert "Week 1 of 3: Data leak" in waiting.text
    assert "<@U2>" in words(waiting)
    assert REMINDER_LATE not in words(waiting)
    assert record(number) == ["awaiting", "planned", "planned"]


def test_a_written_session_is_posted_and_recorded_as_posted(planner, add_series, post, record, due, write_update):
    number = add_series()
    write_update(1, due(1) - HOUR)
    planner.queue_due(due(1) - HOUR)
    planner.queue_due(due(1))
    posted = next(each for each in post.waiting() if each.key == "session:1:update")
    assert "We fixed the leak." in words(posted)
    assert "18 March" not in words(posted)
    assert "11 March 2026" in words(posted)
    assert record(number)[0] == "queued"
    for _ in post.waiting():
        post.send(due(1) + MINUTE)
    planner.settle(due(1) + MINUTE)
    assert record(number) == ["posted", "planned", "planned"]
    planner.queue_due(due(1) + 40 * HOUR)
    assert not [key for key in post.keys if "nudge" in key or "reminder" in key]


def test_copies_go_to_every_audience_under_keys_of_their_own(planner, add_series, post, record, due, write_update):
    number = add_series(audiences="C2 outlet:press")
    write_update(1, due(1))
    planner.queue_due(due(1))
    assert {each.key: each.channel for each in post.waiting()} == {
        "session:1:update": "C1", "session:1:update:to:C2": "C2", "session:1:update:to:outlet:press": "outlet:press",
    }  # fmt: skip
    post.send(due(1))
    post.send(due(1), state="failed", error="is_archived")
    planner.settle(due(1))
    assert record(number)[0] == "posted", "one that fails holds back no other"


# --- after the hour ---


def test_the_host_is_nudged_twice_then_owner_and_deputy_then_the_channel(planner, add_series, post, record, due):
    number = add_series(deputy="U4")
    planner.queue_due(due(1))
    post.send(due(1))
    expected = [
        (59 * MINUTE, []),
        (HOUR, [("session:1:nudge", "U2")]),
        (4 * HOUR, [("session:1:nudge-again", "U2")]),
        (24 * HOUR, [("session:1:escalate", "U1"), ("session:1:escalate:to:U4", "U4")]),
        (48 * HOUR, []),
        (48 * HOUR + MINUTE, [("session:1:missed", "C1")]),
    ]
    seen = 1
    for after, told in expected:
        planner.queue_due(due(1) + after)
        new = [(each.key, each.channel) for each in post._all()[seen:]]
        assert new == told, after
        seen += len(new)
        while post.waiting():
            post.send(due(1) + after)
    assert record(number)[0] == "missed"
    assert "on the record as missed" in post.texts[-1]
    assert "11 March 2026" in words(post._all()[-1])


def test_an_owner_who_hosts_is_told_once(planner, add_series, post, due):
    add_series(hosts="U1", deputy="U1")
    planner.queue_due(due(1))
    planner.queue_due(due(1) + 24 * HOUR)
    assert [key for key in post.keys if "escalate" in key] == ["session:1:escalate"]


def test_writing_ends_the_nudges_and_posts_the_update_as_late(planner, add_series, post, record, due, write_update):
    number = add_series()
    planner.queue_due(due(1))
    post.send(due(1))
    planner.queue_due(due(1) + HOUR)  # the nudge is still in the outbox when the host writes
    write_update(1, due(1) + 2 * HOUR)
    planner.queue_due(due(1) + 2 * HOUR)
    (waiting,) = post.waiting()
    assert waiting.key == "session:1:update"
    assert UPDATE_LATE in words(waiting)
    post.send(due(1) + 2 * HOUR)
    planner.settle(due(1) + 2 * HOUR)
    assert record(number)[0] == "late"
    planner.queue_due(due(1) + 60 * HOUR)
    assert not post.waiting()


def test_an_update_minutes_after_the_reminder_is_on_time(planner, add_series, post, record, due, write_update):
    number = add_series()
    planner.queue_due(due(1))
    write_update(1, due(1) + 10 * MINUTE)
    planner.queue_due(due(1) + 10 * MINUTE)
    (waiting,) = post.waiting()
    assert waiting.key == "session:1:update", "a reminder that has not gone out is taken back"
    assert UPDATE_LATE not in words(waiting)
    post.send(due(1) + 10 * MINUTE)
    planner.settle(due(1) + 10 * MINUTE)
    assert record(number)[0] == "posted"


def test_nothing_new_is_an_update_that_names_the_next_date(planner, add_series, post, due, write_update):
    add_series()
    write_update(1, due(1), nothing_new=True)
    planner.queue_due(due(1))
    (waiting,) = post.waiting()
    assert say("en", "sessions.nothing_new") in words(waiting)
    assert "11 March 2026" in words(waiting)


def test_direct_messages_speak_the_readers_language_where_it_is_known(database, programme, add_series, post, due):
    add_series(deputy="U4")
    planner = Planner(database, programme, {"U2": "it", "U4": "de"}.get)
    for after in (-DAY, timedelta(), HOUR, 24 * HOUR):
        planner.queue_due(due(1) + after)
    said = {each.key: words(each) for each in post._all()}
    assert "il tuo aggiornamento" in said["session:1:prepare"]
    assert "anche" in said["session:1:nudge"].lower()
    assert "<@U2> has not written" in said["session:1:escalate"], "the owner's is not known: the series' language"
    assert "<@U2> hat das Update in" in said["session:1:escalate:to:U4"]


def test_an_owner_whose_own_update_is_missing_is_addressed_as_such(planner, add_series, post, due):
    add_series(hosts="U1")
    planner.queue_due(due(1))
    planner.queue_due(due(1) + 24 * HOUR)
    told = next(each for each in post._all() if each.key == "session:1:escalate")
    assert "your update in <#C1>" in told.text
    assert "<@U1>" not in told.text


# --- Candor was away ---


@pytest.mark.parametrize(
    ("away", "said"), [(20 * MINUTE, "20 minutes"), (3 * HOUR, "3 hours"), (47 * HOUR, "47 hours")]
)
def test_a_reminder_after_an_absence_says_how_late_it_is(planner, add_series, post, due, away, said):
    add_series()
    planner.queue_due(due(1) + away)
    reminder = next(each for each in post.waiting() if each.key == "session:1:reminder")
    assert REMINDER_LATE in words(reminder)
    assert said in words(reminder)
    planner.queue_due(due(1) + away)
    assert not [key for key in post.keys if "nudge" in key], "a reminder that late is nudge enough"


def test_the_owner_hears_of_it_even_when_the_reminder_came_a_day_late(planner, add_series, post, due):
    add_series()
    planner.queue_due(due(1) + 30 * HOUR)
    assert post.keys == ["session:1:reminder", "session:1:escalate"]


def test_after_two_days_a_session_is_missed_and_the_channel_is_told_why(
    planner, add_series, post, record, session_row, due
):
    number = add_series()
    planner.queue_due(due(1) + 48 * HOUR + MINUTE)
    assert record(number) == ["missed", "planned", "planned"]
    assert post.keys == ["session:1:missed"]
    assert "Candor was not running" in post.texts[0]
    assert session_row(number).cause == NOT_SENT


def test_several_missed_weeks_are_told_once_for_each_series(planner, add_series, post, record, due):
    first, second = add_series(5), add_series(4, key="command:2", channel="C2")
    planner.queue_due(due(4) + HOUR)
    assert record(first) == ["missed", "missed", "missed", "awaiting", "planned"]
    assert record(second) == ["missed", "missed", "missed", "awaiting"]
    told = [each for each in post.waiting() if each.key.endswith(":missed")]
    assert [each.channel for each in told] == ["C1", "C2"]
    assert all("1, 2, 3" in each.text for each in told)


def test_a_long_absence_is_told_once_however_many_sessions_there_are(planner, add_series, post, record, due):
    """More than fit into one batch: a batch must not cut a series in two."""
    numbers = [add_series(9, key=f"command:{count}", channel=f"C{count}") for count in range(15)]
    long_one = add_series(104, key="command:long", channel="CLONG")
    assert planner.queue_due(due(104) + WEEK) == 15 * 9 + 104
    assert all(record(number) == ["missed"] * 9 for number in numbers)
    assert record(long_one) == ["missed"] * 104
    told = Counter(each.channel for each in post.waiting() if each.key.endswith(":missed"))
    assert told == Counter([*(f"C{count}" for count in range(15)), "CLONG"])


def test_a_written_update_that_could_not_be_posted_for_two_days_is_not_lost(
    planner, add_series, post, record, due, write_update
):
    number = add_series()
    write_update(1, due(1) - HOUR)
    planner.queue_due(due(1) + 3 * DAY)
    assert record(number)[0] == "missed"
    assert keys_to(post, "U2") == ["session:1:not-posted"]
    assert f"/candor-updates now {number}" in post.waiting()[0].text + post.waiting()[-1].text


# --- Slack was away ---


def test_a_post_that_waits_in_the_outbox_says_so_once_it_is_late(planner, add_series, post, due, write_update):
    add_series(2)
    write_update(1, due(1) - HOUR)
    planner.queue_due(due(1))
    for lateness, said in ((14 * MINUTE, None), (20 * MINUTE, "20 minutes"), (3 * HOUR, "3 hours")):
        planner.settle(due(1) + lateness)
        update = next(each for each in post.waiting() if each.key == "session:1:update")
        assert (UPDATE_LATE in words(update)) is (said is not None)
        assert (said or "") in words(update)


def test_a_reminder_that_waits_in_the_outbox_says_so_once_it_is_late(planner, add_series, post, due):
    add_series()
    planner.queue_due(due(1))
    planner.settle(due(1) + 3 * HOUR)
    (waiting,) = post.waiting()
    assert "3 hours" in words(waiting)


def test_what_is_already_on_its_way_is_not_rewritten(planner, add_series, post, due, write_update):
    add_series()
    write_update(1, due(1))
    planner.queue_due(due(1))
    before = post.texts
    post.take(due(1))
    assert planner.settle(due(1) + HOUR) is None
    assert post.texts == before


def test_settle_says_when_it_has_to_look_again(planner, add_series, due, write_update):
    add_series()
    write_update(1, due(1))
    planner.queue_due(due(1))
    instant = timedelta(microseconds=1)
    assert planner.settle(due(1)) == due(1) + 15 * MINUTE + instant
    assert planner.settle(due(1) + HOUR) == due(1) + 48 * HOUR + instant


def test_what_could_not_be_sent_for_two_days_is_withdrawn_and_missed(
    planner, add_series, post, record, due, write_update
):
    number = add_series()
    write_update(1, due(1))
    planner.queue_due(due(1))
    assert planner.settle(due(1) + 49 * HOUR) is None
    assert record(number)[0] == "missed"
    assert {each.key for each in post.waiting()} == {"session:1:missed", "session:1:not-posted"}


# --- Slack refuses ---


def test_a_refused_update_is_a_draft_again_and_can_be_sent_anew(
    planner, add_series, post, record, session_row, database, due, write_update
):
    number = add_series()
    write_update(1, due(1))
    planner.queue_due(due(1))
    post.send(due(1), state="failed", error="not_in_channel")
    planner.settle(due(1))
    assert record(number)[0] == "awaiting"
    assert session_row(number).cause == "not_in_channel"
    with database.read() as connection:
        own = kept.find_update(connection, 1)
    assert own.written_at is None
    assert own.texts == {"done": "We fixed the leak."}
    planner.queue_due(due(1) + HOUR)
    assert keys_to(post, "U2") == ["session:1:nudge"]
    write_update(1, due(1) + 2 * HOUR)
    planner.queue_due(due(1) + 2 * HOUR)
    (again,) = post.waiting()
    assert again.key not in {"session:1:update", "session:1:nudge"}, "a key that Slack has seen is not used again"
    post.send(due(1) + 2 * HOUR)
    planner.settle(due(1) + 2 * HOUR)
    assert (record(number)[0], session_row(number).cause) == ("late", None)


def test_a_channel_that_stays_closed_ends_as_missed_with_slacks_word(
    planner, add_series, post, record, session_row, due
):
    number = add_series()
    planner.queue_due(due(1))
    post.send(due(1), state="failed", error="is_archived")
    planner.settle(due(1))
    planner.queue_due(due(1) + 49 * HOUR)
    assert (record(number)[0], session_row(number).cause) == ("missed", "is_archived")


def test_an_update_that_may_have_arrived_is_not_written_anew(planner, add_series, post, record, due, write_update):
    number = add_series()
    write_update(1, due(1))
    planner.queue_due(due(1))
    post.send(due(1), state="unverified", error="unknown")
    planner.settle(due(1))
    assert record(number)[0] == "missed"


@pytest.mark.parametrize("state", ["sending", "unknown"])
def test_what_may_have_arrived_is_left_to_the_sender(planner, add_series, post, record, due, write_update, state):
    number = add_series()
    write_update(1, due(1))
    planner.queue_due(due(1))
    post.send(due(1), state=state)
    assert planner.settle(due(1) + 49 * HOUR) is None
    assert record(number)[0] == "queued"


# --- pauses, ends, and series without an end ---


def test_weeks_in_a_pause_are_skipped_without_a_word(planner, add_series, post, record, session_row, due):
    number = add_series(paused_until=due(2) + HOUR)
    for moment in (due(1) - DAY, due(1), due(1) + HOUR, due(2) - DAY, due(2), due(2) + DAY):
        planner.queue_due(moment)
    assert record(number) == ["skipped", "skipped", "planned"]
    assert session_row(number).cause == "paused"
    assert post.keys == []


def test_a_reminder_names_the_next_session_that_will_be_held(planner, add_series, database, post, due):
    number = add_series(4)
    with database.write() as connection:
        kept.change(connection, 2, status="skipped", cause="a reason", look_at=None)
        stored.change(connection, number, paused_until=due(3) + MINUTE)
        kept.change(connection, 1, status="awaiting", step="reminder", look_at=due(1) + HOUR)
        stored.change(connection, number, paused_until=None)
    planner.queue_due(due(1) + 49 * HOUR)
    assert "18 March 2026" in post._all()[-1].text


def test_after_the_last_session_the_series_is_over(planner, add_series, database, post, due, write_update):
    number = add_series(1)
    write_update(1, due(1))
    planner.queue_due(due(1))
    post.send(due(1))
    planner.settle(due(1))
    with database.read() as connection:
        row = stored.find(connection, number)
    assert row.ended_at == due(1)
    assert row.ended_by is None
    planner.settle(due(1) + HOUR)
    planner.queue_due(due(1) + WEEK)
    assert planner.next_due() is None


def test_a_series_without_an_end_always_has_sessions_ahead(planner, add_series, record, due):
    number = add_series(8, weeks=None)
    for week in range(1, 20):
        planner.queue_due(due(week))
        planner.queue_due(due(week) + 3 * DAY)
        statuses = record(number)
        assert statuses.count("planned") == 8, week
    assert record(number)[:19] == ["missed"] * 19


# --- at once ---


def test_two_planners_queue_each_session_once(database, programme, add_series, post, record, due, at_once):
    numbers = [add_series(3, key=f"command:{count}", channel=f"C{count}") for count in range(10)]

    def run() -> None:
        planner = Planner(database, programme)
        planner.queue_due(due(2))
        planner.settle(due(2))

    at_once(run)
    assert all(record(number) == ["missed", "awaiting", "planned"] for number in numbers)
    reminders = [key for key in post.keys if key.endswith(":reminder")]
    assert sorted(reminders) == sorted({*reminders})
    assert len(reminders) == len(numbers)
    assert Counter(each.channel for each in post.waiting()) == Counter({f"C{count}": 2 for count in range(10)})


def test_the_record_says_why_a_week_was_missed(planner, add_series, session_row, due):
    number = add_series()
    planner.queue_due(due(1))
    planner.queue_due(due(1) + 49 * HOUR)
    assert session_row(number).cause == NOT_WRITTEN


# --- on its way when a pause begins ---


@pytest.mark.parametrize("becomes", ["pending", "failed"])
def test_an_update_that_did_not_get_through_before_a_pause_is_not_posted_in_it(stage: Stage, due, becomes):
    stage.begin(3)
    stage.write(1)
    stage.clock.moment = due(1)
    stage.planner.queue_due(due(1))
    put(stage, "session:1:update", state="sending", lease="other")
    stage.control.pause(stage.number, Day(offset=10), caller())
    assert stage.statuses[0] == "queued", "nobody can take back what is being sent"
    put(stage, "session:1:update", state=becomes, lease=None)
    stage.clock.advance(seconds=1)
    for _ in range(2):
        stage.planner.settle(stage.clock.now())
        stage.planner.queue_due(stage.clock.now())
    assert (stage.statuses[0], stage.session(1).cause) == ("skipped", "paused")
    assert [row.key for row in stage.messages(to="C1", state="pending") if row.key.startswith("session:")] == []
    stage.at(due(1) + timedelta(hours=60))
    assert not any("nudge" in row.key or "missed" in row.key for row in stage.messages())


def test_after_an_update_a_reminder_of_which_nobody_knows_is_not_posted_again(stage: Stage, due):
    stage.begin(3)
    stage.clock.moment = due(1)
    stage.planner.queue_due(due(1))
    put(stage, "session:1:reminder", state="unknown")
    stage.write(1)
    stage.tick()
    assert stage.statuses[0] == "posted"
    assert [row.state for row in stage.messages() if row.key == "session:1:reminder"] == ["withdrawn"]


# --- over the years ---


@pytest.mark.parametrize("country", ["DE-BY", "PH", "IN-TN"])
@pytest.mark.parametrize("policy", ["move", "skip"])
def test_a_series_without_an_end_goes_on_over_holidays_and_clock_changes(stage: Stage, due, country, policy):
    stage.begin(None, holidays=country, holiday_policy=policy)
    for weeks in range(4, 80, 4):
        stage.at(due(weeks))
    sessions = stage.sessions
    assert [each.week for each in sessions] == [*range(1, len(sessions) + 1)]
    assert [each.due_at for each in sessions] == sorted(each.due_at for each in sessions)
    assert stage.statuses.count("planned") == 8
    local = [each.due_at.astimezone(stage.series.zone) for each in sessions]
    assert {(moment.hour, moment.minute) for moment in local} == {(10, 0)}
    causes = {each.cause.partition(":")[0] for each in sessions if each.status == "skipped"}
    assert causes <= {"holiday"}
    assert max(local).year == 2027, "holidays of the next year count, too"


def test_a_session_that_is_moved_into_the_hour_that_the_clocks_skip_is_held_after_it(stage: Stage):
    stage.begin(8)
    stage.move("2026-03-29", time(2, 30), week=4)
    assert stage.session(4).due_at.astimezone(stage.series.zone).time() == time(3, 30)
    stage.at(stage.session(4).due_at)
    assert [row.key for row in stage.messages(to="C1") if "reminder" in row.key][-1].startswith("session:4:reminder")


def put(stage, key, **values):
    with stage.database.write() as connection:
        connection.execute(outbox_table.update().where(outbox_table.c.key == key).values(**values))
