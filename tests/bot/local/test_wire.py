"""Half a surrogate pair never gets into the workspace, whole ones stay."""

import json

import pytest

from bot.local.wire import read_json


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ('"plain"', "plain"),
        ('"\\ud83d\\ude00"', "😀"),
        ('"a \\ud800 b"', "a � b"),
        ('{"\\udfff": ["\\ud800", 1, null]}', {"�": ["�", 1, None]}),
    ],
)
def test_text_is_whole(sent, read):
    assert read_json(sent) == read
    assert json.dumps(read_json(sent), ensure_ascii=False).encode("utf-8")


def test_what_is_no_json():
    with pytest.raises(ValueError, match="Expecting"):
        read_json("{")
