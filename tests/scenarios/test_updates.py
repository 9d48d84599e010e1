"""Weekly updates from the command to the last post, week after virtual week."""

from datetime import timedelta
from itertools import pairwise
from urllib.parse import urlencode

import pytest

from bot.storage.tables import series
from responses.phrases import say
from tests.scenarios.workspace import MONDAY, WEEK, the_only, words

BERLIN = "Europe/Berlin"  # where the clocks go back on 25 October 2026


@pytest.fixture(scope="module", params=["socket", "http"])
def workspace(request, shared):
    return shared(over=request.param, starts_at=MONDAY)


def test_thirteen_weeks_are_thirteen_posts_at_ten_on_the_wall(open_workspace, database_url):
    workspace = open_workspace(database_url, starts_at=MONDAY)
    workspace.start_series(f"Data leak on Wednesday at 10:00 in {BERLIN}", user="dieter")
    workspace.advance(14 * WEEK)
    found = workspace.reminders("Data leak")
    assert len(found) == 13
    for week, post in enumerate(found, start=1):
        at = workspace.local_time(post, BERLIN)
        assert (at.isoweekday(), at.hour, at.minute) == (3, 10, 0)
        assert at.date() == (MONDAY + timedelta(days=2, weeks=week - 1)).date()
        assert "<@U0DIETER1>" in words(post)
        assert all(item.title["de"] in words(post) for item in workspace.programme.agenda)
        assert say("de", "sessions.week_of", week=week, weeks=13) + ": Data leak" in words(post)
    last = say("de", "updates.last", weeks=13)
    assert last in words(found[-1])
    assert not any(last in words(post) for post in found[:-1])
    offsets = {workspace.local_time(post, BERLIN).utcoffset() for post in found}
    assert len(offsets) == 2, "the clocks were to change on the way"
    for earlier, later in pairwise(found):
        assert f"<!date^{int(float(later['ts']))}^" in words(earlier), "each post names the next date"
    posted = len(workspace.from_candor("general"))
    workspace.advance(4 * WEEK)
    assert len(workspace.from_candor("general")) == posted, "it is over"
    shown = words(workspace.say("dieter", "general", "/candor-updates show 1"))
    assert shown.count(say("de", "updates.status_missed")) == 13


def test_the_defaults_come_from_the_programme_and_the_persons_zone(workspace):
    number, answer = workspace.start_series("Outage of Friday", user="efren")
    row = next(row for row in workspace.rows(series) if row.id == number)
    assert (row.zone, row.at, row.weeks, row.first_date.isoweekday()) == ("Asia/Manila", "10:00", 13, 3)
    assert (row.owner, row.hosts) == ("U0EFREN01", "U0EFREN01")
    assert timedelta() < workspace.first_session(number) - workspace.clock.now() <= timedelta(days=7)
    assert answer["response_type"] == "ephemeral"
    assert say("fil", "updates.dates") in words(answer)
    assert "Asia/Manila" in words(answer)


def test_the_answer_lists_all_dates_and_marks_the_clock_change(workspace):
    _, answer = workspace.start_series(f"Marks on Wednesday at 10:00 in {BERLIN} for 13 weeks")
    assert words(answer).count("UTC") >= 13
    assert words(answer).count(say("en", "updates.clock_change")) == 1


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("start on Monday", "no_title"),
        ("start x at 25:00", "bad_time"),
        ("start x in Europe/Nowhere", "bad_zone"),
        ("start x for 0 weeks", "bad_weeks"),
        (f"start {'x' * 151}", "long_title"),
        ("show", "no_number"),
        ("end soon", "no_number"),
        ("show 999", "no_such_series"),
        ("end 999", "no_such_series"),
        ("dance", "unknown_command"),
    ],
)
@pytest.mark.parametrize(("user", "language"), [("ben", "en"), ("chiara", "it")])
def test_what_cannot_be_understood_is_answered_with_what_to_type(workspace, text, key, user, language):
    answer = workspace.say(user, "incident", f"/candor-updates {text}")
    cut = dict.fromkeys(("given", "limit", "known", "command"), "{")
    beginning = say(language, f"updates.{key}", word="dance", number="999", **cut)
    assert words(answer).startswith(beginning.partition("{")[0].rstrip("`"))
    assert "/candor-updates" in words(answer) or key in {"bad_time", "bad_zone", "bad_weeks", "long_title"}
    assert answer["response_type"] == "ephemeral"


def test_in_a_direct_message_nothing_is_started(workspace):
    before = len(workspace.rows(series))
    answer = workspace.say("ben", "dm", "/candor-updates start Here")
    assert words(answer).startswith(say("en", "updates.not_in_dm"))
    assert len(workspace.rows(series)) == before


