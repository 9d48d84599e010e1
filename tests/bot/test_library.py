"""Lessons change while Candor runs: the real files of a small book, loaded by the real loader."""

import shutil
import time
from threading import Event, Thread

import pytest

from bot import library as module
from bot.library import Library
from config.settings import HERE
from responses.answering import Answer, answer
from responses.faults import ContentError, Fault
from responses.knowledge import load_knowledge

QUESTION = "What is a good update rhythm for a long incident?"
TITLE = "A title that was changed while Candor ran"
SOON = 20


@pytest.fixture
def files(tmp_path):
    copies = tmp_path / "lessons.yaml", tmp_path / "phrasings.yaml"
    for copy in copies:
        shutil.copy(HERE / copy.name, copy)
    return copies


@pytest.fixture
def library(files):
    lessons, phrasings = files
    opened = Library(lambda: load_knowledge([lessons], [phrasings], encoder=None), files)
    yield opened
    opened.stop()


def answered(library):
    outcome = answer(QUESTION, library.knowledge)
    assert isinstance(outcome, Answer)
    return outcome.lesson.text("en").title


def retitle(path, title):
    text = path.read_text(encoding="utf-8")
    old = answer_title(text)
    path.write_text(text.replace(old, title), encoding="utf-8")


def answer_title(text):
    """Return the English title of `regular-updates`, as it stands in the file."""
    after = text[text.index("id: regular-updates") :]
    return after[after.index("title:") + len("title:") :].splitlines()[0].strip().strip("\"'")


def test_a_file_that_did_not_change_is_not_loaded_again(library):
    before = library.knowledge
    assert library.refresh() is False
    assert library.knowledge is before


def test_a_change_is_in_use_after_a_look(library, files, caplog):
    caplog.set_level("INFO")
    retitle(files[0], TITLE)
    assert library.refresh() is True
    assert answered(library) == TITLE
    assert "in use" in caplog.text
    assert library.refresh() is False


def test_a_faulty_file_is_reported_with_file_and_line_and_the_old_book_stays(library, files, caplog):
    before = answered(library)
    good = files[0].read_text(encoding="utf-8")
    files[0].write_text(good + "\nlessons: [\n", encoding="utf-8")
    assert library.refresh() is False
    assert answered(library) == before
    line = next(line for line in caplog.text.splitlines() if line.startswith(f"{files[0]}:"))
    assert line.split(":")[1].isdigit()
    caplog.clear()
    assert library.refresh() is False
    assert caplog.text == "", "the same fault is reported once"
    files[0].write_text(good, encoding="utf-8")
    retitle(files[0], TITLE)
    assert library.refresh() is True
    assert answered(library) == TITLE


@pytest.mark.parametrize("number", [0, 1], ids=["lessons", "phrasings"])
def test_a_file_that_vanishes_for_a_moment_changes_nothing(library, files, number, caplog):
    before = answered(library)
    aside = files[number].rename(files[number].with_suffix(".aside"))
    assert library.refresh() is False
    assert answered(library) == before
    aside.rename(files[number])
    library.refresh()
    assert answered(library) == before
    retitle(files[0], TITLE)
    library.refresh()
    assert answered(library) == TITLE


def test_bytes_that_are_no_text_are_a_fault_like_any_other(library, files, caplog):
    before = answered(library)
    files[0].write_bytes(b"\xff\xfe\x00\xd8")
    assert library.refresh() is False
    assert answered(library) == before
    assert f"{files[0]}:" in caplog.text


def test_at_the_start_a_fault_is_raised(tmp_path):
    path = tmp_path / "lessons.yaml"
    path.write_text("lessons: 3", encoding="utf-8")
    with pytest.raises(ContentError, match=str(path)):
        Library(lambda: load_knowledge([path], [], encoder=None), [path])


def test_readers_never_wait_and_see_the_old_or_the_new_book_whole(tmp_path):
    path = tmp_path / "book"
    path.write_text("1")
    loading, go_on = Event(), Event()

    def load():
        version = path.read_text()
        if version == "2":
            loading.set()
            assert go_on.wait(SOON)
        return version, version

    library = Library(load, [path])
    path.write_text("2")
    reload = Thread(target=library.refresh)
    reload.start()
    assert loading.wait(SOON)
    assert library.knowledge == ("1", "1")
    go_on.set()
    reload.join(SOON)
    assert library.knowledge == ("2", "2")


def wait_for(condition):
    end = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_it_looks_by_itself_and_survives_whatever_a_reload_trips_over(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(module, "LOOK_EVERY_SECONDS", 0.01)
    path = tmp_path / "book"
    path.write_text("1")
    errors = {"22": RuntimeError("out of memory"), "333": ContentError([Fault("book", 3, "lessons", "is missing")])}

    def load():
        version = path.read_text()
        if version in errors:
            raise errors[version]
        return version

    library = Library(load, [path])
    library.watch()
    try:
        path.write_text("22")
        wait_for(lambda: "out of memory" in caplog.text)
        path.write_text("333")
        wait_for(lambda: "book:3: lessons: is missing" in caplog.text)
        assert library.knowledge == "1"
        path.write_text("4444")
        wait_for(lambda: library.knowledge == "4444")
    finally:
        library.stop()


def test_after_the_stop_it_looks_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LOOK_EVERY_SECONDS", 0.01)
    path = tmp_path / "book"
    path.write_text("1")
    library = Library(path.read_text, [path])
    library.watch()
    library.stop()
    path.write_text("22")
    assert library.refresh() is True, "by hand it still can"
    assert library.knowledge == "22"
