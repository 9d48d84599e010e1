"""What a button or a menu entry carries: `lesson id|language|reference`."""

from dataclasses import dataclass

from responses.phrases import Language, as_language

LESSON_OPEN = "lesson_open"  # the action_id is `lesson_open:<lesson id>`: unique within a message
TOPICS_OPEN = "topics_open"
TOPIC_PICK = "topic_pick"
ANSWER_SHARE = "answer_share"
ANSWER_HELPFUL = "answer_helpful"
ANSWER_UNHELPFUL = "answer_unhelpful"


@dataclass(frozen=True, slots=True)
class ButtonValue:
    """The lesson that a button is about, the language to answer in, and the caller's own reference ("" if none)."""

    lesson_id: str
    language: Language
    reference: str = ""

    def pack(self) -> str:
        """Return it as the value of a button, at most 2,000 characters as long as the reference is short."""
        return f"{self.lesson_id}|{self.language}|{self.reference}"

    @classmethod
    def unpack(cls, value: str) -> "ButtonValue":
        """Return what `pack` made; whatever else comes in, some value, with English for an unknown language."""
        lesson_id, _, rest = value.partition("|")
        language, _, reference = rest.partition("|")
        return cls(lesson_id, as_language(language), reference)
