"""The rules of questions from the audience: what is alike, what comes first, what counts once."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.updates.asking import (
    Asked,
    Question,
    alike,
    carried,
    grouped,
    is_question,
    likeness,
    on_page,
    pages,
    ranked,
)

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
USERS = st.sampled_from(["U1", "U2", "U3", "U4"])


def asked(number: int, text: str = "Why?", by: str | None = None, *, after: int = 0, **more) -> Asked:
    return Asked(number, text, by, START + timedelta(hours=after), **more)


def question(number: int, text: str = "Why?", by: str | None = None, *, after: int = 0, voters=()) -> Question:
    return Question(asked(number, text, by, after=after), (), frozenset(voters))


# --- alike ---

ALIKE = [
    ("When will end-to-end encryption be available?", "when will you ship end to end encryption"),
    ("When is the transparency report published?", "When will the transparency report be published?"),
    ("Were our passwords leaked?", "WERE — PASSWORDS LEAKED!!"),
    ("Quando arriva la crittografia end-to-end?", "quando arriverà la crittografia end to end"),
    ("Quando sarà pubblicato il rapporto di trasparenza?", "Quando pubblicate il rapporto di trasparenza?"),
    ("Wann wird der Transparenzbericht veröffentlicht?", "Wann kommt der Transparenzbericht?"),
    ("Sind unsere Passwörter betroffen?", "Sind auch die Passwörter betroffen?"),
    ("Kailan ilalabas ang transparency report?", "Kailan po ba ilalabas ang transparency report?"),
    ("Apektado ba ang mga password namin?", "Apektado rin ba ang password namin?"),
]
DIFFERENT = [
    ("How do I reset my password?", "How do I delete my account?"),
    ("Quando arriva il rapporto?", "Quando arriva il prossimo aggiornamento?"),
    ("Wann kommt der Bericht?", "Wann kommt das Update?"),
    ("Kailan ang susunod na update?", "Kailan ilalabas ang report?"),
    ("Were our passwords leaked?", ""),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_the_same_question_in_other_words_is_offered(one, other):
    assert alike(other, [question(1, one)])
    assert alike(one, [question(1, other)])


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_another_question_is_not(one, other):
    assert alike(other, [question(1, one)]) == alike(one, [question(1, other)]) == []


def test_the_most_alike_comes_first_and_a_merged_one_speaks_for_its_own():
    report = question(1, "When is the transparency report published?")
    same = question(2, "When will the transparency report be published?")
    umbrella = Question(
        asked(3, "Is there news?"), (asked(4, "When will the transparency report be published at last?"),)
    )
    found = alike("When will the transparency report be published?", [report, same, umbrella])
    assert [each.head.id for each in found] == [2, 3, 1]


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_a_share_and_goes_both_ways(one, other):
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1
    assert likeness(one, one) == likeness(one, one.upper().lower()) == 1


def test_200_questions_of_3000_characters_are_compared_within_a_click():
    long = [question(n, " ".join(f"word{n}x{i}" for i in range(400))[:3000]) for n in range(200)]
    begin = time.perf_counter()
    assert alike(long[150].head.text, long)[0] is long[150]
    assert time.perf_counter() - begin < 1.5


# --- what is a question ---


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("When is it fixed?", True),
        ("When is it fixed? We wait since Monday.", True),
        ("and when will it be fixed", True),
        ("Quando torna a funzionare", True),
        ("Wann geht es wieder", True),
        ("kailan ito maaayos", True),
        ("Thanks, that helps.", False),
        ("What a relief!", False),
        ("Do it now.", False),
        ("see https://example.com/a?b=c", False),
        ("is https://example.com/a?b=c the page?", True),
        ("", False),
    ],
)
def test_which_reply_is_a_question(text, is_one):
    assert is_question(text) is is_one


# --- votes ---


def test_everybody_counts_once_also_after_a_merge():
    every = [asked(1, by="U1"), asked(2, by="U2", merged_into=1), asked(3, merged_into=1), asked(4, by="U1")]
    one, four = grouped(every, {1: ["U3", "U2"], 2: ["U3", "U1"], 4: ["U5"]})
    assert (one.votes, one.behind) == (4, {"U1", "U2", "U3"})  # and somebody unknown
    assert [each.id for each in one.everyone] == [1, 2, 3]
    assert one.askers == ("U1", "U2")
    assert (four.votes, four.merged) == (2, ())


@given(st.lists(st.tuples(st.one_of(st.none(), USERS), st.lists(USERS)), min_size=1, max_size=6), st.data())
def test_no_vote_is_lost_or_doubled_whatever_is_merged(made, data):
    merged = [None] + [data.draw(st.sampled_from([None, 1])) for _ in made[1:]]
    every = [asked(n, by=by, merged_into=into) for n, ((by, _), into) in enumerate(zip(made, merged, strict=True), 1)]
    found = grouped(every, {n: voters for n, (_, voters) in enumerate(made, 1)})
    assert sorted(each.id for one in found for each in one.everyone) == [each.id for each in every]
    for one in found:
        numbers = {each.id for each in one.everyone}
        people = {person for n in numbers for person in (made[n - 1][0], *made[n - 1][1]) if person}
        assert one.votes == len(people) + sum(made[n - 1][0] is None for n in numbers)


def test_the_most_votes_come_first_then_the_oldest():
    listed = [
        question(1, after=2),
        question(2, after=1),
        question(3, after=3, voters=["U1", "U2"]),
        question(4, after=1),
    ]
    assert [each.head.id for each in ranked(listed)] == [3, 2, 4, 1]


# --- carried over ---


@pytest.mark.parametrize(
    ("asked_after", "answered_after", "times"), [(0, None, 3), (1, None, 2), (25, None, 1), (60, None, 0), (0, 30, 2)]
)
def test_an_update_without_the_answer_carries_a_question_over(asked_after, answered_after, times):
    posted = [START + timedelta(hours=hours) for hours in (1, 24, 48)]
    until = None if answered_after is None else START + timedelta(hours=answered_after)
    assert carried(asked(1, after=asked_after, answered_at=until), posted) == times


# --- pages ---


@given(st.integers(0, 205), st.integers(-3, 20))
def test_every_question_stands_on_exactly_one_page(count, wanted):
    everything = list(range(count))
    number, shown = on_page(everything, wanted, 20)
    assert 0 <= number < pages(count, 20)
    assert [each for page in range(pages(count, 20)) for each in on_page(everything, page, 20)[1]] == everything
    assert len(shown) <= 20
