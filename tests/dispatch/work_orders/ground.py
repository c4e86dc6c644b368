"""The ground on which orders of tests lie: a station with a zone, its people, and ways to make and command orders."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from dispatch.policies import service as policies
from dispatch.sla.deadline import Priority
from dispatch.territory.places import Places
from dispatch.work_orders import service
from dispatch.work_orders.lifecycle import Command, Evidence
from dispatch.work_orders.rules import SUBJECT
from dispatch.work_orders.service import NewOrder, Outcome
from kernel.actor import Level, Role
from kernel.change_feed import Change
from kernel.unit_of_work import UnitOfWork
from tests import factories

REPAIR = "repair"


@dataclass
class Ground:
    """A zone, two technicians of its group, and the units of work of a manager and of the first technician."""

    uow: UnitOfWork
    places: Places
    manager: UnitOfWork
    technicians: tuple[UUID, UUID]

    def draft(self, **changes: Any) -> NewOrder:
        """Make a draft of an order of this zone."""
        plain = NewOrder(self.places, REPAIR, Priority.ROUTINE, "宽带无法上网", self.uow.now)
        return replace(plain, **changes)

    def whereabouts(self, **changes: Any) -> dict[str, UUID]:
        """Make a customer of this zone with a site, for an order that needs both."""
        customer_id = factories.customer(self.uow, self.places)
        return {
            "customer_id": customer_id,
            "site_id": factories.site(self.uow, customer_id, self.places, **changes),
        }

    def decide(self, **rules: Any) -> None:
        """Let the region decide about its orders."""
        policies.set_policy(self.uow, region_id=self.places.region_id, subject=SUBJECT, rules=rules)

    def order(self, technician: int | None = None, **changes: Any) -> UUID:
        """Make an order of this zone, with one of its technicians if that is said."""
        (order_id,) = service.create_orders(self.uow, [self.draft(**changes)])
        if technician is not None:
            ask(self.manager, order_id, Command.ASSIGN, technician_id=str(self.technicians[technician]))
        return order_id

    def as_technician(self, number: int = 0) -> UnitOfWork:
        """Let one of the technicians act."""
        return factories.acting(self.uow, self.technicians[number])


def make_ground(uow: UnitOfWork, region_id: UUID | None = None) -> Ground:
    """Make the ground, in a region if one is given."""
    places = factories.places(uow, region_id=region_id)
    service.define_work_type(uow, region_id=places.region_id, code=REPAIR, name="维修", template_code="five-steps")
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, places.station_id, places.region_id)
    return Ground(uow, places, manager, (factories.technician(uow, places), factories.technician(uow, places)))


def ask(
    uow: UnitOfWork,
    order_id: UUID,
    command: Command,
    *,
    command_id: UUID | None = None,
    evidence: Evidence | None = None,
    assignment_id: UUID | None = None,
    expected_version: int | None = None,
    **data: Any,
) -> Outcome:
    """Command an order, with a checklist that has nothing against it unless some evidence is given."""
    return service.command(
        uow,
        order_id=order_id,
        command=command,
        command_id=command_id or uow.new_id(),
        data=data,
        evidence=evidence or Evidence(),
        assignment_id=assignment_id,
        expected_version=expected_version,
    )


def told(changes: list[Change]) -> set[tuple[str, str, str, str, str | None]]:
    """Return what phones will be told: to whom, of what, and what became of it; the last word on each document counts."""
    latest = {(change.region_id, change.scope, change.type, change.id): change for change in changes}
    return {(change.scope, change.type, change.id, change.op, change.reason) for change in latest.values()}
