"""Sends consultations to phones again when what they show has changed, and takes them away with their order."""

from sqlalchemy import ColumnElement, or_, select

from dispatch.accounts.events import PersonChanged
from dispatch.consultations.keeping import announce, load_known
from dispatch.consultations.models import Consultation, ConsultationAsked
from dispatch.consultations.standing import UNDER_WAY
from dispatch.work_orders.archiving import ARCHIVED
from dispatch.work_orders.events import OrderReprioritised, OrdersArchived
from kernel.unit_of_work import UnitOfWork

_UNDER_WAY = sorted(state.value for state in UNDER_WAY)


def on_person_changed(uow: UnitOfWork, event: PersonChanged) -> None:
    """Send what somebody asked, or is asked, as long as it is under way."""
    asked = select(ConsultationAsked.consultation_id).where(ConsultationAsked.user_id == event.user_id)
    _send_again(uow, or_(Consultation.asked_by == event.user_id, Consultation.id.in_(asked)))


def on_order_reprioritised(uow: UnitOfWork, event: OrderReprioritised) -> None:
    """Send what is asked about an order, as long as it is under way."""
    _send_again(uow, Consultation.work_order_id == event.order_id)


def on_orders_archived(uow: UnitOfWork, event: OrdersArchived) -> None:
    """Take what was asked about orders that are over for long off the phones of those who asked."""
    rows = uow.session.execute(
        select(Consultation.id, Consultation.region_id, Consultation.asked_by).where(
            Consultation.work_order_id.in_(event.order_ids), Consultation.state.not_in(_UNDER_WAY)
        )
    )
    for row in rows:
        announce(uow, row.region_id, row.id, [row.asked_by], "del", ARCHIVED)


def _send_again(uow: UnitOfWork, which: ColumnElement[bool]) -> None:
    ids = uow.session.scalars(select(Consultation.id).where(which, Consultation.state.in_(_UNDER_WAY))).all()
    for one in load_known(uow, ids).values():
        announce(uow, one.region_id, one.id, {one.asked_by, *one.asked})
