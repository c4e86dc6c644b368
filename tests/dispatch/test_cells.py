"""What happens to the text of a cell before it is stored, and before a person opens it in a spreadsheet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.cells import NUMBER, cut, defused, fused, has_foreign_bytes, one_line, paragraph


def test_a_long_text_is_cut_and_shows_it():
    assert cut("abcdef", 6) == "abcdef"
    assert cut("abcdefg", 6) == "abcde…"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("  a \t b\r\nc ", "a b c"), ("a\x00b", "a b"), ("", None), (" \n ", None), ("故障\u3000报修", "故障 报修")],
)
def test_a_line_has_no_control_characters_and_no_blanks_around_it(text, expected):
    assert one_line(text, 100) == expected


def test_a_paragraph_keeps_its_lines_and_loses_control_characters():
    assert paragraph(" first \r\nsec\x00ond\n\n", 100) == "first\nsec ond"
    assert paragraph(" \n", 100) is None
    assert paragraph("abcdef", 4) == "abc…"


def test_bytes_of_another_encoding_are_noticed():
    assert has_foreign_bytes("宽带".encode("gb18030").decode("utf-8", "surrogateescape"))
    assert not has_foreign_bytes("宽带")
    assert not has_foreign_bytes("plain")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "=HYPERLINK(1)",
        " =1+1",
        "\u3000＝1",
        "'=1",
        "''-x",
        "\n@a",
    ],
)
def test_what_a_spreadsheet_would_run_is_defused(text):
    assert defused(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["-118.266861909", "+8613800000000", "1-870704831", "-1e-7", "plain", "", "'quoted", "'s-Gravenhage", "'-5"]
)
def test_numbers_and_plain_text_stay_as_they_are(text):
    assert defused(text) == text


@given(st.text() | st.text("'=+-@＝ \t\r\n\u30001.e"))
def test_what_was_defused_is_no_formula_and_can_be_taken_back(text):
    written = defused(text)
    assert fused(written) == text
    assert fused(defused(written)) == written
    assert NUMBER.fullmatch(written) or not written.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert NUMBER.fullmatch(written) or not written.startswith(("\t", "\r"))
