"""When two lessons answer one message: it asks two things, and each has a lesson of its own for sure."""

from responses.calibration import Ranking, decide
from responses.matching import Ranker
from responses.splitting import questions_in

Pair = tuple[tuple[str, float], tuple[str, float]]


def two_lessons(question: str, whole: Ranking, ranker: Ranker) -> Pair | None:
    """Return the two lessons that a cleaned question asks for with their scores, or None where it asks one thing.

    The lesson that fits the `whole` question best must be one of them and comes first: whoever meant one thing
    and told it in two sentences still gets that lesson on top. Ranks only the parts of a question that has several.
    """
    parts = questions_in(question)
    if not parts or decide(whole) == "declined":
        return None
    sure: dict[str, float] = {}
    for part in parts:
        ranking = ranker.rank(part)
        if decide(ranking) == "answered":
            name, score = ranking.best(1)[0]
            sure[name] = max(score, sure.get(name, 0.0))
    first = whole.best(1)[0][0]
    if first not in sure or len(sure) == 1:
        return None
    second = max((name for name in sure if name != first), key=lambda name: sure[name])
    # Both stand on top, so neither is shown as surer than the less sure of the two.
    score = min(sure[first], sure[second])
    return (first, score), (second, score)
