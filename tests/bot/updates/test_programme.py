"""The programme file: the default one, and what is said to a faulty one."""

from datetime import time, timedelta

import pytest
import yaml

from bot.updates.programme import load_programme
from config.settings import HERE, ConfigError
from responses.phrases import LANGUAGES

TITLE = {"en": "Opening", "it": "Apertura", "de": "Eröffnung", "fil": "Pambungad"}
ITEM = {"id": "opening", "minutes": 5, "title": TITLE}
GOOD = {
    "weekday": "wednesday", "at": "10:00", "sessions": 13, "late_after_minutes": 15, "missed_after_hours": 48,
    "agenda": [ITEM],
}  # fmt: skip


@pytest.fixture
def load(tmp_path):
    def write_and_load(content):
        path = tmp_path / "programme.yaml"
        text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
        path.write_text(text, encoding="utf-8")
        return load_programme(path)

    return write_and_load


def test_the_default_is_what_the_design_promises():
    programme = load_programme(HERE / "programme.yaml")
    assert (programme.weekday, programme.at, programme.sessions) == ("wednesday", time(10), 13)
    assert (programme.late_after, programme.missed_after) == (timedelta(minutes=15), timedelta(hours=48))
    assert programme.prepare_before == timedelta(hours=24)
    assert [(step.value, wait / timedelta(hours=1)) for step, wait in programme.nudges] == [
        ("nudge", 1), ("nudge-again", 4), ("escalate", 24),
    ]  # fmt: skip
    assert {item.kind for item in programme.agenda} == {"text", "commitments", "questions", "changes"}
    assert [item.id for item in programme.written] == [item.id for item in programme.agenda if item.kind == "text"]
    assert sum(item.minutes for item in programme.agenda) == 60
    assert all(set(item.title) == set(LANGUAGES) for item in programme.agenda)


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"weekday": "Wednesday"}, "weekday", "must be one of monday, tuesday"),
        ({"weekday": 3}, "weekday", "valid string"),
        ({"at": 600}, "at", 'must be in quotes, such as "10:00"'),  # what YAML makes of 10:00 without quotes
        ({"at": "25:00"}, "at", "hour"),
        ({"at": "10:00:30"}, "at", "wall-clock time"),
        ({"at": "10:00Z"}, "at", "wall-clock time"),
        ({"sessions": 0}, "sessions", "greater than or equal to 1"),
        ({"sessions": 105}, "sessions", "less than or equal to 104"),
        ({"late_after_minutes": 0}, "late_after_minutes", "greater than or equal to 1"),
        ({"missed_after_hours": 121}, "missed_after_hours", "less than or equal to 120"),  # the next one would be due
        ({"prepare_before_hours": 0}, "prepare_before_hours", "greater than or equal to 1"),
        ({"prepare_before_hours": 121}, "prepare_before_hours", "less than or equal to 120"),
        ({"missed_after_hours": 24}, "programme", "must grow in this order"),
        ({"nudge_after_hours": [4, 1]}, "programme", "must grow in this order"),
        ({"nudge_after_hours": [1]}, "nudge_after_hours.1", "Field required"),
        ({"agenda": []}, "agenda", "must have 1 to 12 items"),
        (
            {"agenda": [{"id": f"p{n}", "minutes": 5, "title": TITLE} for n in range(13)]},
            "agenda",
            "must have 1 to 12 items",
        ),
        ({"agenda": [ITEM | {"minutes": 0}]}, "agenda.0.minutes", "greater than or equal to 1"),
        ({"agenda": [ITEM | {"title": {"en": "Only English"}}]}, "agenda.0.title", "it lacks it, de, fil"),
        ({"agenda": [ITEM | {"title": TITLE | {"fr": "Ouverture"}}]}, "agenda.0.title.fr", "'fil'"),
        ({"agenda": [ITEM | {"title": TITLE | {"en": ""}}]}, "agenda.0.title.en", "at least 1 character"),
        ({"agenda": [ITEM | {"title": TITLE | {"en": False}}]}, "agenda.0.title.en", "valid string"),
        ({"agenda": [ITEM, ITEM]}, "agenda", "several items are called opening"),
        ({"agenda": [ITEM | {"id": "Opening!"}]}, "agenda.0.id", "should match"),
        ({"agenda": [ITEM | {"kind": "music"}]}, "agenda.0.kind", "'changes'"),
        ({"weekly": True}, "weekly", "not permitted"),
    ],
)
def test_a_fault_names_the_file_and_the_key(load, tmp_path, change, place, words):
    with pytest.raises(ConfigError) as caught:
        load(GOOD | change)
    (fault,) = caught.value.faults
    assert fault.startswith(f"{tmp_path / 'programme.yaml'}: {place}")
    assert words in fault


def test_every_fault_is_told_at_once(load):
    with pytest.raises(ConfigError) as caught:
        load(GOOD | {"weekday": "never", "sessions": 0, "agenda": []})
    assert [fault.split(": ")[1] for fault in caught.value.faults] == ["weekday", "sessions", "agenda"]


def test_a_time_without_quotes_is_refused_as_what_it_is(load):
    text = yaml.safe_dump(GOOD, allow_unicode=True).replace("at: '10:00'", "at: 10:00")
    with pytest.raises(ConfigError, match='must be in quotes, such as "10:00"'):
        load(text)


@pytest.mark.parametrize("content", ["", "just text", "- a list", "agenda: [", "weekday: \t!", "\x00"])
def test_what_is_no_programme_is_one_or_more_readable_lines(load, tmp_path, content):
    with pytest.raises(ConfigError) as caught:
        load(content)
    assert all(fault.startswith(f"{tmp_path / 'programme.yaml'}: ") for fault in caught.value.faults)
    assert not any("\n" in fault for fault in caught.value.faults)


def test_a_file_that_cannot_be_read_is_a_readable_line(tmp_path):
    with pytest.raises(ConfigError, match="No such file"):
        load_programme(tmp_path / "nowhere.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ConfigError, match=r"binary\.yaml"):
        load_programme(tmp_path / "binary.yaml")
