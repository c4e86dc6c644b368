"""A station with groups of three zones, with people and orders in them, wired as the product is."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from dispatch.sla.deadline import Priority
from dispatch.territory import queries, service
from dispatch.territory.duties import DutyKind
from dispatch.territory.places import Places
from dispatch.wiring import HANDLERS
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.lifecycle import Command, Evidence
from kernel.unit_of_work import UnitOfWork
from tests import factories

REPAIR = "repair"


@dataclass
class Group:
    """A group with its zones, its leader, and two technicians of whom the first manages all zones."""

    id: UUID
    zones: list[UUID]
    leader: UUID
    technicians: tuple[UUID, UUID]


@dataclass
class Beat:
    """A station of a region, and its groups."""

    uow: UnitOfWork
    region_id: UUID
    station_id: UUID
    groups: list[Group]

    def places(self, zone_id: UUID) -> Places:
        """Return where a zone lies now."""
        return queries.places_of_zone(self.uow, zone_id)

    def order(self, zone_id: UUID, technician_id: UUID | None = None, *commands: Command) -> UUID:
        """Make an order in a zone, give it to somebody, and let them do what is said."""
        draft = work_orders.NewOrder(self.places(zone_id), REPAIR, Priority.ROUTINE, "宽带无法上网", self.uow.now)
        (order_id,) = work_orders.create_orders(self.uow, [draft])
        if technician_id is not None:
            self.command(order_id, Command.ASSIGN, technician_id=str(technician_id))
        for command in commands:
            self.command(order_id, command)
        return order_id

    def command(self, order_id: UUID, command: Command, **data: str) -> None:
        """Command an order as the system."""
        work_orders.command(
            self.uow,
            order_id=order_id,
            command=command,
            command_id=self.uow.new_id(),
            data=data,
            evidence=Evidence(),
        )


def wired(uow: UnitOfWork) -> UnitOfWork:
    """Let a unit of work act on events as the product does."""
    uow.handlers = HANDLERS
    return uow


def make_beat(uow: UnitOfWork, groups: int = 2, zones: int = 3) -> Beat:
    """Make the station; duties began thirty days ago."""
    wired(uow)
    region_id = factories.region(uow)
    work_orders.define_work_type(uow, region_id=region_id, code=REPAIR, name="维修")
    beat = Beat(uow, region_id, factories.station(uow, region_id), [])
    for _ in range(groups):
        beat.groups.append(make_group(beat, beat.station_id, zones))
    return beat


def make_group(beat: Beat, station_id: UUID, zones: int = 3) -> Group:
    """Open a group with its zones and people."""
    uow, since = beat.uow, beat.uow.now - timedelta(days=30)
    group_id = factories.group(uow, station_id)
    where = Places(beat.region_id, station_id, group_id)
    zone_ids = [factories.zone(uow, group_id) for _ in range(zones)]
    leader = factories.user(uow, region_id=beat.region_id)
    technicians = (factories.technician(uow, where), factories.technician(uow, where))
    service.appoint(uow, place_id=group_id, kind=DutyKind.GROUP_LEADER, user_id=leader, valid_from=since)
    for zone_id in zone_ids:
        service.appoint(uow, place_id=zone_id, kind=DutyKind.ZONE_MANAGER, user_id=technicians[0], valid_from=since)
    return Group(group_id, zone_ids, leader, technicians)
