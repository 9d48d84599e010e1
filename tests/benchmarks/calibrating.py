"""Which sharpness and thresholds cross-validation chooses (`python -m tests.benchmarks.answers --calibrate`)."""

from collections.abc import Sequence

import numpy as np

from responses.calibration import Calibration
from responses.phrasings import Sample

DECLINE_FROM = (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
ANSWER_FROM = (0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97)
ONE_BRIEF = frozenset("abcdefghijklmn")  # batches written to one specification: each has counterparts in the others


def calibrate(asked: Sequence[Sample], odds: np.ndarray, lessons: Sequence[str], now: Calibration) -> None:
    """Print, for all batches and for those with a brief of their own, what `thresholds` prints.

    `odds` has a row a question and a column a lesson, off-topic last, as they come out with the calibration `now`.
    """
    strange = np.array([sample.batch not in ONE_BRIEF for sample in asked])
    parts = {"all batches": np.ones_like(strange), "batches with a brief of their own": strange}
    for name, chosen in parts.items() if strange.any() else ():
        print(f"\n### {name}: {chosen.sum()} questions")
        thresholds([sample for sample, take in zip(asked, chosen, strict=True) if take], odds[chosen], lessons, now)


def thresholds(asked: Sequence[Sample], odds: np.ndarray, lessons: Sequence[str], now: Calibration) -> None:
    """Print the sharpness of the best log-likelihood, then what each pair of thresholds would do."""
    number: dict[str | None, int] = {name: index for index, name in enumerate(lessons)} | {None: len(lessons)}
    truth = np.array([number[sample.lesson] for sample in asked])
    logs = np.log(odds.clip(1e-30, 1))
    likelihoods = {s: log_likelihood(logs * (s / now.sharpness), truth) for s in range(4, 121)}
    sharpness = max(likelihoods, key=lambda s: likelihoods[s])
    print(f"sharpness {sharpness}: log-likelihood {likelihoods[sharpness]:.3f}; at {now.sharpness} of now:")
    on = truth < len(lessons)
    order = np.argsort(-odds[:, :-1], axis=1)[:, :3]
    top = odds[np.arange(len(odds)), order[:, 0]]
    right, in_three = order[:, 0] == truth, (order == truth[:, None]).any(axis=1)
    for decline in DECLINE_FROM:
        kept = odds[:, -1] < decline
        print(f"decline from {decline}: {percent(~kept[~on])} of off-topic, {percent(~kept[on])} of questions declined")
        for answer in ANSWER_FROM:
            said = kept & (top >= answer)
            offered = (said & right) | (kept & ~said & in_three)
            print(
                f"    answer from {answer}: answered {percent(said[on])}, wrong {percent((said & ~right)[on])}, "
                f"answered or offered {percent(offered[on])}, off-topic answered {percent(said[~on])}"
            )


def percent(hits: np.ndarray) -> str:
    return f"{100 * hits.mean():.1f}"


def log_likelihood(logs: np.ndarray, truth: np.ndarray) -> float:
    highest = logs.max(axis=1, keepdims=True)
    totals = highest[:, 0] + np.log(np.exp(logs - highest).sum(axis=1))
    return float((logs[np.arange(len(logs)), truth] - totals).mean())
