import numpy as np
import pytest

from responses.calibration import BY_CHARACTERS, WITH_ENCODER, Calibration, calibrated, decide

PLAIN = Calibration(sharpness=1.0, answer_from=0.8, decline_from=0.3)


@pytest.mark.parametrize(
    ("odds", "decision"),
    [
        ([0.9, 0.05, 0.05], "answered"),
        ([0.79, 0.11, 0.1], "suggested"),
        ([0.4, 0.35, 0.25], "suggested"),
        ([0.6, 0.09, 0.31], "declined"),
        ([0.05, 0.05, 0.9], "declined"),
    ],
)
def test_decision(odds: list[float], decision: str) -> None:
    assert decide(calibrated(("a", "b"), np.log(odds, dtype=np.float32), PLAIN)) == decision


def test_scores_become_probabilities_best_first() -> None:
    ranking = calibrated(("a", "b", "c"), np.array([0.1, 0.9, 0.3, 0.2], np.float32), WITH_ENCODER)
    assert [name for name, _ in ranking.best(3)] == ["b", "c", "a"]
    assert ranking.scores.sum() + ranking.off_topic == pytest.approx(1, abs=1e-5)
    assert ranking.best(1)[0][1] > 0.99


def test_scores_far_apart_do_not_overflow() -> None:
    ranking = calibrated(("a", "b"), np.array([50, -50, 0], np.float32), WITH_ENCODER)
    assert ranking.best(1) == [("a", 1.0)]


def test_equal_scores_keep_the_order_of_the_book() -> None:
    ranking = calibrated(("a", "b", "c"), np.zeros(4, np.float32), PLAIN)
    assert [name for name, _ in ranking.best(3)] == ["a", "b", "c"]


def test_more_lessons_make_an_answer_harder_by_themselves() -> None:
    few = calibrated(("a", "b"), np.array([1, 0, -9], np.float32), PLAIN)
    many = calibrated(tuple("abcdefgh"), np.array([1, *[0] * 7, -9], np.float32), PLAIN)
    assert many.best(1)[0][1] < few.best(1)[0][1]


def test_thresholds_leave_room_for_all_three_outcomes() -> None:
    for calibration in (WITH_ENCODER, BY_CHARACTERS):
        assert 0 < calibration.decline_from <= 0.5 < calibration.answer_from < 1
