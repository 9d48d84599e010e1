"""Where one message asks two things: its parts that are questions in their own right, in four languages."""

import re

from responses.asking import asks

MOST_PARTS = 3  # of a message are ranked: the encoder runs once for each
_LEAST_WORDS = 3
_SENTENCE_END = re.compile(r"(?<=[?!])\s+|(?<=[.;…])\s+(?=\w)|\s+[-–—]\s+")
_PAUSE = re.compile(r"[,:]\s+")
# A conjunction parts two questions only where the next word asks (see `asks`): "and how often …", not "and friends".
_CONJUNCTION = re.compile(
    r"(?:\s*,\s*|\s+)(?:and then|and also|and|also|plus|then|e poi|e anche|e|ed|und dann|und auch|und|"
    r"at saka|saka|tsaka|tapos|at|pati|\+|&)\s+",
    re.IGNORECASE,
)
# Filipino asks with a particle after the first word: "aaminin na ba namin", "kailangan ba".
_PARTICLE = re.compile(r"^\W*(?:\w+\W+){1,3}?ba\b", re.IGNORECASE)


def questions_in(text: str) -> tuple[str, ...]:
    """Return the questions that a cleaned text consists of: at least two, or none where it is not several.

    Statements before, between and behind them are context and no parts. Of more than `MOST_PARTS` questions none is
    returned: that is a list of worries, and no two lessons answer it.
    """
    parts = [part for sentence in _SENTENCE_END.split(text) for part in _clauses(sentence) if _stands_alone(part)]
    return tuple(parts) if 2 <= len(parts) <= MOST_PARTS else ()


def _clauses(sentence: str) -> list[str]:
    """Return a sentence parted at each conjunction that has a question on both sides."""
    begin, clauses = 0, []
    for conjunction in _CONJUNCTION.finditer(sentence):
        before, after = sentence[begin : conjunction.start()], sentence[conjunction.end() :]
        # The question mark at the very end says nothing about the clause: its first word must.
        if _asks_somewhere(before) and _begins_a_question(after) and _long_enough(before) and _long_enough(after):
            clauses.append(before)
            begin = conjunction.end()
    return [*clauses, sentence[begin:]]


def _asks_somewhere(clause: str) -> bool:
    return any(_begins_a_question(piece) for piece in _PAUSE.split(clause))


def _begins_a_question(clause: str) -> bool:
    bare = clause.replace("?", " ")
    return asks(bare) or bool(_PARTICLE.match(bare))


def _stands_alone(part: str) -> bool:
    return _long_enough(part) and ("?" in part or _asks_somewhere(part))


def _long_enough(part: str) -> bool:
    return len(part.split()) >= _LEAST_WORDS
