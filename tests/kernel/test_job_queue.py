"""The bell: many rings are one job, and a Redis that is away costs time and nothing else."""

import socket
import threading
import time
from datetime import UTC, datetime

import pytest
from rq import SimpleWorker, Worker
from rq.serializers import JSONSerializer

from kernel.job_queue import BELL_SECONDS, PERFORM, JobQueue, Lane, connect, queue_of


@pytest.fixture
def queue(valkey):
    valkey.flush()
    made = JobQueue(connect(valkey.url), quiet_seconds=0.3)
    yield made
    made.redis.close()


def waiting(queue: JobQueue) -> list[tuple[str, ...]]:
    assert all(job.func_name == PERFORM for job in queue.queue.jobs)
    return [tuple(job.args) for job in queue.queue.jobs]


def test_any_number_of_rings_before_the_job_begins_is_one_job(queue):
    assert [queue.ring("drain", "region-1") for _ in range(50)] == [True] * 50
    assert waiting(queue) == [("drain", "region-1")]
    assert queue.depth() == 1


def test_rings_from_many_threads_at_once_are_one_job(queue, valkey):
    begin = threading.Barrier(8)
    queues = [JobQueue(connect(valkey.url)) for _ in range(8)]

    def ring(one: JobQueue) -> None:
        begin.wait()
        one.ring("drain")
        one.redis.close()

    threads = [threading.Thread(target=ring, args=(one,)) for one in queues]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert waiting(queue) == [("drain",)]


def test_who_does_not_wait_for_the_ring_is_heard_all_the_same(queue):
    for number in range(200):
        queue.ring_soon("drain", str(number % 2))
    deadline = time.monotonic() + 10
    while queue.depth() < 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert sorted(waiting(queue)) == [("drain", "0"), ("drain", "1")]


def test_other_jobs_and_other_arguments_have_bells_of_their_own(queue):
    for args in (("drain",), ("drain", "a"), ("drain", "b"), ("sweep",)):
        queue.ring(*args)
    assert waiting(queue) == [("drain",), ("drain", "a"), ("drain", "b"), ("sweep",)]


def test_what_is_slow_waits_in_a_lane_of_its_own(queue):
    assert queue.ring("print", lane=Lane.SLOW)
    assert not waiting(queue)
    queue.ring("drain")
    both = Worker([queue_of(lane) for lane in Lane], connection=queue.redis, serializer=JSONSerializer)
    heard = [tuple(both.dequeue_job_and_maintain_ttl(None, max_idle_time=1)[0].args) for _ in range(2)]
    assert heard == [("drain",), ("print",)]


def test_a_ring_after_the_answer_is_a_new_job(queue):
    """What arrives while a job runs may have missed it."""
    queue.ring("drain")
    queue.answer("drain")
    assert queue.ring("drain")
    assert waiting(queue) == [("drain",), ("drain",)]


def test_a_bell_whose_job_was_lost_comes_down_by_itself(queue):
    queue.ring("drain")
    (bell,) = queue.redis.scan_iter("*bell*")
    assert 0 < queue.redis.ttl(bell) <= BELL_SECONDS


def test_when_redis_was_emptied_the_next_ring_rings(queue, valkey):
    queue.ring("drain")
    valkey.flush()
    assert queue.depth() == 0
    assert queue.ring("drain")
    assert waiting(queue) == [("drain",)]


def test_a_redis_that_is_away_is_told_and_left_alone_for_a_while(queue, valkey):
    queue.ring("drain")
    queue.answer("drain")
    try:
        valkey.stop()
        assert not queue.ring("drain")
        queue.answer("drain")
    finally:
        valkey.start()
    assert not queue.ring("sweep"), "it is back, but it is left alone"
    time.sleep(0.3)
    assert queue.ring("sweep")
    assert waiting(queue) == [("drain",), ("sweep",)]


def test_a_redis_that_hangs_holds_a_request_up_once_and_shortly():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        queue = JobQueue(connect(f"redis://127.0.0.1:{silent.getsockname()[1]}"))
        began = time.monotonic()
        assert not queue.ring("drain")
        assert time.monotonic() - began < 3
        began = time.monotonic()
        assert [queue.ring("drain") for _ in range(1000)] == [False] * 1000
        assert time.monotonic() - began < 0.5
        queue.redis.close()


def test_the_first_of_those_that_wait_tells_since_when(queue):
    assert queue.oldest() is None
    before = datetime.now(UTC)
    queue.ring("drain")
    first = queue.oldest()
    assert first is not None
    assert before <= first <= datetime.now(UTC)
    queue.ring("sweep")
    assert queue.oldest() == first


def test_workers_that_listen_are_counted_and_those_of_other_queues_are_not(queue, valkey):
    assert queue.workers() == 0
    connection = connect(valkey.url, patient=True)
    mine = SimpleWorker([queue.name], connection=connection, serializer=JSONSerializer)
    other = SimpleWorker(["another"], connection=connection, serializer=JSONSerializer)
    mine.register_birth()
    other.register_birth()
    assert queue.workers() == 1
    connection.delete(mine.key)  # what is left of one that was killed, once its registration ran out
    assert queue.workers() == 0
    other.register_death()
    connection.close()
