"""Tells the slices above which orders went from one state to another."""

from dispatch.work_orders.book import OrderBook
from dispatch.work_orders.events import OrderMoved, OrdersMoved
from dispatch.work_orders.lifecycle import Status
from kernel.unit_of_work import UnitOfWork


def publish_moves(uow: UnitOfWork, book: OrderBook) -> None:
    """Publish the changes of state in a book that was just written, in the order in which they happened."""
    moves = tuple(
        OrderMoved(
            entry.work_order_id,
            book.orders[entry.work_order_id].region_id,
            Status(entry.data["from"]),
            Status(entry.data["to"]),
            entry.effective_at,
        )
        for entry in book.entries
        if "from" in entry.data and "to" in entry.data and entry.data["from"] != entry.data["to"]
    )
    if moves:
        uow.publish(OrdersMoved(moves))
