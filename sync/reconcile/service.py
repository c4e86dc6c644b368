"""What a person can do about a conflict: settle it, with words that stay."""

from uuid import UUID

from sqlalchemy import func, select

from dispatch.work_orders import service as work_orders
from dispatch.work_orders.lifecycle import DISPATCHERS
from kernel import errors as kernel_errors
from kernel.actor import Role
from kernel.change_feed import Change, scope_of
from kernel.unit_of_work import UnitOfWork
from sync.reconcile import errors
from sync.reconcile.models import Conflict


def resolve(uow: UnitOfWork, *, conflict_id: UUID, resolution: str) -> None:
    """Settle a conflict; when it was the order's last one, the order no longer asks for a look. The person whose op it was learns
    of it with their next pull.

    Raises:
        NotFound (conflict.unknown): no such conflict in the actor's scope.
        Forbidden (forbidden): not a dispatcher over its order.
        Conflict (conflict.resolved): settled before.
    """
    conflict = uow.session.scalars(select(Conflict).where(Conflict.id == conflict_id)).one_or_none()
    if conflict is None:
        raise errors.UNKNOWN()
    # The order first, as everywhere: it is what a worker locks first too.
    book = work_orders.open_book(uow, [conflict.work_order_id])
    order = book.orders.get(conflict.work_order_id)
    if order is None:
        raise errors.UNKNOWN()
    roles = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
    if not roles & (DISPATCHERS | {Role.ADMINISTRATOR}):
        raise kernel_errors.FORBIDDEN()
    uow.session.refresh(conflict, with_for_update=True)
    if conflict.resolved_at is not None:
        raise errors.RESOLVED()
    conflict.resolved_at, conflict.resolved_by, conflict.resolution = uow.now, uow.actor.user_id, resolution
    uow.session.flush()
    left = uow.session.scalar(
        select(func.count()).where(Conflict.work_order_id == order.id, Conflict.resolved_at.is_(None))
    )
    if not left:
        book.clear_review(order.id)
    work_orders.write_book(uow, book)
    uow.announce([Change(conflict.region_id, scope_of("user", conflict.user_id), "conflicts", str(conflict.id))])
