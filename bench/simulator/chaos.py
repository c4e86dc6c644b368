"""Makes the server's life hard in the middle of a simulation: workers are killed without warning, Redis loses all it holds."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator

import redis

PAUSE_SECONDS = (0.3, 2.0)
"""Between two blows, at least and at most."""
KILLS, FLUSHES = 2, 4
"""The most blows of each kind in one storm: whoever looks after the workers waits longer after each death."""


class Chaos:
    """Strikes the server behind a Redis on this machine. `blows` counts what was done."""

    def __init__(self, redis_url: str, rng: random.Random) -> None:
        self._redis = redis.Redis.from_url(redis_url, decode_responses=True)
        self._rng = rng
        self._known: set[int] = set()
        self.blows: Counter[str] = Counter()

    def close(self) -> None:
        """Hang up."""
        self._redis.close()

    @contextlib.contextmanager
    def raging(self) -> Iterator[None]:
        """Strike again and again while the block runs, at least once in each way."""
        over = threading.Event()
        thread = threading.Thread(target=self._rage, args=(over,), name="chaos")
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def kill_worker(self) -> bool:
        """Kill one worker, as a power cut would; tell whether there was one."""
        for pid in self._workers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.blows["worker killed"] += 1
                return True
        return False

    def flush_redis(self) -> bool:
        """Take from Redis everything it holds; tell whether it was there."""
        try:
            self._known.update(self._registered())  # afterwards nobody could tell who works
            self._redis.flushall()
        except redis.RedisError:
            return False
        self.blows["Redis flushed"] += 1
        return True

    def _rage(self, over: threading.Event) -> None:
        """Strike in turn until the block is over, yet each blow once even if the block is quicker than that."""
        blows = {self.kill_worker: KILLS, self.flush_redis: FLUSHES}
        struck = dict.fromkeys(blows, 0)
        while True:
            for blow, most in blows.items():
                over.wait(self._rng.uniform(*PAUSE_SECONDS))
                if struck[blow] < (1 if over.is_set() else most):
                    struck[blow] += blow()
            if over.is_set():
                return

    def _workers(self) -> list[int]:
        """Return the process ids of the workers that run on this machine now."""
        with contextlib.suppress(redis.RedisError):
            self._known.update(self._registered())
        self._known = {pid for pid in self._known if _is_worker(pid)}
        return sorted(self._known)

    def _registered(self) -> set[int]:
        """Read from RQ's registry which processes of this machine are workers."""
        found = set()
        for key in self._redis.smembers("rq:workers"):
            pid, host = self._redis.hmget(key, ["pid", "hostname"])
            if pid and host == socket.gethostname():
                found.add(int(pid))
        return found


def _is_worker(pid: int) -> bool:
    """See that a process still is a worker, and not another that got its number."""
    line = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return "worker" in line
