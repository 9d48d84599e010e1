from datetime import UTC, datetime, timedelta

from bot.local.pace import Pace

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_a_short_burst_passes_then_one_a_second():
    pace = Pace()
    assert [pace.take("C1", NOON) for _ in range(4)] == [0, 0, 0, 1]
    assert pace.take("C1", NOON + timedelta(seconds=1)) == 0
    assert pace.take("C1", NOON + timedelta(seconds=1)) == 1


def test_channels_do_not_share_a_pace():
    pace = Pace(burst=1)
    assert [pace.take("C1", NOON), pace.take("C2", NOON), pace.take("C1", NOON)] == [0, 0, 1]


def test_a_long_rest_gives_no_more_than_the_burst():
    pace = Pace()
    assert [pace.take("C1", NOON + timedelta(days=1)) for _ in range(4)] == [0, 0, 0, 1]


def test_a_refused_post_does_not_push_the_next_one_away():
    pace = Pace(burst=1)
    pace.take("C1", NOON)
    for tenth in range(1, 10):
        assert pace.take("C1", NOON + timedelta(seconds=tenth / 10)) == 1
    assert pace.take("C1", NOON + timedelta(seconds=1)) == 0
