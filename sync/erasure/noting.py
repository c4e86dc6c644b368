"""Notes that something came in of customers who were erased: in the outbox, with what came."""

from collections.abc import Collection
from functools import cache
from uuid import UUID

from sqlalchemy import or_, select

from checklists.media.events import MediaVerified
from dispatch.notifications.service import message
from kernel import outbox
from kernel.by_ids import ByIds
from kernel.unit_of_work import UnitOfWork
from sync.erasure.erasing import table

TOPIC = "erasure.late"


def note_late(uow: UnitOfWork, order_ids: Collection[UUID]) -> None:
    """Note, with what was just written about orders, which of their customers were erased before: they are to be erased again.

    One statement, and one more where there is one.
    """
    found: dict[UUID, UUID] = {}
    for row in _erased().rows(uow.session, order_ids):
        if row.erased_at is not None:
            found[row.customer_id] = row.region_id
        if row.at_site_erased_at is not None:
            found[row.at_site_id] = row.at_site_region_id
    note_erased(uow, sorted((region_id, customer_id) for customer_id, region_id in found.items()))


@cache
def _erased() -> ByIds:
    """Return what finds the erased customers of orders, and of their sites. Each set of ops asks it."""
    orders, sites = table("work_orders"), table("sites")
    own, at_site = table("customers").alias(), table("customers").alias()
    statement = (
        select(own.c.id.label("customer_id"), own.c.region_id, own.c.erased_at)
        .add_columns(at_site.c.id.label("at_site_id"), at_site.c.region_id.label("at_site_region_id"))
        .add_columns(at_site.c.erased_at.label("at_site_erased_at"))
        .select_from(orders)
        .outerjoin(own, own.c.id == orders.c.customer_id)
        .outerjoin(sites, sites.c.id == orders.c.site_id)
        .outerjoin(at_site, at_site.c.id == sites.c.customer_id)
        .where(or_(own.c.erased_at.is_not(None), at_site.c.erased_at.is_not(None)))
    )
    return ByIds(statement, orders.c.id)


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
