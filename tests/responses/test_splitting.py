import pytest

from responses.splitting import MOST_PARTS, questions_in


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "should we apologise publicly, and how often do we post updates after that?",
            ("should we apologise publicly", "how often do we post updates after that?"),
        ),
        ("Do we say sorry? Who signs it?", ("Do we say sorry?", "Who signs it?")),
        (
            "we leaked 300 emails. should we say sorry? And how often do we post?",
            ("should we say sorry?", "And how often do we post?"),
        ),
        ("we leaked emails, do we apologise and who signs it", ("we leaked emails, do we apologise", "who signs it")),
        (
            "dobbiamo scusarci in pubblico e ogni quanto pubblichiamo gli aggiornamenti?",
            ("dobbiamo scusarci in pubblico", "ogni quanto pubblichiamo gli aggiornamenti?"),
        ),
        (
            "Sollen wir uns entschuldigen und wie oft melden wir uns danach?",
            ("Sollen wir uns entschuldigen", "wie oft melden wir uns danach?"),
        ),
        (
            "dapat ba kaming mag-sorry sa publiko, at gaano kadalas mag-update?",
            ("dapat ba kaming mag-sorry sa publiko", "gaano kadalas mag-update?"),
        ),
        (
            "aaminin na ba namin ang mali tapos paano kami magso-sorry",
            ("aaminin na ba namin ang mali", "paano kami magso-sorry"),
        ),
    ],
)
def test_two_questions_are_parted(text: str, parts: tuple[str, ...]) -> None:
    assert questions_in(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "should we apologise?",
        "should we apologise and move on?",  # no question behind the conjunction
        "how do we tell friends and family of the victims",
        "We run payroll for dentists. 40 practices got paid late. Do we tell them it was on us?",  # context
        "is it our fault? or not?",  # too short to be a question in its own right
        "legal says no. sales says yes. nobody sleeps.",
        "chi firma la lettera e la spedisce?",
        "wer unterschreibt den Brief und verschickt ihn?",
        "sino ang pipirma at magpapadala ng sulat?",
    ],
)
def test_one_question_stays_whole(text: str) -> None:
    assert questions_in(text) == ()


def test_long_list_of_questions_is_left_alone() -> None:
    several = " ".join(f"how do we handle number {n}?" for n in range(MOST_PARTS + 1))
    assert questions_in(several) == ()
    assert len(questions_in(several.partition("?")[2])) == MOST_PARTS
