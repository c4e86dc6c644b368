"""Puts a split of a station into effect, and takes it back, through the services of territory and people."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dispatch.people import service as people
from dispatch.territory import queries as territory
from dispatch.territory import service as places
from dispatch.territory.appointing import NewDuty, appoint_many, relieve_deputy, vacate
from dispatch.territory.duties import DutyKind
from dispatch.territory.events import OpenOrders
from dispatch.territory.moving import ZoneTarget, move_zones
from dispatch.territory.retiring import retire
from dispatch.zoning.basis import Basis
from dispatch.zoning.plan import Plan
from kernel.actor import Level
from kernel.unit_of_work import UnitOfWork

UNDONE = "zoning proposal undone"


def put_into_effect(
    uow: UnitOfWork,
    station_id: UUID,
    basis: Basis,
    plan: Plan,
    *,
    open_orders: OpenOrders | None,
    size_reason: str | None,
) -> dict[str, Any]:
    """Open the groups that are missing, move people, appoint managers, move zones; returns what taking it back needs.

    People go first: whether an order is stranded is asked once everybody is where they will be. Somebody who becomes the
    manager of a zone is relieved as its deputy.
    """
    opened = {
        group.code: places.open_group(uow, station_id=station_id, code=group.code, name=group.name)
        for group in plan.groups
        if group.group_id is None
    }
    ids = {group.code: group.group_id or opened[group.code] for group in plan.groups}
    at_work = {person.id: person.group_id for person in basis.people}
    for group in plan.groups:
        for person in group.people:
            if at_work[person] != ids[group.code]:
                people.move_to_group(uow, technician_id=person, group_id=ids[group.code])
    before = {zone.id: zone for zone in basis.zones}
    managed = {zone: user for zone, user in plan.managers.items() if before[zone].manager_id != user}
    deputies = _relieve(uow, managed)
    appoint_many(uow, [NewDuty(zone, DutyKind.ZONE_MANAGER, user, uow.now) for zone, user in managed.items()])
    targets = [
        ZoneTarget(zone, ids[group.code])
        for group in plan.groups
        for zone in group.zones
        if before[zone].group_id != ids[group.code]
    ]
    if targets:
        move_zones(uow, targets=targets, open_orders=open_orders, size_reason=size_reason, reason="zoning proposal")
    return {
        "opened": {code: str(key) for code, key in opened.items()},
        "deputies": {str(zone): str(user) for zone, user in deputies.items()},
    }


def take_back(
    uow: UnitOfWork, basis: Basis, plan: Plan, applied: Mapping[str, Any], *, open_orders: OpenOrders | None
) -> None:
    """Put people, managers and zones back to where they were, and retire the groups that were opened.

    Who answered for a zone meanwhile stays on record: the former managers are appointed anew.
    """
    ids = {group.code: group.group_id or UUID(applied["opened"][group.code]) for group in plan.groups}
    at_work = {person: ids[group.code] for group in plan.groups for person in group.people}
    for person in basis.people:
        if person.id in at_work and at_work[person.id] != person.group_id:
            people.move_to_group(uow, technician_id=person.id, group_id=person.group_id)
    managed = [zone for zone in basis.zones if plan.managers.get(zone.id, zone.manager_id) != zone.manager_id]
    back = [zone for zone in managed if zone.manager_id is not None]
    appoint_many(
        uow,
        [NewDuty(zone.id, DutyKind.ZONE_MANAGER, zone.manager_id, uow.now) for zone in back if zone.manager_id],
    )
    for zone in managed:
        if zone.manager_id is None:
            vacate(uow, place_id=zone.id, kind=DutyKind.ZONE_MANAGER, reason=UNDONE)
    appoint_many(
        uow,
        [NewDuty(UUID(zone), DutyKind.DEPUTY, UUID(user), uow.now) for zone, user in applied["deputies"].items()],
    )
    at = {zone: ids[group.code] for group in plan.groups for zone in group.zones}
    targets = [ZoneTarget(zone.id, zone.group_id) for zone in basis.zones if at[zone.id] != zone.group_id]
    if targets:
        move_zones(uow, targets=targets, open_orders=open_orders, size_reason=UNDONE, reason=UNDONE)
    for key in applied["opened"].values():
        retire(uow, level=Level.GROUP, place_id=UUID(key))


def _relieve(uow: UnitOfWork, managed: Mapping[UUID, UUID]) -> dict[UUID, UUID]:
    held = territory.holders(uow, list(managed), uow.now)
    deputies = {zone: user for zone, user in managed.items() if held.get(zone, {}).get(DutyKind.DEPUTY) == user}
    for zone in sorted(deputies):
        relieve_deputy(uow, zone_id=zone)
    return deputies
