"""Notes that something came in of customers who were erased: in the outbox, with what came."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, union

from checklists.media.events import MediaVerified
from dispatch.notifications.service import message
from kernel import outbox
from kernel.database import one_of
from kernel.unit_of_work import UnitOfWork
from sync.erasure.erasing import table

TOPIC = "erasure.late"


def note_late(uow: UnitOfWork, order_ids: Collection[UUID]) -> None:
    """Note, with what was just written about orders, which of their customers were erased before: they are to be erased again.

    One statement, and one more where there is one.
    """
    if not order_ids:
        return
    orders, sites, customers = table("work_orders"), table("sites"), table("customers")
    these = one_of(uow.session, orders.c.id, order_ids)
    at_sites = select(sites.c.customer_id).join(orders, orders.c.site_id == sites.c.id).where(these)
    theirs = union(select(orders.c.customer_id).where(these), at_sites)
    erased = select(customers.c.id, customers.c.region_id).where(
        customers.c.id.in_(theirs), customers.c.erased_at.is_not(None)
    )
    note_erased(uow, [(row.region_id, row.id) for row in uow.session.execute(erased)])


def note_erased(uow: UnitOfWork, customers: Collection[tuple[UUID, UUID]]) -> None:
    """Note that something may have come of these erased customers, by region and id."""
    rows = [
        message(uow, TOPIC, region_id, f"{TOPIC}:{customer_id}", {"customer_id": str(customer_id)})
        for region_id, customer_id in customers
    ]
    outbox.store(uow.session, rows)


def on_media_verified(uow: UnitOfWork, event: MediaVerified) -> None:
    """A photo or signature came in: perhaps of somebody who was erased."""
    note_late(uow, sorted({order_id for order_id, _ in event.files}))
