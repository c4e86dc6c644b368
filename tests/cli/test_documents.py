from pathlib import Path

import orjson
import pytest

from kernel.settings import reference

DOCS = Path(__file__).parent.parent.parent / "docs"


def test_the_reference_of_the_settings_is_fresh():
    assert (DOCS / "settings.md").read_text("utf-8") == reference(), (
        "write it anew: fieldbeat settings -o docs/settings.md"
    )


@pytest.mark.parametrize(("name", "title"), [("settings", "# Settings"), ("errors", "# Errors")])
def test_a_document_is_written_to_the_screen_or_to_a_file(command, tmp_path, name, title):
    target = tmp_path / "document.md"
    shown = command(name).stdout
    assert shown.startswith(title)
    said = command(name, "-o", target)
    assert (said.returncode, said.stdout) == (0, f"Wrote {target}.\n")
    assert target.read_text("utf-8") == shown


def test_the_description_of_the_api_needs_neither_database_nor_queue(command, tmp_path):
    said = command("openapi", "--data-dir", tmp_path / "none")
    assert said.returncode == 0, said.stderr
    assert orjson.loads(said.stdout)["openapi"].startswith("3.1")
    assert not (tmp_path / "none").exists()
