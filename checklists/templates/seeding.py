"""The checklists that come with the product, for a region to begin with."""

from importlib.resources import files
from typing import Any

import orjson

_FOLDER = files("checklists.templates") / "seeds"


def seeds() -> list[dict[str, Any]]:
    """Read all seeds by code: `{"code", "name", "steps"}`, each in the form that `create_template` takes."""
    found = [orjson.loads(one.read_bytes()) for one in _FOLDER.iterdir() if one.name.endswith(".json")]
    return sorted(found, key=lambda seed: str(seed["code"]))
