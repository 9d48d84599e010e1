from datetime import UTC, datetime, timedelta

import pytest

from bot.local.errors import SlackError
from bot.local.tickets import ResponseUrls, Triggers


class StillClock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 4, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@pytest.mark.parametrize(("seconds", "error"), [(0, None), (3, None), (3.01, "expired_trigger_id")])
def test_a_trigger_lives_three_seconds(seconds, error):
    clock = StillClock()
    triggers = Triggers(clock)
    trigger = triggers.issue("U1")
    clock.moment += timedelta(seconds=seconds)
    if error is None:
        assert triggers.redeem(trigger) == "U1"
    else:
        with pytest.raises(SlackError, match=error):
            triggers.redeem(trigger)


def test_a_trigger_serves_once_and_an_invented_one_never():
    triggers = Triggers(StillClock())
    trigger = triggers.issue("U1")
    triggers.redeem(trigger)
    with pytest.raises(SlackError, match="exchanged_trigger_id"):
        triggers.redeem(trigger)
    with pytest.raises(SlackError, match="invalid_trigger_id"):
        triggers.redeem("1.2.3")


def test_a_response_url_serves_five_times():
    urls = ResponseUrls(StillClock())
    token = urls.issue("C1", "U1")
    assert [urls.use(token).uses for _ in range(5)] == [1, 2, 3, 4, 5]
    with pytest.raises(SlackError, match="used_url"):
        urls.use(token)


def test_a_response_url_lives_thirty_minutes():
    clock = StillClock()
    urls = ResponseUrls(clock)
    token = urls.issue("C1", "U1")
    clock.moment += timedelta(minutes=30)
    urls.use(token)
    clock.moment += timedelta(seconds=1)
    with pytest.raises(SlackError, match="expired_url"):
        urls.use(token)


def test_an_invented_response_url_is_unknown():
    with pytest.raises(SlackError, match="invalid_url"):
        ResponseUrls(StillClock()).use("x")
