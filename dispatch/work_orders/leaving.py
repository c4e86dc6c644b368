"""What brings an order back onto phones that it had left because it was over."""

from datetime import datetime, timedelta
from uuid import UUID

from dispatch.work_orders.book import OrderBook

STAYS = timedelta(days=7)
"""How long an order that came back stays at least."""


def come_back(book: OrderBook, now: datetime) -> tuple[UUID, ...]:
    """Let archived orders to which something was added come back for a while, and return which these are.

    What comes late from one phone concerns all who hold the order: they have it until somebody has looked at it.
    """
    touched = dict.fromkeys((*book.changed, *(entry.work_order_id for entry in book.entries)))
    returned = tuple(key for key in touched if book.orders[key].archived_at is not None)
    for key in returned:
        order = book.orders[key]
        order.archived_at, order.archives_at = None, now + STAYS
        book.changed[key] = order
    return returned
