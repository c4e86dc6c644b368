"""Names of what can be exported; the same as those of imports."""

from enum import StrEnum


class KindName(StrEnum):
    """What can be exported."""

    PEOPLE = "people"
    ZONES = "zones"
    CUSTOMERS = "customers"
    ASSETS = "assets"
    REQUESTS = "requests"
    ORDERS = "orders"
