"""Work orders: lists, details, commands, timeline, export."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask.views import MethodView

from api import etags, order_export
from api.blueprints import Answer, Blueprint, Loaded, conditional, versioned
from api.pages import paging_of
from api.routes.regions import region_or_own
from api.schemas.flat import Joined
from api.schemas.included import ORDER_WITH, ORDERS_WITH, OneOrderQuery, OneWorkOrder, OrderPage, OrdersQuery
from api.schemas.technicians import InRegion
from api.schemas.work_orders import (
    ORDERS,
    TIMELINE,
    ExportQuery,
    NewWorkOrder,
    NewWorkType,
    OrderCommand,
    OrderPhones,
    Outcome,
    TimelinePage,
    TimelineQuery,
    WorkOrderDetail,
    WorkType,
    WorkTypes,
)
from api.transactions import expected_version, request_reading, request_transaction
from checklists.runs import service as runs
from dispatch.accounts import queries as accounts
from dispatch.assignment import manual
from dispatch.assignment.service import assign_automatically
from dispatch.customers import queries as customers
from dispatch.incidents import queries as incidents
from dispatch.work_orders import queries, service
from dispatch.work_orders.desk import offer_work_type, open_order
from dispatch.work_orders.lifecycle import Evidence
from dispatch.work_orders.queries import OrderFilter
from dispatch.work_orders.reaching import customer_shown
from kernel.unit_of_work import Reading, UnitOfWork
from sync.devices.awareness import phones_of_order

blp = Blueprint("work-orders", "Work orders (工单) and what is done with them.")


def _filter(query: Loaded) -> OrderFilter:
    return OrderFilter(statuses=tuple(query.pop("status", ())), colours=tuple(query.pop("colour", ())), **query)


def _shown(reading: Reading, order_id: UUID, include: Sequence[str] = ()) -> Answer:
    """Show an order together with whom it is for, where it is, and who has it."""
    order = queries.order(reading, order_id)
    row = order.row
    contact = customers.contacts_of(reading, [row.customer_id]).get(row.customer_id) if row.customer_id else None
    places = {name: getattr(row, name) for name in ("region_id", "station_id", "group_id", "zone_id")}
    others = {
        "customer": customer_shown(contact, row.status, reading.actor.scope, **places),
        "site": customers.sites_of(reading, [row.site_id]).get(str(row.site_id)) if row.site_id else None,
        "assignee": accounts.contacts_of(reading, [row.assignee_id]).get(row.assignee_id) if row.assignee_id else None,
        "incident": incidents.incident_of_orders(reading, [order_id]).get(order_id),
    }
    return Joined(order, {**others, **ORDER_WITH.one(reading, row, include)}), etags.of_version(row.version)


@blp.route("/work-orders")
class WorkOrders(MethodView):
    """All orders in scope."""

    @blp.arguments(OrdersQuery, location="query")
    @blp.page(OrderPage)
    def get(self, query: Loaded) -> Answer:
        """List the work orders in your scope, the latest received first."""
        paging, include = paging_of(query), query.pop("include")
        with request_reading() as reading:
            page = queries.page_of_orders(reading, filters=_filter(query), **paging)
            return ORDERS.show(page.of(ORDERS_WITH.complete(reading, page.items, include)), paging["sort"])

    @blp.arguments(NewWorkOrder)
    @blp.response(201, WorkOrderDetail)
    def post(self, body: Loaded) -> Answer:
        """Open a work order in a zone without a request, as a draft or at once.

        What a customer reports is received with `POST /v1/service-requests`, which also finds repetitions.
        """
        with request_transaction() as uow:
            assign = body.pop("assign")
            order_id = open_order(uow, **body)
            if assign:
                assign_automatically(uow, [order_id])
            return _shown(uow, order_id)


@blp.route("/work-orders.csv")
class WorkOrdersCsv(MethodView):
    """All orders in scope, as a table."""

    @blp.arguments(ExportQuery, location="query")
    @blp.response(
        200, {"type": "string"}, content_type="text/csv", description="A table, UTF-8 with a byte order mark."
    )
    def get(self, query: Loaded) -> Answer:
        """Export the work orders in your scope as CSV, the latest received first."""
        return order_export.respond(_filter(query))


@blp.route("/work-orders/<uuid:order_id>")
class WorkOrder(MethodView):
    """One order."""

    @conditional
    @blp.arguments(OneOrderQuery, location="query")
    @blp.response(200, OneWorkOrder)
    def get(self, query: Loaded, order_id: UUID) -> Answer:
        """Show a work order."""
        with request_reading() as reading:
            return _shown(reading, order_id, query["include"])


@blp.route("/work-orders/<uuid:order_id>/commands")
class Commands(MethodView):
    """What is asked of an order."""

    @versioned
    @blp.arguments(OrderCommand)
    @blp.response(200, Outcome)
    def post(self, body: Loaded, order_id: UUID) -> Answer:
        """Carry out a command on a work order.

        Its status is never set in another way. Which commands there are, from which state, for whom and on what conditions, is
        one table (docs/glossary.md); `commands` of the order names those that are possible now.
        """
        with request_transaction() as uow:
            outcome = carry_out(uow, order_id=order_id, **body, expected_version=expected_version())
            return outcome, etags.of_version(outcome.version)


def carry_out(uow: UnitOfWork, *, order_id: UUID, **asked: Any) -> service.Outcome:
    """Carry out a command with what the order's checklist shows. Raises what `manual.command` does."""
    return manual.command(uow, order_id=order_id, **asked, evidence=_evidence(uow, order_id))


def _evidence(uow: UnitOfWork, order_id: UUID) -> Evidence:
    # Orders are locked before their runs, here as everywhere.
    book = service.open_book(uow, [order_id])
    if order_id not in book.orders:
        return Evidence()
    return runs.open_runs(uow, [order_id], {order_id: book.holders_now(order_id)}).evidence(order_id)


@blp.route("/work-orders/<uuid:order_id>/phones")
class Phones(MethodView):
    """Who knows how an order stands."""

    @blp.response(200, OrderPhones)
    def get(self, order_id: UUID) -> Answer:
        """Show whether the phones that hold an order, or held it, know how it stands: after a cancellation, for example."""
        with request_reading() as reading:
            return {"items": phones_of_order(reading, order_id)}


@blp.route("/work-orders/<uuid:order_id>/timeline")
class Timeline(MethodView):
    """The life of an order."""

    @blp.arguments(TimelineQuery, location="query")
    @blp.page(TimelinePage)
    def get(self, query: Loaded, order_id: UUID) -> Answer:
        """List everything that happened to a work order, the earliest first."""
        with request_reading() as reading:
            return TIMELINE.show(queries.timeline(reading, order_id, **query))


@blp.route("/work-types")
class RegionWorkTypes(MethodView):
    """The work types of a region."""

    @blp.arguments(InRegion, location="query")
    @blp.response(200, WorkTypes)
    def get(self, query: Loaded) -> Answer:
        """List the work types of a region, by code."""
        with request_reading() as reading:
            return {"items": queries.work_types(reading, region_or_own(reading, query["region_id"]))}

    @blp.arguments(NewWorkType)
    @blp.response(200, WorkType)
    def post(self, body: Loaded) -> Answer:
        """Define a work type of a region, or change it; orders that are there already keep their checklist."""
        with request_transaction() as uow:
            offer_work_type(uow, **body)
            return body
