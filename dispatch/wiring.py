"""Which events of its rooms the dispatch acts on itself; the wiring of the packages above takes them over."""

from dispatch.assets.events import AssetsMoved
from dispatch.assignment.service import on_requests_placed
from dispatch.customers import locating as customers_locating
from dispatch.customers.events import SiteChanged
from dispatch.geocoding.service import on_addresses_to_look_up
from dispatch.geocoding.subjects import AddressesToLookUp, AddressLookedUp
from dispatch.requests import locating as requests_locating
from dispatch.requests.events import RequestsPlaced
from dispatch.requests.following import on_orders_created, on_orders_moved
from dispatch.work_orders.equipment import on_assets_moved, on_site_changed
from dispatch.work_orders.events import OrdersCreated, OrdersMoved
from kernel.unit_of_work import Handlers

HANDLERS: Handlers = {
    AddressLookedUp: (customers_locating.on_address_looked_up, requests_locating.on_address_looked_up),
    RequestsPlaced: (on_requests_placed,),
    AssetsMoved: (on_assets_moved,),
    SiteChanged: (on_site_changed,),
    OrdersCreated: (on_orders_created,),
    OrdersMoved: (on_orders_moved,),
}

GEOCODING: Handlers = {AddressesToLookUp: (on_addresses_to_look_up,)}
"""What is acted on besides where a provider of addresses is configured."""
