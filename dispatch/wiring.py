"""Which events of its rooms the dispatch acts on itself; the wiring of the packages above takes them over."""

from dispatch.assets.events import AssetsMoved
from dispatch.customers.events import SiteChanged
from dispatch.requests.following import on_orders_created, on_orders_moved
from dispatch.work_orders.equipment import on_assets_moved, on_site_changed
from dispatch.work_orders.events import OrdersCreated, OrdersMoved
from kernel.unit_of_work import Handlers

HANDLERS: Handlers = {
    AssetsMoved: (on_assets_moved,),
    SiteChanged: (on_site_changed,),
    OrdersCreated: (on_orders_created,),
    OrdersMoved: (on_orders_moved,),
}
