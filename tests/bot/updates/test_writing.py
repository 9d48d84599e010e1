"""Drafts, previews, sending, "nothing new" and urgent updates; who may, and what is no longer possible."""

from datetime import timedelta

import pytest

from bot.errors import NotAllowedError, SkippedError, UserError
from bot.storage import series as stored
from bot.storage import sessions as kept
from bot.updates.access import Caller
from bot.updates.writing import Writing
from responses.blocks.weekly.values import Target
from responses.blocks.weekly.writing import previewed
from responses.phrases import say
from tests.fakes import FrozenClock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOST, OWNER, DEPUTY = (Caller(user, "C1", "en") for user in ("U2", "U1", "U4"))
STRANGER, ADMIN = Caller("U8", "C1", "en"), Caller("U9", "C1", "en", is_admin=True)
TEXTS = {"done": "We fixed the leak.", "coming": "An audit by 1 June.", "opening": "  "}


@pytest.fixture
def at(due) -> FrozenClock:
    return FrozenClock(due(1) - HOUR)


@pytest.fixture
def woken() -> list[bool]:
    return []


@pytest.fixture
def writing(database, programme, at, woken) -> Writing:
    return Writing(database, programme, at, wake=lambda: woken.append(True))


@pytest.fixture
def series(add_series) -> int:
    return add_series(3, deputy="U4")


@pytest.fixture
def own(database):
    def read(session_id=1):
        with database.read() as connection:
            return kept.find_update(connection, session_id)

    return read


def send(writing, target, texts, caller=HOST, key="view:1"):
    """Preview and send, as the two modals do."""
    exact, version = previewed(writing.preview(target, texts, caller, key=key)["private_metadata"])
    return writing.submit(exact, version, caller)


def shown(view) -> str:
    return str(view["blocks"])


# --- the modal ---


def test_the_modal_has_a_field_for_each_point_that_the_host_writes(writing, series, programme):
    view = writing.modal(Target(series, 1), HOST)
    fields = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert fields == [item.id for item in programme.written]
    assert all(block["optional"] for block in view["blocks"] if block["type"] == "input")
    assert Target.unpack(view["private_metadata"]) == Target(series, 1)


def test_the_modal_is_prefilled_with_the_draft_and_never_with_last_weeks_text(
    writing, series, database, planner, post, at, due
):
    send(writing, Target(series, 1), TEXTS)
    planner.queue_due(due(1))
    while post.waiting():
        post.send(due(1))
    planner.settle(due(1))
    at.moment = due(1) + DAY
    view = writing.modal(Target(series, 2), HOST)
    inputs = [block["element"].get("initial_value") for block in view["blocks"] if block["type"] == "input"]
    assert inputs == [None] * len(inputs)
    assert "An audit by 1 June." in shown(view), "what last week announced stands beside the fields"
    assert "We fixed the leak." not in shown(view)
    writing.preview(Target(series, 2), {"done": "Half of it."}, HOST, key="view:2")
    view = writing.modal(Target(series, 2), HOST)
    assert [b["element"].get("initial_value") for b in view["blocks"] if b.get("block_id") == "done"] == ["Half of it."]


# --- previews and drafts ---


def test_a_preview_shows_the_post_and_keeps_a_draft_that_is_not_posted(writing, series, own, planner, post, due, at):
    view = writing.preview(Target(series, 1), TEXTS, HOST, key="view:1")
    assert "We fixed the leak." in shown(view)
    assert "Week 1 of 3: Data leak" in shown(view)
    assert not [block for block in view["blocks"] if block["type"] == "actions"]
    row = own()
    assert (row.written_at, row.texts, row.draft) == (None, {}, {name: TEXTS[name] for name in ("done", "coming")})
    planner.queue_due(due(1))
    assert "session:1:reminder" in post.keys, "a draft is not an update"


def test_a_preview_of_a_written_update_leaves_what_was_written(writing, series, planner, post, due):
    send(writing, Target(series, 1), TEXTS)
    writing.preview(Target(series, 1), {"done": "Something else."}, HOST, key="view:1")
    planner.queue_due(due(1))
    posted = next(each for each in post.waiting() if each.key == "session:1:update")
    assert "We fixed the leak." in str(posted.blocks)
    assert "Something else." not in str(posted.blocks)


def test_a_draft_that_somebody_else_has_changed_is_not_sent_unseen(writing, series):
    target, version = previewed(writing.preview(Target(series, 1), TEXTS, HOST, key="view:1")["private_metadata"])
    writing.preview(Target(series, 1), {"done": "The deputy's words."}, DEPUTY, key="view:2")
    with pytest.raises(UserError) as caught:
        writing.submit(target, version, HOST)
    assert (caught.value.key, caught.value.values) == ("writing.changed", {"who": "<@U4>"})


