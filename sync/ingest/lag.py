"""How far the workers are behind, and what a server that is far behind takes no more: first photos, then pulls, pushes last."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from kernel.actor import system_actor
from kernel.direct import Direct, Prepared
from kernel.runtime import Runtime
from kernel.settings import Settings
from sync.ingest import errors
from sync.ingest.models import Op, OpState

LOOK_SECONDS = 5.0
"""For so long a process believes what it saw last: the look costs a statement, and every phone asks."""
SAMPLE = 1000
COME_AGAIN_SECONDS = 60
SLOW_DOWN_SECONDS = 60


class Load(StrEnum):
    """What phones ask of a server, the least urgent first."""

    MEDIA = "media"
    PULL = "pull"
    PUSH = "push"


def refuse(load: Load, lag: timedelta, settings: Settings) -> None:
    """Turn away what a server that lags so far does not take. Raises Unavailable (sync.lagging) with `retry_after` in seconds."""
    bound = {
        Load.MEDIA: settings.lag_media_seconds,
        Load.PULL: settings.lag_pull_seconds,
        Load.PUSH: settings.lag_push_seconds,
    }[load]
    if lag.total_seconds() > bound:
        raise errors.LAGGING(retry_after=COME_AGAIN_SECONDS)


def behind(session: Session | Direct, region_id: UUID, now: datetime) -> timedelta:
    """Return how long ops of a region wait for a worker: at least so long, by a sample whose cost is the same however many."""
    oldest = _OLDEST.row(session, region=region_id)[0]
    return timedelta(0) if oldest is None else max(timedelta(0), now - oldest)


_SAMPLE = (
    select(Op.received_at)
    .where(Op.region_id == bindparam("region"), Op.state == OpState.PENDING.value)
    .limit(SAMPLE)
    .subquery()
)
_OLDEST = Prepared(select(func.min(_SAMPLE.c.received_at, type_=Op.received_at.type)))


class LagWatch:
    """Looks at the lag of each region now and then, for all threads of a process."""

    def __init__(self, runtime: Runtime, tick: Callable[[], float] = time.monotonic) -> None:
        self._runtime = runtime
        self._tick = tick
        self._seen: dict[UUID, tuple[float, timedelta]] = {}
        self._lock = Lock()

    def lag(self, region_id: UUID) -> timedelta:
        """Return how far a region was behind some seconds ago at most."""
        at = self._tick()
        with self._lock:
            seen_at, lag = self._seen.get(region_id, (at - LOOK_SECONDS, timedelta(0)))
            if at - seen_at < LOOK_SECONDS:
                return lag
            self._seen[region_id] = (at, lag)  # while this thread looks, the others go by what is known
        with self._runtime.direct_reading(lambda _session, _now: system_actor(region_id)) as reading:
            lag = behind(reading.session, region_id, reading.now)
        with self._lock:
            self._seen[region_id] = (at, lag)
        return lag
