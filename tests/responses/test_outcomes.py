"""What has become of a commitment by the end."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responses.outcomes import CLOSED, fate
from tests.responses.test_reports import DECEMBER, JUNE, LINE, TODAY, YESTERDAY


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"state": "done", "closed_on": JUNE}, "done"),
        ({"state": "done", "closed_on": YESTERDAY}, "done"),
        ({"state": "done", "closed_on": TODAY}, "done_late"),
        ({"state": "done", "closed_on": TODAY, "first_due": None, "due": None}, "done"),
        ({"state": "dropped", "closed_on": JUNE}, "dropped"),
        ({"state": "late"}, "overdue"),
        ({"state": "on_track", "due": YESTERDAY}, "overdue"),
        ({"state": "late", "due": DECEMBER}, "moved"),
        ({"state": "on_track", "due": DECEMBER}, "moved"),
        ({"state": "on_track", "due": TODAY, "first_due": TODAY}, "due"),  # not broken before the day is over
        ({"state": "late", "due": DECEMBER, "first_due": DECEMBER}, "due"),
        ({"state": "on_track", "due": None, "first_due": None}, "undated"),
        ({"state": "late", "due": None}, "undated"),
    ],
)
def test_the_fate_of_a_commitment(values, expected):
    assert fate(replace(LINE, **values), TODAY) == expected


@given(
    st.sampled_from(["on_track", "done", "late", "dropped"]), st.none() | st.dates(), st.none() | st.dates(), st.dates()
)
def test_every_commitment_has_one_fate_and_an_open_one_never_looks_closed(state, due, first, today):
    found = fate(replace(LINE, state=state, due=due, first_due=first, closed_on=today), today)
    assert (found in CLOSED) == (state in {"done", "dropped"})
    if found in {"moved", "due"}:
        assert due >= today
    if found == "overdue":
        assert due < today
