import pytest

from dispatch.texts import end_of_number, line, number_of, optional_line
from kernel.errors import DomainError


@pytest.mark.parametrize(
    ("text", "stored"), [("王芳", "王芳"), ("  王芳\u3000", "王芳"), ("a b", "a b"), ("x" * 8, "x" * 8)]
)
def test_a_line_loses_the_blanks_around_it(text, stored):
    assert line(text, longest=8, path="/name") == stored
    assert optional_line(text, longest=8, path="/name") == stored


@pytest.mark.parametrize("text", ["", "  ", "x" * 9, "a\nb", "a\x00b", "a\ud800b"])
def test_what_is_not_one_short_line_is_refused_with_its_path(text):
    with pytest.raises(DomainError) as refusal:
        line(text, longest=8, path="/name")
    assert refusal.value.code == "invalid"
    assert [problem.path for problem in refusal.value.fields] == ["/name"]


@pytest.mark.parametrize("text", [None, "", " \u3000 "])
def test_an_optional_line_may_be_left_out(text):
    assert optional_line(text, longest=8, path="/phone") is None


def test_an_optional_line_is_checked_when_it_is_there():
    with pytest.raises(DomainError):
        optional_line("x" * 9, longest=8, path="/phone")


@pytest.mark.parametrize(
    ("text", "number", "end"),
    [
        ("+86 139-7000-4711", "13970004711", "4711"),
        ("0517 8232 4711", "051782324711", "4711"),
        ("4711", "4711", "4711"),
        ("12345", "12345", None),
        ("ask Li", None, None),
        ("+", None, None),
    ],
)
def test_a_number_is_compared_by_its_digits_and_named_by_its_end(text, number, end):
    assert (number_of(text), end_of_number(text)) == (number, end)
