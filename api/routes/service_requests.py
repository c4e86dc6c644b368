"""Service requests: received by phone, mail, web or another system, each leading to a work order."""

from uuid import UUID

from flask.views import MethodView

from api import batches, csv_tables
from api.blueprints import Answer, Blueprint, Loaded
from api.pages import paging_of
from api.schemas.flat import Joined
from api.schemas.included import REQUESTS_WITH, OneRequestQuery, OneServiceRequest, RequestPage, RequestsQuery
from api.schemas.many_made import ManyRequests, RequestResults
from api.schemas.service_requests import (
    REQUESTS,
    NewServiceRequest,
    RequestExport,
    ZoneChoice,
    ZoneQuestion,
    ZoneSettled,
)
from api.schemas.service_requests import Received as ReceivedForm
from api.transactions import request_reading, request_transaction
from dispatch.assignment.service import assign_automatically
from dispatch.requests import queries, service
from dispatch.requests.queries import RequestFilter
from dispatch.requests.receiving import NewRequest, Received
from dispatch.requests.settling import assign_zone
from dispatch.requests.zone_questions import zone_question

blp = Blueprint("service-requests", "Service requests (报修单) of all channels.")

COLUMNS = {
    "external_ref": ("reference", "外部编号"),
    "source": ("source", "来源"),
    "channel": ("channel", "渠道"),
    "state": ("state", "状态"),
    "category": ("category", "类别"),
    "work_type": ("work type", "工单类型"),
    "priority": ("priority", "优先级"),
    "title": ("title", "标题"),
    "contact_name": ("contact", "联系人"),
    "contact_phone": ("telephone", "电话"),
    "contact_email": ("e-mail", "电子邮箱"),
    "address": ("address", "地址"),
    "received_at": ("received at", "受理时间"),
    "expected_at": ("expected by", "承诺时间"),
    "is_late": ("late", "已超承诺"),
    "resolved_at": ("resolved at", "解决时间"),
    "work_order_id": ("work order", "工单"),
    "owner_id": ("owner", "首问负责人"),
    "id": ("id", "编号"),
}


def _filter(query: Loaded) -> RequestFilter:
    return RequestFilter(states=tuple(query.pop("state", ())), **query)


@blp.route("/service-requests")
class Requests(MethodView):
    """All requests in scope."""

    @blp.arguments(RequestsQuery, location="query")
    @blp.page(RequestPage)
    def get(self, query: Loaded) -> Answer:
        """List the service requests in your scope, the latest received first."""
        paging, include = paging_of(query), query.pop("include")
        with request_reading() as reading:
            page = queries.page_of_requests(reading, filters=_filter(query), **paging)
            return REQUESTS.show(page.of(REQUESTS_WITH.complete(reading, page.items, include)), paging["sort"])

    @blp.arguments(NewServiceRequest)
    @blp.response(201, ReceivedForm)
    def post(self, body: Loaded) -> Answer:
        """Receive a request, and make its work order or join it to that of an earlier request that it repeats.

        Nothing is refused for being a duplicate: it is recorded, and put on the timeline of the order. An order that waits is
        given to whoever answers for the zone, or else to the best of the group, unless `assign` is false. What nobody knows the
        kind of waits on the list of unclassified ones; what a planned outage explains waits for its end.
        """
        return _receive(body)


def _receive(item: Loaded) -> Received:
    with request_transaction() as uow:
        assign = item.pop("assign")
        received = service.receive(uow, request=NewRequest(**item))
        if assign and received.work_order_id is not None:
            assign_automatically(uow, [received.work_order_id])
        return received


@blp.route("/service-requests/batch")
class ManyServiceRequests(MethodView):
    """Many requests at once."""

    @blp.once
    @blp.arguments(ManyRequests)
    @blp.response(200, RequestResults)
    def post(self, body: Loaded) -> Answer:
        """Receive several requests, one after the other, each as `POST /v1/service-requests` does; each is answered for itself.

        What is refused keeps no other from being received, and a request that was received counts when the next one is looked
        at for repetitions. Sent again, what was received is `unchanged`, by its `external_ref`.
        """
        names = [one["external_ref"] for one in body["items"]]
        found = batches.each(body["items"], _receive, status=201)
        return {"items": [{"external_ref": name} | result for name, result in zip(names, found, strict=True)]}


@blp.route("/service-requests.csv")
class RequestsCsv(MethodView):
    """All requests in scope, as a table."""

    @blp.arguments(RequestExport, location="query")
    @blp.response(
        200, {"type": "string"}, content_type="text/csv", description="A table, UTF-8 with a byte order mark."
    )
    def get(self, query: Loaded) -> Answer:
        """Export the service requests in your scope as CSV, the latest received first."""
        filters = _filter(query)
        return csv_tables.respond(
            "service-requests.csv",
            COLUMNS,
            lambda reading, limit, after: queries.page_of_requests(reading, filters=filters, limit=limit, after=after),
        )


@blp.route("/service-requests/<uuid:request_id>")
class OneRequest(MethodView):
    """One request."""

    @blp.arguments(OneRequestQuery, location="query")
    @blp.response(200, OneServiceRequest)
    def get(self, query: Loaded, request_id: UUID) -> Answer:
        """Show a service request."""
        with request_reading() as reading:
            found = queries.request(reading, request_id)
            return Joined(found, REQUESTS_WITH.one(reading, found.row, query["include"]))


@blp.route("/service-requests/<uuid:request_id>/zone")
class ZoneOfRequest(MethodView):
    """The zone of a request."""

    @blp.response(200, ZoneQuestion)
    def get(self, request_id: UUID) -> Answer:
        """Tell how the zone of a request is known, or which zones to choose between: those at its place, or the nearest."""
        with request_reading() as reading:
            return zone_question(reading, request_id)

    @blp.arguments(ZoneChoice)
    @blp.response(200, ZoneSettled)
    def post(self, body: Loaded, request_id: UUID) -> Answer:
        """Say in which zone a request lies: its order goes there and finds its technician, and the choice is kept."""
        with request_transaction() as uow:
            assign = body.pop("assign")
            settled = assign_zone(uow, request_id=request_id, **body)
            if assign and settled.work_order_id is not None and not settled.unchanged:
                assign_automatically(uow, [settled.work_order_id])
            return settled
