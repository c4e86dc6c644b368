"""What may be included where: for each list and thing its parts, with the forms and queries that follow from them."""

from typing import Any
from uuid import UUID

from api.including import Including, Part, by, of_all
from api.schemas.appointments import Appointment
from api.schemas.assets import Asset, AssetDetail, AssetQuery
from api.schemas.checklists import Run
from api.schemas.clocks import Clock
from api.schemas.customers import Customer, CustomerQuery, Site, SiteQuery
from api.schemas.fields import page_of
from api.schemas.service_requests import RequestQuery, ServiceRequest, ServiceRequestDetail
from api.schemas.territory import Zone
from api.schemas.work_orders import (
    Assignee,
    OrderCustomer,
    OrderQuery,
    OrderSite,
    TimelineEntry,
    WorkOrder,
    WorkOrderDetail,
)
from checklists.runs import queries as runs
from dispatch.accounts import queries as accounts
from dispatch.accounts.keys.scopes import Subject, read_of
from dispatch.assets import queries as assets
from dispatch.customers import queries as customers
from dispatch.masking import masked
from dispatch.requests import queries as requests
from dispatch.territory import queries as territory
from dispatch.work_orders import appointments, clocks
from dispatch.work_orders import queries as work_orders
from kernel.unit_of_work import Reading

MOST = 20
"""How many of a list come within an item; all of them can be listed."""


def _sites(reading: Reading, ids: set[UUID]) -> dict[UUID, Any]:
    return {UUID(key): site for key, site in customers.sites_of(reading, ids).items()}


def _contacts(reading: Reading, ids: set[UUID]) -> dict[UUID, Any]:
    return {key: masked(one) for key, one in customers.contacts_of(reading, ids).items()}


def _timeline(reading: Reading, rows: Any) -> dict[UUID, Any]:
    return {row.id: work_orders.timeline(reading, row.id, limit=MOST_ENTRIES).items for row in rows}


MOST_ENTRIES = 200
_ASSET = Part(
    Asset, by("asset_id", assets.rows_of), "the asset that it is about, if you may see it", read_of(Subject.ASSETS)
)
_REQUESTS = Part(
    ServiceRequest,
    of_all(lambda reading, ids: requests.of_orders(reading, ids, most=MOST)),
    f"the requests that led to it and that you may see, the earliest first, {MOST} at most",
    read_of(Subject.REQUESTS),
    many=True,
)
_APPOINTMENTS = Part(
    Appointment,
    of_all(lambda reading, ids: appointments.appointments_of_orders(reading, ids, most=MOST)),
    f"its visits, the latest first, {MOST} at most",
    many=True,
)
_CLOCKS = Part(
    Clock,
    lambda reading, rows: clocks.clocks_of_orders(reading, {row.id: row.region_id for row in rows}),
    "its service clocks as they stand now",
    many=True,
)
_CHECKLIST = Part(
    Run, of_all(runs.documents_of_orders), "its checklist as it stands, if it has one", read_of(Subject.CHECKLISTS)
)
_TIMELINE = Part(
    TimelineEntry, _timeline, f"its timeline, the earliest first, {MOST_ENTRIES} entries at most", many=True
)
_ORDER = Part(
    WorkOrder,
    by("work_order_id", work_orders.rows_of),
    "the work order that it led to, if you may see it",
    read_of(Subject.WORK_ORDERS),
)
_CUSTOMER = Part(
    Customer,
    by("customer_id", customers.customers_in_scope),
    "the customer, if you may see them",
    read_of(Subject.CUSTOMERS),
)
_SITE = Part(
    Site,
    by("site_id", customers.sites_in_scope),
    "the site where it stands, if you may see it",
    read_of(Subject.CUSTOMERS),
)
_ZONE = Part(Zone, by("zone_id", territory.zones_in_scope), "its zone, if you may see it", read_of(Subject.TERRITORY))

ORDERS_WITH = Including(
    customer=Part(OrderCustomer, by("customer_id", _contacts), "whom it is for, as lists show them"),
    site=Part(OrderSite, by("site_id", _sites), "where it is, as the order itself shows"),
    assignee=Part(Assignee, by("assignee_id", accounts.contacts_of), "who has it now"),
    asset=_ASSET,
    requests=_REQUESTS,
    appointments=_APPOINTMENTS,
    clocks=_CLOCKS,
)
ORDER_WITH = Including(
    asset=_ASSET,
    requests=_REQUESTS,
    appointments=_APPOINTMENTS,
    clocks=_CLOCKS,
    checklist=_CHECKLIST,
    timeline=_TIMELINE,
)
REQUESTS_WITH = Including(order=_ORDER)
ASSETS_WITH = Including(customer=_CUSTOMER, site=_SITE)
SITES_WITH = Including(customer=_CUSTOMER, zone=_ZONE)
CUSTOMERS_WITH = Including(
    sites=Part(
        Site,
        of_all(lambda reading, ids: customers.sites_of_customers(reading, ids, most=MOST)),
        f"their sites that you may see, the newest first, {MOST} at most",
        many=True,
    )
)

OrdersQuery = ORDERS_WITH.query("OrdersQuery", OrderQuery)
OrderPage = page_of(ORDERS_WITH.item("ListedWorkOrder", WorkOrder), "WorkOrderPage")
OneOrderQuery = ORDER_WITH.query("OneOrderQuery")
OneWorkOrder = ORDER_WITH.item("OneWorkOrder", WorkOrderDetail)
RequestsQuery = REQUESTS_WITH.query("RequestsQuery", RequestQuery)
RequestPage = page_of(REQUESTS_WITH.item("ListedServiceRequest", ServiceRequest), "ServiceRequestPage")
OneRequestQuery = REQUESTS_WITH.query("OneRequestQuery")
OneServiceRequest = REQUESTS_WITH.item("OneServiceRequest", ServiceRequestDetail)
AssetsQuery = ASSETS_WITH.query("AssetsQuery", AssetQuery)
AssetPage = page_of(ASSETS_WITH.item("ListedAsset", Asset), "AssetPage")
OneAssetQuery = ASSETS_WITH.query("OneAssetQuery")
OneAsset = ASSETS_WITH.item("OneAsset", AssetDetail)
SitesQuery = SITES_WITH.query("SitesQuery", SiteQuery)
SitePage = page_of(SITES_WITH.item("ListedSite", Site), "SitePage")
OneSiteQuery = SITES_WITH.query("OneSiteQuery")
OneSite = SITES_WITH.item("OneSite", Site)
CustomersQuery = CUSTOMERS_WITH.query("CustomersQuery", CustomerQuery)
CustomerPage = page_of(CUSTOMERS_WITH.item("ListedCustomer", Customer), "CustomerPage")
