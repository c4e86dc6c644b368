"""What a desk does with service requests: say what they are, answer, withdraw, join, split, and see who owns them."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.routes.regions import region_or_own
from api.schemas.request_desk import (
    Classification,
    Expectation,
    HandOver,
    Joining,
    Proposal,
    Report,
    RequestAnswer,
    WithReason,
)
from api.schemas.service_requests import ServiceRequestDetail
from api.transactions import request_reading, request_transaction
from dispatch.assignment.service import assign_automatically
from dispatch.requests import desk, duplicating, queries
from dispatch.requests.policy_of import policy_at, propose

blp = Blueprint(
    "request-desk", "What a desk does with service requests (报修单): classification, answers, owners, duplicates."
)


@blp.route("/service-requests/proposal")
class RequestProposal(MethodView):
    """What a report seems to be about."""

    @blp.arguments(Report)
    @blp.response(200, Proposal)
    def post(self, body: Loaded) -> Answer:
        """Say what a report seems to be about by the region's rules, while somebody is still on the telephone."""
        with request_reading() as reading:
            region_id = region_or_own(reading, body["region_id"])
            policy = policy_at(reading, region_id, reading.now)
            found = propose(reading, region_id, policy, body["category"], body["title"], body["description"])
            return found or dict.fromkeys(("work_type", "priority", "rule", "because"))


@blp.route("/service-requests/<uuid:request_id>/classification")
class RequestClassification(MethodView):
    """What a request is."""

    @blp.arguments(Classification)
    @blp.response(200, ServiceRequestDetail)
    def post(self, body: Loaded, request_id: UUID) -> Answer:
        """Say what a request is, or confirm what the rules proposed; it gets its order, or joins the one it repeats."""
        assign = body.pop("assign")
        with request_transaction() as uow:
            desk.classify(uow, request_id=request_id, **body)
            order_id = queries.request(uow, request_id).row.work_order_id
            if assign and order_id is not None:
                assign_automatically(uow, [order_id])
            return queries.request(uow, request_id)


@blp.route("/service-requests/<uuid:request_id>/answer")
class RequestAnswers(MethodView):
    """What a customer was told."""

    @blp.arguments(RequestAnswer)
    @blp.response(200, ServiceRequestDetail)
    def post(self, body: Loaded, request_id: UUID) -> Answer:
        """Resolve a request that needs no order, with what the customer was told."""
        with request_transaction() as uow:
            desk.answer(uow, request_id=request_id, **body)
            return queries.request(uow, request_id)


@blp.route("/service-requests/<uuid:request_id>/withdrawal")
class RequestWithdrawal(MethodView):
    """The customer no longer asks."""

    @blp.arguments(WithReason)
    @blp.response(200, ServiceRequestDetail)
    def post(self, body: Loaded, request_id: UUID) -> Answer:
        """Note that the customer no longer asks; an order that nobody has begun, and nobody else needs, is cancelled."""
        with request_transaction() as uow:
            desk.withdraw(uow, request_id=request_id, **body)
            return queries.request(uow, request_id)


@blp.route("/service-requests/<uuid:request_id>/owner")
class RequestOwner(MethodView):
    """Who is responsible for a request."""

    @blp.response(200, ServiceRequestDetail)
    def post(self, request_id: UUID) -> Answer:
        """Take a request that nobody owns yet: whoever answers first is responsible until it is resolved (首问负责制)."""
        with request_transaction() as uow:
            desk.take(uow, request_id=request_id)
            return queries.request(uow, request_id)

    @blp.arguments(HandOver)
    @blp.response(200, ServiceRequestDetail)
    def put(self, body: Loaded, request_id: UUID) -> Answer:
        """Hand the ownership of a request over to somebody, with a reason; they are told."""
        with request_transaction() as uow:
            desk.hand_over(uow, request_id=request_id, **body)
            return queries.request(uow, request_id)


@blp.route("/service-requests/<uuid:request_id>/expectation")
class RequestExpectation(MethodView):
    """By when a customer expects a solution."""

    @blp.arguments(Expectation)
    @blp.response(200, ServiceRequestDetail)
    def put(self, body: Loaded, request_id: UUID) -> Answer:
        """Note by when the customer was told to expect a solution; every word given before is kept."""
        with request_transaction() as uow:
            desk.expect(uow, request_id=request_id, **body)
            return queries.request(uow, request_id)


@blp.route("/service-requests/<uuid:request_id>/join")
class RequestJoin(MethodView):
    """Two requests are one matter."""

    @blp.arguments(Joining)
    @blp.response(200, ServiceRequestDetail)
    def post(self, body: Loaded, request_id: UUID) -> Answer:
        """Join a request to the order of another one; an order of its own that nobody has begun is cancelled."""
        with request_transaction() as uow:
            to = body.pop("request_id")
            duplicating.join(uow, request_id=request_id, to_request_id=to, **body)
            return queries.request(uow, request_id)


@blp.route("/service-requests/<uuid:request_id>/split")
class RequestSplit(MethodView):
    """A request is a matter of its own."""

    @blp.arguments(WithReason)
    @blp.response(200, ServiceRequestDetail)
    def post(self, body: Loaded, request_id: UUID) -> Answer:
        """Take a request off an order that it shares: no duplicate after all. It gets an order of its own."""
        with request_transaction() as uow:
            assign_automatically(uow, [duplicating.split(uow, request_id=request_id, **body)])
            return queries.request(uow, request_id)
