import signal
import subprocess
import sys
import time

from rq import Worker

from kernel import runtime as runtimes
from tests.cli import running


def test_it_works_until_it_is_told_to_stop(settings):
    runtime = runtimes.make(settings)
    given = {"FIELDBEAT_DATABASE_URL": settings.database_url, "FIELDBEAT_REDIS_URL": settings.redis_url}
    worker = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "worker", "--data-dir", str(settings.data_dir)],
        env=running.environment(**given),
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 30
    # Idle is what it says once it also listens to signals.
    while not any(one.get_state() == "idle" for one in Worker.all(queue=runtime.queue.queue)):
        assert worker.poll() is None, worker.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    worker.send_signal(signal.SIGTERM)
    errors = worker.communicate(timeout=30)[1]
    assert worker.returncode == 0, errors
    assert runtime.queue.workers() == 0
    runtime.close()
