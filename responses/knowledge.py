"""Everything that an answer needs, in one immutable thing that is swapped as a whole when files or rulings change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from responses.encoder import Encoder
from responses.language import LanguageDetector
from responses.lessons import LessonBook, load_lessons
from responses.matching import Ranker, Stores, learn
from responses.memory import give_back
from responses.phrases import Language
from responses.phrasings import Phrasings, Sample, load_phrasings, samples_of_book
from responses.recent import Recent
from responses.text import clean
from responses.vectors import Progress

SHIPPED = Path(__file__).parents[1] / "config"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a curator decided: this question belongs to that lesson, or (None) is to be declined."""

    text: str
    language: Language
    lesson_id: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """The book, the samples and what was learnt from them."""

    book: LessonBook
    phrasings: Phrasings
    languages: LanguageDetector
    matcher: Ranker
    encoder: Encoder | None
    stores: Stores
    rulings: tuple[Ruling, ...] = ()
    _plain: Ranker | None = None  # the matcher without any rulings
    # Of this knowledge only: a ruling or a reload makes another, and with it an empty one.
    recent: Recent = field(default_factory=Recent, init=False)

    def with_rulings(self, rulings: Iterable[Ruling]) -> "Knowledge":
        """Return the same knowledge with these rulings and no others; files are not read again.

        Later rulings outdo earlier ones and samples of the same text; those on lessons that the book no longer
        has are left out.
        """
        kept = tuple(ruling for ruling in rulings if ruling.lesson_id is None or ruling.lesson_id in self.book.lessons)
        plain = self._plain or self.matcher
        if not kept:
            return replace(self, matcher=plain, rulings=())
        ruled = [Sample(clean(ruling.text), ruling.language, ruling.lesson_id, "ruling") for ruling in kept]
        samples = [*_samples(self.book, self.phrasings), *ruled]
        matcher = learn(
            samples, list(self.book.lessons), self.encoder, self.stores, start=plain.weights, first=plain.kernel
        )
        give_back()
        return replace(self, matcher=matcher, rulings=kept, _plain=plain)


def load_knowledge(
    lessons: Sequence[Path],
    phrasings: Sequence[Path],
    *,
    encoder: Encoder | None,
    cache_dir: Path | None = None,
    shipped: Path | None = SHIPPED,
    progress: Progress | None = None,
    skip_unknown: bool = False,
) -> Knowledge:
    """Return the knowledge in these files.

    `encoder` None means: by characters only. What was learnt and is not in the folder `shipped` is kept in
    `cache_dir` (None: learnt again at each start); `progress` hears how far learning is. `skip_unknown` leaves out
    samples of lessons that the book lacks. Raises ContentError with every fault of the files.
    """
    book = load_lessons(lessons)
    known = load_phrasings(phrasings, book, skip_unknown=skip_unknown)
    stores = Stores(shipped, cache_dir)
    samples = _samples(book, known)
    languages = LanguageDetector([sample.text for sample in samples], [sample.language for sample in samples])
    matcher = learn(samples, list(book.lessons), encoder, stores, progress=progress)
    give_back()
    return Knowledge(book, known, languages, matcher, encoder, stores)


def _samples(book: LessonBook, phrasings: Phrasings) -> list[Sample]:
    return [*samples_of_book(book), *phrasings.samples]
