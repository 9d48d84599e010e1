"""Which part of an answered lesson, or which language, a short reply in its thread asks for."""

import re
from typing import Literal, get_args

from responses.phrases import Language

Part = Literal["whole", "why", "example", "zoom", "yahoo", "steps", "words", "sources"]
PARTS: tuple[Part, ...] = get_args(Part)
_WORD = re.compile(r"[^\W_]+")


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold().replace("'", "").replace("’", "")))


# What people write, without the words of `_FILLERS`; a reply asks for a part when nothing else is left of it.
_PART_CUES: dict[Part, dict[Language, str]] = {
    "why": {
        "en": """why | why so | why not | how come | why is that | whats the reason | reason | but why | why
            though""",
        "it": """perché | perche | come mai | per quale motivo | per quale ragione | perché no | e perché""",
        "de": """warum | wieso | weshalb | warum das | wieso das | warum nicht | aus welchem grund | warum
            denn | wieso denn""",
        "fil": """bakit | bakit ganun | bakit ganoon | bakit nga | bakit hindi | anong dahilan | ano ang
            dahilan""",
    },
    "example": {
        "en": """example | an example | any example | examples | for example | show me an example | give me
            an example | can you give me an example | do you have an example | got an example | for instance
            | such as | like what | sample""",
        "it": """esempio | un esempio | esempi | qualche esempio | per esempio | ad esempio | mi fai un
            esempio | fammi un esempio | cè un esempio | puoi farmi un esempio | hai un esempio | tipo""",
        "de": """beispiel | ein beispiel | beispiele | zum beispiel | hast du ein beispiel | haben sie ein
            beispiel | gib mir ein beispiel | gibt es ein beispiel | gibt es beispiele | gibts ein beispiel""",
        "fil": """halimbawa | isang halimbawa | mga halimbawa | may halimbawa | may example | pahingi ng
            halimbawa | pahingi ng example | bigyan mo ako ng halimbawa | meron bang halimbawa | meron bang
            example | sample""",
    },
    "zoom": {
        "en": """zoom | what did zoom do | what about zoom | how about zoom | how did zoom do it | how did
            zoom handle it | what zoom did | and what did zoom do | did zoom do that | how did zoom do that""",
        "it": """zoom | cosa ha fatto zoom | che ha fatto zoom | che cosa ha fatto zoom | come ha fatto zoom | cosa
            fece zoom""",
        "de": """was hat zoom gemacht | wie hat zoom das gemacht | was machte zoom | was tat zoom | was hat
            zoom getan | wie war das bei zoom | bei zoom""",
        "fil": """ano ginawa ng zoom | ano ang ginawa ng zoom | anong ginawa ng zoom | paano ginawa ng zoom
            | zoom | ang zoom | ano ang ginawa ni zoom""",
    },
    "yahoo": {
        "en": """yahoo | what did yahoo do | what about yahoo | how about yahoo | how did yahoo do it | how
            did yahoo handle it | what did yahoo do wrong | what yahoo did | what didnt yahoo do | did yahoo
            do that | what did yahoo not do | what did yahoo do instead""",
        "it": """yahoo | cosa ha fatto yahoo | che ha fatto yahoo | che cosa ha fatto yahoo | cosa ha sbagliato
            yahoo | cosa non ha fatto yahoo | cosa fece yahoo""",
        "de": """was hat yahoo gemacht | was hat yahoo falsch gemacht | was machte yahoo | was tat yahoo |
            bei yahoo | was hat yahoo getan | was hat yahoo nicht gemacht | wie war das bei yahoo""",
        "fil": """ano ginawa ng yahoo | ano ang ginawa ng yahoo | anong ginawa ng yahoo | ano mali ng yahoo
            | ang yahoo | ano ang mali ng yahoo | anong mali ng yahoo | ano ang hindi ginawa ng yahoo | ano
            ang ginawa ni yahoo""",
    },
    "steps": {
        "en": """steps | the steps | what are the steps | which steps | how | how exactly | how do we do
            that | how do i do that | how do we do it | what do we do first | what should we do | what now |
            next steps""",
        "it": """passi | i passi | quali passi | quali sono i passi | come | come si fa | come facciamo | in
            che modo | cosa facciamo | cosa dobbiamo fare""",
        "de": """schritte | die schritte | welche schritte | wie | wie genau | wie geht das | wie machen wir
            das | wie denn | was tun | was müssen wir tun | was sollen wir tun""",
        "fil": """hakbang | mga hakbang | ano ang mga hakbang | ano mga hakbang | ano ang steps | ano mga
            steps | paano | paano gawin | paano gawin yun | paano namin gagawin | ano gagawin | ano ang
            gagawin | anong gagawin namin""",
    },
    "words": {
        "en": """words | wording | the wording | text | a text | draft | template | a template | what do we
            say | what should we say | what do i say | what should i say | what do we write | what should we
            write | how do we say it | how do we say that | how should we word it | how would you word it |
            give me the wording | give me words | give me a draft | sample text | do you have a template |
            exact words""",
        "it": """parole | le parole | testo | un testo | bozza | una bozza | modello | cosa diciamo | cosa
            scriviamo | cosa dobbiamo dire | cosa dobbiamo scrivere | come lo diciamo | come lo scriviamo |
            che parole usiamo | dammi un testo | un testo pronto""",
        "de": """worte | wortlaut | formulierung | die formulierung | textvorschlag | vorlage | eine vorlage
            | entwurf | was sagen wir | was schreiben wir | was sollen wir sagen | was sollen wir schreiben
            | wie formulieren wir das | wie sagen wir das | wie schreiben wir das | hast du eine vorlage |
            hast du eine formulierung""",
        "fil": """salita | mga salita | ano sasabihin | ano ang sasabihin | ano sasabihin namin | anong
            sasabihin namin | ano ang sasabihin namin | ano isusulat namin | ano ang isusulat namin | paano
            sasabihin | paano namin sasabihin | may template | may draft | pahingi ng draft | pahingi ng
            template""",
    },
    "sources": {
        "en": """source | sources | the source | the sources | whats the source | what is the source | says
            who | where is this from | where does this come from | where is that from | who says | who says
            so | is that true | is this true | what are your sources | what are the sources | proof |
            evidence | link | links""",
        "it": """fonte | fonti | la fonte | le fonti | quali fonti | da dove viene | chi lo dice | è vero |
            qual è la fonte | quali sono le fonti | prove""",
        "de": """quelle | quellen | die quelle | die quellen | welche quelle | welche quellen | woher stammt
            das | woher kommt das | wer sagt das | stimmt das | ist das wahr | belege | woher ist das""",
        "fil": """pinagmulan | saan galing | saan galing ito | saan galing yan | saan nanggaling | sino
            nagsabi | sino may sabi | totoo | totoo ito | totoo yan | ano ang source | anong source | may
            source""",
    },
}
_LANGUAGE_NAMES: dict[Language, str] = {
    "en": "english inglese englisch englische englischen ingles inggles",
    "it": "italian italiano italienisch italienische italienischen italyano italyana",
    "de": "german tedesco deutsch deutsche deutschen aleman",
    "fil": "filipino tagalog taglish filippino pilipino",
}
# A reply that names a language asks for it when every other word is one of these.
_LANGUAGE_WORDS = frozenset(
    _words("""in into to the same say said it that this translate translated translation version can could you i we have
    get give do how what about is language write repeat
    lo la stesso stessa dillo dirlo puoi potete me dici traduci tradotto traducilo traduzione versione ripetilo come si
    dice scrivi scrivilo lingua ripeterlo tradurlo
    auf ins das gleiche dasselbe sag es gibt gibts kannst du können sie geht wie heißt übersetze übersetzung version
    nochmal sagen übersetzen ihr
    sa ganun ganoon din paki isalin salin itranslate i paano ano meron ba pwede puwede mo ito yan wika salitang
    isulat ulitin naka""")
)
_FILLERS = frozenset(
    _words("""and ok okay please thanks thx hmm so but also then well a one for me us this pls it that e ed ma allora
    grazie per favore poi anche und aber bitte danke dann auch mal at po naman nga ba eh kasi kaya salamat pala yung
    just now""")
)
_LONGEST = 9  # words: what is longer is a question of its own
_LANGUAGE_OF: dict[str, Language] = {
    name: language for language, names in _LANGUAGE_NAMES.items() for name in names.split()
}


