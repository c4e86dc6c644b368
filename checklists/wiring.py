"""Which events of the slices below the checklists act on; the composition roots wire them."""

from checklists.runs.service import on_orders_created, on_orders_granted, on_orders_revoked
from dispatch.work_orders.events import OrdersCreated, OrdersGranted, OrdersRevoked
from kernel.unit_of_work import Handler

HANDLERS: dict[type, tuple[Handler, ...]] = {
    OrdersCreated: (on_orders_created,),
    OrdersGranted: (on_orders_granted,),
    OrdersRevoked: (on_orders_revoked,),
}
