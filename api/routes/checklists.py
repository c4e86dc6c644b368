"""The checklist of an order: its run, answers, and the customer's sign-off."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.checklists import Answered, NewAnswer, NewSignOff, Run, SignedOff, Snapshot
from api.transactions import request_reading, request_transaction
from checklists.runs import queries, service

blp = Blueprint("checklists", "The five-step checklist (五步检查) of a work order.")


@blp.route("/work-orders/<uuid:order_id>/checklist")
class Checklist(MethodView):
    """The run of an order."""

    @blp.response(200, Run)
    def get(self, order_id: UUID) -> Answer:
        """Show an order's checklist as it stands."""
        with request_reading() as reading:
            return queries.run_of_order(reading, order_id)


@blp.route("/work-orders/<uuid:order_id>/checklist/answers")
class Answers(MethodView):
    """Answers to the items."""

    @blp.arguments(NewAnswer)
    @blp.response(201, Answered)
    def post(self, body: Loaded, order_id: UUID) -> Answer:
        """Answer an item."""
        with request_transaction() as uow:
            return service.answer(uow, order_id=order_id, **body)


@blp.route("/work-orders/<uuid:order_id>/checklist/snapshot")
class ToSign(MethodView):
    """What a customer signs."""

    @blp.response(200, Snapshot)
    def get(self, order_id: UUID) -> Answer:
        """Show what a customer would sign now, and its digest."""
        with request_reading() as reading:
            content, digest = queries.to_sign(reading, order_id)
            return {"snapshot": content, "digest": digest.hex()}


@blp.route("/work-orders/<uuid:order_id>/checklist/sign-off")
class SignOff(MethodView):
    """The customer's word."""

    @blp.arguments(NewSignOff)
    @blp.response(201, SignedOff)
    def post(self, body: Loaded, order_id: UUID) -> Answer:
        """Sign off a checklist, or record why the customer refused.

        A digest that does not match what the checklist holds is kept, and `worth` says so.
        """
        with request_transaction() as uow:
            return service.sign(uow, order_id=order_id, **body)
