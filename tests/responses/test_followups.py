import pytest

from responses.followups import PARTS, Part, language_asked, part_asked
from responses.phrases import LANGUAGES, Language


@pytest.mark.parametrize(
    ("reply", "part", "language"),
    [
        ("why?", "why", "en"),
        ("Why", "why", "en"),
        ("ok, but why?", "why", "en"),
        ("perché?", "why", "it"),
        ("e perche?", "why", "it"),
        ("Warum denn?", "why", "de"),
        ("bakit naman?", "why", "fil"),
        ("an example?", "example", "en"),
        ("Can you give me an example please", "example", "en"),
        ("un esempio?", "example", "it"),
        ("ein Beispiel bitte", "example", "de"),
        ("may halimbawa ba?", "example", "fil"),
        ("what did Yahoo do?", "yahoo", "en"),
        ("What about Yahoo?", "yahoo", "en"),
        ("cosa ha fatto Yahoo?", "yahoo", "it"),
        ("was hat Yahoo gemacht?", "yahoo", "de"),
        ("ano ang ginawa ng Yahoo?", "yahoo", "fil"),
        ("and Yahoo?", "yahoo", None),
        ("and what did zoom do?", "zoom", "en"),
        ("Zoom?", "zoom", None),
        ("how exactly?", "steps", "en"),
        ("come si fa?", "steps", "it"),
        ("what do we say?", "words", "en"),
        ("was schreiben wir?", "words", "de"),
        ("what's the source?", "sources", "en"),
        ("fonti?", "sources", "it"),
        ("saan galing yan?", "sources", "fil"),
    ],
)
def test_part_asked(reply: str, part: Part, language: Language | None) -> None:
    assert part_asked(reply) == (part, language)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "?",
        "and",
        "why did the payment service go down on friday night?",
        "what did Yahoo do about the board?",
        "should we publish an example of the leaked rows",
        "the words our CEO used were bad",
        "what did our competitor do?",
        "thanks",
    ],
)
def test_anything_else_is_a_question_of_its_own(reply: str) -> None:
    assert part_asked(reply) is None
    assert language_asked(reply) is None


@pytest.mark.parametrize(
    ("reply", "language"),
    [
        ("and in Italian?", "it"),
        ("in italiano?", "it"),
        ("auf Italienisch bitte", "it"),
        ("auf Deutsch?", "de"),
        ("in german please", "de"),
        ("in tedesco", "de"),
        ("sa Filipino?", "fil"),
        ("Tagalog?", "fil"),
        ("can you say that in Tagalog", "fil"),
        ("sa Ingles naman", "en"),
        ("kannst du das auf Englisch sagen?", "en"),
        ("English please", "en"),
        ("puoi ripeterlo in inglese?", "en"),
    ],
)
def test_language_asked(reply: str, language: Language) -> None:
    assert language_asked(reply) == language


@pytest.mark.parametrize(
    "reply",
    [
        "our German customers are angry, what do we do?",
        "do we write to the Italian regulator?",
        "in English or in German?",
        "in French?",
        "Italian customers",
    ],
)
def test_naming_a_language_is_not_asking_for_it(reply: str) -> None:
    assert language_asked(reply) is None


def test_every_part_has_a_cue_in_every_language() -> None:
    cues = {
        "why": ("why", "perché", "warum", "bakit"),
        "example": ("example", "esempio", "beispiel", "halimbawa"),
        "zoom": ("what did zoom do", "cosa ha fatto zoom", "was hat zoom gemacht", "ano ginawa ng zoom"),
        "yahoo": ("what did yahoo do", "cosa ha fatto yahoo", "was hat yahoo gemacht", "ano ginawa ng yahoo"),
        "steps": ("steps", "passi", "schritte", "hakbang"),
        "words": ("wording", "parole", "formulierung", "salita"),
        "sources": ("source", "fonte", "quelle", "pinagmulan"),
    }
    assert set(cues) == set(PARTS) - {"whole"}
    for part, words in cues.items():
        assert [part_asked(word) for word in words] == [(part, language) for language in LANGUAGES]
