import random
import time

import pytest

from responses.gaps import Gap, Kept, gap_with, group


def kept(*texts: str) -> list[Kept]:
    return [Kept(number, text, "en", "declined", None) for number, text in enumerate(texts, 1)]


def grouped(*texts: str) -> list[list[int]]:
    return [gap.numbers for gap in group(kept(*texts))]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("How do we tell the regulator?", "how do we tell the regulator", True),
        ("How do we tell the regulator?", "HOW DO WE  TELL — the Regulator!!", True),
        ("How do we tell the regulator?", "How do we tell a regulator?", True),
        ("How do we tell the regulator about it?", "How should we tell the regulator about it?", True),
        ("Wie sagen wir es der Behörde?", "wie sagen wir es der behörde", True),
        ("How do we tell the regulator?", "Who writes the invoice for lunch?", False),
        ("How do we tell the regulator?", "regulator", False),
        ("How do we tell the regulator?", "", False),
        ("!!!", "???", True),
        ("ok", "no", False),
        ("", "", True),
    ],
)
def test_near_duplicates_are_one_question(one: str, other: str, same: bool) -> None:
    assert grouped(one, other) == ([[1, 2]] if same else [[1], [2]])
    assert grouped(other, one) == ([[1, 2]] if same else [[1], [2]])


def test_the_newest_wording_is_shown_and_the_most_asked_comes_first() -> None:
    gaps = group(
        kept(
            "Is there cake?", "How do we tell the regulator?", "Who pays?", "how do we tell the regulators", "who pays"
        )
    )
    assert [(gap.shown.text, gap.count) for gap in gaps] == [
        ("How do we tell the regulator?", 2),
        ("Who pays?", 2),
        ("Is there cake?", 1),
    ]


def test_each_question_is_counted_in_exactly_one_gap() -> None:
    chooser = random.Random(3)
    texts = [" ".join(chooser.choices(["status", "page", "late", "update", "sorry"], k=4)) for _ in range(60)]
    numbers = [number for gap in group(kept(*texts)) for number in gap.numbers]
    assert sorted(numbers) == list(range(1, 61))


def test_a_gap_is_found_by_any_of_its_questions_and_shown_in_that_ones_words() -> None:
    gaps = group(kept("How do we tell the regulator?", "how do we tell the regulators", "Who pays?"))
    found = gap_with(2, gaps)
    assert found == Gap(kept("", "how do we tell the regulators")[1], gaps[0].asked)
    assert found is not None
    assert found.numbers == [1, 2]
    assert gap_with(4, gaps) is None
    assert gap_with(1, []) is None


def test_nothing_asked_is_no_gap() -> None:
    assert group([]) == []


def test_500_long_questions_that_all_differ_take_less_than_two_seconds() -> None:
    """A click has three seconds in all."""
    chooser = random.Random(1)
    words = ["".join(chooser.choices("abcdefghijklmnopqrstuvwxyz", k=chooser.randint(2, 9))) for _ in range(400)]
    questions = kept(*(" ".join(chooser.choices(words, k=120))[:500] for _ in range(500)))
    start = time.perf_counter()
    gaps = group(questions)
    assert time.perf_counter() - start < 2
    assert sum(gap.count for gap in gaps) == 500
