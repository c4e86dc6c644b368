"""Writes clients/typescript/schema.d.ts from the description of the API: `python -m tests.api.typescript`."""

import copy
import re
import subprocess
from pathlib import Path
from typing import Any

import orjson

from tests import node

ROOT = Path(__file__).parents[2]
TOOLS = Path(__file__).parent / "npm"
KEPT = ROOT / "clients" / "typescript" / "schema.d.ts"
_NEVER = re.compile(r'^\s+"?\w+"?\?: never;\n', re.MULTILINE)
_HEADER = "// Written from docs/openapi.json by tests/api/typescript.py; never change it by hand.\n"


def small(document: dict[str, Any]) -> dict[str, Any]:
    """Return what a program needs of a description: without headers of answers and examples, with one form of refusal."""
    document = copy.deepcopy(document)
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                operation["responses"] = {
                    status: _small(response) for status, response in operation["responses"].items() if status < "4"
                } | {"default": _REFUSAL}
                _small(operation.get("requestBody", {}))
    for part in ("responses", "examples", "headers"):
        del document["components"][part]
    return document


_REFUSAL = {
    "description": "",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def _small(body: dict[str, Any]) -> dict[str, Any]:
    body.pop("headers", None)
    for form in body.get("content", {}).values():
        form.pop("example", None)
    return body


def written(folder: Path) -> str:
    """Return the types of the description that the repository keeps; `folder` is for files on the way."""
    tools = node.installed(TOOLS)
    (folder / "small.json").write_bytes(orjson.dumps(small(orjson.loads((ROOT / "docs/openapi.json").read_bytes()))))
    program = tools / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    command: list[str | Path] = [
        node.NODE,
        program,
        folder / "small.json",
        "--output",
        folder / "schema.d.ts",
        "--default-non-nullable=false",
    ]
    subprocess.run(command, cwd=tools, env=node.environment(), check=True, capture_output=True, timeout=120)
    return _HEADER + _NEVER.sub("", (folder / "schema.d.ts").read_text("utf-8"))


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        KEPT.write_text(written(Path(place)), "utf-8")
