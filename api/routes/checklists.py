"""The checklist of an order: its run, answers, and the customer's sign-off."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.checklists import (
    Answered,
    BrokenLinks,
    NewAnswer,
    NewSignOff,
    Run,
    SignedOff,
    SignedSnapshot,
    SignOffs,
    Snapshot,
    SnapshotQuery,
)
from api.transactions import request_reading, request_transaction
from checklists.runs import queries, service, signing
from checklists.signoff import queries as signoff
from checklists.signoff.seen import Terms
from kernel.clock import iso

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

    @blp.arguments(SnapshotQuery, location="query")
    @blp.response(200, Snapshot)
    def get(self, query: Loaded, order_id: UUID) -> Answer:
        """Show what a customer would sign now, and its digest; the second version has times, photos, parts and fees."""
        done = query["completed_at"]
        terms = Terms(query["snapshot"], None if done is None else iso(done))
        with request_reading() as reading:
            content, digest = queries.to_sign(reading, order_id, terms)
            return {"snapshot": content, "digest": digest.hex()}


@blp.route("/work-orders/<uuid:order_id>/checklist/sign-off")
class SignOff(MethodView):
    """The customer's word."""

    @blp.arguments(NewSignOff)
    @blp.response(201, SignedOff)
    def post(self, body: Loaded, order_id: UUID) -> Answer:
        """Sign off a checklist, or record why the customer refused.

        A digest that does not match what the checklist holds is kept, and `worth` says so; of the second version of the snapshot
        it is refused (`signoff.other_digest`).
        """
        with request_transaction() as uow:
            return signing.sign(uow, order_id=order_id, **body)


@blp.route("/work-orders/<uuid:order_id>/sign-offs")
class OrderSignOffs(MethodView):
    """What customers signed."""

    @blp.response(200, SignOffs)
    def get(self, order_id: UUID) -> Answer:
        """List the sign-offs of an order, with what each is worth now."""
        with request_reading() as reading:
            return {"items": queries.weighed_sign_offs(reading, order_id)}


@blp.route("/work-orders/<uuid:order_id>/sign-offs/<uuid:sign_off_id>")
class OneSignOff(MethodView):
    """What a customer signed."""

    @blp.response(200, SignedSnapshot)
    def get(self, order_id: UUID, sign_off_id: UUID) -> Answer:
        """Show what a customer signed, as it was then."""
        with request_reading() as reading:
            row, content = queries.signed_snapshot(reading, order_id, sign_off_id)
            return {"sign_off": row, "snapshot": content}


@blp.route("/sign-off-chains/broken")
class BrokenChains(MethodView):
    """Where sign-offs of phones are missing."""

    @blp.response(200, BrokenLinks)
    def get(self) -> Answer:
        """List where the chains of phones do not hold, over the orders in your scope and the last 90 days.

        `gap`: the sign-off before is missing, and may still arrive. `fork`: two follow the same one. `restart`: a phone began a
        second chain.
        """
        with request_reading() as reading:
            return {"items": signoff.broken_in_scope(reading)}
