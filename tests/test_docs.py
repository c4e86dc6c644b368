"""The pages of docs/: what they refer to is there."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
_LINK = re.compile(r"\]\(([^)\s#]*\.md)?#([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_links_into_a_page_lead_to_a_heading(page):
    for other, anchor in _LINK.findall(page.read_text("utf-8")):
        assert anchor in anchors(page.parent / other if other else page), f"{other}#{anchor}"


def test_every_decision_has_a_number_of_its_own():
    numbers = [page.name[:4] for page in (DOCS / "adr").glob("*.md")]
    assert len(set(numbers)) == len(numbers)
