"""Whether a remark in a thread asks something: people talk to each other there, and most of it is not for Candor."""

import re

# What a question begins with where people leave the question mark out, after "and", "so", "ok" and the like.
_LEAD = r"(?:(?:and|so|ok|okay|but|also|then|e|ma|allora|quindi|poi|und|aber|dann|na|at|pero|kaya|eh|tapos)\W+)*"
_ASKING = (
    # English
    "how|what|whats|when|where|who|whom|whose|which|why|should|shall|do|does|did|can|could|would|will|is|are|was|were|"
    "may|must|any|"
    # Italian
    "come|cosa|che|quando|dove|chi|quale|quali|perché|perche|quanto|quanti|quante|ogni quanto|dobbiamo|devo|possiamo|"
    "posso|conviene|serve|"
    # German
    "wie|was|wann|wo|wer|wem|wen|welche|welcher|welches|warum|wieso|weshalb|sollen|sollten|sollte|müssen|können|kann|"
    "dürfen|darf|muss|soll|ist|sind|"
    # Filipino
    "paano|pano|ano|anong|kailan|kelan|saan|sino|bakit|ilan|gaano|dapat ba|kailangan ba|pwede ba|puwede ba|may|meron ba"
)
_QUESTION = re.compile(rf"^\W*{_LEAD}(?:{_ASKING})\b", re.IGNORECASE)


def asks(text: str) -> bool:
    """Say whether `text` (cleaned) is a question, with a question mark or without."""
    return "?" in text or bool(_QUESTION.match(text))
