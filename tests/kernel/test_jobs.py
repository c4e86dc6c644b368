"""Jobs: found by name, run by a real worker, with failures where operators look."""

import time

import pytest
import structlog
from prometheus_client import REGISTRY
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from structlog.testing import capture_logs

from kernel import jobs
from kernel import runtime as runtimes
from kernel.job_queue import QUEUE, connect
from kernel.jobs import Periodic
from kernel.runtime import Runtime
from tests.conftest import settings_for

ran: list[tuple[str, ...]] = []


def note(runtime: Runtime, *args: str) -> None:
    ran.append((*args, str(structlog.contextvars.get_contextvars()["job"])))


def fail(runtime: Runtime, *args: str) -> None:
    raise LookupError("nothing there 没有")


def again(runtime: Runtime, *args: str) -> None:
    """Work that arrives while the job runs rings for another."""
    note(runtime, *args)
    if len(ran) < 3:
        assert runtime.queue.ring("again")


@pytest.fixture
def runtime(tmp_path, valkey):
    valkey.flush()
    ran.clear()
    settings = settings_for(tmp_path, f"sqlite:///{tmp_path / 'fieldbeat.db'}", valkey.url)
    made = runtimes.make(settings, jobs={"note": note, "fail": fail, "again": again})
    runtimes.use(made)
    yield made
    made.close()


@pytest.fixture
def worker(runtime, valkey):
    connection = connect(valkey.url, patient=True)
    yield SimpleWorker([QUEUE], connection=connection, serializer=JSONSerializer)
    connection.close()


def test_a_worker_performs_jobs_by_their_names_in_their_order(runtime, worker):
    for args in (("note", "a", "1"), ("note",), ("note", "b")):
        runtime.queue.ring(*args)
    worker.work(burst=True, logging_level="WARNING")
    assert ran == [("a", "1", "note"), ("note",), ("b", "note")]
    assert runtime.queue.depth() == 0
    assert structlog.contextvars.get_contextvars() == {}


def test_a_job_that_begins_takes_its_bell_down_so_that_what_arrives_meanwhile_is_not_lost(runtime, worker):
    runtime.queue.ring("again")
    worker.work(burst=True, logging_level="WARNING")
    assert len(ran) == 3


def test_a_job_that_fails_is_logged_with_its_id_kept_where_operators_look_and_stops_no_other(runtime, worker):
    runtime.queue.ring("fail", "x")
    runtime.queue.ring("unheard-of")
    runtime.queue.ring("note")
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        worker.work(burst=True, logging_level="CRITICAL")
    failed = runtime.queue.queue.failed_job_registry.get_job_ids()
    logged = [line for line in lines if line["event"] == "job failed"]
    assert [(line["job"], line["log_level"]) for line in logged] == [("fail", "error"), ("unheard-of", "error")]
    assert sorted(line["job_id"] for line in logged) == sorted(failed)
    assert ran == [("note",)]
    first = runtime.queue.queue.fetch_job(logged[0]["job_id"])
    assert first is not None
    result = first.latest_result()
    assert result is not None
    assert "LookupError: nothing there 没有" in (result.exc_string or "")


def test_the_time_of_a_job_is_measured_also_when_it_fails(runtime, worker):
    def count(job: str) -> float:
        return REGISTRY.get_sample_value("fieldbeat_job_seconds_count", {"job": job}) or 0

    before = count("note"), count("fail")
    runtime.queue.ring("note")
    runtime.queue.ring("fail")
    worker.work(burst=True, logging_level="CRITICAL")
    assert (count("note"), count("fail")) == (before[0] + 1, before[1] + 1)


def test_ticking_rings_for_periodic_jobs_again_and_again_until_it_is_stopped(runtime, worker):
    stop = jobs.start_ticking(runtime, [Periodic("note", 0.05), Periodic("again", 3600)])
    deadline = time.monotonic() + 10
    while sum(one[-1] == "note" for one in ran) < 3 and time.monotonic() < deadline:
        worker.work(burst=True, logging_level="WARNING")
        time.sleep(0.02)
    stop.set()
    assert sum(one[-1] == "note" for one in ran) >= 3
    assert ("again",) in ran, "every periodic job is rung for as a worker starts"
    time.sleep(0.15)
    worker.work(burst=True, logging_level="WARNING")
    ran.clear()
    time.sleep(0.15)
    worker.work(burst=True, logging_level="WARNING")
    assert ran == []


def test_without_a_worker_ticks_do_not_pile_up(runtime):
    stop = jobs.start_ticking(runtime, [Periodic("note", 0.02)])
    time.sleep(0.3)
    stop.set()
    assert runtime.queue.depth() == 1