def test_help_names_the_defaults(workspace):
    answer = words(workspace.say("dieter", "general", "/candor-updates"))
    assert "Mittwoch" in answer
    assert "10:00" in answer
    assert answer == words(workspace.say("dieter", "general", "/candor-updates help"))


class TestWhereTheBotIsNotIn:
    def test_the_answer_says_so_at_once(self, workspace):
        number, answer = workspace.start_series("Not in here for 1 week", channel="random")
        assert "/invite @Candor" in words(answer)
        workspace.say("ben", "random", f"/candor-updates end {number}")

    def test_each_week_the_owner_is_told_and_after_the_invitation_it_works(self, open_workspace):
        workspace = open_workspace(starts_at=MONDAY)
        workspace.start_series("Outside in UTC for 3 weeks", channel="random")
        workspace.advance(WEEK)
        told = [text for text in workspace.direct("ben") if "/invite @Candor" in text]
        assert told
        assert all("<#C0RANDOM1>" in text for text in told)
        workspace.invite("random")
        workspace.advance(2 * WEEK)
        assert len(workspace.reminders("Outside", "random")) == 2
        assert len([text for text in workspace.direct("ben") if "/invite @Candor" in text]) == len(told)
        shown = words(workspace.say("ben", "random", "/candor-updates show 1"))
        assert "not_in_channel" in shown

    def test_an_archived_channel_is_named_as_such(self, open_workspace):
        workspace = open_workspace(starts_at=MONDAY)
        workspace.start_series("Soon archived in UTC for 1 week", channel="incident")
        workspace.slack.workspace.channels["C0INCIDNT"].is_archived = True
        workspace.advance(WEEK)
        assert any("is_archived" in text for text in workspace.direct("ben"))


class TestEnding:
    @pytest.mark.parametrize("user", ["ben", "ada"], ids=["owner and host", "admin"])
    def test_who_may_end_it_ends_it_and_the_channel_is_told_once(self, workspace, user):
        number, _ = workspace.start_series(f"Ended by {user} in UTC")
        answer = workspace.say(user, "general", f"/candor-updates end {number}")
        assert words(answer).startswith(f"*Ended by {user}* (series {number}) has ended;")
        again = workspace.say(user, "general", f"/candor-updates end {number}")
        assert "had already ended" in words(again)
        workspace.advance(2 * WEEK)
        assert f"Ended by {user}" in words(the_only(
            [each for each in workspace.steps("closing") if f"Ended by {user}" in words(each)]
        ))  # fmt: skip

    def test_others_are_told_whom_to_ask_and_nothing_changes(self, workspace):
        number, _ = workspace.start_series("Kept on in UTC for 1 week")
        answer = workspace.say("dieter", "general", f"/candor-updates end {number}")
        assert words(answer).startswith(say("de", "updates.not_yours", number=number, owner="<@U0BEN0001>",
                                            host="<@U0BEN0001>"))  # fmt: skip
        workspace.advance(WEEK)
        assert len(workspace.reminders("Kept on")) == 1

    def test_after_some_weeks_the_record_stays(self, open_workspace):
        workspace = open_workspace(starts_at=MONDAY)
        workspace.start_series("Cut short in UTC for 5 weeks")
        workspace.advance(2 * WEEK)
        workspace.say("ben", "general", "/candor-updates end 1")
        workspace.advance(5 * WEEK)
        assert len(workspace.reminders("Cut short")) == 2
        assert len(workspace.steps("closing")) == 1
        shown = words(workspace.say("ben", "general", "/candor-updates show 1"))
        assert shown.count(say("en", "updates.status_missed")) == 2
        assert shown.count(say("en", "updates.status_skipped")) == 3
        assert "Cut short" not in words(workspace.say("ben", "general", "/candor-updates list"))


def test_a_command_that_is_delivered_twice_starts_one_series(open_workspace, sign):
    workspace = open_workspace(starts_at=MONDAY)
    fields = {
        "command": "/candor-updates", "text": "start Delivered twice in UTC for 1 week", "user_id": "U0BEN0001",
        "channel_id": "C0GENERAL", "team_id": "T0LOCAL01", "trigger_id": "1.2.same", "api_app_id": "A0CANDOR1",
        "response_url": "http://127.0.0.1:9/response/x",
    }  # fmt: skip
    answers = [sign(workspace, urlencode(fields)) for _ in range(2)]
    assert [status for status, _ in answers] == [200, 200]
    assert len([row for row in workspace.rows(series) if row.title == "Delivered twice"]) == 1
    number = max(row.id for row in workspace.rows(series))
    assert all(f"*{number}*" in body for _, body in answers)
    workspace.advance(WEEK)
    assert len(workspace.reminders("Delivered twice")) == 1
