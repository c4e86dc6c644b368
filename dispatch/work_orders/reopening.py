"""Tells whoever took a request first (首问负责) that its order was reopened."""

from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from dispatch.work_orders.book import OrderBook
from kernel.unit_of_work import UnitOfWork

REOPENED = "work_order.reopen"


def tell_first_owners(uow: UnitOfWork, book: OrderBook) -> None:
    """Tell the first owners of the orders that were reopened in this book, unless they did it themselves. Four statements."""
    notices = []
    for entry in book.entries:
        if entry.kind != REOPENED:
            continue
        order = book.orders[entry.work_order_id]
        if order.first_owner_id in (None, entry.user_id):
            continue
        assert order.first_owner_id is not None
        notices.append(
            Notice(
                "work_order.reopened",
                f"{order.id}:reopened:{entry.data['version']}",
                (order.first_owner_id,),
                {"number": order.number, "reason": entry.data.get("note") or entry.data.get("reason") or ""},
                order.region_id,
            )
        )
    tell(uow, notices)
