"""The modal's fields, read: what they mean, what is wrong at which of them, what was changed."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.updates.forms import CHANGEABLE, FormError, differing, form_of, read, tidy
from responses.blocks.weekly.form import MOST_AUDIENCES, MOST_HOSTS, MOST_OUTLETS, Form
from responses.phrases import LANGUAGES, say
from tests.bot.updates.made import series

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FORM = Form(
    title="Data leak", channel="C1", audiences=("C2", "outlet:press"), hosts=("U1", "U2"), deputy="U3",
    first_date="2026-03-04", at="10:00", zone="Europe/Berlin", weeks="13", cadence="weekly", language="de",
    holidays="DE-BY", holiday_policy="move", commitments="Encrypt | 2026-06-30\n\n Report ",
)  # fmt: skip
METADATA_LENGTH = 3000


def test_a_form_is_read_as_a_request():
    request = read(FORM, NOW)
    assert (request.title, request.channel, request.audiences) == ("Data leak", "C1", ("C2", "outlet:press"))
    assert (request.hosts, request.deputy, request.language) == (("U1", "U2"), "U3", "de")
    assert (request.first_date, request.at, request.zone) == (date(2026, 3, 4), time(10), ZoneInfo("Europe/Berlin"))
    assert (request.weeks, request.until_ended, request.cadence) == (13, False, "weekly")
    assert (request.holidays, request.holiday_policy) == ("DE-BY", "move")
    assert request.commitments == ["Encrypt | 2026-06-30", " Report "]


UNDERSTOOD = [
    ({"zone": "europe/berlin"}, {"zone": ZoneInfo("Europe/Berlin")}),
    ({"zone": "utc"}, {"zone": ZoneInfo("UTC")}),
    ({"holidays": "de-by"}, {"holidays": "DE-BY"}),
    ({"holidays": ""}, {"holidays": None}),
    ({"weeks": ""}, {"weeks": None, "until_ended": True}),
    ({"weeks": "104"}, {"weeks": 104}),
    ({"title": "  A &amp; <@U1> B\n"}, {"title": "A & B"}),
    ({"hosts": ("U2", "U1", "U2")}, {"hosts": ("U2", "U1")}),
    ({"deputy": ""}, {"deputy": None}),
    ({"language": "xx"}, {"language": "en"}),
    ({"commitments": " \n"}, {"commitments": ()}),
    ({"first_date": "2026-03-02", "at": "10:01"}, {"first_date": date(2026, 3, 2)}),  # in a minute
]


@pytest.mark.parametrize(("given", "expected"), UNDERSTOOD)
def test_what_is_understood(given, expected):
    request = read(replace(FORM, **given), NOW)
    assert {name: getattr(request, name) for name in expected} == expected


FAULTS = [
    ({"title": " "}, "title", "start.empty"),
    ({"title": "x" * 151}, "title", "updates.long_title"),
    ({"channel": ""}, "channel", "start.empty"),
    ({"hosts": ()}, "hosts", "start.empty"),
    ({"first_date": ""}, "first_date", "start.empty"),
    ({"first_date": "2026-03-01"}, "first_date", "start.past"),
    ({"first_date": "2026-03-02", "at": "10:00"}, "first_date", "start.past"),  # this very minute
    ({"first_date": "2027-03-04"}, "first_date", "start.too_far"),
    ({"first_date": "9999-12-31"}, "first_date", "start.too_far"),
    ({"at": ""}, "at", "start.empty"),
    ({"zone": "Berlin"}, "zone", "start.bad_zone"),
    ({"zone": "../etc/passwd"}, "zone", "start.bad_zone"),
    ({"weeks": "0"}, "weeks", "start.bad_weeks"),
    ({"weeks": "105"}, "weeks", "start.bad_weeks"),
    ({"weeks": "1050"}, "weeks", "start.bad_weeks"),
    ({"weeks": "9" * 5000}, "weeks", "start.bad_weeks"),
    ({"weeks": "-1"}, "weeks", "start.bad_weeks"),
    ({"weeks": "2.5"}, "weeks", "start.bad_weeks"),
    ({"holidays": "Bavaria"}, "holidays", "start.bad_country"),
    ({"holidays": "DE-XX"}, "holidays", "start.bad_country"),
    ({"commitments": "Encrypt | 2026-13-01"}, "commitments", "commitments.no_such_date"),
    ({"commitments": "Freeze\nEncrypt | soon"}, "commitments", "commitments.not_a_date"),
]


@pytest.mark.parametrize(("given", "field", "key"), FAULTS)
def test_each_fault_stands_at_its_field_and_says_what_to_do(given, field, key):
    with pytest.raises(FormError) as caught:
        read(replace(FORM, **given), NOW)
    assert {name: fault.key for name, fault in caught.value.faults.items()} == {field: key}
    for language in LANGUAGES:
        assert say(language, key, **caught.value.faults[field].values)


def test_all_faults_are_told_at_once():
    with pytest.raises(FormError) as caught:
        read(replace(FORM, title="", zone="x", weeks="x", holidays="x"), NOW)
    assert {*caught.value.faults} == {"title", "zone", "weeks", "holidays"}


def test_a_form_filled_in_from_a_series_changes_nothing():
    for owner in (series(), series(weeks=None, holidays="DE", audiences=("C2", "outlet:press"), cadence="monthly")):
        opened = form_of(owner, date(2026, 3, 11))
        form = tidy(opened, read(opened, NOW, opened))
        assert differing(opened, form) == ()
        request = read(opened, NOW, opened)
        for name in set(CHANGEABLE) - {"first_date"}:
            assert getattr(request, name) == getattr(owner, name), name


def test_a_date_that_was_not_touched_may_be_gone():
    opened = form_of(series(), date(2026, 2, 25))
    assert read(replace(opened, title="Other"), NOW, opened).title == "Other"
    with pytest.raises(FormError, match=r"start\.past"):
        read(replace(opened, at="11:00"), NOW, opened)


def test_an_edit_without_a_next_session_needs_no_date():
    opened = form_of(series(), None)
    assert read(replace(opened, weeks="5"), NOW, opened).first_date is None


def test_what_was_changed_is_named():
    given = replace(FORM, zone="Asia/Manila", hosts=("U2", "U1"), weeks="")
    assert differing(FORM, given) == ("zone", "weeks", "hosts")


def test_a_form_fits_into_what_a_modal_carries_and_comes_back():
    long = replace(
        FORM, title='"' * 150, hosts=tuple(f"U{number:010}" for number in range(MOST_HOSTS)),
        audiences=(
            *(f"C{number:010}" for number in range(MOST_AUDIENCES)),
            *(f"outlet:{number:070}" for number in range(MOST_OUTLETS)),
        ),
    )  # fmt: skip
    assert len(long.pack()) < METADATA_LENGTH
    assert Form.unpack(long.pack()) == replace(long, commitments="")
