import pytest

from responses.grams import fold, gram_hashes


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Perché NO?", " perche no "),
        ("über-Straße", " uber strasse "),
        ("it's", " it s "),
        ("🔥 ok", " ok "),
        ("", "  "),
        ("ﬁne №1", " fine no1 "),
        ("snake_case-and · 3½ ²", " snake case and 31 2 2 "),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_every_gram_has_its_text() -> None:
    owners, hashes = gram_hashes(["abcd", "bc", "", "abc"], range(2, 4))
    assert list(owners) == [0, 0, 0, 1, 3, 3, 0, 0, 3]
    twos = dict(zip(["ab", "bc", "cd"], hashes[:3], strict=True))
    assert hashes[3] == twos["bc"]
    assert list(hashes[4:6]) == [twos["ab"], twos["bc"]]
    assert hashes[6] == hashes[8]
    assert len(set(hashes)) == 5


def test_no_gram_runs_from_one_text_into_the_next() -> None:
    together, _ = gram_hashes(["ab", "cd"], range(3, 4))
    assert len(together) == 0


@pytest.mark.parametrize("texts", [[], [""], ["a"]])
def test_too_short_for_any_gram(texts: list[str]) -> None:
    owners, hashes = gram_hashes(texts, range(3, 6))
    assert len(owners) == len(hashes) == 0


def test_order_of_characters_matters() -> None:
    _, hashes = gram_hashes(["abc", "cba", "bac"], range(3, 4))
    assert len(set(hashes)) == 3
