import random
from time import perf_counter

import pytest

from responses.duplicates import near_duplicates
from responses.grams import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("how do I say sorry properly", "How do i say sorry properly?!"),
        ("gitlab pipeline fails with exit code 137", "jenkins pipeline fails with exit code 137"),
        ("privacy policy nobody understands", "policy nobody understands"),
        ("perché nessuno ci crede più", "perche nessuno ci crede piu"),
        ("wait for facts or post now", "post now or wait for facts?"),
        ("ok", "OK"),
    ],
)
def test_copies_and_light_edits_are_found(one: str, other: str) -> None:
    assert near_duplicates([one, "something else entirely", other]) == [(0, 2)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("advisory board after a scandal?", "who sits on an advisory board"),
        ("how do i say sorry to 600 parents", "how do i say sorry properly"),
        ("il capo scarica tutto sul fornitore", "il fornitore ha sbagliato, il capo che dice"),
        ("🔥", "?"),
        ("", ""),
    ],
)
def test_questions_of_their_own_are_not(one: str, other: str) -> None:
    assert near_duplicates([one, other]) == []


def test_finds_what_comparing_every_pair_finds() -> None:
    chance = random.Random(3)
    words = ["we", "do", "not", "tell", "our", "users", "what", "broke", "or", "when", "until", "legal", "says", "so"]
    texts = [" ".join(chance.choices(words, k=chance.randint(1, 7))) for _ in range(150)]

    def grams(text: str) -> set[str]:
        folded = fold(text)
        return {folded[place : place + 4] for place in range(len(folded) - 3)}

    for too_like in (0.5, 0.65, 0.9):
        expected = [
            (i, j)
            for j in range(len(texts))
            for i in range(j)
            if len(grams(texts[i]) & grams(texts[j])) >= too_like * len(grams(texts[i]) | grams(texts[j])) > 0
        ]
        assert near_duplicates(texts, too_like) == expected


def test_many_texts_take_little_time() -> None:
    chance = random.Random(4)
    words = ["".join(chance.choices("abcdefghij", k=6)) for _ in range(3000)]
    texts = [" ".join(chance.choices(words, k=8)) for _ in range(4000)]
    begun = perf_counter()
    assert near_duplicates(texts) == []
    assert perf_counter() - begun < 10
