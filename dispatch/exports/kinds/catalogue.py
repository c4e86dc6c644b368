"""All kinds of exports by their names."""

from collections.abc import Mapping

from dispatch.exports.kinds.assets import ASSETS
from dispatch.exports.kinds.customers import CUSTOMERS
from dispatch.exports.kinds.kind import ExportKind
from dispatch.exports.kinds.names import KindName
from dispatch.exports.kinds.orders import ORDERS
from dispatch.exports.kinds.people import PEOPLE
from dispatch.exports.kinds.requests import REQUESTS
from dispatch.exports.kinds.zones import ZONES

KINDS: Mapping[str, ExportKind] = {
    KindName.PEOPLE: PEOPLE,
    KindName.ZONES: ZONES,
    KindName.CUSTOMERS: CUSTOMERS,
    KindName.ASSETS: ASSETS,
    KindName.REQUESTS: REQUESTS,
    KindName.ORDERS: ORDERS,
}
