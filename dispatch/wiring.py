"""Which events of its rooms the dispatch acts on itself; the wiring of the packages above takes them over."""

from dispatch.assets.events import AssetsMoved
from dispatch.customers.events import SiteChanged
from dispatch.work_orders.equipment import on_assets_moved, on_site_changed
from kernel.unit_of_work import Handlers

HANDLERS: Handlers = {
    AssetsMoved: (on_assets_moved,),
    SiteChanged: (on_site_changed,),
}
