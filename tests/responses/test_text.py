import pytest
from hypothesis import given
from hypothesis import strategies as st

from responses.text import QUESTION_LENGTH, clean, clean_lines, escape, shorten, unescape


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  what\tdo\n\nwe say? ", "what do we say?"),
        ("<@U12345> what now", "what now"),
        ("<@U12345|ana> <!channel> <!subteam^S1|@ops> help", "help"),
        ("ask <#C123|general> or <#C9|>", "ask general or"),
        ("see <https://a.example/x|the page> ok", "see the page ok"),
        ("see <https://a.example/x> ok", "see https://a.example/x ok"),
        ("mail <mailto:a@b.example|a@b.example>", "mail a@b.example"),
        ("R&amp;D says 1 &lt; 2 &gt; 0", "R&D says 1 < 2 > 0"),
        ("&amp;lt;!channel&amp;gt;", "&lt;!channel&gt;"),
        ("nul\0byte\x07bell", "nul byte bell"),
        ("zero​width", "zero width"),
        ("lone \ud800 surrogate", "lone ? surrogate"),
        ("", ""),
        ("   ", ""),
        ("1 < 2 but > 0", "1 < 2 but > 0"),
    ],
)
def test_clean(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@given(st.text(st.characters(codec=None), max_size=2000))
def test_clean_never_raises_and_never_grows(raw: str) -> None:
    cleaned = clean(raw)
    assert len(cleaned) <= QUESTION_LENGTH
    assert cleaned == cleaned.strip()
    cleaned.encode("utf-8")


def test_long_question_is_cut_at_a_word() -> None:
    cleaned = clean("words and more " * 100_000)
    assert QUESTION_LENGTH - 10 < len(cleaned) <= QUESTION_LENGTH
    assert cleaned.split()[-1] in {"words", "and", "more"}
    assert len(clean("x" * 5000)) == QUESTION_LENGTH


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        ("short", 5, "short"),
        ("a long sentence here", 12, "a long…"),
        ("a long, sentence", 8, "a long…"),
        ("Donaudampfschifffahrt", 10, "Donaudamp…"),
    ],
)
def test_shorten(text: str, length: int, short: str) -> None:
    assert shorten(text, length) == short
    assert len(short) <= length


def test_escape_takes_the_ampersand_first() -> None:
    assert escape("<!channel> & <https://x|y> &lt;") == "&lt;!channel&gt; &amp; &lt;https://x|y&gt; &amp;lt;"


@given(st.text(alphabet=st.sampled_from("&<>;ampltg x") | st.characters(), max_size=200))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    escaped = escape(text)
    assert "<" not in escaped
    assert ">" not in escaped
    assert unescape(escaped) == text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  one \r\n two\t2  \n\n\n\n three ", "one\ntwo 2\n\nthree"),
        ("nul\0 and \u202e and \ud800", "nul and and ?"),
        ("1 &lt; 2 <b> <@U1>", "1 &lt; 2 <b> <@U1>"),
        (" \n\0\n ", ""),
        ("x" * 50, "x" * 39 + "…"),
    ],
)
def test_what_was_typed_into_a_form_keeps_its_lines(typed: str, kept: str) -> None:
    assert clean_lines(typed, 40) == kept


@given(st.text(max_size=300), st.integers(1, 60))
def test_what_was_typed_fits_and_is_clean_once_and_for_all(typed: str, length: int) -> None:
    cleaned = clean_lines(typed, length)
    assert len(cleaned) <= length
    assert "\0" not in cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert clean_lines(cleaned, length) == cleaned
