"""An order with the sample checklist, assigned to a technician."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from checklists.templates import service as templates
from dispatch.sla.deadline import Priority
from dispatch.territory.places import Places
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.lifecycle import Command, Evidence
from dispatch.work_orders.service import NewOrder
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.checklists.samples import label, steps

CODE = "sample"


@dataclass
class World:
    places: Places
    version_id: UUID
    technician_id: UUID
    order_ids: list[UUID]

    @property
    def order_id(self) -> UUID:
        return self.order_ids[0]


def publish_sample(uow: UnitOfWork, region_id: UUID, document: Any = None) -> UUID:
    made = templates.create_template(uow, region_id=region_id, code=CODE, name=label("样例"), steps=document or steps())
    templates.publish(uow, version_id=made.version_id)
    return made.version_id


def orders(uow: UnitOfWork, places: Places, count: int = 1, *, work_type: str = "repair") -> list[UUID]:
    template = CODE if work_type == "repair" else None
    work_orders.define_work_type(
        uow, region_id=places.region_id, code=work_type, name=work_type, template_code=template
    )
    draft = NewOrder(places, work_type, Priority.ROUTINE, "电视无信号", uow.now)
    return work_orders.create_orders(uow, [draft] * count)


def assign(uow: UnitOfWork, order_id: UUID, technician_id: UUID, command: Command = Command.ASSIGN) -> None:
    work_orders.command(
        uow,
        order_id=order_id,
        command=command,
        command_id=uow.new_id(),
        data={"technician_id": str(technician_id), "reason": "人手调整"},
        evidence=Evidence(),
    )


def make(uow: UnitOfWork, places: Places, count: int = 1, document: Any = None) -> World:
    version_id = publish_sample(uow, places.region_id, document)
    technician_id = factories.technician(uow, places)
    order_ids = orders(uow, places, count)
    for order_id in order_ids:
        assign(uow, order_id, technician_id)
    return World(places, version_id, technician_id, order_ids)
