from pathlib import Path
from time import perf_counter

import pytest

from responses.answering import Answer, Declined, answer
from responses.faults import ContentError
from responses.knowledge import Knowledge, Ruling, load_knowledge


def test_knowledge_holds_what_the_files_say(small: Knowledge) -> None:
    assert list(small.book.lessons) == ["say-sorry", "own-lesson"]
    assert len(small.phrasings) == 9
    assert small.languages.detect("come ci scusiamo") == "it"


def test_faults_of_the_files_are_raised(lessons_file: Path, phrasings_file: Path) -> None:
    phrasings_file.write_text("batches: 3")
    with pytest.raises(ContentError, match="batches"):
        load_knowledge([lessons_file], [phrasings_file], encoder=None)


def test_no_phrasings_at_all(lessons_file: Path) -> None:
    knowledge = load_knowledge([lessons_file], [], encoder=None, shipped=None)
    assert answer("who feeds the office cat", knowledge).candidates[0].lesson.id == "own-lesson"


QUESTION = "the lights went off in the whole building, who do we call"


def test_ruling_turns_a_question_into_a_sample_at_once(shipped: Knowledge) -> None:
    assert not isinstance(answer(QUESTION, shipped), Answer)
    ruled = shipped.with_rulings([Ruling(QUESTION, "en", "be-available")])
    outcome = answer(QUESTION, ruled)
    assert isinstance(outcome, Answer)
    assert outcome.lesson.id == "be-available"
    near = answer("lights are off in our whole building, whom do we call?", ruled)
    assert near.candidates[0].lesson.id == "be-available"
    assert not isinstance(answer(QUESTION, shipped), Answer)


def test_ruling_may_say_that_a_question_is_to_be_declined(shipped: Knowledge) -> None:
    question = "boss wants to blame the vendor for our outage"
    assert isinstance(answer(question, shipped), Answer)
    assert isinstance(answer(question, shipped.with_rulings([Ruling(question, "en", None)])), Declined)


def test_later_ruling_outdoes_an_earlier_one_and_the_samples(shipped: Knowledge) -> None:
    sample = next(s for s in shipped.phrasings.samples if s.lesson == "zoombombing" and s.language == "en")
    rulings = [Ruling(sample.text, "en", "bug-bounty"), Ruling(sample.text, "en", "train-users")]
    assert answer(sample.text, shipped.with_rulings(rulings)).candidates[0].lesson.id == "train-users"


def test_rulings_replace_each_other_and_can_be_taken_back(shipped: Knowledge) -> None:
    ruled = shipped.with_rulings([Ruling(QUESTION, "en", "be-available")])
    back = ruled.with_rulings([])
    assert back.matcher is shipped.matcher
    assert back.rulings == ()
    other = ruled.with_rulings([Ruling("another question entirely", "en", None)])
    assert other.rulings == (Ruling("another question entirely", "en", None),)
    assert not isinstance(answer(QUESTION, other), Answer)


def test_ruling_is_seen_by_a_question_that_was_asked_before(small: Knowledge) -> None:
    question = "when does the cat get its food"
    before = answer(question, small)
    ruled = small.with_rulings([Ruling(question, "en", "say-sorry")])
    assert answer(question, ruled).candidates[0].lesson.id == "say-sorry"
    assert answer(question, ruled.with_rulings([])).key == before.key
    assert ruled.recent is not small.recent


def test_ruling_on_a_lesson_that_is_gone_is_left_out(small: Knowledge) -> None:
    assert small.with_rulings([Ruling("who called", "en", "gone")]).rulings == ()


def test_ruling_takes_effect_quickly(shipped: Knowledge) -> None:
    begun = perf_counter()
    shipped.with_rulings([Ruling(f"question number {n} about the lights", "en", "be-available") for n in range(20)])
    assert perf_counter() - begun < 8


def test_every_shipped_sample_is_answered_rightly_nearly_always(shipped: Knowledge) -> None:
    asked = shipped.phrasings.samples[::97]
    ranked = [(sample.lesson, shipped.matcher.rank(sample.text)) for sample in asked]
    right = sum(
        ranking.off_topic > 0.5 if lesson is None else ranking.best(1)[0][0] == lesson for lesson, ranking in ranked
    )
    assert right / len(ranked) > 0.97


def test_other_lessons_file_uses_the_samples_it_has_lessons_for(lessons_file: Path, phrasings_file: Path) -> None:
    text = lessons_file.read_text().replace("own-lesson", "cat-lesson")
    lessons_file.write_text(text)
    with pytest.raises(ContentError):
        load_knowledge([lessons_file], [phrasings_file], encoder=None, shipped=None)
    knowledge = load_knowledge([lessons_file], [phrasings_file], encoder=None, shipped=None, skip_unknown=True)
    assert len(knowledge.phrasings) == 8


TEAM = """
lessons:
  - id: gift-cards
    articles: [restoring-trust]
    related: [real-apology]
    en:
      title: Offer gift cards only after the repair
      advice: Offer gift cards to customers after the fault is repaired, never instead of repairing it.
      steps: [Repair it., Say so., Then send the cards.]
      words: We have repaired it. Here is a gift card.
"""


def test_lesson_of_a_teams_own_is_found_without_any_sample(shipped: Knowledge, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(TEAM)
    files = [shipped.stores.shipped / "lessons.yaml", own]  # type: ignore[operator]
    knowledge = load_knowledge(files, [shipped.stores.shipped / "phrasings.yaml"], encoder=shipped.encoder)  # type: ignore[operator]
    outcome = answer("should we send gift cards to customers instead of repairing it?", knowledge)
    assert outcome.candidates[0].lesson.id == "gift-cards"
    assert not isinstance(outcome, Declined)
    assert answer("what is zoombombing", knowledge).candidates[0].lesson.id == "zoombombing"
