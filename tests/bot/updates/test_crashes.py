"""A process may be killed between any two statements: nothing is left half done."""

from contextlib import contextmanager
from datetime import timedelta

import pytest

from bot.storage import outbox
from bot.storage import series as stored
from bot.updates.service import Caller, Updates

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
OWNER = Caller("U1", "C1", "en")


class PowerCut(BaseException):
    """Nothing of ours catches this."""


@contextmanager
def power_cut(monkeypatch, name, *, after):
    """Let the process die just before or after a statement, and see that it did."""
    module = outbox if name in {"add", "withdraw"} else stored
    real = getattr(module, name)

    def cut(*args, **values):
        if after:
            real(*args, **values)
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(module, name, cut)
        with pytest.raises(PowerCut):
            yield


@pytest.mark.parametrize("lateness", [HOUR, 3 * WEEK], ids=["a reminder", "missed weeks"])
@pytest.mark.parametrize("name", ["set_status", "add"])
@pytest.mark.parametrize("after", [False, True])
def test_queueing(planner, add_series, post, record, due, monkeypatch, lateness, name, after):
    number, now = add_series(2), due(1) + lateness
    with power_cut(monkeypatch, name, after=after):
        planner.queue_due(now)
    assert (record(number), post.keys) == (["planned"] * 2, [])
    planner.queue_due(now)
    assert record(number)[0] in {"queued", "missed"}
    assert len(post.keys) == 1


@pytest.mark.parametrize("name", ["withdraw", "add", "set_status"])
@pytest.mark.parametrize("after", [False, True])
def test_giving_a_reminder_up(planner, add_series, post, record, due, monkeypatch, name, after):
    number = add_series()
    planner.queue_due(due(1))
    with power_cut(monkeypatch, name, after=after):
        planner.settle(due(1) + 13 * HOUR)
    assert (record(number)[0], [each.key for each in post.waiting()]) == ("queued", ["session:1:reminder"])


@pytest.mark.parametrize("after", [False, True])
def test_recording_a_post(planner, add_series, post, record, due, monkeypatch, after):
    number = add_series()
    planner.queue_due(due(1))
    post.send(due(1))
    with power_cut(monkeypatch, "set_status", after=after):
        planner.settle(due(1))
    assert record(number)[0] == "queued"
    planner.settle(due(1) + HOUR)
    assert record(number)[0] == "posted"  # by when it was sent, not by when it was noticed


@pytest.mark.parametrize("name", ["end_series", "withdraw", "set_status", "add"])
@pytest.mark.parametrize("after", [False, True])
def test_ending(database, programme, planner, add_series, post, record, due, monkeypatch, name, after):
    number, updates = add_series(2), Updates(database, programme)
    planner.queue_due(due(1))
    with power_cut(monkeypatch, name, after=after):
        updates.end(number, OWNER, due(1))
    assert record(number) == ["queued", "planned"]
    assert [each.key for each in post.waiting()] == ["session:1:reminder"]
    assert "Data leak" in str(updates.list(OWNER).blocks)
