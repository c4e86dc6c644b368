import shutil
import subprocess

from tests import node
from tests.api.typescript import KEPT, TOOLS, written


def test_the_types_are_fresh(tmp_path):
    assert KEPT.read_text("utf-8") == written(tmp_path), "write them anew: python -m tests.api.typescript"


def test_the_example_compiles_and_a_mistake_does_not(tmp_path):
    tools = node.installed(TOOLS)
    for path in KEPT.parent.glob("*.ts"):
        shutil.copy(path, tmp_path)
    (tmp_path / "node_modules").symlink_to(tools / "node_modules")
    example = (tmp_path / "example.ts").read_text("utf-8")
    (tmp_path / "wrong.ts").write_text(example.replace("order_id: order.id", "id: order.id"), "utf-8")
    (tmp_path / "typo.ts").write_text(example.replace('command: "close"', 'command: "clos"'), "utf-8")
    compiled = subprocess.run(
        [
            node.NODE, tools / "node_modules" / "typescript" / "bin" / "tsc", "--noEmit", "--strict", "--skipLibCheck",
            "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2022,dom",
            *(tmp_path / name for name in ("example.ts", "wrong.ts", "typo.ts")),
        ],
        cwd=tmp_path, env=node.environment(), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    wrong = {line.partition("(")[0] for line in compiled.stdout.splitlines() if ": error TS" in line}
    assert wrong == {"wrong.ts", "typo.ts"}, compiled.stdout


def test_the_description_is_clean_by_spectral(tmp_path):
    tools = node.installed(TOOLS)
    description = KEPT.parents[2] / "docs" / "openapi.json"
    linted = subprocess.run(
        [
            node.NODE, tools / "node_modules" / "@stoplight" / "spectral-cli" / "dist" / "index.js", "lint", description,
            "--ruleset", TOOLS / "spectral.yaml", "--fail-severity", "hint", "--quiet",
        ],
        cwd=tmp_path, env=node.environment(), capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert linted.returncode == 0, linted.stdout[:3000] + linted.stderr[:1000]
