"""The catalogue of errors: every code of every slice is unique, and says in two languages what is wrong."""

import importlib
import re
from pathlib import Path

import pytest

from kernel import errors
from kernel.errors import CATALOGUE, DomainError, ErrorCode, FieldProblem, Kind, declare

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("kernel", "dispatch", "checklists", "quality", "sync", "api", "cli")


def declared() -> dict[str, ErrorCode]:
    """Import the errors of every slice, and return those that the modules name, by module and name."""
    found: dict[str, ErrorCode] = {}
    for path in sorted(path for package in PACKAGES for path in (ROOT / package).rglob("errors.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        module = importlib.import_module(name)
        found |= {f"{name}.{key}": one for key, one in vars(module).items() if isinstance(one, ErrorCode)}
    return found


DECLARED = declared()


def test_every_error_that_a_slice_names_is_in_the_catalogue():
    assert len(DECLARED) > 50
    assert [name for name, one in DECLARED.items() if CATALOGUE.get(one.code) is not one] == []


def test_a_code_has_one_home():
    codes = [one.code for name, one in DECLARED.items()]
    assert sorted({code for code in codes if codes.count(code) > 1}) == []


REASONS = {"bad_csv", "bad_encoding", "wrong_columns", "duplicate_in_file"}
"""Why a line of a file is rejected, in the words of the files that are handed back."""


@pytest.mark.parametrize("entry", DECLARED.values(), ids=lambda one: one.code)
def test_an_error_says_in_english_and_chinese_what_is_wrong(entry):
    form = r"[a-z]+(-[a-z]+)*|[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*"
    assert entry.code in REASONS or re.fullmatch(form, entry.code)
    assert isinstance(entry.kind, Kind)
    assert re.match(r"[A-Z`].*[.]$", entry.title)
    assert not re.search("[\u3400-\u9fff]", entry.title)
    assert re.search("[\u3400-\u9fff].*。$", entry.title_zh)


def test_a_code_that_is_declared_twice_stops_the_program():
    with pytest.raises(ValueError, match="invalid is declared twice"):
        declare("invalid", Kind.CONFLICT, "Something else.", "别的。")
    assert CATALOGUE["invalid"] is errors.INVALID


def test_an_error_carries_its_code_kind_paths_and_more():
    error = errors.INVALID("both are wrong", fields=(FieldProblem("/a", "too_long", "a is too long"),), limit=3)
    assert isinstance(error, DomainError)
    assert (error.code, error.kind, error.kind.value) == ("invalid", Kind.INVALID, 422)
    assert error.fields == (FieldProblem("/a", "too_long", "a is too long"),)
    assert error.extra == {"limit": 3}
    assert str(error) == "invalid: both are wrong"


def test_a_path_names_the_field_with_the_errors_own_code():
    assert errors.INVALID(path="/a").fields == (FieldProblem("/a", "invalid", "Some fields are not valid."),)
    one, two = errors.INVALID("no", path="/a", fields=(FieldProblem("/b", "x", "y"),)).fields
    assert (one.path, two) == ("/b", FieldProblem("/a", "invalid", "no"))


def test_kinds_have_a_status_each():
    statuses = [kind.value for kind in Kind]
    assert len(set(statuses)) == len(statuses)
    assert all(400 <= status < 600 for status in statuses)


def test_what_may_succeed_later_says_so():
    retryable = {entry.code for entry in DECLARED.values() if entry.retryable}
    assert {"stale", "too-many-requests", "unavailable"} <= retryable
    assert {entry.kind for entry in DECLARED.values() if entry.retryable}.isdisjoint(
        {Kind.INVALID, Kind.FORBIDDEN, Kind.NOT_FOUND, Kind.MALFORMED}
    )
