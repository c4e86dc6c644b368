"""Cancels orders that an import made, as far as nobody has begun with them."""

from collections.abc import Collection
from uuid import UUID

from dispatch.work_orders.book import BookOrder, Entry, OrderBook
from dispatch.work_orders.lifecycle import Asked, Command, Evidence, Status
from dispatch.work_orders.service import open_book, write_book
from kernel.unit_of_work import UnitOfWork

NOT_BEGUN = frozenset({Status.DRAFT, Status.OPEN, Status.ASSIGNED})
REASON = "import undone"


def cancel_imported(uow: UnitOfWork, book: OrderBook, order: BookOrder) -> None:
    """Cancel an order of an open book, with the undoing of its import as the reason."""
    roles = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
    data = {"reason": REASON}
    asked = Asked(Command.CANCEL, uow.actor.user_id, roles, uow.now, data=data, lenient=True)
    entry = Entry(uow.new_id(), order.id, "work_order.cancel", uow.actor.user_id, uow.now, uow.now, data)
    book.command(order.id, asked, Evidence(), entry)


def cancel_not_begun(uow: UnitOfWork, order_ids: Collection[UUID]) -> dict[UUID, bool]:
    """Cancel those of these orders that nobody has begun with; returns of each that is in the actor's scope whether it was.

    A constant number of statements.
    """
    book = open_book(uow, sorted(order_ids))
    fates = {key: order.status in NOT_BEGUN for key, order in book.orders.items()}
    for key, cancelled in fates.items():
        if cancelled:
            cancel_imported(uow, book, book.orders[key])
    write_book(uow, book)
    return fates
