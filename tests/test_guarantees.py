"""Every promise of docs/guarantees.md, and every line of docs/security.md, names tests that exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = {name: (ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in ("guarantees", "security")}
NAMED = sorted({named for page in PAGES.values() for named in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page)})


def rows(page: str, beginning: str) -> list[str]:
    return [line for line in PAGES[page].splitlines() if line.startswith(beginning)]


@pytest.mark.parametrize(("path", "name"), NAMED, ids=[name for _, name in NAMED])
def test_the_test_behind_a_promise_exists(path, name):
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_no_promise_stands_without_a_test():
    promises = rows("guarantees", "| **")
    assert promises
    assert [row for row in promises if "::test_" not in row] == []


def test_each_of_the_24_invariants_of_the_protocol_has_its_line_and_its_tests():
    named = set()
    for row in rows("guarantees", "| **"):
        for first, last in re.findall(r"\bI(\d+)(?: to I(\d+))?", row):
            # A span sums others up: it is no line of its own.
            named |= set() if last else {int(first)}
    assert named == set(range(1, 25))


def test_each_of_the_ten_risks_of_owasp_has_its_line_and_its_tests():
    risks = rows("security", "| **API")
    assert [re.match(r"\| \*\*API(\d+) ", row).group(1) for row in risks] == [str(number) for number in range(1, 11)]
    assert [row for row in risks if "::test_" not in row] == []
