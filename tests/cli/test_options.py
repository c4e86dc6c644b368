from cli.options import environment, read_settings


def test_an_option_is_a_setting_of_this_process_and_of_those_it_starts(command, tmp_path):
    assert command("db", "upgrade", "--data-dir", tmp_path).returncode == 0
    assert read_settings().data_dir == tmp_path
    assert environment(MORE="1")["FIELDBEAT_DATA_DIR"] == str(tmp_path)
    assert environment(MORE="1")["MORE"] == "1"


def test_an_option_weighs_more_than_the_environment(command, tmp_path):
    said = command("db", "upgrade", "--data-dir", tmp_path / "b", FIELDBEAT_DATA_DIR=str(tmp_path / "a"))
    assert said.returncode == 0
    assert (tmp_path / "b" / "fieldbeat.db").exists()
    assert not (tmp_path / "a").exists()


def test_without_the_option_the_environment_counts(command, tmp_path):
    assert command("db", "current", FIELDBEAT_DATA_DIR=str(tmp_path)).returncode == 0
    assert (tmp_path / "fieldbeat.db").exists()
