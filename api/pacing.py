"""How fast one phone may ask, and what a server does that cannot keep up: it says so first, and refuses pushes last."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from uuid import UUID

from flask import Flask, current_app, g, request

from api import transactions
from kernel import errors
from kernel.runtime import Runtime
from sync.ingest.lag import SLOW_DOWN_SECONDS, LagWatch, Load, refuse
from sync.ingest.service import Advice

PACES, LAG = "fieldbeat-paces", "fieldbeat-lag"
MOST_KNOWN = 50_000
MEDIA, SYNC = "/v1/media", "/v1/sync/"
PIECES = 10
"""How many pieces of a photo count as one request."""
GOOD_BATCH = 100
"""Ops that a batch should have when there are enough."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether a request may come now: after how many seconds, 0 for at once; `left` of the burst, from 1 (all) to 0."""

    wait: float
    left: float


class Pace:
    """A bucket for each phone that fills steadily: so many requests a minute, and some at once.

    Counted in each process by itself, without Redis: phones keep their connection, and a limit that is exceeded a little does no
    harm, where a push that fails with Redis would.
    """

    def __init__(self, per_minute: int, burst: int, tick: Callable[[], float] = time.monotonic) -> None:
        self._interval, self._burst, self._tick = 60 / per_minute, burst, tick
        self._full: OrderedDict[int, float] = OrderedDict()  # when the bucket of a phone will be full again
        self._lock = Lock()

    def take(self, key: int) -> Turn:
        """Count a request of somebody, unless it comes too soon."""
        now, whole = self._tick(), self._burst * self._interval
        with self._lock:
            full = max(now, self._full.get(key, now)) + self._interval
            wait = full - now - whole
            if wait > 1e-9:
                return Turn(wait, 0.0)
            self._full[key] = full
            self._full.move_to_end(key)
            if len(self._full) > MOST_KNOWN:
                self._full.popitem(last=False)
        return Turn(0.0, max(0.0, 1 - (full - now) / whole))


def register(app: Flask, runtime: Runtime) -> None:
    """Let phones ask as often as the settings say. What follows from a breach is `too-many-requests` (429)."""
    rate, burst = runtime.settings.device_per_minute, runtime.settings.device_burst
    app.extensions[PACES] = {SYNC: Pace(rate, burst), MEDIA: Pace(rate * PIECES, burst * PIECES)}
    app.extensions[LAG] = LagWatch(runtime)
    app.before_request(_take_turn)


def _take_turn() -> None:
    kind = next((prefix for prefix in (SYNC, MEDIA) if request.path.startswith(prefix)), None)
    given = request.headers.get("Authorization")
    if kind is None or given is None:
        return
    turn = current_app.extensions[PACES][kind].take(hash(given))
    if turn.wait:
        raise errors.TOO_MANY(retry_after=math.ceil(turn.wait))
    g.turn_left = turn.left


def check_lag(load: Load, region_id: UUID) -> timedelta:
    """Return how far the workers of a region are behind. Raises Unavailable (sync.lagging): too far for this."""
    lag: timedelta = current_app.extensions[LAG].lag(region_id)
    refuse(load, lag, transactions.runtime().settings)
    return lag


def advice(lag: timedelta) -> Advice | None:
    """Return how a phone should go on that may push now, if it should go slower or in larger batches."""
    if lag.total_seconds() > SLOW_DOWN_SECONDS:
        return Advice(transactions.runtime().settings.push_max_ops, 10_000)
    return Advice(GOOD_BATCH, 2_000) if g.get("turn_left", 1.0) < 0.5 else None
