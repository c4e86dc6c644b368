"""Tells phones about the orders they hold, hold from now on, or hold no longer."""

from collections.abc import Collection
from uuid import UUID

from dispatch.work_orders.book import OrderBook
from dispatch.work_orders.events import Holding, OrdersGranted, OrdersRevoked
from kernel.change_feed import Change, scope_of
from kernel.unit_of_work import UnitOfWork

ORDERS, SITES = "work_orders", "sites"


def announce(uow: UnitOfWork, book: OrderBook, returned: Collection[UUID] = ()) -> None:
    """Put every change of the book into the feed of those who hold the order, and of those who just lost it.

    Orders that `returned` to the phones, which they had left because they were over, are as good as granted anew. A site is
    announced as changed to both: whether its reader still holds an order there is asked when the feed is read.
    """
    changes: list[Change] = []
    came = dict.fromkeys((*book.granted, *((key, user_id) for key in returned for user_id in book.holders_now(key))))
    for order_id, user_id in (*book.revoked, *came):
        order = book.orders[order_id]
        scope = scope_of("user", user_id)
        if user_id not in book.holders_now(order_id):
            changes.append(Change(order.region_id, scope, ORDERS, str(order_id), "del", "unassigned"))
        if order.site_id is not None:
            changes.append(Change(order.region_id, scope, SITES, str(order.site_id)))
    changes += [
        Change(order.region_id, scope_of("user", user_id), ORDERS, str(order.id))
        for order in book.changed.values()
        for user_id in book.holders_now(order.id)
    ]
    uow.announce(changes)
    revoked = tuple(_holding(book, *one) for one in book.revoked if one[1] not in book.holders_now(one[0]))
    granted = tuple(_holding(book, *one) for one in came if one[1] in book.holders_now(one[0]))
    if revoked:
        uow.publish(OrdersRevoked(revoked))
    if granted:
        uow.publish(OrdersGranted(granted))


def _holding(book: OrderBook, order_id: UUID, user_id: UUID) -> Holding:
    return Holding(order_id, book.orders[order_id].region_id, user_id)
