"""Opens the places of the demo: regions, stations, groups, zones, with their policies, checklists and kinds of work."""

from dataclasses import dataclass
from uuid import UUID

from checklists.templates import service as templates
from cli.demo.borders import boundaries, geojson
from cli.demo.places import TIMEZONE, StationSeed
from cli.demo.rules import RULES
from cli.demo.work import KINDS
from dispatch.policies import service as policies
from dispatch.sla import service as sla
from dispatch.territory import service as territory
from dispatch.territory.places import Places
from dispatch.work_orders import service as work_orders
from kernel.identifiers import derived_id
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Ground:
    """What was opened: ids by code. `zones` has each zone with all that is above it."""

    region_id: UUID
    station_id: UUID
    groups: dict[str, UUID]
    zones: dict[str, Places]


def open_ground(uow: UnitOfWork, seed: StationSeed) -> Ground:
    """Open a region with its one station and everything below, and give it what work needs."""
    region_id = seed.region_id
    territory.open_region(uow, code=seed.region_code, name=seed.region_name, timezone=TIMEZONE, region_id=region_id)
    station_id = derived_id("demo", "station", seed.code)
    territory.open_station(uow, region_id=region_id, code=seed.code, name=seed.name, station_id=station_id)
    groups: dict[str, UUID] = {}
    zones: dict[str, Places] = {}
    for group in seed.groups:
        groups[group.code] = group_id = derived_id("demo", "group", group.code)
        territory.open_group(uow, station_id=station_id, code=group.code, name=group.name, group_id=group_id)
        for zone in group.zones:
            zone_id = derived_id("demo", "zone", zone.code)
            zones[zone.code] = Places(region_id, station_id, group_id, zone_id)
            territory.draw_zone(
                uow,
                group_id=group_id,
                code=zone.code,
                name=zone.name,
                boundary=geojson(boundaries(seed)[zone.code]),
                subscribers=zone.subscribers,
                zone_id=zone_id,
            )
    sla.start_with_defaults(uow, region_id)
    for subject, rules in RULES.items():
        policies.set_policy(uow, region_id=region_id, subject=subject, rules=rules)
    templates.seed_templates(uow, region_id)
    for kind in KINDS:
        work_orders.define_work_type(
            uow,
            region_id=region_id,
            code=kind.code,
            name=kind.name,
            name_en=kind.name_en,
            skill=kind.skill,
            template_code=kind.template,
            minutes=kind.minutes,
        )
    return Ground(region_id, station_id, groups, zones)