# --- sending ---


def test_an_update_sent_before_its_hour_waits_for_it(writing, series, own, post, planner, due, woken):
    told = send(writing, Target(series, 1), TEXTS)
    assert "4 March 2026" in told.text
    assert (own().author, own().draft, own().nothing_new) == ("U2", None, False)
    assert woken == [True]
    planner.queue_due(due(1) - timedelta(minutes=1))
    assert "session:1:update" not in post.keys
    planner.queue_due(due(1))
    assert "session:1:update" in post.keys


def test_an_update_sent_after_its_hour_is_posted_at_once(writing, series, post, planner, due, at):
    planner.queue_due(due(1))
    at.moment = due(1) + 2 * HOUR
    assert send(writing, Target(series, 1), TEXTS).text == say("en", "writing.on_its_way")
    assert planner.next_due() == at.moment
    planner.queue_due(at.moment)
    assert "session:1:update" in post.keys


def test_an_update_can_be_changed_until_it_is_posted(writing, series, planner, post, due):
    send(writing, Target(series, 1), TEXTS)
    send(writing, Target(series, 1), {"done": "Better words."}, DEPUTY)
    planner.queue_due(due(1))
    posted = next(each for each in post.waiting() if each.key == "session:1:update")
    assert "Better words." in str(posted.blocks)
    assert "<@U4>" in str(posted.blocks), "who wrote it is named, whoever's turn it was"
    with pytest.raises(UserError) as caught:
        writing.modal(Target(series, 1), HOST)
    assert caught.value.key == "writing.is_posted"


def test_a_preview_by_somebody_else_leaves_who_wrote_what_was_written(writing, series, own, planner, post, due):
    send(writing, Target(series, 1), TEXTS)
    writing.preview(Target(series, 1), {"done": "Better words."}, DEPUTY, key="view:2")
    planner.queue_due(due(1))
    posted = next(each for each in post.waiting() if each.key == "session:1:update")
    assert "We fixed the leak." in str(posted.blocks)
    assert "<@U2>" in str(posted.blocks)
    assert "<@U4>" not in str(posted.blocks)


@pytest.mark.parametrize("posted", [False, True])
def test_sent_again_by_whoever_saw_no_answer_it_is_taken_once(writing, series, own, planner, post, due, at, posted):
    exact, version = previewed(writing.preview(Target(series, 1), TEXTS, HOST, key="view:1")["private_metadata"])
    first = writing.submit(exact, version, HOST)
    if posted:
        at.moment = due(1)
        planner.queue_due(due(1))
    again = writing.submit(exact, version, HOST)
    assert again.text == (say("en", "writing.on_its_way") if posted else first.text)
    assert own().version == version + 1
    with pytest.raises(UserError):  # from somebody else it is no repetition
        writing.submit(exact, version, DEPUTY)


def test_whose_newer_draft_it_is_beside_a_written_update_is_not_guessed(writing, series):
    send(writing, Target(series, 1), TEXTS)
    exact, version = previewed(writing.preview(Target(series, 1), TEXTS, HOST, key="view:2")["private_metadata"])
    writing.preview(Target(series, 1), {"done": "Better words."}, DEPUTY, key="view:3")
    with pytest.raises(UserError) as caught:
        writing.submit(exact, version, HOST)
    assert caught.value.key == "writing.is_written"


def test_all_fields_empty_is_nothing_new(writing, series, own):
    send(writing, Target(series, 1), {"done": "  ", "coming": ""})
    assert (own().nothing_new, own().texts) == (True, {})
    assert own().written_at is not None


# --- nothing new ---


def test_nothing_new_is_one_click_and_counts_once(writing, series, own, planner, post, due, database):
    for _ in range(2):
        writing.nothing_new(Target(series, 1), HOST)
    assert own().nothing_new
    with database.read() as connection:
        assert [row.what for row in stored.notes(connection, series)] == ["nothing_new"]
    planner.queue_due(due(1))
    assert say("en", "sessions.nothing_new") in str(post.waiting()[-1].blocks)
    assert post.keys.count("session:1:update") == 1


def test_nothing_new_does_not_wipe_out_a_written_update(writing, series):
    send(writing, Target(series, 1), TEXTS)
    with pytest.raises(UserError) as caught:
        writing.nothing_new(Target(series, 1), HOST)
    assert caught.value.key == "writing.is_written"


# --- outside the rhythm ---


