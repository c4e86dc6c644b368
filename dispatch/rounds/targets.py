"""What rounds visit: the zones, sites or assets that are there now, each with what an order about it needs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from dispatch.assets import queries as assets
from dispatch.customers import queries as customers
from dispatch.rounds.models import RoundTarget
from dispatch.rounds.standing import TargetKind
from dispatch.territory import queries as territory
from dispatch.territory.places import Places
from dispatch.territory.touching import working_zones_within
from kernel.unit_of_work import Reading

MOST_TARGETS = 5000
"""Zones, sites or assets that one plan may visit."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a plan says about what it visits: what it names, or else all zones, or all assets of these kinds, of its place."""

    home: Places
    kind: TargetKind
    is_listed: bool
    asset_kinds: tuple[str, ...] = ()

    @property
    def sorts(self) -> tuple[str, ...]:
        """The sorts of things that it visits where it names none."""
        return self.asset_kinds if self.kind is TargetKind.ASSET else (self.kind.value,)


@dataclass(frozen=True, slots=True)
class Target:
    """Something to visit, what sort of thing it is, where it is now, and what people call it."""

    id: UUID
    sort: str
    places: Places
    label: str
    customer_id: UUID | None = None
    site_id: UUID | None = None
    asset_id: UUID | None = None


def lies_in(home: Places, places: Places) -> bool:
    """Tell whether a place is, or lies in, another."""
    levels = ("region_id", "station_id", "group_id", "zone_id")
    return all(getattr(home, name) in (None, getattr(places, name)) for name in levels)


def named_by(reading: Reading, plan_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Return what these plans name, by the id of the plan. One statement, none without plans."""
    if not plan_ids:
        return {}
    found: dict[UUID, list[UUID]] = {}
    for plan_id, target_id in reading.session.execute(
        select(RoundTarget.plan_id, RoundTarget.target_id)
        .where(RoundTarget.plan_id.in_(plan_ids))
        .order_by(RoundTarget.plan_id, RoundTarget.target_id)
    ):
        found.setdefault(plan_id, []).append(target_id)
    return found


def targets_of(
    reading: Reading, chosen: Mapping[UUID, Chosen], named: Mapping[UUID, Sequence[UUID]]
) -> dict[UUID, list[Target]]:
    """Return what each of these plans visits now, in the order of the ids: four statements at most for any number of plans.

    Passed over is what works no more, has left the place of the plan, or is out of the caller's scope.
    """
    known = {**_zones(reading, chosen, named), **_sites(reading, chosen, named), **_assets(reading, chosen, named)}
    found = {}
    for plan_id, one in chosen.items():
        wanted = (
            (target for key in named.get(plan_id, ()) if (target := known.get((one.kind, key))) is not None)
            if one.is_listed
            else (target for target in known.values() if target.sort in one.sorts)
        )
        found[plan_id] = sorted((each for each in wanted if lies_in(one.home, each.places)), key=lambda each: each.id)
    return found


_Known = dict[tuple[TargetKind, UUID], Target]


def _ids(kind: TargetKind, chosen: Mapping[UUID, Chosen], named: Mapping[UUID, Sequence[UUID]]) -> set[UUID]:
    return {
        key for plan_id, one in chosen.items() if one.kind is kind and one.is_listed for key in named.get(plan_id, ())
    }


def _open(kind: TargetKind, chosen: Mapping[UUID, Chosen]) -> list[Chosen]:
    return [one for one in chosen.values() if one.kind is kind and not one.is_listed]


def _zones(reading: Reading, chosen: Mapping[UUID, Chosen], named: Mapping[UUID, Sequence[UUID]]) -> _Known:
    rows = list(territory.zone_rows(reading, _ids(TargetKind.ZONE, chosen, named)).values())
    rows += working_zones_within(reading, [one.home for one in _open(TargetKind.ZONE, chosen)])
    return {(TargetKind.ZONE, row.id): Target(row.id, TargetKind.ZONE.value, row.places, row.name) for row in rows}


def _sites(reading: Reading, chosen: Mapping[UUID, Chosen], named: Mapping[UUID, Sequence[UUID]]) -> _Known:
    rows = customers.sites_in_scope(reading, _ids(TargetKind.SITE, chosen, named)).values()
    return {
        (TargetKind.SITE, row.id): Target(
            row.id,
            TargetKind.SITE.value,
            Places(row.region_id, row.station_id, row.group_id, row.zone_id),
            row.address,
            row.customer_id,
            row.id,
        )
        for row in rows
    }


def _assets(reading: Reading, chosen: Mapping[UUID, Chosen], named: Mapping[UUID, Sequence[UUID]]) -> _Known:
    everywhere = _open(TargetKind.ASSET, chosen)
    rows = assets.installed(
        reading,
        asset_ids=_ids(TargetKind.ASSET, chosen, named),
        kinds={kind for one in everywhere for kind in one.asset_kinds},
        places=[one.home for one in everywhere],
    )
    return {
        (TargetKind.ASSET, row.id): Target(
            row.id,
            row.kind,
            Places(row.region_id, row.station_id, row.group_id, row.zone_id),
            f"{row.kind} {row.vendor} {row.serial}",
            row.customer_id,
            row.site_id,
            row.id,
        )
        for row in rows
    }
