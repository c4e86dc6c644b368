"""The job that looks addresses up: never within a transaction, never faster than the provider allows, never for long."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import structlog

from dispatch.geocoding import service
from dispatch.geocoding.matches import Match, MatchQuality
from dispatch.geocoding.provider import AddressProvider, Bounds, LookUpFailedError
from dispatch.territory.distances import metres_between
from dispatch.territory.ground import zone_index
from kernel.actor import system_actor
from kernel.runtime import Runtime

log = structlog.get_logger(__name__)

LOOK_UP = "geocoding.look_up"
MOST_TASKS = 50
"""Tasks that one round takes; most of them are answered from what is known."""
ROUND_SECONDS = 1.0
"""After so long a round ends, for other work waits behind it."""
SHORT_WAIT_SECONDS = 0.25
FAR_AWAY_METRES = 50_000.0
"""An answer further than this from all zones of the region is most likely about another town."""


def look_up_addresses(
    runtime: Runtime, provider: AddressProvider, *, per_minute: int, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Look up the addresses that are due, until a second is over or the provider wants a pause."""
    interval = timedelta(seconds=60 / per_minute)
    ends = runtime.clock.now() + timedelta(seconds=ROUND_SECONDS)
    for _ in range(MOST_TASKS):
        if not _one(runtime, provider, interval, sleep) or runtime.clock.now() >= ends:
            return


def _one(runtime: Runtime, provider: AddressProvider, interval: timedelta, sleep: Callable[[float], None]) -> bool:
    """Take one task to its end; returns whether to go on with another."""
    with runtime.unit_of_work(system_actor()) as uow:
        task = service.claim(uow, provider.name)
        if task is None:
            return False
        if task.is_known:
            service.settle(uow, task, provider.name, task.known)
            return True
        free_at = service.take_slot(uow, provider.name, interval)
        wait = 0.0 if free_at is None else (free_at - uow.now).total_seconds()
        if free_at is not None:
            service.give_back(uow, task, free_at)
        bounds = zone_index(uow, task.subject.region_id).bounds()
    if wait > 0:
        if wait <= SHORT_WAIT_SECONDS:
            sleep(wait)
        return wait <= SHORT_WAIT_SECONDS
    # No transaction is open while a third party is slow.
    try:
        match = provider.look_up(task.subject.address, bounds)
    except LookUpFailedError as error:
        log.warning("no answer from the geocoder", provider=provider.name, reason=str(error))
        with runtime.unit_of_work(system_actor()) as uow:
            service.put_off(uow, task, provider.name, str(error), error.retry_after_seconds)
        return False
    match = None if match is None else _doubted(match, bounds)
    with runtime.unit_of_work(system_actor()) as uow:
        service.remember(uow, task.subject, provider.name, match)
        service.settle(uow, task, provider.name, match)
    return True


def _doubted(match: Match, bounds: Bounds | None) -> Match:
    """Trust a match the less that lies nowhere near the region's zones."""
    if bounds is None:
        return match
    west, south, east, north = bounds
    lat, lon = min(max(match.lat, south), north), min(max(match.lon, west), east)
    if metres_between(match.lat, match.lon, lat, lon) <= FAR_AWAY_METRES:
        return match
    return replace(match, quality=MatchQuality.UNKNOWN)
