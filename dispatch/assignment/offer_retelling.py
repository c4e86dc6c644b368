"""Sends offers again to the phones that hold them when what they say of people or of their order has changed."""

from sqlalchemy import ColumnElement, or_, select

from dispatch.accounts.events import PersonChanged
from dispatch.assignment.models import AssignmentOffer, AssignmentOfferee
from dispatch.assignment.offer_keeping import announce, load_offers
from dispatch.assignment.offer_states import OfferState
from dispatch.work_orders.events import OrderReprioritised
from kernel.unit_of_work import UnitOfWork


def on_person_changed(uow: UnitOfWork, event: PersonChanged) -> None:
    """Send what somebody offered, or is offered."""
    offered = select(AssignmentOfferee.offer_id).where(AssignmentOfferee.user_id == event.user_id)
    _send_again(uow, or_(AssignmentOffer.made_by == event.user_id, AssignmentOffer.id.in_(offered)))


def on_order_reprioritised(uow: UnitOfWork, event: OrderReprioritised) -> None:
    """Send the offers of an order."""
    _send_again(uow, AssignmentOffer.work_order_id == event.order_id)


def _send_again(uow: UnitOfWork, which: ColumnElement[bool]) -> None:
    announce(uow, load_offers(uow, which, AssignmentOffer.state == OfferState.OPEN.value))
