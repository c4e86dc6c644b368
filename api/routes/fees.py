"""Service fees (服务费): what is charged for an order, and lists of it by station and month."""

from collections.abc import Mapping
from uuid import UUID

from flask.views import MethodView

from api import csv_tables
from api.blueprints import Answer, Blueprint, Loaded
from api.routes.regions import region_or_own
from api.schemas.fees import FEES, FeeExportQuery, FeePage, FeeQuery, FeeRemoval, FeeSums, NewFeeLine, OrderFees
from api.transactions import request_reading, request_transaction
from dispatch.fees import queries, service
from dispatch.fees.queries import FeeFilter
from kernel.unit_of_work import Reading

blp = Blueprint("fees", "Service fees (服务费): what is charged for an order, exact in its currency.")
COLUMNS: Mapping[str, tuple[str, str]] = {
    "at": ("time", "时间"),
    "number": ("order", "工单号"),
    "station": ("station", "服务站"),
    "kind": ("kind", "类别"),
    "code": ("code", "项目编码"),
    "text": ("item", "项目"),
    "serial": ("serial number", "序列号"),
    "quantity": ("quantity", "数量"),
    "unit": ("unit", "单位"),
    "unit_price": ("unit price", "单价"),
    "gross": ("gross", "金额"),
    "discount": ("discount", "减免"),
    "reason": ("reason", "减免原因"),
    "net": ("net", "不含税"),
    "tax": ("tax", "税额"),
    "total": ("total", "合计"),
    "currency": ("currency", "币种"),
    "work_order_id": ("order id", "工单编号"),
    "id": ("id", "编号"),
}


def _filter(reading: Reading, query: Loaded) -> FeeFilter:
    """Read a month as its time in the region."""
    month = query.pop("month")
    if month is not None:
        region_id = region_or_own(reading, query["region_id"])
        query["since"], query["until"] = queries.month_span(reading, region_id, month)
        query["region_id"] = region_id
    return FeeFilter(**query)


@blp.route("/work-orders/<uuid:order_id>/fees")
class Fees(MethodView):
    """What an order costs."""

    @blp.response(200, OrderFees)
    def get(self, order_id: UUID) -> Answer:
        """Show what is charged for an order, what it comes to, and what was taken back."""
        with request_reading() as reading:
            return queries.fees_of_order(reading, order_id)

    @blp.arguments(NewFeeLine)
    @blp.response(201, OrderFees)
    def post(self, body: Loaded, order_id: UUID) -> Answer:
        """Add a line: for those who do the order, dispatch it, or talk to the customer.

        Discounts need a reason and stay within what the region allows the caller's roles (docs/policies.md, `fees`). What the
        customer signed stays as it was: a line that comes later makes a new revision, and the order asks for a new signature.
        """
        with request_transaction() as uow:
            key = body.pop("id")
            data = {name: value for name, value in body.items() if value is not None}
            if "asset_id" in data:
                data["asset_id"] = str(data["asset_id"])
            service.add_line(uow, order_id=order_id, data=data, line_id=key)
            return queries.fees_of_order(uow, order_id)


@blp.route("/work-orders/<uuid:order_id>/fees/<uuid:line_id>/remove")
class Removal(MethodView):
    """A line that is taken back."""

    @blp.arguments(FeeRemoval)
    @blp.response(200, OrderFees)
    def post(self, body: Loaded, order_id: UUID, line_id: UUID) -> Answer:
        """Take a line back; it stays on record, with who, when and why."""
        with request_transaction() as uow:
            service.remove_line(uow, order_id=order_id, line_id=line_id, reason=body["reason"], removal_id=body["id"])
            return queries.fees_of_order(uow, order_id)


@blp.route("/fees")
class ChargedLines(MethodView):
    """What is charged, over all orders in scope."""

    @blp.arguments(FeeQuery, location="query")
    @blp.page(FeePage)
    def get(self, query: Loaded) -> Answer:
        """List what is charged, the latest first, for example for a station and a month."""
        limit, after = query.pop("limit"), query.pop("after")
        with request_reading() as reading:
            filters = _filter(reading, query)
            return FEES.show(queries.page_of_fees(reading, filters=filters, limit=limit, after=after))


@blp.route("/fees/totals")
class FeeTotals(MethodView):
    """Sums of what is charged."""

    @blp.arguments(FeeExportQuery, location="query")
    @blp.response(200, FeeSums)
    def get(self, query: Loaded) -> Answer:
        """Add up what is charged, by station and currency."""
        with request_reading() as reading:
            return {"items": queries.totals_by_station(reading, filters=_filter(reading, query))}


@blp.route("/fees.csv")
class FeesCsv(MethodView):
    """What is charged, as a table."""

    @blp.arguments(FeeExportQuery, location="query")
    @blp.response(
        200, {"type": "string"}, content_type="text/csv", description="A table, UTF-8 with a byte order mark."
    )
    def get(self, query: Loaded) -> Answer:
        """Export what is charged as CSV, the latest first, for example for a station and a month."""
        with request_reading() as reading:
            filters = _filter(reading, query)
        return csv_tables.respond(
            "fees.csv",
            COLUMNS,
            lambda reading, limit, after: queries.page_of_fees(reading, filters=filters, limit=limit, after=after),
        )
