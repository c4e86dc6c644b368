"""The scene of incidents in tests: two groups of one station with leaders and technicians, and ways to make orders."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.incidents import service
from dispatch.incidents.lifecycle import Severity
from dispatch.incidents.open_incident import Outcome
from dispatch.notifications.models import Notification
from dispatch.sla.deadline import Priority
from dispatch.territory import service as territory
from dispatch.territory.duties import DutyKind
from dispatch.territory.places import Places
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.lifecycle import Command, Evidence
from dispatch.work_orders.service import NewOrder
from kernel.actor import Level, Role
from kernel.errors import DomainError
from kernel.unit_of_work import UnitOfWork
from tests import factories

KIND = "cable_fault"


@dataclass
class Scene:
    """The first group is home; the second is of the same station. Units of work of those who act."""

    uow: UnitOfWork
    home: Places
    other: Places
    manager: UnitOfWork
    leader: UnitOfWork
    other_leader: UnitOfWork
    technicians: tuple[UUID, UUID, UUID]

    def order(self, places: Places | None = None, technician: UUID | None = None, **changes: Any) -> UUID:
        where = places or self.home
        priority = changes.pop("priority", Priority.ROUTINE)
        draft = NewOrder(where, changes.pop("work_type", KIND), priority, "无信号", self.uow.now, **changes)
        (order_id,) = work_orders.create_orders(self.uow, [draft])
        if technician is not None:
            self.ask(order_id, Command.ASSIGN, technician_id=str(technician))
        return order_id

    def ask(self, order_id: UUID, command: Command, who: UnitOfWork | None = None, **data: Any) -> None:
        actor = who or self.uow
        work_orders.command(
            actor, order_id=order_id, command=command, command_id=actor.new_id(), data=data, evidence=Evidence()
        )

    def declare(self, who: UnitOfWork | None = None, **changes: Any) -> Outcome:
        wanted: dict[str, Any] = {
            "title": "主干光缆中断",
            "severity": Severity.MAJOR,
            "zone_ids": [self.home.zone_id],
            **changes,
        }
        return service.declare(who or self.leader, **wanted)

    def told(self, template: str) -> set[UUID]:
        """Who was told something of incidents."""
        rows = self.uow.session.scalars(
            select(Notification.recipient_id).where(Notification.template == f"incidents.{template}")
        )
        return set(rows)


def make_scene(uow: UnitOfWork) -> Scene:
    home = factories.places(uow)
    assert home.station_id is not None
    assert home.group_id is not None
    other = factories.places(uow, station_id=home.station_id)
    assert other.group_id is not None
    work_orders.define_work_type(uow, region_id=home.region_id, code=KIND, name="有线电视故障")
    work_orders.define_work_type(uow, region_id=home.region_id, code="errand", name="跑腿")
    region_id = home.region_id
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, home.station_id, region_id)
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, home.group_id, region_id)
    other_leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, other.group_id, region_id)
    for place_id, kind, who in (
        (home.group_id, DutyKind.GROUP_LEADER, leader),
        (other.group_id, DutyKind.GROUP_LEADER, other_leader),
        (home.station_id, DutyKind.STATION_MANAGER, manager),
    ):
        territory.appoint(uow, place_id=place_id, kind=kind, user_id=who.actor.user_id)
    technicians = (
        factories.technician(uow, home, name="周强"),
        factories.technician(uow, home, name="王磊"),
        factories.technician(uow, other, name="郑爽"),
    )
    return Scene(uow, home, other, manager, leader, other_leader, technicians)


def refusal(call: Any, *args: Any, **kwargs: Any) -> tuple[str, list[str]]:
    """Return the code of a refusal, and the fields that it names."""
    try:
        call(*args, **kwargs)
    except DomainError as error:
        return error.code, [field.path for field in error.fields]
    raise AssertionError("was not refused")
