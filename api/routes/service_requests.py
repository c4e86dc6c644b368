"""Service requests: received by phone, mail, web or another system, each leading to a work order."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.service_requests import (
    REQUESTS,
    NewServiceRequest,
    Received,
    RequestPage,
    RequestQuery,
    ServiceRequestDetail,
)
from api.transactions import request_reading, request_transaction
from dispatch.assignment.service import assign_automatically
from dispatch.requests import queries, service
from dispatch.requests.queries import RequestFilter
from dispatch.requests.receiving import NewRequest

blp = Blueprint("service-requests", "Service requests (报修单) of all channels.")


@blp.route("/service-requests")
class Requests(MethodView):
    """All requests in scope."""

    @blp.arguments(RequestQuery, location="query")
    @blp.page(RequestPage)
    def get(self, query: Loaded) -> Answer:
        """List the service requests in your scope, the latest received first."""
        limit, after = query.pop("limit"), query.pop("after")
        with request_reading() as reading:
            filters = RequestFilter(**query)
            return REQUESTS.show(queries.page_of_requests(reading, filters=filters, limit=limit, after=after))

    @blp.arguments(NewServiceRequest)
    @blp.response(201, Received)
    def post(self, body: Loaded) -> Answer:
        """Receive a request, and make its work order or join it to that of an earlier request that it repeats.

        Nothing is refused for being a duplicate: it is recorded, and put on the timeline of the order. An order that waits is
        given to whoever answers for the zone, or else to the best of the group, unless `assign` is false.
        """
        with request_transaction() as uow:
            assign = body.pop("assign")
            received = service.receive(uow, request=NewRequest(**body))
            if assign:
                assign_automatically(uow, [received.work_order_id])
            return received


@blp.route("/service-requests/<uuid:request_id>")
class OneRequest(MethodView):
    """One request."""

    @blp.response(200, ServiceRequestDetail)
    def get(self, request_id: UUID) -> Answer:
        """Show a service request."""
        with request_reading() as reading:
            return queries.request(reading, request_id)
