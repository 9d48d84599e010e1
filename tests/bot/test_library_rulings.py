"""A curator's ruling is in use at once, in every process, with the real lessons and databases."""

import logging
import time
from dataclasses import dataclass, field

import pytest
from sqlalchemy.exc import OperationalError

from bot import library as module
from bot.curation import Curation, Curators, Place, StoredRulings
from bot.library import Library
from bot.storage import conversations
from bot.storage.database import Database
from config.settings import HERE
from responses.answering import Answer, Declined, Suggestions, answer
from responses.faults import ContentError, Fault
from responses.knowledge import Ruling, load_knowledge

ASKED = "Can pigeons carry the bad news to the ministry?"
LESSON = "real-apology"
CURATOR = Place("U1", "en", "C0CURATE", "7.1")
A_SECOND = 1.0
SOON = 20


@pytest.fixture(scope="module")
def knowledge():
    return load_knowledge([HERE / "lessons.yaml"], [HERE / "phrasings.yaml"], encoder=None)


def wait_for(condition, seconds=SOON):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"it took more than {seconds} s"
        time.sleep(0.005)


def lesson_for(library, text=ASKED):
    outcome = answer(text, library.knowledge)
    return outcome.lesson.id if isinstance(outcome, Answer) else None


# --- two processes on one database ---


@pytest.fixture
def processes(knowledge, database_url, clock):
    """Two libraries, each with a database connection of its own as in two processes; curators rule in the first."""
    databases = [Database(database_url), Database(database_url)]
    libraries = [Library(lambda: knowledge, [], StoredRulings(each)) for each in databases]
    curation = Curation(
        databases[0], lambda: libraries[0].knowledge.book, clock, Curators("C0CURATE", ()),
        wake=lambda: None, ruled=libraries[0].look_now,
    )  # fmt: skip
    with databases[0].write() as connection:
        conversations.keep_question(
            connection, key="1", text=ASKED, language="en", status="declined", nearest=None, now=clock.now()
        )
    yield curation, *libraries
    for library, opened in zip(libraries, databases, strict=True):
        library.stop()
        opened.close()


@pytest.mark.parametrize("which", [0, 1], ids=["where it was made", "in another process"])
def test_a_ruling_and_its_undoing_are_in_use_within_a_second(processes, which):
    """One watches at a time: in one process they would take each other's time to learn, in two they do not."""
    curation, *libraries = processes
    library = libraries[which]
    library.watch()
    assert lesson_for(library) is None
    (gap,) = curation.gaps()
    curation.rule(gap.shown.number, LESSON, CURATOR)
    wait_for(lambda: library.knowledge.rulings, A_SECOND)
    assert lesson_for(library) == LESSON
    curation.undo(1, CURATOR)
    wait_for(lambda: not library.knowledge.rulings, A_SECOND)
    assert lesson_for(library) is None


def test_an_off_topic_ruling_is_too(processes):
    curation, _, there = processes
    there.watch()
    (gap,) = curation.gaps()
    curation.rule(gap.shown.number, None, CURATOR)
    wait_for(lambda: there.knowledge.rulings == (Ruling(ASKED, "en", None),), A_SECOND)
    assert isinstance(answer(ASKED, there.knowledge), Declined)


def test_a_ruling_survives_a_restart(processes, knowledge, database_url):
    curation, _, _ = processes
    (gap,) = curation.gaps()
    curation.rule(gap.shown.number, LESSON, CURATOR)
    database = Database(database_url)
    assert lesson_for(Library(lambda: knowledge, [], StoredRulings(database))) == LESSON
    database.close()


# --- one library ---


@dataclass
class Shelf:
    """Rulings in memory; `away` is raised while it is set."""

    made: list[Ruling] = field(default_factory=list)
    changes: int = 0
    away: Exception | None = None
    asked: int = 0

    def put(self, *rulings):
        self.made = [*rulings]
        self.changes += 1

    def version(self):
        self.asked += 1
        if self.away:
            raise self.away
        return self.changes

    def standing(self):
        if self.away:
            raise self.away
        return list(self.made)


AWAY = OperationalError("SELECT", {}, Exception("the server is away"))


def test_without_a_change_nothing_is_learnt_again(knowledge):
    library = Library(lambda: knowledge, [], shelf := Shelf([Ruling(ASKED, "en", LESSON)]))
    before = library.knowledge
    assert library.refresh() is False
    assert library.knowledge is before
    shelf.put(*shelf.made)
    assert library.refresh() is True


