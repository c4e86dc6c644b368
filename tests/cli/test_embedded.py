import os
import time
from pathlib import Path

import pytest
from redis import Redis

from cli.console import Complaint
from cli.embedded import answers, check_redis, command, prepare_socket
from cli.supervisor import Program, Supervisor
from kernel import runtime as runtimes
from kernel.runtime import embedded_socket
from kernel.settings import Settings


def settings_in(folder):
    folder.mkdir(parents=True, exist_ok=True)
    return Settings.from_environment({"FIELDBEAT_DATA_DIR": str(folder)})


@pytest.fixture
def supervisor(tmp_path):
    made = Supervisor(tmp_path / "logs", dict(os.environ), print)
    yield made
    made.stop(time.sleep, lambda: True)


def serve(supervisor, settings):
    prepare_socket(settings)
    child = supervisor.start(Program("valkey", command(settings), 0))
    deadline = time.monotonic() + 20
    while not answers(settings):
        assert time.monotonic() < deadline, child.log.read_text()
        time.sleep(0.02)
    return child


@pytest.mark.parametrize("folder", ["data", "数据 100% #1", "x" * 60 + "/" + "y" * 60])
def test_it_serves_its_owner_on_a_socket_and_keeps_what_it_holds(tmp_path, supervisor, folder):
    settings = settings_in(tmp_path / folder)
    child = serve(supervisor, settings)
    runtime = runtimes.make(settings)
    runtime.queue.redis.set("beat", "1")
    assert Path(embedded_socket(settings)).stat().st_mode & 0o777 == 0o700

    child.process.kill()
    child.process.wait()
    assert not answers(settings)
    serve(supervisor, settings)
    assert runtime.queue.redis.get("beat") == b"1"
    runtime.close()


def test_it_listens_on_no_network_port(tmp_path, supervisor):
    settings = settings_in(tmp_path / "data")
    serve(supervisor, settings)
    with Redis(unix_socket_path=embedded_socket(settings)) as client:
        assert client.config_get("port") == {"port": "0"}
        assert client.info("persistence")["aof_enabled"] == 1


def test_one_that_was_left_behind_is_ended_before_another_begins(tmp_path, supervisor):
    settings = settings_in(tmp_path / "data")
    left_behind = serve(supervisor, settings)
    prepare_socket(settings)
    assert left_behind.process.wait(10) == 0


def test_a_socket_of_nobody_is_no_hindrance(tmp_path, supervisor):
    settings = settings_in(tmp_path / "data")
    prepare_socket(settings)
    Path(embedded_socket(settings)).touch()
    serve(supervisor, settings)


def test_the_socket_lies_in_the_data_folder_when_its_path_is_short():
    settings = Settings.from_environment({"FIELDBEAT_DATA_DIR": "/srv/beat"})
    assert embedded_socket(settings) == str(settings.data_dir / "valkey.sock")


@pytest.mark.parametrize("folder", ["x" * 100, "数" * 40, "my data", "a=b"])
def test_a_folder_whose_path_no_socket_can_have_gets_a_short_one_of_its_own(tmp_path, folder):
    settings, another = settings_in(tmp_path / folder), settings_in(tmp_path / f"{folder}2")
    assert len(embedded_socket(settings)) <= runtimes.LONGEST_SOCKET
    assert embedded_socket(settings).isascii()
    assert not set(embedded_socket(settings)) & set(" =")
    assert embedded_socket(settings) == embedded_socket(settings_in(tmp_path / folder / ".." / folder))
    assert embedded_socket(settings) != embedded_socket(another)


def test_a_short_folder_of_somebody_else_is_refused(tmp_path):
    settings = settings_in(tmp_path / ("x" * 100))
    folder = Path(embedded_socket(settings)).parent
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    try:
        with pytest.raises(Complaint, match=f"{folder} belongs to somebody else"):
            prepare_socket(settings)
    finally:
        folder.rmdir()


def test_a_redis_elsewhere_that_does_not_answer_is_told_without_its_password(valkey):
    check_redis(Settings.from_environment({"FIELDBEAT_REDIS_URL": valkey.url}))
    dead = Settings.from_environment({"FIELDBEAT_REDIS_URL": "redis://:secret@127.0.0.1:1/0"})
    with pytest.raises(Complaint) as told:
        check_redis(dead)
    assert str(told.value).startswith("The Redis redis://***@127.0.0.1:1/0 cannot be reached (")
    assert str(told.value).endswith("check FIELDBEAT_REDIS_URL.")
