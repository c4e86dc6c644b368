"""The page of recipes shows the very programs that the tests run."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "recipes.md"
SHOWN = re.compile(r"<!-- (\S+\.mjs) -->\n```js\n(.*?)```\n", re.DOTALL)


def test_the_page_shows_each_recipe_as_it_is():
    shown = dict(SHOWN.findall(PAGE.read_text("utf-8")))
    programs = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests/clients/node").glob("*.mjs")}
    assert set(shown) == programs - {"tests/clients/node/run.mjs"}, "run.mjs only plays the others for the tests"
    for name, text in shown.items():
        assert text == (ROOT / name).read_text("utf-8"), f"docs/recipes.md shows another {name} than the tests run"
