import pytest
from click.testing import CliRunner

from cli.database import db
from cli.options import environment, read_settings
from tests.cli import running


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    # Set and taken away again, so that what an option sets does not outlive the test.
    monkeypatch.setenv("FIELDBEAT_DATA_DIR", "/nowhere")
    monkeypatch.setenv("FIELDBEAT_DATABASE_URL", "")


def test_an_option_is_a_setting_of_this_process_and_of_those_it_starts(tmp_path):
    CliRunner().invoke(db, ["upgrade", "--data-dir", str(tmp_path)], catch_exceptions=False)
    assert read_settings().data_dir == tmp_path
    assert environment(MORE="1")["FIELDBEAT_DATA_DIR"] == str(tmp_path)
    assert environment(MORE="1")["MORE"] == "1"


def test_an_option_weighs_more_than_the_environment(tmp_path):
    said = running.fieldbeat("db", "upgrade", "--data-dir", str(tmp_path / "b"), FIELDBEAT_DATA_DIR=str(tmp_path / "a"))
    assert said.returncode == 0
    assert (tmp_path / "b" / "fieldbeat.db").exists()
    assert not (tmp_path / "a").exists()


def test_without_the_option_the_environment_counts(tmp_path):
    CliRunner().invoke(db, ["current"], env={"FIELDBEAT_DATA_DIR": str(tmp_path)}, catch_exceptions=False)
    assert (tmp_path / "fieldbeat.db").exists()
