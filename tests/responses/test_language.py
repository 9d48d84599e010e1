import pytest

from responses.knowledge import Knowledge
from responses.language import LanguageDetector


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("do we tell the customers before we know the cause?", "en"),
        ("apology", "en"),
        ("diciamo ai clienti della fuga di dati prima di sapere perché?", "it"),
        ("perche non abbiamo avvisato prima", "it"),
        ("Sollen wir den Kunden vom Datenleck erzählen?", "de"),
        ("Entschuldigung", "de"),
        ("sasabihin na ba namin sa mga customer yung nangyari?", "fil"),
        ("pano mag-sorry sa users after ng outage, nakakahiya na talaga", "fil"),
        ("", "und"),
        ("12345 !!! ???", "und"),
        ("🔥🔥🔥", "und"),
        ("お客様に何を伝えますか", "und"),
        ("что сказать клиентам после утечки", "und"),
        ("qwrtpsdfg zxcvbnm hjkl", "und"),
        ("jak informovat zákazníky o výpadku", "und"),
    ],
)
def test_language_of_a_question(shipped: Knowledge, question: str, language: str) -> None:
    assert shipped.languages.detect(question) == language


def test_one_foreign_word_does_not_make_a_question_foreign(shipped: Knowledge) -> None:
    assert shipped.languages.detect("how do we say sorry to our customers in 日本 after the outage?") == "en"


def test_nothing_learnt_nothing_told() -> None:
    assert LanguageDetector([], []).detect("hello there") == "und"


def test_learns_from_the_samples_it_is_given() -> None:
    detector = LanguageDetector(["abab abab", "abab", "cdcd cdcd", "cdcd"], ["it", "it", "de", "de"])
    assert detector.detect("abab abab") == "it"
    assert detector.detect("cdcd") == "de"
