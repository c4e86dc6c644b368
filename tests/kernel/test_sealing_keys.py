"""Where the keys are that seal personal data."""

import stat
from dataclasses import replace
from threading import Barrier, Thread

import pytest

from kernel.sealing import new_key, write_key
from kernel.sealing_keys import KeysUnreadable, find_keys, key_file
from kernel.settings import Settings


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings.from_environment({"FIELDBEAT_DATA_DIR": str(tmp_path / "data")})


def test_without_a_setting_a_key_is_made_once_for_its_owner_alone(settings):
    first = find_keys(settings)
    assert len(first) == 1
    assert find_keys(settings) == first
    assert stat.S_IMODE(key_file(settings).stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700
    assert [path.name for path in settings.data_dir.iterdir()] == ["sealing.keys"]


def test_of_all_who_make_a_key_at_once_one_wins(settings):
    found, ready = [], Barrier(8)

    def look() -> None:
        ready.wait()
        found.append(find_keys(settings))

    threads = [Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1


def test_the_setting_goes_before_the_file(settings):
    find_keys(settings)
    key = new_key()
    assert find_keys(replace(settings, sealing_keys=write_key(key))) == (key,)


@pytest.mark.parametrize("text", ["", "# nothing\n", "not a key", "a:b"])
def test_a_file_that_holds_no_keys_is_told_and_left_alone(settings, text):
    settings.data_dir.mkdir()
    key_file(settings).write_text(text)
    with pytest.raises(KeysUnreadable, match=r"sealing\.keys"):
        find_keys(settings)
    assert key_file(settings).read_text() == text