def test_a_later_ruling_on_the_same_question_outdoes_an_earlier_one(knowledge):
    library = Library(lambda: knowledge, [], shelf := Shelf())
    shelf.put(Ruling(ASKED, "en", LESSON), Ruling(ASKED, "en", "regular-updates"))
    library.refresh()
    assert lesson_for(library) == "regular-updates"
    shelf.put(Ruling(ASKED, "en", LESSON), Ruling(ASKED, "en", None))
    library.refresh()
    assert isinstance(answer(ASKED, library.knowledge), Declined | Suggestions)
    assert lesson_for(library) is None


def test_without_rulings_it_answers_as_before(knowledge):
    library = Library(lambda: knowledge, [], shelf := Shelf())
    questions = [ASKED, "How often should we publish updates?", "What is the weather in Rome tomorrow?"]
    before = [lesson_for(library, text) for text in questions]
    shelf.put(Ruling(ASKED, "en", LESSON))
    library.refresh()
    assert [lesson_for(library, text) for text in questions] == [LESSON, *before[1:]]
    shelf.put()
    library.refresh()
    assert [lesson_for(library, text) for text in questions] == before
    assert library.knowledge.matcher is knowledge.matcher


def test_a_ruling_on_a_lesson_that_vanished_sleeps_until_the_lesson_is_back(knowledge, tmp_path):
    lessons = tmp_path / "lessons.yaml"
    stub = "sources: {h: {kind: internal, title: Handbook}}\nlessons:\n  - id: %s\n    record: [h]\n"
    stub += "    en: {title: Drill, advice: Meet at the gate., steps: [a, b, c], words: We meet at the gate.}\n"
    lessons.write_text(stub % "fire-drill")
    load = lambda: load_knowledge([lessons], [], encoder=None, shipped=None)  # noqa: E731
    library = Library(load, [lessons], Shelf([Ruling(ASKED, "en", "fire-drill")]))
    assert lesson_for(library) == "fire-drill"
    lessons.write_text(stub % "another-drill")
    assert library.refresh() is True
    assert library.knowledge.rulings == ()
    assert lesson_for(library) is None
    lessons.write_text(stub % "fire-drill" + "\n")
    library.refresh()
    assert lesson_for(library) == "fire-drill"


def test_rulings_stay_in_force_when_a_file_changes_and_when_it_is_faulty(knowledge, tmp_path):
    book = tmp_path / "book"
    book.write_text("good")

    def load():
        if book.read_text() == "faulty":
            raise ContentError([Fault(str(book), 3, "lessons", "is missing")])
        return knowledge

    library = Library(load, [book], shelf := Shelf([Ruling(ASKED, "en", LESSON)]))
    book.write_text("better")
    assert library.refresh() is True
    assert lesson_for(library) == LESSON
    book.write_text("faulty")
    shelf.put(Ruling(ASKED, "en", "regular-updates"))
    assert library.refresh() is True, "the ruling is in use though the file is not"
    assert lesson_for(library) == "regular-updates"


def test_a_file_that_changes_while_the_database_is_away_is_read_when_it_is_back(tmp_path, knowledge):
    book = tmp_path / "book"
    book.write_text("1")
    loads = []

    def load():
        loads.append(book.read_text())
        return knowledge

    library = Library(load, [book], shelf := Shelf())
    book.write_text("22")
    shelf.away = AWAY
    with pytest.raises(OperationalError):
        library.refresh()
    assert loads == ["1"]
    shelf.away = None
    assert library.refresh() is True
    assert loads == ["1", "22"]


def test_a_database_that_is_away_does_not_end_the_watching_nor_fill_the_log(knowledge, monkeypatch, caplog):
    monkeypatch.setattr(module, "LOOK_EVERY_SECONDS", 0.001)
    monkeypatch.setattr(module, "PATIENCE", 10**6)
    caplog.set_level(logging.ERROR)
    library = Library(lambda: knowledge, [], shelf := Shelf())
    shelf.away = AWAY
    library.watch()
    try:
        wait_for(lambda: caplog.records)
        looked = shelf.asked
        shelf.away = None
        shelf.put(Ruling(ASKED, "en", LESSON))
        library.look_now()
        wait_for(lambda: lesson_for(library) == LESSON)
        assert len(caplog.records) == 1
        assert looked == 2, "once at the start, once by the watcher, then it waited"
    finally:
        library.stop()
