"""Loads what a proposal starts from: a station's zones, groups and people, and the work of the last weeks."""

from datetime import timedelta
from uuid import UUID

from dispatch.accounts import queries as accounts
from dispatch.people import queries as people
from dispatch.territory import ground_plan
from dispatch.territory import queries as territory
from dispatch.territory.duties import DutyKind
from dispatch.territory.sizes import bounds_at
from dispatch.work_orders.workload import workload_of_zones
from dispatch.zoning.adjacency import neighbours
from dispatch.zoning.basis import Basis, GroupFact, PersonFact, ZoneFact
from kernel.unit_of_work import Reading

MOST_PEOPLE = 1000


def load_basis(
    reading: Reading, station_id: UUID, *, days: int, subscriber_percent: int, with_ground: bool = True
) -> Basis:
    """Load a station that the caller sees, with a constant number of statements.

    `days` is how far back work counts; what is open counts whatever its age. Without the ground nobody is anybody's neighbour:
    good for comparing how a station stands.
    """
    region_id = territory.station(reading, station_id).region_id
    zones = ground_plan.zones_of_station(reading, station_id)
    groups = ground_plan.groups_of_station(reading, station_id)
    held = territory.holders(reading, [*(zone.id for zone in zones), *(group.id for group in groups)], reading.now)
    work = workload_of_zones(reading, [zone.id for zone in zones], reading.now - timedelta(days=days))
    ground = neighbours([zone.boundary for zone in zones], [zone.group_id for zone in zones]) if with_ground else None
    crew = people.technicians_in(reading, station_ids=[station_id], limit=MOST_PEOPLE)
    contacts = accounts.contacts_of(reading, [one.id for one in crew])
    return Basis(
        tuple(
            ZoneFact(
                zone.id,
                zone.code,
                zone.name,
                zone.group_id,
                held.get(zone.id, {}).get(DutyKind.ZONE_MANAGER),
                zone.subscribers,
                sum(orders for orders, _ in work.get(zone.id, {}).values()),
                {code: minutes for code, (_, minutes) in sorted(work.get(zone.id, {}).items())},
                zone.version,
                () if ground is None else tuple(zones[other].id for other in sorted(ground.touching[nth])),
                () if ground is None else tuple(zones[other].id for other in sorted(ground.bridged[nth])),
            )
            for nth, zone in enumerate(zones)
        ),
        tuple(
            GroupFact(
                group.id, group.code, group.name, group.version, held.get(group.id, {}).get(DutyKind.GROUP_LEADER)
            )
            for group in groups
        ),
        tuple(PersonFact(one.id, one.name, one.group_id) for one in crew if contacts[one.id].active),
        bounds_at(reading, region_id, reading.now),
        days,
        subscriber_percent,
    )
