"""A group leader takes an emergency over (接管): the order is theirs to do from now on."""

from uuid import UUID

from sqlalchemy import select

from dispatch.incidents import errors
from dispatch.incidents.lifecycle import UNDER_WAY
from dispatch.incidents.models import IncidentOrder, MajorIncident
from dispatch.people import queries as people
from dispatch.sla.deadline import Priority
from dispatch.work_orders import errors as order_errors
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.briefs import kind_of_command
from dispatch.work_orders.crew import KEEP
from dispatch.work_orders.lifecycle import DISPATCHERS, Command, Evidence, Status
from kernel.unit_of_work import UnitOfWork


def take_over(
    uow: UnitOfWork,
    *,
    order_id: UUID,
    reason: str,
    command_id: UUID,
    crew: str = KEEP,
    expected_version: int | None = None,
) -> work_orders.Outcome:
    """Give an emergency, or an order of an incident under way, to whoever asks, who leads there and is a technician themselves.

    It is an assignment or a reassignment like any other: the crew stays unless it is dissolved, and the clocks run on.

    Raises:
        NotFound (work_order.unknown): no such order in the actor's scope.
        Forbidden (work_order.not_allowed): the actor does not dispatch it.
        Invalid (work_order.technician_unknown): the actor is no technician.
        Conflict (incident.no_emergency): neither an emergency, nor of an incident under way.
        and what `work_orders.service.command` raises.
    """
    order = work_orders.open_book(uow, [order_id]).find(order_id)
    held = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
    if held.isdisjoint(DISPATCHERS):
        raise order_errors.NOT_ALLOWED("who leads there takes an order over")
    if not people.is_active_technician(uow, uow.actor.user_id):
        raise order_errors.TECHNICIAN_UNKNOWN("you are no technician")
    mine = {
        "technician_id": str(uow.actor.user_id),
        "reason": "emergency",
        "note": reason,
        "crew": crew,
        "taken_over": True,
    }
    before = kind_of_command(uow, command_id)
    to_assign = order.status is Status.OPEN if before is None else before == f"work_order.{Command.ASSIGN}"
    command = Command.ASSIGN if to_assign else Command.REASSIGN
    if (
        order.assignee_id != uow.actor.user_id
        and order.priority is not Priority.EMERGENCY
        and not _of_one(uow, order_id)
    ):
        raise errors.NO_EMERGENCY()
    return work_orders.command(
        uow,
        order_id=order_id,
        command=command,
        command_id=command_id,
        data=mine,
        evidence=Evidence(),
        expected_version=expected_version,
    )


def _of_one(uow: UnitOfWork, order_id: UUID) -> bool:
    statement = (
        select(MajorIncident.id)
        .join(IncidentOrder, IncidentOrder.incident_id == MajorIncident.id)
        .where(
            IncidentOrder.work_order_id == order_id,
            IncidentOrder.unlinked_at.is_(None),
            MajorIncident.state.in_([state.value for state in UNDER_WAY]),
        )
    )
    return uow.session.scalar(statement) is not None
