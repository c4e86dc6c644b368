"""RQ as the bell: wake-ups that may be lost, repeated or late, and cost nothing but time when they are."""

import threading
import time
from datetime import datetime
from enum import StrEnum

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer

log = structlog.get_logger(__name__)

PERFORM = "kernel.jobs.perform"
QUEUE = "fieldbeat"


class Lane(StrEnum):
    """Which workers hear a ring. What takes seconds has workers of its own, so that nothing quick waits for it."""

    QUICK = "quick"
    SLOW = "slow"


BELL_SECONDS = 60
QUIET_SECONDS = 5.0


def connect(url: str, *, patient: bool = False) -> Redis:
    """Connect to Redis or Valkey. A patient connection may block (workers); others give up after a second (web)."""
    if patient:
        return Redis.from_url(url)
    return Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=0.5)


def queue_of(lane: Lane, name: str = QUEUE) -> str:
    """Return the name of a lane's queue."""
    return name if lane is Lane.QUICK else f"{name}-{lane}"


class JobQueue:
    """Rings for jobs by name. Arguments are strings; the work itself is always found in the database."""

    def __init__(self, redis: Redis, *, name: str = QUEUE, quiet_seconds: float = QUIET_SECONDS) -> None:
        self.redis = redis
        self.name = name
        self.quiet_seconds = quiet_seconds
        self.queue = Queue(queue_of(Lane.QUICK, name), connection=redis, serializer=JSONSerializer)
        self._slow = Queue(queue_of(Lane.SLOW, name), connection=redis, serializer=JSONSerializer)
        self._quiet_until = 0.0
        self._asked = threading.Condition()
        self._soon: dict[tuple[str, ...], None] = {}
        self._ringer: threading.Thread | None = None

    def ring(self, job: str, *args: str, lane: Lane = Lane.QUICK) -> bool:
        """Wake a worker for this job unless it was already woken and has not begun; tell whether Redis took it.

        Any number of rings before the job begins, within a minute, become one job. A ring that fails is logged and forgotten:
        the sweep rings again. After a failure Redis is left alone for some seconds, so that a slow one cannot slow every request.
        """
        if time.monotonic() < self._quiet_until:
            return False
        try:
            if self.redis.set(self._bell(job, *args), "1", nx=True, ex=BELL_SECONDS):
                queue = self._slow if lane is Lane.SLOW else self.queue
                queue.enqueue(PERFORM, job, *args, result_ttl=0, failure_ttl=86_400, job_timeout=600)
        except (RedisError, OSError) as error:
            self._quiet_until = time.monotonic() + self.quiet_seconds
            log.warning("wake-up lost", job=job, reason=f"{type(error).__name__}: {error}")
            return False
        return True

    def ring_soon(self, job: str, *args: str) -> None:
        """Ring from a thread of this process, so that whoever asks does not wait for Redis; rings meanwhile become one.

        Like any ring it may be lost, here also by the end of the process.
        """
        with self._asked:
            self._soon[job, *args] = None
            if self._ringer is None or not self._ringer.is_alive():  # also after a fork, which threads do not survive
                self._ringer = threading.Thread(target=self._ring_asked, name="ringer", daemon=True)
                self._ringer.start()
            self._asked.notify()

    def _ring_asked(self) -> None:
        while True:
            with self._asked:
                while not self._soon:
                    self._asked.wait()
                (job, *args), _ = self._soon.popitem()
            try:
                self.ring(job, *args)
            except Exception:  # as when the connection is closed under it; the next ring is a new try
                log.warning("wake-up lost", job=job, exc_info=True)

    def answer(self, job: str, *args: str) -> None:
        """Take the bell down as the job begins, so that what arrives from now on rings again."""
        try:
            self.redis.delete(self._bell(job, *args))
        except (RedisError, OSError) as error:
            log.warning("bell not taken down", job=job, reason=f"{type(error).__name__}: {error}")

    def depth(self) -> int:
        """Return how many wake-ups wait for a quick worker."""
        return self.queue.count

    def workers(self) -> int:
        """Return how many quick workers listen; one that died without a farewell counts until its registration runs out."""
        keys = Worker.all_keys(queue=self.queue)
        return int(self.redis.exists(*keys)) if keys else 0

    def oldest(self) -> datetime | None:
        """Return since when the first of the waiting wake-ups waits (aware UTC), or None when none does."""
        ids = self.queue.get_job_ids(0, 1)
        job = self.queue.fetch_job(ids[0]) if ids else None
        return None if job is None else job.enqueued_at

    def _bell(self, job: str, *args: str) -> str:
        return ":".join((self.name, "bell", job, *args))
