"""Links by which customers sign on their own phones (客户手机签字)."""

from uuid import UUID

from flask.views import MethodView

from api import transactions
from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.signing_links import MadeSigningLink, NewSigningLink, SigningLinks
from api.transactions import request_reading, request_transaction
from checklists.links import queries, service

blp = Blueprint("signing-links", "Links by which customers sign on their own phones (客户手机签字).")


@blp.route("/work-orders/<uuid:order_id>/signing-links")
class OrderSigningLinks(MethodView):
    """The signing links of an order."""

    @blp.response(200, SigningLinks)
    def get(self, order_id: UUID) -> Answer:
        """List the signing links of an order and what became of each, the latest first."""
        with request_reading() as reading:
            return {"items": queries.links_of_order(reading, order_id)}

    @blp.arguments(NewSigningLink)
    @blp.response(201, MadeSigningLink)
    def post(self, body: Loaded, order_id: UUID) -> Answer:
        """Make a link by which the customer signs what the order holds now; an earlier one ends.

        Link and code go to the customer's phone; the link is also in the answer, to be shown as a QR code. It is good for one
        signature, and ends when the order changes.
        """
        address = transactions.runtime().settings.public_address
        with request_transaction() as uow:
            return service.make_link(uow, order_id=order_id, address=address, **body)


@blp.route("/work-orders/<uuid:order_id>/signing-links/revoke")
class SigningLinkRevocation(MethodView):
    """The end of a link."""

    @blp.response(200, SigningLinks)
    def post(self, order_id: UUID) -> Answer:
        """Take back the open link of an order."""
        with request_transaction() as uow:
            service.revoke_link(uow, order_id=order_id)
            return {"items": queries.links_of_order(uow, order_id)}
