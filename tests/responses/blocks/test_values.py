import pytest

from responses.blocks.values import ButtonValue


@pytest.mark.parametrize(
    "value", [ButtonValue("real-apology", "de"), ButtonValue("", "fil", "q:12|3"), ButtonValue("x", "en", "")]
)
def test_value_comes_back(value: ButtonValue) -> None:
    assert ButtonValue.unpack(value.pack()) == value


@pytest.mark.parametrize(
    ("packed", "value"),
    [
        ("", ButtonValue("", "en")),
        ("x", ButtonValue("x", "en")),
        ("x|xx|r", ButtonValue("x", "en", "r")),
        ("|it", ButtonValue("", "it")),
    ],
)
def test_whatever_comes_in_is_some_value(packed: str, value: ButtonValue) -> None:
    assert ButtonValue.unpack(packed) == value
