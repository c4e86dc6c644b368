"""All kinds of imports by their names."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from dispatch.imports.kinds import assets, customers, orders, people, requests, zones
from dispatch.imports.kinds.kind import ImportKind, Plan, Undo


class KindName(StrEnum):
    """What can be imported."""

    REQUESTS = "requests"
    CUSTOMERS = "customers"
    ASSETS = "assets"
    PEOPLE = "people"
    ORDERS = "orders"
    ZONES = "zones"


KINDS: Mapping[str, ImportKind] = {
    KindName.REQUESTS: requests.REQUESTS,
    KindName.CUSTOMERS: customers.CUSTOMERS,
    KindName.ASSETS: assets.ASSETS,
    KindName.PEOPLE: people.PEOPLE,
    KindName.ORDERS: orders.ORDERS,
    KindName.ZONES: zones.ZONES,
}
CHECKS: Mapping[str, Callable[[Plan], None]] = {
    KindName.REQUESTS: requests.check,
    KindName.CUSTOMERS: customers.check,
    KindName.ASSETS: assets.check,
    KindName.PEOPLE: people.check,
    KindName.ORDERS: orders.check,
    KindName.ZONES: zones.check,
}
"""What raises Invalid for columns and options that cannot be used, with the path."""
UNDOS: Mapping[str, Undo] = {
    KindName.REQUESTS: requests.undo,
    KindName.CUSTOMERS: customers.undo,
    KindName.ASSETS: assets.undo,
    KindName.PEOPLE: people.undo,
    KindName.ORDERS: orders.undo,
    KindName.ZONES: zones.undo,
}
"""What takes back what lines made."""
