"""The worker process: the composition root of everything that happens after the answer was given."""

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

import structlog
from redis.client import Pipeline
from rq import SimpleWorker, worker_registration
from rq.serializers import JSONSerializer

import migrations.tables  # noqa: F401 - a foreign key has the type of what it points to, so every table must be known
from kernel import jobs, log_setup
from kernel import runtime as runtimes
from kernel.job_queue import Lane, connect, queue_of
from kernel.runtime import Runtime
from kernel.settings import Settings
from sync import wiring
from sync.reactions import handlers_of

log = structlog.get_logger(__name__)

YIELDING = 10
"""How far a worker that does only what is slow stands back: printing must not take the processors from phones that push."""


def make_runtime(settings: Settings) -> Runtime:
    """Wire the runtime of a worker (also of commands that act without a web server)."""
    runtime = runtimes.make(settings, handlers=handlers_of(settings), jobs=wiring.jobs_of(settings))
    runtime.senders = wiring.senders(runtime)
    runtimes.use(runtime)
    return runtime


class Worker(SimpleWorker):
    """Registers again with every sign of life: a Redis that was emptied has forgotten that it is there."""

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Tell that it lives, and that it is one of the queue's workers."""
        super().heartbeat(timeout, pipeline)
        worker_registration.register(self, pipeline)


def _stand_back() -> None:
    """Let other processes go first."""
    os.nice(YIELDING)
    # Linux counts niceness within a session only, and each program of `up` has its own.
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(YIELDING))


def work(settings: Settings, lanes: Sequence[Lane] = tuple(Lane)) -> None:
    """Run the jobs of these lanes until told to stop; those of an earlier lane first.

    Jobs run in this process, not in a fork each: they are short, many, and begin with a warm engine. A job that is killed with
    the process leaves nothing half-done, because all it does is one transaction after another.
    """
    log_setup.set_up(settings)
    if Lane.QUICK not in lanes:
        _stand_back()
    runtime = make_runtime(settings)
    ticking = jobs.start_ticking(runtime, wiring.periodic(settings))
    connection = connect(runtimes.redis_url(settings), patient=True)
    runtimes.settle()
    worker = Worker([queue_of(lane) for lane in lanes], connection=connection, serializer=JSONSerializer, worker_ttl=35)
    try:
        worker.work(logging_level="WARNING")
    finally:
        ticking.set()
        runtime.close()
