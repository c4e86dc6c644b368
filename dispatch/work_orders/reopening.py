"""Tells whoever took a request first (首问负责) that its order was reopened."""

from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from dispatch.work_orders.book import OrderBook
from dispatch.work_orders.lifecycle import Command
from kernel.unit_of_work import UnitOfWork


def tell_first_owners(uow: UnitOfWork, book: OrderBook) -> None:
    """Tell the first owners of the orders that were reopened in this book, unless they did it themselves. Four statements."""
    notices = []
    for move in book.moves:
        order = book.orders[move.order_id]
        if move.command is not Command.REOPEN or order.first_owner_id in (None, move.user_id):
            continue
        assert order.first_owner_id is not None
        notices.append(
            Notice(
                "work_order.reopened",
                f"{order.id}:reopened:{order.version}",
                (order.first_owner_id,),
                {"number": order.number, "reason": move.note or move.reason or ""},
                order.region_id,
            )
        )
    tell(uow, notices)
