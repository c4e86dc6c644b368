"""The indexes of zones that a process keeps in memory, one for each region, and how it knows that one is out of date.

Each region has a row with a token that whoever changes boundaries replaces in the same transaction. A token is never used twice,
so an index that was built inside of a transaction that rolled back is never taken for another's.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select

from dispatch.territory.models import RegionGround, Zone
from dispatch.territory.zone_index import ZoneIndex
from kernel.bulk import insert_rows
from kernel.unit_of_work import Reading, UnitOfWork

MOST_POSITIONS = 4_000_000
"""Positions of boundaries that a process keeps in memory, over all regions: some hundred megabytes."""


class GroundCache:
    """Keeps the indexes used last, by region and token, up to a number of positions in their boundaries."""

    def __init__(self, most_positions: int = MOST_POSITIONS) -> None:
        self._most = most_positions
        self._kept: OrderedDict[UUID, tuple[UUID | None, ZoneIndex]] = OrderedDict()
        self._guard = threading.Lock()
        self._building: dict[UUID, threading.Lock] = {}

    def get(self, region_id: UUID, token: UUID | None, build: Callable[[], ZoneIndex]) -> ZoneIndex:
        """Return the index of a region as of this token, built if it is not there. Threads that want the same build it once."""
        known = self._look_up(region_id, token)
        if known is not None:
            return known
        with self._guard:
            turn = self._building.setdefault(region_id, threading.Lock())
        with turn:
            known = self._look_up(region_id, token)
            if known is None:
                known = build()
                self._keep(region_id, token, known)
        return known

    @property
    def positions(self) -> int:
        """How many positions are kept."""
        with self._guard:
            return sum(index.positions for _, index in self._kept.values())

    def _look_up(self, region_id: UUID, token: UUID | None) -> ZoneIndex | None:
        with self._guard:
            kept = self._kept.get(region_id)
            if kept is None or kept[0] != token:
                return None
            self._kept.move_to_end(region_id)
            return kept[1]

    def _keep(self, region_id: UUID, token: UUID | None, index: ZoneIndex) -> None:
        with self._guard:
            self._kept[region_id] = (token, index)
            self._kept.move_to_end(region_id)
            weight = sum(kept.positions for _, kept in self._kept.values())
            while weight > self._most and len(self._kept) > 1:
                dropped, (_, light) = self._kept.popitem(last=False)
                self._building.pop(dropped, None)
                weight -= light.positions


CACHE = GroundCache()
"""This process's own."""


def zone_index(reading: Reading, region_id: UUID) -> ZoneIndex:
    """Return the index of a region's working zones: one small statement, and another only when their ground has changed.

    Whoever asks gets the whole region: a position finds its zone by itself, even one that the caller may not look into.
    """
    # The token before the boundaries: what is loaded is then never older than what it is filed under.
    token = reading.session.scalar(select(RegionGround.token).where(RegionGround.region_id == region_id))
    return CACHE.get(region_id, token, lambda: _load(reading, region_id))


def mark_changed(uow: UnitOfWork, region_id: UUID) -> None:
    """Say that zones of a region cover other ground from now on, in the transaction that changes them.

    Call it after they are written: whoever changes zones locks them first, then the ground, so that no two wait for each other.
    """
    insert_rows(
        uow.session,
        RegionGround,
        [{"region_id": region_id, "token": uow.new_id()}],
        on_conflict="(region_id) DO UPDATE SET token = excluded.token",
    )


def _load(reading: Reading, region_id: UUID) -> ZoneIndex:
    rows = reading.session.execute(
        select(Zone.id, Zone.boundary).where(
            Zone.region_id == region_id, Zone.retired_at.is_(None), Zone.boundary.is_not(None)
        )
    )
    return ZoneIndex({zone_id: boundary for zone_id, boundary in rows if boundary is not None})
