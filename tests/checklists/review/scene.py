"""The scene of reviews in tests: two groups of one station with technicians, those who review, and finished work."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from checklists.runs import queries as runs
from checklists.runs import service as run_service
from dispatch.people import service as people
from dispatch.sla.deadline import Priority
from dispatch.territory.places import Places
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.models import WorkOrder
from dispatch.work_orders.service import NewOrder
from kernel.actor import Level, Role
from kernel.errors import DomainError
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.checklists import world
from tests.checklists.samples import GOOD, given

OCTOBER = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
KIND, SKILL = "repair", "fibre"


@dataclass
class Scene:
    """`home` and `other` are groups of one station, `far` is another station's; units of work of those who act."""

    uow: UnitOfWork
    home: Places
    other: Places
    far: Places
    operations: UnitOfWork
    colleague: UnitOfWork
    manager: UnitOfWork
    leader: UnitOfWork
    assessor: UnitOfWork
    technician: UUID
    other_technician: UUID
    far_technician: UUID

    def finished(
        self,
        count: int = 1,
        *,
        places: Places | None = None,
        technician: UUID | None = None,
        at: datetime = OCTOBER,
        kind: str = KIND,
        title: str = "无信号",
        **changes: Any,
    ) -> list[UUID]:
        """Make orders that somebody has finished, a minute after the other, each with a checklist."""
        where = places or self.home
        drafts = [NewOrder(where, kind, Priority.ROUTINE, title, at - timedelta(hours=5), **changes)] * count
        ids = work_orders.create_orders(self.uow, drafts)
        for nth, order_id in enumerate(ids):
            values = {
                "status": "completed",
                "assignee_id": technician or self.technician,
                "completed_at": at + timedelta(minutes=nth),
            }
            self.uow.session.execute(update(WorkOrder).where(WorkOrder.id == order_id).values(**values))
        return ids

    def answered(self, order_id: UUID, *, first: int = 1, **answers: Any) -> UUID:
        """Answer a checklist as by a phone, a minute apart."""
        book = run_service.open_runs(self.uow, [order_id], {})
        for nth, (item, value) in enumerate((GOOD | answers).items()):
            book.answer(order_id, given(first + nth, value, on=item, device_id=UUID(int=9)))
        run_service.write_runs(self.uow, book)
        (run_id,) = runs.runs_of_orders(self.uow, [order_id])
        return run_id

    def acting(self, user_id: UUID) -> UnitOfWork:
        return factories.acting(self.uow, user_id)


def build(uow: UnitOfWork) -> Scene:
    home = factories.places(uow)
    assert home.station_id is not None
    other = factories.places(uow, station_id=home.station_id)
    far = factories.places(uow, region_id=home.region_id)
    people.define_skill(uow, region_id=home.region_id, code=SKILL, name="光纤")
    world.publish_sample(uow, home.region_id)
    work_orders.define_work_type(
        uow, region_id=home.region_id, code=KIND, name="维修", skill=SKILL, template_code=world.CODE
    )

    def acting(role: Role, level: Level, place_id: UUID | None) -> UnitOfWork:
        return factories.acting_as(uow, role, level, place_id, home.region_id)

    at_home = (
        factories.technician(uow, home),
        factories.technician(uow, other, name="郑爽"),
        factories.technician(uow, far, name="孙丽"),
    )
    return Scene(
        uow,
        home,
        other,
        far,
        acting(Role.REGIONAL_OPERATIONS, Level.REGION, home.region_id),
        acting(Role.REGIONAL_OPERATIONS, Level.REGION, home.region_id),
        acting(Role.STATION_MANAGER, Level.STATION, home.station_id),
        acting(Role.GROUP_LEADER, Level.GROUP, home.group_id),
        acting(Role.ASSESSOR, Level.REGION, home.region_id),
        *at_home,
    )


def refusal(call: Any, *arguments: Any, **named: Any) -> tuple[str, list[str]]:
    """Return code and paths of what a call was refused with."""
    try:
        call(*arguments, **named)
    except DomainError as error:
        return error.code, [one.path for one in error.fields]
    raise AssertionError("was not refused")
