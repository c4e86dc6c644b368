"""Holds what every process loads at its start to what it needs there; the rest is imported in the function that needs it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {
    "zxcvbn": "lists of words, 12 MiB, for new passwords",
    "fpdf": "for the worker that prints",
    "fontTools": "for the worker that prints, 12 MiB",
    "openpyxl": "for workbooks that come or go",
    "pyxform": "for forms that come from elsewhere, with a grammar and a reader of old workbooks",
    "apprise": "for channels and for what is sent by them",
    "icalendar": "for calendars that ask",
    "geopy": "for distances and addresses, with all of its geocoders 15 MiB",
    "alembic": "for whoever changes the database's form",
    "obstore": "for those who keep files in a bucket",
}
"""Packages that no process imports at its start, and what they are for."""


@pytest.mark.parametrize("module", ["api.app", "sync.worker"])
def test_a_process_starts_without_what_it_may_never_need(module):
    ask = f"import sys, {module}; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    loaded = set(told.split())
    assert module in loaded
    assert {name: why for name, why in HEAVY.items() if name in loaded} == {}, "import it in the function that needs it"
