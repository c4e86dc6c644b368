"""What a worker runs: jobs by name, each in its own log context, and the periodic ones."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from rq import get_current_job

from kernel import runtime as runtimes
from kernel.job_queue import Lane
from kernel.metrics import JOB_SECONDS
from kernel.runtime import Runtime

log = structlog.get_logger(__name__)

Job = Callable[..., None]
"""Takes the runtime and strings."""


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job that is rung for every so many seconds, by every worker; rings are coalesced."""

    job: str
    seconds: float
    lane: Lane = Lane.QUICK


def perform(name: str, *args: str) -> None:
    """Run a job by its name: the one function that RQ calls."""
    runtime = runtimes.current()
    current = get_current_job()
    with structlog.contextvars.bound_contextvars(job=name, job_id=current.id if current else None):
        runtime.queue.answer(name, *args)
        began = time.perf_counter()
        try:
            runtime.jobs[name](runtime, *args)
        except Exception:
            # Logged with its context here, then given to RQ, which keeps it where operators look.
            log.exception("job failed")
            raise
        finally:
            JOB_SECONDS.labels(job=name).observe(time.perf_counter() - began)


def start_ticking(runtime: Runtime, periodic: Sequence[Periodic]) -> threading.Event:
    """Ring for the periodic jobs from a thread of this worker, until the returned event is set."""
    stop = threading.Event()
    thread = threading.Thread(target=_tick, args=(runtime, periodic, stop), name="periodic", daemon=True)
    thread.start()
    return stop


def _tick(runtime: Runtime, periodic: Sequence[Periodic], stop: threading.Event) -> None:
    due = {one.job: time.monotonic() for one in periodic}
    while not stop.is_set():
        now = time.monotonic()
        for one in periodic:
            if due[one.job] <= now:
                runtime.queue.ring(one.job, lane=one.lane)
                due[one.job] = now + one.seconds
        stop.wait(max(0.05, min(due.values(), default=now + 60) - time.monotonic()))