def _essence(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in _FILLERS)


def _table(cues: str) -> set[tuple[str, ...]]:
    return {_essence(_words(cue)) for cue in cues.split("|")}


def _part_table() -> dict[tuple[str, ...], tuple[Part, Language | None]]:
    """Return what each cue asks for and its language, None for a cue of several ("Zoom?")."""
    table: dict[tuple[str, ...], tuple[Part, Language | None]] = {}
    for part, by_language in _PART_CUES.items():
        for language, cues in by_language.items():
            for cue in _table(cues):
                table[cue] = (part, None if cue in table else language)
    return table


_PART_OF = _part_table()


def part_asked(reply: str) -> tuple[Part, Language | None] | None:
    """Return the part of a lesson that `reply` asks for ("un esempio?") and in which language, if it tells.

    None means a question of its own.
    """
    words = _words(reply)
    return _PART_OF.get(_essence(words)) if len(words) <= _LONGEST else None


def language_asked(reply: str) -> Language | None:
    """Return the language that `reply` wants the lesson in ("and in Italian?", "auf Deutsch?"), or None."""
    words = _words(reply)
    named = [word for word in words if word in _LANGUAGE_OF]
    if len(words) > _LONGEST or len(named) != 1:
        return None
    rest = set(_essence(words)) - {named[0]}
    return _LANGUAGE_OF[named[0]] if rest <= _LANGUAGE_WORDS else None
