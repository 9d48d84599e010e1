from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from responses.recent import Recent


def test_is_made_once() -> None:
    made = count()
    recent = Recent()
    assert [recent.get_or_make("a", lambda: next(made)) for _ in range(3)] == [0, 0, 0]
    assert recent.get_or_make("b", lambda: next(made)) == 1


def test_none_is_kept_too() -> None:
    recent = Recent()
    recent.get_or_make("a", lambda: None)
    assert recent.get_or_make("a", lambda: "made again") is None


def test_what_was_used_longest_ago_goes_first() -> None:
    recent = Recent(most=2)
    recent.get_or_make("a", lambda: 1)
    recent.get_or_make("b", lambda: 2)
    recent.get_or_make("a", lambda: 0)
    recent.get_or_make("c", lambda: 3)
    assert len(recent) == 2
    assert recent.get_or_make("a", lambda: 9) == 1
    assert recent.get_or_make("b", lambda: 9) == 9


def test_many_threads_keep_it_bounded_and_right() -> None:
    recent = Recent(most=16)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda n: recent.get_or_make(n % 40, lambda: n % 40), range(4000)))
    assert results == [n % 40 for n in range(4000)]
    assert len(recent) == 16


def test_failure_is_not_kept() -> None:
    recent = Recent()
    with pytest.raises(ZeroDivisionError):
        recent.get_or_make("a", lambda: 1 // 0)
    assert recent.get_or_make("a", lambda: 7) == 7
