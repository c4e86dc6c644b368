"""The service clocks of an order: how they stand, why, and what people change about them."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.clocks import ClockExplanation, Clocks, HoldApproval, NewPriority, Versioned
from api.transactions import request_reading, request_transaction
from dispatch.sla import errors
from dispatch.sla.pauses import ClockName
from dispatch.work_orders import clocks

blp = Blueprint(
    "clocks", "Service clocks (服务时钟): by when an order is answered, reached and resolved, minute by minute."
)


@blp.route("/work-orders/<uuid:order_id>/clocks")
class OrderClocks(MethodView):
    """The clocks of an order."""

    @blp.response(200, Clocks)
    def get(self, order_id: UUID) -> Answer:
        """Show how the service clocks of a work order stand now."""
        with request_reading() as reading:
            return {"items": clocks.clocks_of(reading, order_id)}


@blp.route("/work-orders/<uuid:order_id>/clocks/<string:name>/explain")
class ClockReasons(MethodView):
    """Why a clock stands as it does."""

    @blp.response(200, ClockExplanation)
    def get(self, order_id: UUID, name: str) -> Answer:
        """Explain a service clock: every segment with its calendar, reason and approver, in seconds that sum to the total."""
        with request_reading() as reading:
            if name not in {one.value for one in ClockName}:
                raise errors.CLOCK_UNKNOWN()
            return clocks.explain(reading, order_id, ClockName(name))


@blp.route("/work-orders/<uuid:order_id>/priority")
class OrderPriority(MethodView):
    """The tier of an order."""

    @blp.arguments(NewPriority)
    @blp.response(200, Versioned)
    def post(self, body: Loaded, order_id: UUID) -> Answer:
        """Put a work order into another tier, with a reason."""
        with request_transaction() as uow:
            return {"version": clocks.change_priority(uow, order_id=order_id, **body)}


@blp.route("/work-orders/<uuid:order_id>/hold-approval")
class OrderHoldApproval(MethodView):
    """The approval of a hold."""

    @blp.arguments(HoldApproval)
    @blp.response(204)
    def post(self, body: Loaded, order_id: UUID) -> None:
        """Approve of a work order's present hold, so that its clocks may pause beyond the policy's limit."""
        with request_transaction() as uow:
            clocks.approve_hold(uow, order_id=order_id, **body)
