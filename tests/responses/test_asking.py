"""What is a question in a thread, and what is people talking."""

import pytest

from responses.asking import asks


@pytest.mark.parametrize(
    "text",
    [
        "how often do we update people",
        "and what about the investors",
        "So who signs it",
        "ok but should the CEO do that",
        "ogni quanto aggiorniamo i clienti",
        "e chi lo firma",
        "wie oft melden wir uns",
        "und wer unterschreibt das",
        "paano namin sasabihin",
        "dapat ba agad",
        "our users are furious, thoughts?",
    ],
)
def test_questions_with_and_without_a_question_mark(text):
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "thanks, that helps",
        "see you all in the meeting room at three",
        "grazie mille!",
        "danke, mache ich",
        "salamat po",
        "I will write it now",
        "howdy",
        "👍",
        "",
    ],
)
def test_talk(text):
    assert not asks(text)
