"""Sends orders again to the phones that hold them when a customer or a colleague is called or reached in another way."""

from sqlalchemy import ColumnElement, or_, select

from dispatch.accounts.events import PersonChanged
from dispatch.customers.events import CustomerChanged
from dispatch.work_orders.briefs import announce_orders
from dispatch.work_orders.crew_keeping import orders_with
from dispatch.work_orders.lifecycle import TERMINAL
from dispatch.work_orders.models import WorkOrder, WorkOrderCrew
from kernel.unit_of_work import UnitOfWork


def on_customer_changed(uow: UnitOfWork, event: CustomerChanged) -> None:
    """Send a customer's orders again, those that are not over."""
    _send_again(uow, WorkOrder.customer_id == event.customer_id)


def on_person_changed(uow: UnitOfWork, event: PersonChanged) -> None:
    """Send the orders again in whose crew somebody is, or which they lead with one: its members reach each other."""
    has_crew = select(WorkOrderCrew.id).where(
        WorkOrderCrew.work_order_id == WorkOrder.id, WorkOrderCrew.left_at.is_(None)
    )
    led = (WorkOrder.assignee_id == event.user_id) & has_crew.exists()
    _send_again(uow, or_(led, WorkOrder.id.in_(orders_with(event.user_id))))


def _send_again(uow: UnitOfWork, which: ColumnElement[bool]) -> None:
    rows = uow.session.scalars(select(WorkOrder.id).where(which, WorkOrder.status.not_in(sorted(TERMINAL)))).all()
    announce_orders(uow, rows)
