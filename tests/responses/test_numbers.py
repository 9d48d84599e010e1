import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responses.numbers import changed_numbers


def pairs(old, new):
    return [(each.old, new[each.start : each.end]) for each in changed_numbers(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Fix it", "Fix it", []),
        ("Fix 3 of 7 bugs", "Fix 3 of 7 bugs", []),
        ("Fix 3 of 7 bugs", "Fix 5 of 7 bugs", [("3", "5")]),
        ("Fix 3 of 7 bugs", "Fix 5 of 9 bugs", [("3", "5"), ("7", "9")]),
        ("Publish by 30 June 2020.", "Publish by 15 July 2020.", [("30", "15")]),
        ("Uptime of 99.9%, always", "Uptime of 99.5%, always", [("99.9%", "99.5%")]),
        ("Use AES-128.", "Use (AES-256)!", [("AES-128", "AES-256")]),
        ("Refund $1,200", "Refund $800", [("$1,200", "$800")]),
        ("Refund all", "Refund all within 30 days", [(None, "30")]),
        ("Refund 100 within 30 days", "Refund 100", []),
        ("10 audits, 2 firms", "10 audits", []),
        ("10 audits", "3 firms do 10 audits", [(None, "3")]),
        ("Answer in 24 hours", "Answer within 48 h", [("24", "48")]),
        ("5 5 5", "5 5 5 5", [(None, "5")]),
        ("", "12", [(None, "12")]),
        ("12", "", []),
    ],
)
def test_numbers_that_changed(old, new, expected):
    assert pairs(old, new) == expected


def test_what_both_end_with_is_the_same_place():
    (found,) = changed_numbers("5 to 10", "10 or 5 to 10")
    assert (found.start, found.old) == (0, None)


TEXTS = st.lists(st.sampled_from(["fix", "3", "7", "30%", "by", "June,", "(2020)", "a-1", "…"])).map(" ".join)


@given(TEXTS, TEXTS)
def test_what_is_marked_is_a_number_of_the_new_text_in_order(old, new):
    found = changed_numbers(old, new)
    assert all(
        any(c.isdigit() for c in new[each.start : each.end]) and each.old != new[each.start : each.end]
        for each in found
    )
    edges = [edge for each in found for edge in (each.start, each.end)]
    assert edges == sorted(edges)
    assert all(each.old is None or each.old in old for each in found)


@given(TEXTS)
def test_an_unchanged_text_has_no_changed_numbers(text):
    assert pairs(text, text) == []


@given(TEXTS, st.integers(0, 9), st.integers(10, 99), TEXTS)
def test_one_number_replaced_is_the_one_marked(before, old, new, after):
    was, now = (f"{before} x{number} {after}".strip() for number in (old, new))
    assert pairs(was, now) == [(f"x{old}", f"x{new}")]


def test_texts_of_full_length_take_no_time():
    begun = time.perf_counter()
    changed_numbers("1 " * 1500, "2 1 " * 750)
    changed_numbers("1" * 3000, "2" * 3000)
    assert time.perf_counter() - begun < 0.5