def test_an_urgent_update_is_posted_at_once_and_once(writing, series, post, record):
    exact, version = previewed(writing.preview(Target(series), TEXTS, OWNER, key="view:7")["private_metadata"])
    assert post.keys == []
    for _ in range(2):
        assert writing.submit(exact, version, OWNER).text == say("en", "writing.on_its_way")
    assert post.keys == [f"update:{exact.item}"]
    assert "outside the weekly rhythm" in str(post.waiting()[0].blocks)
    assert record(series) == ["planned"] * 3, "the weekly dates stay"


def test_an_urgent_update_that_was_sent_is_not_shown_as_if_it_could_be_sent_again(writing, series, post):
    exact, version = previewed(writing.preview(Target(series), TEXTS, OWNER, key="view:7")["private_metadata"])
    writing.submit(exact, version, OWNER)
    with pytest.raises(UserError) as caught:
        writing.preview(Target(series), {"done": "And one more thing."}, OWNER, key="view:7")
    assert caught.value.key == "writing.is_sent"


def test_an_urgent_update_says_something(writing, series):
    with pytest.raises(UserError) as caught:
        writing.preview(Target(series), {"done": " "}, OWNER, key="view:7")
    assert caught.value.key == "writing.empty"


def test_what_was_written_and_never_posted_is_offered_again(writing, series, planner, at, due):
    send(writing, Target(series, 1), TEXTS)
    planner.queue_due(due(1) + 3 * DAY)
    at.moment = due(1) + 3 * DAY
    assert "We fixed the leak." in shown(writing.modal(Target(series), OWNER))


# --- who may ---

ACTS = {
    "modal": lambda writing, target, caller: writing.modal(target, caller),
    "preview": lambda writing, target, caller: writing.preview(target, TEXTS, caller, key="view:1"),
    "nothing new": lambda writing, target, caller: writing.nothing_new(target, caller),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("caller", [HOST, OWNER, DEPUTY, ADMIN])
def test_owner_hosts_deputy_and_admins_may_write(writing, series, act, caller):
    ACTS[act](writing, Target(series, 1), caller)


@pytest.mark.parametrize("act", ACTS)
def test_nobody_else_may(writing, series, act, own):
    with pytest.raises(NotAllowedError):
        ACTS[act](writing, Target(series, 1), STRANGER)
    assert own() is None


def test_a_preview_does_not_let_somebody_else_send_it(writing, series):
    target, version = previewed(writing.preview(Target(series, 1), TEXTS, HOST, key="view:1")["private_metadata"])
    with pytest.raises(NotAllowedError):
        writing.submit(target, version, STRANGER)


@pytest.mark.parametrize("act", ACTS)
def test_a_session_that_is_over_takes_no_update(writing, series, database, act):
    with database.write() as connection:
        kept.change(connection, 1, status="missed", look_at=None)
    with pytest.raises(UserError) as caught:
        ACTS[act](writing, Target(series, 1), HOST)
    assert caught.value.key == "writing.is_over"


def test_writing_for_a_session_that_a_person_skipped_shows_the_way_back(writing, series, database):
    with database.write() as connection:
        kept.change(connection, 1, status="skipped", cause="ill", closed_by=HOST.user, look_at=None)
    with pytest.raises(SkippedError) as caught:
        writing.modal(Target(series, 1), HOST)
    assert caught.value.key == "writing.is_over"
    assert Target.unpack(caught.value.back) == Target(series, 1)


@pytest.mark.parametrize("act", ACTS)
def test_a_session_of_another_series_is_refused(writing, series, add_series, act):
    add_series(1, key="command:2")
    with pytest.raises(UserError) as caught:
        ACTS[act](writing, Target(series, 4), HOST)
    assert caught.value.key == "writing.gone"


@pytest.mark.parametrize("act", ACTS)
def test_a_series_that_has_ended_takes_no_update(writing, series, database, act, at):
    with database.write() as connection:
        stored.end(connection, series, by="U1", now=at.moment)
    with pytest.raises(UserError) as caught:
        ACTS[act](writing, Target(series, 1), HOST)
    assert caught.value.key == "updates.has_ended"


# --- long updates ---


def test_a_long_update_is_cut_with_a_button_that_shows_it_whole(writing, series, planner, post, due):
    long = {name: f"{name} " + "word & <tag> " * 240 for name in ("opening", "done", "coming", "topics")}
    send(writing, Target(series, 1), {name: text[:3000] for name, text in long.items()})
    planner.queue_due(due(1))
    posted = next(each for each in post.waiting() if each.key == "session:1:update")
    buttons = [e for block in posted.blocks if block["type"] == "actions" for e in block["elements"]]
    (read,) = [each for each in buttons if each["action_id"] == "weekly_read_in_full"]
    whole = shown(writing.in_full(Target.unpack(read["value"]), STRANGER))
    assert whole.count("word &amp; &lt;tag&gt;") > 850
    assert sum(len(str(block)) for block in posted.blocks) < 12_000
