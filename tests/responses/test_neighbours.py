import numpy as np
import pytest

import responses.matching
import responses.neighbours
from responses.calibration import NEIGHBOURS, decide
from responses.kernel import Kernel
from responses.matching import Stores, learn
from responses.neighbours import Neighbours
from responses.phrasings import Sample
from responses.vectors import vectors_of
from responses.weights import OFF_TOPIC
from tests.responses.fakes import WordEncoder

THINGS = [
    "database",
    "password",
    "invoice",
    "webinar",
    "privacy",
    "encryption",
    "refund",
    "newsletter",
    "firewall",
    "audit",
]
LESSONS = [f"about-{thing}" for thing in THINGS]
SAMPLES = [
    Sample(text, "en", f"about-{thing}", "test")
    for thing in THINGS
    for text in (f"what do we say about the {thing}", f"the {thing} is broken", f"tell users of the {thing} trouble")
] + [Sample(f"book a table for {people} at the pizzeria", "en", None, "test") for people in ("two", "four", "nine")]


@pytest.fixture(autouse=True)
def _every_book_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses.matching, "_MOST_WEIGHTS", 0)


@pytest.mark.parametrize("encoder", [None, WordEncoder()])
@pytest.mark.parametrize("shortlist", [3, 48])
def test_questions_find_their_lesson(
    monkeypatch: pytest.MonkeyPatch, encoder: WordEncoder | None, shortlist: int
) -> None:
    monkeypatch.setattr(responses.neighbours, "_SHORTLIST", shortlist)
    ranker = learn(SAMPLES, LESSONS, encoder, Stores())
    assert isinstance(ranker, Neighbours)
    for thing in THINGS:
        ranking = ranker.rank(f"our {thing} is broken, what do we say")
        assert ranking.best(1)[0][0] == f"about-{thing}"
        assert ranking.calibration is NEIGHBOURS
    assert decide(ranker.rank("book a table for six at the pizzeria")) == "declined"


def test_scores_are_probabilities() -> None:
    ranking = learn(SAMPLES, LESSONS, WordEncoder(), Stores()).rank("the password is broken")
    assert ranking.scores.sum() + ranking.off_topic == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("question", ["", "🔥", "zzz"])
def test_question_like_nothing_is_ranked_all_the_same(question: str) -> None:
    ranking = learn(SAMPLES, LESSONS, WordEncoder(), Stores()).rank(question)
    assert len(ranking.best(3)) == 3
    assert np.isfinite(ranking.scores).all()


@pytest.mark.parametrize("encoder", [None, WordEncoder()])
def test_lesson_without_samples_and_book_without_any(encoder: WordEncoder | None) -> None:
    some = learn(SAMPLES, ["unheard-of", *LESSONS, "never"], encoder, Stores()).rank("the invoice is broken")
    assert some.best(1)[0][0] == "about-invoice"
    none = learn([s for s in SAMPLES if s.lesson is None], LESSONS, encoder, Stores()).rank("the invoice is broken")
    assert len(none.best(3)) == 3
    assert decide(none) == "declined"


def test_without_off_topic_samples_nothing_is_off_topic() -> None:
    ranking = learn(SAMPLES[:-3], LESSONS, WordEncoder(), Stores()).rank("the firewall is broken")
    assert ranking.best(1)[0][0] == "about-firewall"
    assert ranking.off_topic < 0.1


def test_score_is_the_mean_of_the_nearest_samples() -> None:
    texts = ["pizza please", "one two three", "one two four", "one two five", "one two six", "one two seven"]
    encoder = WordEncoder()
    kernel = Kernel(texts, encoder, vectors_of(texts, encoder))
    neighbours = Neighbours(["counting"], np.array([OFF_TOPIC, 0, 0, 0, 0, 0], dtype=np.int32), kernel)
    alike = kernel.similarities("one two three")
    gap = np.sort(alike[1:])[-4:].mean() - alike[0]
    ranking = neighbours.rank("one two three")
    assert np.log(ranking.scores[0] / ranking.off_topic) == pytest.approx(gap * NEIGHBOURS.sharpness, rel=1e-2)
