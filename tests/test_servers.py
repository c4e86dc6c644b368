import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
import redis

from tests import servers
from tests.servers import POSTGRES_URL_VARIABLE, Postgres, ServerError, Valkey


def ask(url, question):
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchone()[0]


def test_a_database_is_a_copy_of_its_template(postgres):
    source = postgres.create_database("source")
    with psycopg.connect(source) as connection:
        connection.execute("CREATE TABLE words (word text)")
        connection.execute("INSERT INTO words VALUES ('片区')")
    copy = postgres.create_database(template="source")
    assert ask(copy, "SELECT word FROM words") == "片区"
    postgres.drop_database(copy)
    postgres.drop_database(source)


def test_a_database_is_dropped_though_somebody_is_connected(postgres):
    url = postgres.create_database()
    with psycopg.connect(url) as connection:
        postgres.drop_database(url)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


def test_an_external_server_is_used_and_left_as_it_was(postgres, monkeypatch):
    before = ask(postgres.create_database("before"), "SELECT count(*) FROM pg_database")
    monkeypatch.setenv(POSTGRES_URL_VARIABLE, postgres.create_database("outside"))
    with Postgres() as external:
        url = external.create_database("before")
        assert ask(url, "SELECT count(*) FROM pg_database") == before + 2
    with Postgres() as again:
        assert ask(again.create_database(), "SELECT count(*) FROM pg_database") == before + 2


@pytest.mark.skipif(POSTGRES_URL_VARIABLE in os.environ, reason="the external server decides how durable it is")
def test_a_durable_server_waits_for_the_disk_and_another_does_not(postgres):
    assert ask(postgres.create_database(), "SHOW fsync") == "off"
    with Postgres(durable=True) as durable:
        assert ask(durable.create_database(), "SHOW fsync") == "on"
        assert ask(durable.create_database(), "SHOW synchronous_commit") == "on"


def test_a_valkey_keeps_its_data_over_a_restart_and_a_crash():
    with Valkey() as valkey, redis.Redis.from_url(valkey.url) as client:
        client.set("bell", "rung")
        valkey.restart()
        assert client.get("bell") == b"rung"
        valkey.kill()
        with pytest.raises(redis.ConnectionError):
            client.get("bell")
        valkey.start()
        assert client.get("bell") == b"rung"
        valkey.flush()
        assert client.get("bell") is None


def test_a_valkey_is_gone_with_its_folder_after_the_block():
    with Valkey() as valkey:
        folder = Path(valkey.url.removeprefix("unix://")).parent
        assert folder.is_dir()
    assert not folder.exists()


def test_a_server_that_does_not_start_shows_its_log(monkeypatch):
    monkeypatch.setattr(servers, "_valkey_program", lambda: "/bin/false")
    with pytest.raises(ServerError, match="does not answer"), Valkey():
        pass


def test_a_long_temporary_folder_still_gives_a_socket(tmp_path, monkeypatch):
    long = tmp_path / ("long" * 20)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with Valkey() as valkey, redis.Redis.from_url(valkey.url) as client:
        assert client.ping()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent ended")
def test_a_server_ends_with_a_parent_that_was_killed():
    program = (
        "import time; from tests.servers import Valkey\n"
        "with Valkey() as valkey: print(valkey.url, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=servers.LAUNCHER.parents[1], stdout=subprocess.PIPE)
    path = parent.stdout.readline().decode().strip().removeprefix("unix://")
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(path):
                break
        time.sleep(0.05)
    else:
        pytest.fail("the server survived its parent")
    shutil.rmtree(Path(path).parent)
