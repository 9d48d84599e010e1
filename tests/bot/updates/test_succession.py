"""Who takes the place of people who have left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.updates.succession import without
from tests.bot.updates.made import series

PEOPLE = ["U1", "U2", "U3", "U4", "U5"]


@pytest.mark.parametrize(("owner", "hosts", "deputy", "gone", "expected"), [
    ("U1", ("U2", "U3"), "U4", {"U2"}, ("U1", ("U4", "U3"), "U4")),  # the deputy takes the host's turn
    ("U1", ("U2", "U3"), None, {"U2"}, ("U1", ("U3",), None)),
    ("U1", ("U2", "U3"), "U3", {"U2"}, ("U1", ("U3",), "U3")),  # who hosts already does not host twice
    ("U1", ("U2", "U3"), "U4", {"U2", "U4"}, ("U1", ("U3",), None)),
    ("U1", ("U2",), None, {"U2"}, ("U1", ("U1",), None)),  # nobody remains: the owner hosts
    ("U1", ("U2",), "U4", {"U1"}, ("U4", ("U2",), None)),
    ("U1", ("U2", "U3"), None, {"U1"}, ("U2", ("U2", "U3"), None)),
    ("U1", ("U2", "U3"), None, {"U1", "U2"}, ("U3", ("U3",), None)),
    ("U1", ("U1",), "U4", {"U1"}, ("U4", ("U4",), None)),
    ("U1", ("U1", "U2"), None, {"U1"}, ("U2", ("U2",), None)),
    ("U1", ("U2",), "U4", {"U4"}, ("U1", ("U2",), None)),
    ("U1", ("U2",), "U4", {"U9"}, ("U1", ("U2",), "U4")),
    ("U1", ("U1",), None, {"U1"}, ("U1", ("U1",), None)),  # nobody can take over
    ("U1", ("U2",), "U4", {"U1", "U2", "U4"}, ("U1", ("U2",), None)),
])  # fmt: skip
def test_places_are_taken(owner, hosts, deputy, gone, expected):
    after = without(series(owner=owner, hosts=hosts, deputy=deputy), gone)
    assert (after.owner, after.hosts, after.deputy) == expected


@given(
    st.sampled_from(PEOPLE), st.lists(st.sampled_from(PEOPLE), min_size=1, unique=True),
    st.none() | st.sampled_from(PEOPLE), st.sets(st.sampled_from(PEOPLE)),
)  # fmt: skip
def test_nobody_who_has_left_is_needed_as_long_as_somebody_is_there(owner, hosts, deputy, gone):
    before = series(owner=owner, hosts=tuple(hosts), deputy=deputy)
    after = without(before, gone)
    assert after.hosts
    assert len({*after.hosts}) == len(after.hosts)
    assert after.people <= before.people
    if before.people - gone:
        assert not after.people & gone
    assert without(after, gone) == after
    assert without(before, set()) == before
