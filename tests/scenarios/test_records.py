"""What is kept of questions, and what is not; and what the log says of all that."""

import logging

import pytest

from bot.cli.output import set_up_logging
from bot.errors import CandorError
from bot.storage import tables
from tests.scenarios.workspace import WEEK, the_only, words

OFF_TOPIC = "What is the weather in Rome tomorrow?"
PEOPLE = ("U0ADA0001", "U0BEN0001", "U0CHIARA1", "U0DIETER1", "U0EFREN01")


def everything(workspace):
    """Return every value in the database, as text."""
    return [str(value) for table in tables.metadata.sorted_tables for row in workspace.rows(table) for value in row]


def test_declined_questions_are_kept_and_nobodys_name_with_them(open_workspace):
    workspace = open_workspace()
    answer = workspace.say("chiara", "general", f"/candor {OFF_TOPIC}")
    assert "kept" in words(answer)
    ts = workspace.ask("ben", "general", f"<@candor> <@dieter> {OFF_TOPIC} Ask <@efren>")
    workspace.the_only_reply("general", ts)
    workspace.ask("ada", "general", f"And another thing? {OFF_TOPIC}", ts)
    kept = workspace.rows(tables.questions)
    assert len(kept) == 3
    assert kept[0].text == OFF_TOPIC
    found = [value for value in everything(workspace) if any(person in value for person in PEOPLE)]
    assert found == []


def test_a_question_delivered_twice_is_kept_once(open_workspace):
    workspace = open_workspace()
    workspace.fault("events", "duplicate", times=2)
    workspace.ask("ben", "general", f"<@candor> {OFF_TOPIC}")
    the_only(workspace.rows(tables.questions))


def test_answered_questions_are_not_kept(open_workspace):
    workspace = open_workspace()
    workspace.say("ben", "general", "/candor What is a good update rhythm for a long incident?")
    workspace.say("ben", "general", "/candor")
    assert workspace.rows(tables.questions) == []


def test_whoever_does_not_want_questions_kept_has_none_kept_and_none_promised(open_workspace):
    workspace = open_workspace(keep_questions_days=0)
    answer = workspace.say("ben", "general", f"/candor {OFF_TOPIC}")
    assert "kept" not in words(answer)
    workspace.ask("ben", "general", f"<@candor> {OFF_TOPIC}")
    assert workspace.rows(tables.questions) == []
    assert not any("weather" in value for value in everything(workspace))


def test_questions_are_forgotten_after_their_days(open_workspace):
    workspace = open_workspace(keep_questions_days=90)
    workspace.say("ben", "general", f"/candor {OFF_TOPIC}")
    workspace.advance(91 * 86_400)
    workspace.say("ben", "general", "/candor Who will win the football match on Sunday?")
    assert "football" in the_only(workspace.rows(tables.questions)).text


SECRETS = ("xoxb-local-bot", "xapp-local-app", "local-signing-secret")
SAID = ("zebra-question", "zebra-title", "zebra-chatter", "Zebra")


@pytest.fixture
def logged_as_in_production(monkeypatch, caplog):
    """The levels of a real process, captured at every logger."""
    root = logging.getLogger()
    names = ("bot", "responses", "config", "slack_bolt", "slack_sdk", "apscheduler")
    before = {name: logging.getLogger(name).level for name in names}
    monkeypatch.setattr(root, "level", root.level)
    set_up_logging("INFO")
    root.setLevel(logging.WARNING)
    caplog.handler.setLevel(logging.DEBUG)
    yield caplog
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize("over", ["socket", "http"])
def test_the_log_of_a_whole_scenario_holds_no_message_and_no_token(
    open_workspace, logged_as_in_production, over, sign, monkeypatch
):
    workspace = open_workspace(over=over, patience=0.3)
    workspace.start_series("zebra-title in UTC for 2 weeks")
    workspace.start_series("zebra-title in UTC for 1 week", channel="random")
    for fault in ("drop_after", "500", "timeout", "ratelimited", "internal_error"):
        workspace.fault("chat.postMessage", fault)
    workspace.ask("ben", "general", "<@candor> zebra-question: what is the weather?")
    workspace.say("ben", "general", "/candor zebra-question what is the weather?")
    workspace.say("ben", "general", "/candor-updates zebra-chatter")
    workspace.ask("ben", "general", "zebra-chatter")
    if over == "http":
        assert sign(workspace, "text=zebra-question", secret="wrong")[0] == 401
    monkeypatch.setattr(workspace.candor.library, "_knowledge", None)
    workspace.say("ben", "general", "/candor zebra-question")
    monkeypatch.undo()
    workspace.advance(3 * WEEK)
    log = logged_as_in_production.text
    assert "sent session:1:reminder" in log, "the log was to be captured"
    assert "a listener failed" in log
    for word in (*SAID, *SECRETS):
        assert word not in log, next(line for line in log.splitlines() if word in line)


class Broken:
    """Stands in for the library of an app in which something unforeseen happens `times` times."""

    def __init__(self, library, times, error):
        self.library, self.times, self.error = library, times, error

    @property
    def knowledge(self):
        self.times -= 1
        if self.times >= 0:
            raise self.error
        return self.library.knowledge


@pytest.mark.parametrize("over", ["socket", "http"])
class TestTheUnforeseen:
    @pytest.fixture
    def breaking(self, open_workspace, over, monkeypatch):
        def breaking(times, error=None):
            workspace = open_workspace(over=over)
            listeners = workspace.candor.app._listeners
            conversation = listeners[0].ack_function.keywords["conversation"]
            broken = Broken(workspace.candor.library, times, error or ZeroDivisionError("unforeseen"))
            monkeypatch.setattr(conversation, "_library", broken)
            return workspace

        return breaking

    def test_a_command_is_answered_with_a_reference_that_stands_in_the_log(self, breaking, caplog):
        workspace = breaking(times=1)
        answer = workspace.say("dieter", "general", "/candor Wie oft?")
        assert words(answer).startswith("Bei mir ist etwas schiefgegangen")
        record = the_only([each for each in caplog.records if "a listener failed" in each.message])
        assert record.message.split("(")[1].rstrip(")") in words(answer)

    def test_an_event_is_delivered_again_and_answered_once(self, breaking):
        workspace = breaking(times=1)
        ts = workspace.ask("ben", "general", "<@candor> How often should we publish updates?")
        workspace.advance(10 * 60)
        workspace.the_only_reply("general", ts)

    def test_a_click_is_answered_with_a_reference(self, breaking):
        workspace = breaking(times=0)
        workspace.say("ben", "general", "/candor What is the weather in Rome tomorrow?")
        declined = workspace.the_only_private("ben", "general")
        broken = workspace.candor.app._listeners[0].ack_function.keywords["conversation"]._library
        broken.times = 1
        workspace.click("ben", "general", declined["ts"], "topics_open")
        assert words(workspace.from_candor("general", user="ben")[-1]).startswith("Something went wrong on my side")

    def test_candors_own_errors_are_no_exception(self, breaking):
        workspace = breaking(times=1, error=CandorError("?"))
        assert words(workspace.say("ben", "general", "/candor x")).startswith("Something went wrong on my side")
