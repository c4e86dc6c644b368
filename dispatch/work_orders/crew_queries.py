"""Who works on an order together, as it is shown at a desk and on phones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.accounts import queries as accounts
from dispatch.work_orders.crew import CrewRole
from dispatch.work_orders.crew_keeping import load_crews
from dispatch.work_orders.models import WorkOrderAssignment, WorkOrderCrew
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class CrewRow:
    """Somebody's time in a crew; still there while `left_at` is None. The lead is no row: it is the order's assignee."""

    id: UUID
    user_id: UUID
    role: str
    added_by: UUID
    joined_at: datetime
    reason: str | None
    left_at: datetime | None
    end_reason: str | None


def crew_rows(reading: Reading, order_id: UUID) -> tuple[CrewRow, ...]:
    """Return everybody who is or was in an order's crew, the earliest first. It does not ask whether the order is in scope."""
    rows = reading.session.execute(
        select(*(getattr(WorkOrderCrew, name) for name in CrewRow.__dataclass_fields__))
        .where(WorkOrderCrew.work_order_id == order_id)
        .order_by(WorkOrderCrew.joined_at, WorkOrderCrew.id)
    )
    return tuple(CrewRow(*row) for row in rows)


def ever_worked_on(reading: Reading, order_id: UUID, user_id: UUID) -> bool:
    """Tell whether an order is or was somebody's: assigned to them, or with them in its crew. It does not ask for the scope."""
    assigned = select(WorkOrderAssignment.id).where(
        WorkOrderAssignment.work_order_id == order_id, WorkOrderAssignment.user_id == user_id
    )
    helped = select(WorkOrderCrew.id).where(WorkOrderCrew.work_order_id == order_id, WorkOrderCrew.user_id == user_id)
    return bool(reading.session.scalar(select(assigned.exists() | helped.exists())))


def crew_documents(reading: Reading, leads: Mapping[UUID, UUID | None]) -> dict[UUID, list[dict[str, Any]]]:
    """Return the crews of these orders as phones get them, the lead first; an order that one person does has none.

    Two statements, one when there is no crew. It does not ask whether the orders are in scope.
    """
    crews, _ = load_crews(reading, leads)
    if not crews.present:
        return {}
    found: dict[UUID, list[tuple[UUID, CrewRole]]] = {}
    for order_id, stints in crews.present.items():
        lead_id = leads[order_id]
        lead = [] if lead_id is None else [(lead_id, CrewRole.LEAD)]
        found[order_id] = [*lead, *((one.user_id, one.role) for one in stints.values())]
    people = accounts.contacts_of(reading, list({user_id for crew in found.values() for user_id, _ in crew}))
    return {
        order_id: [
            {
                "user_id": str(user_id),
                "role": role.value,
                "name": people[user_id].name,
                "phone": people[user_id].phone,
            }
            for user_id, role in crew
        ]
        for order_id, crew in found.items()
    }
