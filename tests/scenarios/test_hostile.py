"""Text that somebody made to break things: nothing comes alive, nothing breaks, an answer comes in time."""

import time

import pytest

from bot.storage.tables import outbox, questions, series
from tests.scenarios.workspace import Workspace, words

ANSWER_SECONDS = 3
WALL = "<!channel> " * 1500
HOSTILE = {
    "a wall of text": "how often should we publish updates? " * 540,
    "20,000 characters without a space": "a" * 20_000,
    "20,000 emoji": "🔥" * 20_000,
    "emoji only": "🤷‍♀️🔥👍🏽",
    "right to left": "‮كم مرة يجب أن ننشر التحديثات؟‬",
    "null and control characters": "how often\x00 should\x07 we publish\x1b[31m updates?",
    "zero width": "\u200b\u200b\ufeff",
    "a wall of <!channel>": WALL,
    "markup": "*_~`>```<https://evil|bank> & <@U0ADA0001> <#C0GENERAL|x> <!subteam^S1> {title} %s {{}}",
    "combining characters": "z" + "\u0301" * 5_000,
    "a very deep quotation": "> " * 5_000,
    "entities": "&lt;!channel&gt; &amp;lt;!here&amp;gt; &#60;!everyone&#62;",
    "one character": "?",
    "sql": "'; DROP TABLE outbox; --",
    "yaml": "!!python/object/apply:os.system ['true']",
}
ALIVE = ("<!channel", "<!here", "<!everyone", "<https://evil", "<@U0ADA0001>", "<!subteam")


@pytest.fixture
def quiet(workspace: Workspace):
    """The workspace, which must have broadcast nothing at the end."""
    yield workspace
    assert workspace.slack.workspace.broadcasts == []


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
class TestWhatever:
    def test_a_command_is_answered_in_time(self, quiet, text):
        began = time.monotonic()
        answer = quiet.say("ben", "general", f"/candor {text}")
        assert time.monotonic() - began < ANSWER_SECONDS
        assert answer.get("response_type") == "ephemeral", answer
        assert not any(alive in words(answer) for alive in ALIVE)

    def test_a_mention_is_answered_once_and_in_time(self, quiet, text):
        began = time.monotonic()
        ts = quiet.ask("ben", "general", f"<@candor> {text}")
        reply = quiet.the_only_reply("general", ts)
        assert time.monotonic() - began < ANSWER_SECONDS
        assert not any(alive in words(reply) for alive in ALIVE)

    def test_a_title_neither_breaks_nor_comes_alive(self, quiet, text):
        began = time.monotonic()
        answer = quiet.say("ben", "general", f"/candor-updates start {text[:140]}")
        assert time.monotonic() - began < ANSWER_SECONDS
        # A title of which nothing is left is none: the modal asks for one.
        assert answer.get("response_type") == "ephemeral" or quiet.views("ben"), answer
        assert not any(alive in words(answer) for alive in ALIVE)

    def test_an_unknown_subcommand_is_named_but_not_brought_to_life(self, quiet, text):
        answer = quiet.say("ben", "general", f"/candor-updates {text}")
        assert answer.get("response_type") == "ephemeral", answer
        assert not any(alive in words(answer) for alive in ALIVE)


def test_a_hostile_title_is_shown_as_it_was_typed_in_list_show_and_post(open_workspace):
    workspace = open_workspace()
    typed = "<!channel> & <!here|x> *now*"
    workspace.say("ben", "general", f"/candor-updates start {typed} in UTC for 2 weeks")
    stored = workspace.rows(series)[0].title
    assert stored == typed
    escaped = "&lt;!channel&gt; &amp; &lt;!here|x&gt; *now*"
    assert escaped in words(workspace.say("ben", "general", "/candor-updates list"))
    assert escaped in words(workspace.say("ben", "general", "/candor-updates show 1"))
    workspace.advance(14 * 86_400)
    posts = [*workspace.from_candor("general"), *workspace.from_candor("dm", user="ben")]
    assert len([post for post in workspace.steps("reminder") if escaped in words(post)]) == 2
    assert all(escaped in words(post) for post in posts)
    assert not any("<!" in words(post).replace("<!date", "") for post in posts)
    assert workspace.broadcasts == []


def test_what_a_hostile_question_leaves_behind(open_workspace):
    workspace = open_workspace()
    workspace.ask("ada", "general", "<@candor> <@ben> <!here> what is the weather like in Rome?")
    workspace.say("chiara", "general", f"/candor <@ada> {'what is the weather like in Rome? ' * 500}")
    kept = workspace.rows(questions)
    assert len(kept) == 2
    assert all(len(row.text) <= 500 for row in kept)
    assert not any("<@" in row.text for row in kept)
    assert all(len(str(row.blocks)) < 13_200 for row in workspace.rows(outbox))
