"""Chaos finds the workers of its Redis, kills them for good, and empties the Redis."""

import contextlib
import random
import socket
import subprocess
import sys

import pytest
import redis

from bench.simulator import chaos as chaos_module
from bench.simulator.chaos import Chaos


@pytest.fixture
def client(valkey):
    valkey.flush()
    with contextlib.closing(redis.Redis.from_url(valkey.url)) as made:
        yield made


@pytest.fixture
def chaos(valkey):
    with contextlib.closing(Chaos(valkey.url, random.Random("chaos"))) as made:
        yield made


@pytest.fixture
def worker(client):
    """A process that is registered as RQ's workers are."""
    command = [sys.executable, "-c", "import time; time.sleep(60)", "worker"]
    with subprocess.Popen(command) as process:
        client.sadd("rq:workers", "rq:worker:w1")
        client.hset("rq:worker:w1", mapping={"pid": process.pid, "hostname": socket.gethostname()})
        yield process
        process.kill()


def test_a_worker_is_killed_without_warning(chaos, worker):
    assert chaos.kill_worker()
    assert worker.wait(5) == -9
    assert not chaos.kill_worker()
    assert chaos.blows == {"worker killed": 1}


def test_it_still_knows_the_worker_when_redis_has_forgotten_it(chaos, worker, client):
    assert chaos.flush_redis()
    assert client.dbsize() == 0
    assert chaos.kill_worker()
    assert worker.wait(5) == -9


def test_neither_another_machine_nor_another_program_is_struck(chaos, client):
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as innocent:
        client.sadd("rq:workers", "rq:worker:w1", "rq:worker:w2")
        client.hset("rq:worker:w1", mapping={"pid": innocent.pid, "hostname": socket.gethostname()})
        client.hset("rq:worker:w2", mapping={"pid": 1, "hostname": "elsewhere"})
        assert not chaos.kill_worker()
        assert innocent.poll() is None
        innocent.kill()


def test_a_storm_strikes_in_each_way_even_when_the_block_is_quick(chaos, worker, monkeypatch):
    monkeypatch.setattr(chaos_module, "PAUSE_SECONDS", (0.0, 0.01))
    with chaos.raging():
        pass
    assert chaos.blows["worker killed"] == 1
    assert chaos.blows["Redis flushed"] >= 1


def test_a_redis_that_is_away_is_no_reason_to_stop():
    away = Chaos("unix:///nonexistent/none.sock", random.Random("away"))
    assert not away.flush_redis()
    assert not away.kill_worker()
