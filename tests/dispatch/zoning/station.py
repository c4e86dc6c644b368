"""A real station for the tests of proposals: six squares in a row in two groups of very different load, with their people."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from dispatch.sla.deadline import Priority
from dispatch.territory import queries, service
from dispatch.territory.duties import DutyKind
from dispatch.territory.places import Places
from dispatch.work_orders import service as work_orders
from dispatch.zoning import drafting
from dispatch.zoning import service as zoning
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.dispatch.beat import wired
from tests.dispatch.zoning.ground import square

REPAIR = "repair"


@dataclass
class Station:
    """Ids of the station, its groups, its zones from west to east, and two technicians of each group."""

    region_id: UUID
    station_id: UUID
    groups: list[UUID]
    zones: list[UUID]
    technicians: list[UUID]


def make_station(uow: UnitOfWork, columns: int = 8) -> Station:
    """Make it: of two rows of squares the first column has most subscribers; the first group has the first columns."""
    wired(uow)
    region_id = factories.region(uow)
    work_orders.define_work_type(uow, region_id=region_id, code=REPAIR, name="维修", minutes=60)
    station_id = factories.station(uow, region_id)
    groups = [service.open_group(uow, station_id=station_id, code=code, name=code) for code in ("A", "B")]
    technicians = [
        factories.technician(uow, Places(region_id, station_id, group), name=f"technician {nth}")
        for group in groups
        for nth in range(2)
    ]
    zones = []
    for column in range(columns):
        half = column * 2 // columns
        zone_id = service.draw_zone(
            uow,
            group_id=groups[half],
            code=f"Z{column}",
            name=f"Z{column}",
            boundary=square(column, 0),
            subscribers=3000 if column == 0 else 1500 if half == 0 else 500,
        )
        zones.append(zone_id)
        service.appoint(
            uow,
            place_id=zone_id,
            kind=DutyKind.ZONE_MANAGER,
            user_id=technicians[2 * half],
            valid_from=uow.now - timedelta(days=9),
        )
    return Station(region_id, station_id, groups, zones, technicians)


def order(uow: UnitOfWork, zone_id: UUID) -> UUID:
    """Make an open order in a zone."""
    draft = work_orders.NewOrder(
        queries.places_of_zone(uow, zone_id), REPAIR, Priority.ROUTINE, "x", uow.now - timedelta(hours=1)
    )
    return work_orders.create_orders(uow, [draft])[0]


def propose(uow: UnitOfWork, station: Station, **options: object) -> UUID:
    """Make a proposal and keep it."""
    return zoning.keep(uow, drafting.draft(uow, station_id=station.station_id, **options))  # type: ignore[arg-type]


def later(uow: UnitOfWork, hours: int = 1) -> UnitOfWork:
    """Let the same act later on."""
    return UnitOfWork(uow.session, uow.actor, uow.now + timedelta(hours=hours), uow.new_id, uow.handlers, uow.changes)
